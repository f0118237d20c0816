"""Holding a case up and letting it go on: everything that was under way, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

import engine.tables
from complaints import casework, extension, holding
from engine import instances, timers
from engine.environment import SYSTEM
from engine.errors import Conflict


def hold(bank, number, *spare):
    return bank.environment.run(SYSTEM, lambda tx: holding.suspend(tx, number, "the customer withdraws", spare))


def resume(bank, number):
    return bank.environment.run(SYSTEM, lambda tx: holding.resume(tx, number, "the withdrawal is void"))


def suspended(bank, number):
    """The processes of the case that are suspended, by their keys."""
    instance, definition = engine.tables.instance, engine.tables.definition
    query = (
        select(definition.c.key)
        .join(definition, definition.c.id == instance.c.definition_id)
        .select_from(instance)
        .where(instance.c.business_key == number, instance.c.suspended_at.is_not(None))
    )
    with bank.environment.read() as connection:
        return sorted(connection.scalars(query))


def trees(bank, number):
    with bank.environment.read() as connection:
        return {row.process: row.id for row in holding.roots(connection, number)}


@pytest.fixture
def number(bank):
    """A case with three call trees: the complaint with what it calls, the watch on silence, a request for more time."""
    number = bank.register().number
    bank.to_distribution(number)
    bank.act("lin", extension.begin, number, "west")
    return number


def test_a_held_case_stands_still_and_then_goes_on(bank, number):
    assert set(trees(bank, number)) == {"ordinary", "keep-informed", "extension"}
    due = bank.case(number).due_at
    assert len(hold(bank, number)) == 3
    assert suspended(bank, number) == [
        "distribution",
        "extension",
        "first-contact",
        "keep-informed",
        "ordinary",
        "supervision",
    ]
    with pytest.raises(Conflict):
        bank.do("mei", number, "Distribute", lead_unit="west", handling_requirement="三日内办结并回复客户")
    bank.clock.travel_to(due + timedelta(hours=1))
    assert timers.fire_due(bank.environment) == 0
    assert bank.case(number).level == 0, "nobody is urged while the case is held"

    assert len(resume(bank, number)) == 3
    assert suspended(bank, number) == []
    bank.travel(minutes=1)
    assert bank.case(number).level == 3, "what became due meanwhile happens now"
    bank.do("mei", number, "Distribute", lead_unit="west", handling_requirement="三日内办结并回复客户")
    assert bank.incidents() == []
    kinds = bank.events(number)
    assert (kinds.count("case-held"), kinds.count("case-released")) == (1, 1)
    assert bank.verified()


def test_what_is_spared_goes_on(bank, number):
    hold(bank, number, trees(bank, number)["extension"])
    assert suspended(bank, number) == ["distribution", "first-contact", "keep-informed", "ordinary", "supervision"]
    assert "RequestExtension" in bank.steps(number)


def test_what_an_administrator_has_suspended_stays_his(bank, number):
    bank.environment.run(SYSTEM, lambda tx: instances.suspend(tx, trees(bank, number)["extension"]))
    assert len(hold(bank, number)) == 2
    resume(bank, number)
    assert suspended(bank, number) == ["extension"]


def test_a_called_process_that_was_suspended_alone_stays_suspended(bank, number):
    instance, definition = engine.tables.instance, engine.tables.definition
    with bank.environment.read() as connection:
        supervision = connection.scalar(
            select(instance.c.id)
            .join(definition, definition.c.id == instance.c.definition_id)
            .where(instance.c.business_key == number, definition.c.key == "supervision")
        )
    bank.environment.run(SYSTEM, lambda tx: instances.suspend(tx, supervision))
    hold(bank, number)
    resume(bank, number)
    assert suspended(bank, number) == ["supervision"]


def test_what_an_administrator_has_done_meanwhile_is_left_alone(bank, number):
    hold(bank, number)
    found = trees(bank, number)
    bank.environment.run(SYSTEM, lambda tx: instances.activate(tx, found["ordinary"]))
    bank.environment.run(SYSTEM, lambda tx: instances.cancel(tx, found["extension"], "not needed any more"))
    assert resume(bank, number) == [found["keep-informed"]]
    assert suspended(bank, number) == ["extension"], "it has ended and stays as it ended"
    assert set(hold(bank, number)) == {found["ordinary"], found["keep-informed"]}, "they can be held again"
    assert hold(bank, number) == [], "once"


def test_nothing_is_held_of_a_case_that_is_not(bank, number):
    assert resume(bank, number) == []
    assert "case-released" not in bank.events(number)


def test_the_page_of_a_task_offers_nothing_while_the_case_rests(bank, number):
    task = bank.task(number, "Distribute")
    bank.act("mei", casework.claim, task.id)

    def seen():
        view = bank.ask("mei", lambda connection, who: casework.task_view(bank.environment, connection, who, task.id))
        return view.task.rests, view.task.mine, view.task.may_complete

    assert seen() == (False, True, True)
    hold(bank, number)
    assert seen() == (True, False, False)
    resume(bank, number)
    assert seen() == (False, True, True)
