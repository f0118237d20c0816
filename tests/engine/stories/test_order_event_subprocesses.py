"""The order of activities with event subprocesses: in the process and in subprocesses, interrupting and beside."""

from __future__ import annotations

import pytest
from support.orders import (
    START_EVENT,
    Told,
    at,
    ends,
    event,
    flows,
    gateway,
    inner,
    on_event,
    subprocess,
    tasks,
    throw,
    users,
)

HEARD = [("message", "M"), ("signal", "S"), ("timer", "PT1H"), ("conditional", "x = 1")]


def listening(definition: str, interrupting: bool = True, names: str = "h") -> str:
    """An event subprocess with one task of a person for each name."""
    return on_event("v", definition, users(names) + ends("ve") + flows(f"v_s {names} ve"), interrupting)


@pytest.mark.parametrize(("kind", "reference"), HEARD)
@pytest.mark.parametrize("interrupting", [True, False])
def test_in_the_process(told: Told, kind: str, reference: str, interrupting: bool) -> None:
    told.begin(START_EVENT + users("a") + ends("e") + flows("s a e") + listening(event(kind, reference), interrupting))
    told.happen(kind, reference)
    assert told.open() == (["h"] if interrupting else ["a", "h"])
    if not interrupting:
        told.do("a")
        assert told.outcome(told.root) is None
    told.do("h")
    assert told.order() == ("-a h" if interrupting else "a h")
    assert told.ended


@pytest.mark.parametrize(("kind", "reference"), HEARD)
@pytest.mark.parametrize("interrupting", [True, False])
def test_in_a_subprocess(told: Told, kind: str, reference: str, interrupting: bool) -> None:
    body = inner("i", users("a") + listening(event(kind, reference), interrupting), "is a ie")
    told.begin(START_EVENT + subprocess("p", body) + tasks("z") + ends("e") + flows("s p z e"))
    told.happen(kind, reference)
    if not interrupting:
        told.do("a")
        assert told.open() == ["h"]
    told.do("h")
    assert told.order() == ("-a h p z" if interrupting else "a h p z")
    assert told.ended


def test_one_that_never_began_does_not_hold_its_scope(told: Told) -> None:
    body = inner("i", users("a") + listening(event("message", "M"), False), "is a ie")
    told.begin(START_EVENT + subprocess("p", body) + tasks("z") + ends("e") + flows("s p z e"))
    told.do("a")
    assert told.order() == "a p z"
    assert told.ended


def test_one_that_does_not_interrupt_begins_again_at_each_message(told: Told) -> None:
    told.begin(START_EVENT + users("a") + ends("e") + flows("s a e") + listening(event("message", "M"), False))
    told.hear("message", "M")
    told.hear("message", "M")
    assert told.open() == ["a", "h", "h"]
    told.do("h", "a", "h")
    assert told.order() == "h a h"
    assert told.ended


def test_one_that_interrupts_stops_the_others_too(told: Told) -> None:
    beside = on_event("w", event("signal", "S"), users("k") + ends("we") + flows("w_s k we"), False)
    told.begin(START_EVENT + users("a") + ends("e") + flows("s a e") + listening(event("message", "M")) + beside)
    told.hear("signal", "S")
    assert told.open() == ["a", "k"]
    told.hear("message", "M")
    assert told.open() == ["h"]
    told.hear("signal", "S")
    assert told.open() == ["h"]
    told.do("h")
    assert told.ended


def test_an_error_inside_is_handled_and_the_subprocess_ends(told: Told) -> None:
    body = inner(
        "i",
        gateway("parallel", "g") + users("a b") + ends("x", "error", "E") + listening(event("error", "E")),
        "is g, g a x, g b ie",
    )
    told.begin(
        START_EVENT
        + subprocess("p", body)
        + at("p", "on", event("error", "E"))
        + tasks("z far")
        + ends("e")
        + flows("s p z e, on far e"),
    )
    told.do("a")
    assert told.open() == ["h"]
    told.do("h")
    assert told.order() == "a -b h p z"
    assert told.ended


def test_an_error_of_the_handler_goes_outwards(told: Told) -> None:
    again = on_event("v", event("error", "E"), users("h") + ends("ve", "error", "E") + flows("v_s h ve"))
    body = inner("i", users("a") + ends("x", "error", "E") + again, "is a x").replace('<bpmn:endEvent id="ie"/>', "")
    told.begin(
        START_EVENT
        + subprocess("p", body)
        + at("p", "on", event("error", "E"))
        + tasks("z far")
        + ends("e")
        + flows("s p z e, on far e"),
    )
    told.do("a", "h")
    assert told.order() == "a h -p far"
    assert told.ended


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_is_handled(told: Told, interrupting: bool) -> None:
    body = inner(
        "i",
        users("a") + throw("x", "escalation", "C") + tasks("b") + listening(event("escalation", "C"), interrupting),
        "is a x b ie",
    )
    told.begin(START_EVENT + subprocess("p", body) + tasks("z") + ends("e") + flows("s p z e"))
    told.do("a")
    assert told.open() == ["h"]
    told.do("h")
    assert told.order() == ("a h p z" if interrupting else "a b h p z")
    assert told.ended


def test_a_signal_thrown_inside_its_own_scope_interrupts_it(told: Told) -> None:
    body = inner(
        "i",
        users("a") + throw("x", "signal", "S") + tasks("b") + listening(event("signal", "S")),
        "is a x b ie",
    )
    told.begin(START_EVENT + subprocess("p", body) + tasks("z") + ends("e") + flows("s p z e"))
    told.do("a")
    assert told.open() == ["h"]
    told.do("h")
    assert told.order() == "a h p z"
    assert told.ended


def test_levels_within_levels(told: Told) -> None:
    """The inner one handles what it knows, the outer one what is left."""
    deep = inner(
        "d",
        users("a")
        + ends("x", "error", "E")
        + on_event("w", event("error", "F"), users("k") + ends("we") + flows("w_s k we")),
        "ds a x",
    ).replace('<bpmn:endEvent id="de"/>', "")
    body = inner(
        "i",
        subprocess("q", deep) + users("b") + gateway("parallel", "g") + ends("ie2") + listening(event("error")),
        "is g, g q ie, g b ie2",
    )
    told.begin(START_EVENT + subprocess("p", body) + tasks("z") + ends("e") + flows("s p z e"))
    told.do("a")
    assert told.open() == ["h"]
    told.do("h")
    cancelled = {name for name in told.order().split(" ") if name.startswith("-")}
    assert cancelled == {"-q", "-b"}
    assert told.order().split(" ")[-3:] == ["h", "p", "z"]
    assert told.ended
