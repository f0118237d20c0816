"""Links are seen from both sides, and only by those who may see the other case."""

from __future__ import annotations

import pytest

from complaints import casefile, links, trail
from engine.environment import SYSTEM
from engine.errors import Conflict, Invalid, NotFound


@pytest.fixture
def pair(bank):
    """A complaint that the branch handles, and one that it knows nothing of."""
    first, second = bank.register().number, bank.register().number
    bank.to_distribution(first)
    bank.do("mei", first, "Distribute", lead_unit="west", handling_requirement="三日内办结并回复客户")
    return first, second


def add(bank, *link):
    bank.environment.run(SYSTEM, lambda tx: links.add(tx, *link))


def seen(bank, user, number):
    return [(row.other, row.relation, row.forward) for row in bank.ask(user, links.of, number)]


def test_a_link_is_seen_from_both_sides(bank, pair):
    first, second = pair
    add(bank, second, first, "re-complaint")
    assert seen(bank, "lin", second) == [(first, "re-complaint", True)]
    assert seen(bank, "lin", first) == [(second, "re-complaint", False)]
    page = bank.ask("lin", lambda connection, person: casefile.case(connection, person, first, bank.now))
    assert [link.other for link in page.links] == [second]
    assert page.links[0].subject == page.summary.subject
    with bank.environment.read() as connection:
        assert links.others(connection, second, "re-complaint") == [first]
        assert links.others(connection, first, "re-complaint") == []
    assert bank.verified()


def test_who_may_not_see_the_other_case_hears_nothing_of_it(bank, pair):
    first, second = pair
    add(bank, second, first, "group")
    assert seen(bank, "wang", first) == []
    assert seen(bank, "gao", first) == [(second, "group", False)]
    for user, told in (("wang", [None]), ("lin", [second]), ("he", [second])):
        rows = bank.ask(user, trail.events, first, trail.TrailFilter(kind="case-linked")).rows
        assert [row.facts.get("other") for row in rows] == told
    exported = bank.ask("wang", lambda connection, person: "".join(trail.export(connection, person, first, "json")))
    assert "case-linked" in exported
    assert second not in exported


def test_a_link_that_cannot_be(bank, pair):
    first, second = pair
    add(bank, second, first, "group")
    for link, error in (
        ((second, first, "group"), Conflict),
        ((second, second, "group"), Invalid),
        ((second, first, "cousin"), Invalid),
        ((second, "TS-2026-999999", "group"), NotFound),
    ):
        with pytest.raises(error):
            add(bank, *link)
    assert len(seen(bank, "gao", first)) == 1
    add(bank, second, first, "re-complaint")
    assert len(seen(bank, "gao", first)) == 2, "two cases may be linked in more than one way"
