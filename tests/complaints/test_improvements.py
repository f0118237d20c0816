"""What product departments propose, who decides it, and whether complaints become fewer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from complaints import improvements, tables
from complaints.improvements import Effect, Figures
from engine.environment import SYSTEM
from engine.errors import Conflict, Forbidden, Invalid, NotFound

OPINION = "首年免年费的条件应在申请页面写明,并短信提示。"
REASON = "下一版本上线,由银行卡部落实。"


def propose(bank, **changes):
    """The opinion of the product department on a case about cards, as its form gives it."""
    number = bank.register(product="credit-card").number
    about_fees(bank, number)
    said = {"improvement_kind": "product", "improvement_opinion": OPINION} | changes
    person = bank.who("li")
    bank.environment.run(person.actor(), lambda tx: improvements.propose(tx, number, said))
    return number


def about_fees(bank, number):
    case = tables.complaint
    change = update(case).where(case.c.number == number).values(subcategory="SQ.PROD")
    bank.environment.run(SYSTEM, lambda tx: tx.connection.execute(change))


def complain(bank, count):
    for _ in range(count):
        about_fees(bank, bank.register(product="credit-card").number)


def only(bank, user="gao", state=None):
    (row,) = bank.ask(user, improvements.listed, state).rows
    return row


def figures(bank):
    return bank.ask("gao", improvements.figures)


def effect(bank):
    row = only(bank)
    with bank.environment.read() as connection:
        return improvements.effects(connection, [row], bank.now).get(row.id)


@pytest.mark.proves("R57")
def test_the_share_of_accepted_proposals_is_that_of_the_decided_ones(bank):
    for _ in range(4):
        propose(bank)
    assert (figures(bank), figures(bank).rate) == (Figures(4, 0, 0, 0), None)
    first, second, third, _ = (row.id for row in bank.ask("gao", improvements.listed, None).rows)
    bank.act("gao", improvements.decide, first, "accepted", REASON)
    bank.act("gao", improvements.decide, second, "declined", "现有页面已经写明,不需修改。")
    bank.act("gao", improvements.decide, third, "accepted", REASON)
    bank.act("gao", improvements.decide, third, "done", "新页面已经上线。")
    assert (figures(bank), figures(bank).rate) == (Figures(1, 1, 1, 1), 0.6667)
    assert [row.id for row in bank.ask("gao", improvements.listed, "done").rows] == [third]


@pytest.mark.proves("R57")
def test_complaints_on_the_same_matter_are_counted_90_days_before_and_after(bank):
    complain(bank, 1)
    bank.travel(days=90)
    complain(bank, 2)
    number = propose(bank)
    other = bank.register(product="counter").number
    assert other > number
    assert effect(bank) is None, "nothing is accepted yet"
    bank.travel(seconds=1)
    bank.act("gao", improvements.decide, only(bank).id, "accepted", REASON)
    assert effect(bank) == Effect(3, 0, 0), "the first came more than 90 days ago"
    bank.travel(days=10)
    complain(bank, 1)
    assert effect(bank) == Effect(3, 1, 10)
    bank.travel(days=80)
    complain(bank, 1)
    assert effect(bank) == Effect(3, 1, 90), "this one comes too late to count"


def test_somebody_else_than_the_author_decides_once_and_says_why(bank):
    number = propose(bank)
    row = only(bank)
    assert (row.number, row.unit, row.by, row.product, row.state) == (number, "cards", "li", "credit-card", "proposed")
    assert row.next == ("accepted", "declined")
    with pytest.raises(Forbidden):
        bank.act("wang", improvements.decide, row.id, "accepted", REASON)
    with pytest.raises(Invalid, match="five characters"):
        bank.act("gao", improvements.decide, row.id, "accepted", " 好 ")
    with pytest.raises(Conflict, match="cannot become done"):
        bank.act("gao", improvements.decide, row.id, "done", REASON)
    with pytest.raises(NotFound):
        bank.act("gao", improvements.decide, "unknown", "accepted", REASON)
    bank.act("gao", improvements.decide, row.id, "declined", REASON)
    assert (only(bank).decided_by, only(bank).decided_at, only(bank).next) == ("gao", bank.now, ())
    with pytest.raises(Conflict, match="is declined"):
        bank.act("gao", improvements.decide, row.id, "accepted", REASON)
    assert bank.events(number).count("improvement-decided") == 1
    assert bank.verified()


def test_an_author_does_not_decide_his_own_proposal(bank):
    number = propose(bank)
    table = tables.improvement
    change = update(table).where(table.c.number == number).values(by="gao")
    bank.environment.run(SYSTEM, lambda tx: tx.connection.execute(change))
    with pytest.raises(Forbidden, match="author"):
        bank.act("gao", improvements.decide, only(bank).id, "accepted", REASON)


def test_who_finds_nothing_to_improve_proposes_nothing(bank):
    propose(bank, improvement_kind="none")
    assert bank.ask("gao", improvements.listed, None).rows == ()


def test_a_proposal_without_a_product_has_no_effect_to_count(bank):
    propose(bank)
    change = update(tables.improvement).values(product=None)
    bank.environment.run(SYSTEM, lambda tx: tx.connection.execute(change))
    bank.act("gao", improvements.decide, only(bank).id, "accepted", REASON)
    bank.travel(to=bank.now + timedelta(days=1))
    assert effect(bank) is None
    with bank.environment.read() as connection:
        assert connection.scalar(select(tables.improvement.c.state)) == "accepted"
