"""24 hours, also at weekends: only a customer who was reached stops the clock (R28, D12, R34)."""

from datetime import datetime, timedelta

import pytest

from complaints import clocks, people
from engine.clock import ZONE
from engine.environment import SYSTEM
from engine.errors import Forbidden, Invalid


def state(bank, number):
    with bank.environment.read() as connection:
        return {clock.name: clock.state for clock in clocks.of(connection, number, bank.now)}["first-response"]


def missed(bank, number, user="lin"):
    bank.do(
        user,
        number,
        "ContactCustomer",
        contact_method="call",
        contacted_at=bank.now,
        contact_result="not-reached",
        contact_evidence="REC-0",
    )


@pytest.mark.proves("R28")
def test_an_acknowledgement_does_not_stop_the_clock(bank):
    number = bank.register().number
    assert "letter-written" in bank.events(number)
    assert state(bank, number) == "running"


@pytest.mark.proves("R28")
def test_only_reached_stops_it(bank):
    number = bank.register().number
    missed(bank, number)
    assert state(bank, number) == "running"
    assert bank.task(number, "ContactCustomer").follow_up_at == bank.now + timedelta(hours=2)
    bank.travel(hours=3)
    bank.first_contact(number)
    assert state(bank, number) == "met"
    assert bank.case(number).first_response == "reached"


def test_too_late_is_late(bank):
    number = bank.register().number
    bank.travel(hours=25)
    assert state(bank, number) == "red"
    bank.first_contact(number)
    assert state(bank, number) == "late"


@pytest.mark.proves("R28")
def test_three_documented_failures_are_counted_apart(bank):
    number = bank.register().number
    for _ in range(3):
        missed(bank, number)
        bank.travel(hours=2)
    assert state(bank, number) == "attempted"
    assert bank.case(number).first_response == "attempted"
    assert "ContactCustomer" not in bank.steps(number)


def test_a_contact_needs_its_evidence_and_lies_after_receipt(bank):
    number = bank.register().number
    with pytest.raises(Invalid) as error:
        bank.first_contact(number, contact_evidence=None)
    assert [problem.where for problem in error.value.problems] == ["contact_evidence"]
    with pytest.raises(Invalid) as error:
        bank.first_contact(number, contacted_at=bank.now - timedelta(hours=1))
    assert [problem.where for problem in error.value.problems] == ["contacted_at"]


def test_in_office_hours_it_goes_to_the_first_owner(bank):
    number = bank.register().number
    assert bank.task(number, "ContactCustomer").assignee == "lin"


@pytest.mark.proves("R28")
def test_at_the_weekend_it_goes_to_the_person_on_duty(bank):
    saturday = datetime(2026, 3, 7, 9, tzinfo=ZONE)
    bank.environment.run(SYSTEM, lambda tx: people.roster(tx, "mei", saturday, saturday + timedelta(hours=9)))
    bank.clock.travel_to(saturday + timedelta(hours=1))
    number = bank.register().number
    assert bank.task(number, "ContactCustomer").assignee is None
    with pytest.raises(Forbidden):
        bank.first_contact(number, user="lin")
    bank.first_contact(number, user="mei")
    assert bank.case(number).first_owner == "lin"


def test_an_absent_owner_is_deputised_for(bank):
    number = bank.register().number
    tomorrow = bank.now + timedelta(hours=20)
    bank.environment.run(SYSTEM, lambda tx: people.absent(tx, "lin", bank.now, tomorrow, "mei"))
    bank.first_contact(number, user="mei")
    assert bank.case(number).first_response == "reached"
