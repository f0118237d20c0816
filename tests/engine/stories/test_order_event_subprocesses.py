"""The order of activities with event subprocesses: in the process and in subprocesses, interrupting and beside."""

from __future__ import annotations

import pytest
from support.orders import HEARD, Told, at, ends, gateways, on_event, subprocess, throw, users


def listening(event: str, interrupting: bool = True) -> str:
    """An event subprocess with one task of a person."""
    return on_event("v", event, "v_s h ve", users("h"), interrupting=interrupting)


@pytest.mark.parametrize("event", HEARD)
@pytest.mark.parametrize("interrupting", [True, False])
def test_in_the_process(told: Told, event: str, interrupting: bool) -> None:
    told.begin("s a e", users("a"), listening(event, interrupting))
    told.happen(event)
    assert told.open() == (["h"] if interrupting else ["a", "h"])
    if not interrupting:
        told.do("a")
        assert told.outcome(told.root) is None
    told.do("h")
    assert told.order() == ("-a h" if interrupting else "a h")
    assert told.ended


@pytest.mark.parametrize("event", HEARD)
@pytest.mark.parametrize("interrupting", [True, False])
def test_in_a_subprocess(told: Told, event: str, interrupting: bool) -> None:
    told.begin("s p z e", subprocess("p", "is a ie", users("a"), listening(event, interrupting)))
    told.happen(event)
    if not interrupting:
        told.do("a")
        assert told.open() == ["h"]
    told.do("h")
    assert told.order() == ("-a h p z" if interrupting else "a h p z")
    assert told.ended


def test_one_that_never_began_does_not_hold_its_scope(told: Told) -> None:
    told.begin("s p z e", subprocess("p", "is a ie", users("a"), listening("message M", False)))
    told.do("a")
    assert told.order() == "a p z"
    assert told.ended


def test_one_that_does_not_interrupt_begins_again_at_each_message(told: Told) -> None:
    told.begin("s a e", users("a"), listening("message M", False))
    told.happen("message M")
    told.happen("message M")
    assert told.open() == ["a", "h", "h"]
    told.do("h", "a", "h")
    assert told.order() == "h a h"
    assert told.ended


def test_one_that_interrupts_stops_the_others_too(told: Told) -> None:
    beside = on_event("w", "signal S", "w_s k we", users("k"), interrupting=False)
    told.begin("s a e", users("a"), listening("message M"), beside)
    told.happen("signal S")
    assert told.open() == ["a", "k"]
    told.happen("message M")
    assert told.open() == ["h"]
    told.happen("signal S")
    assert told.open() == ["h"]
    told.do("h")
    assert told.ended


def test_an_error_inside_is_handled_and_the_subprocess_ends(told: Told) -> None:
    pieces = gateways("parallel", "g"), users("a b"), ends("x", "error E"), listening("error E")
    told.begin("s p z e, on far e", subprocess("p", "is g, g a x, g b ie", *pieces), at("p", "on", "error E"))
    told.do("a")
    assert told.open() == ["h"]
    told.do("h")
    assert told.order() == "a -b h p z"
    assert told.ended


def test_an_error_of_the_handler_goes_outwards(told: Told) -> None:
    again = on_event("v", "error E", "v_s h ve", users("h"), ends("ve", "error E"))
    body = subprocess("p", "is a x", users("a"), ends("x", "error E"), again)
    told.begin("s p z e, on far e", body, at("p", "on", "error E"))
    told.do("a", "h")
    assert told.order() == "a h -p far"
    assert told.ended


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_is_handled(told: Told, interrupting: bool) -> None:
    pieces = users("a"), throw("x", "escalation C"), listening("escalation C", interrupting)
    told.begin("s p z e", subprocess("p", "is a x b ie", *pieces))
    told.do("a")
    assert told.open() == ["h"]
    told.do("h")
    assert told.order() == ("a h p z" if interrupting else "a b h p z")
    assert told.ended


def test_a_signal_thrown_inside_its_own_scope_interrupts_it(told: Told) -> None:
    told.begin("s p z e", subprocess("p", "is a x b ie", users("a"), throw("x", "signal S"), listening("signal S")))
    told.do("a")
    assert told.open() == ["h"]
    told.do("h")
    assert told.order() == "a h p z"
    assert told.ended


def test_levels_within_levels(told: Told) -> None:
    """The inner one handles what it knows, the outer one what is left."""
    other = on_event("w", "error F", "w_s k we", users("k"))
    deep = subprocess("q", "ds a x", users("a"), ends("x", "error E"), other)
    pieces = deep, users("b"), gateways("parallel", "g"), listening("error")
    told.begin("s p z e", subprocess("p", "is g, g q ie, g b ie2", *pieces))
    told.do("a")
    assert told.open() == ["h"]
    told.do("h")
    cancelled = {name for name in told.order().split(" ") if name.startswith("-")}
    assert cancelled == {"-q", "-b"}
    assert told.order().split(" ")[-3:] == ["h", "p", "z"]
    assert told.ended
