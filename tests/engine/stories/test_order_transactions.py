"""The order of activities in transactions: cancelled as a whole, undone in reverse order, left by the cancel event."""

from __future__ import annotations

from support.orders import (
    START_EVENT,
    Told,
    at,
    ends,
    event,
    flows,
    gateway,
    inner,
    person,
    subprocess,
    tasks,
    throw,
    undo,
    users,
)


def test_a_cancelled_transaction_is_undone_and_left_by_its_border(told: Told) -> None:
    body = inner(
        "i",
        users("a b c") + undo("a") + undo("b") + gateway("parallel", "g") + ends("cancel", "cancel"),
        "is a g, g b cancel, g c ie",
    )
    told.begin(
        START_EVENT
        + subprocess("p", body, "transaction")
        + at("p", "on", event("cancel"))
        + tasks("z off")
        + ends("e")
        + flows("s p z e, on off e"),
    )
    told.do("a", "b")
    assert told.order() == "a b -c undo_b undo_a -p off"
    assert told.ended


def test_a_transaction_waits_for_the_people_who_undo(told: Told) -> None:
    body = inner("i", users("a") + person("a") + ends("cancel", "cancel"), "is a cancel").replace(
        '<bpmn:endEvent id="ie"/>', ""
    )
    told.begin(
        START_EVENT
        + subprocess("p", body, "transaction")
        + at("p", "on", event("cancel"))
        + tasks("z off")
        + ends("e")
        + flows("s p z e, on off e"),
    )
    told.do("a")
    assert told.open() == ["undo_a"]
    told.do("undo_a")
    assert told.order() == "a undo_a -p off"
    assert told.ended


def test_a_transaction_that_completes_can_be_undone_later(told: Told) -> None:
    body = inner("i", tasks("a b") + undo("a") + undo("b"), "is a b ie")
    told.begin(
        START_EVENT
        + subprocess("p", body, "transaction")
        + at("p", "on", event("cancel"))
        + throw("x", "compensate")
        + tasks("z off")
        + ends("e")
        + flows("s p x z e, on off e"),
    )
    assert told.order() == "a b p undo_b undo_a z"
    assert told.ended


def test_an_error_out_of_a_transaction_undoes_nothing(told: Told) -> None:
    body = inner("i", users("a") + undo("a") + ends("x", "error", "E"), "is a x").replace(
        '<bpmn:endEvent id="ie"/>', ""
    )
    told.begin(
        START_EVENT
        + subprocess("p", body, "transaction")
        + at("p", "on", event("error", "E"))
        + at("p", "off", event("cancel"))
        + tasks("z far")
        + ends("e")
        + flows("s p z e, on far e, off e"),
    )
    told.do("a")
    assert told.order() == "a -p far"
    assert told.ended
