"""The order of activities in transactions: cancelled as a whole, undone in reverse order, left by the cancel event."""

from __future__ import annotations

from support.orders import Told, at, ends, gateways, person, subprocess, throw, undo, users


def transaction(way: str, *pieces: str) -> str:
    return subprocess("p", way, *pieces, kind="transaction")


def test_a_cancelled_transaction_is_undone_and_left_by_its_border(told: Told) -> None:
    pieces = users("a b c"), undo("a b"), gateways("parallel", "g"), ends("cancel", "cancel")
    told.begin("s p z e, on off e", transaction("is a g, g b cancel, g c ie", *pieces), at("p", "on", "cancel"))
    told.do("a", "b")
    assert told.order() == "a b -c undo_b undo_a -p off"
    assert told.ended


def test_a_transaction_waits_for_the_people_who_undo(told: Told) -> None:
    body = transaction("is a cancel", users("a"), person("a"), ends("cancel", "cancel"))
    told.begin("s p z e, on off e", body, at("p", "on", "cancel"))
    told.do("a")
    assert told.open() == ["undo_a"]
    told.do("undo_a")
    assert told.order() == "a undo_a -p off"
    assert told.ended


def test_a_transaction_that_completes_can_be_undone_later(told: Told) -> None:
    body = transaction("is a b ie", undo("a b"))
    told.begin("s p x z e, on off e", body, at("p", "on", "cancel"), throw("x", "compensate"))
    assert told.order() == "a b p undo_b undo_a z"
    assert told.ended


def test_an_error_out_of_a_transaction_undoes_nothing(told: Told) -> None:
    body = transaction("is a x", users("a"), undo("a"), ends("x", "error E"))
    told.begin("s p z e, on far e, off e", body, at("p", "on", "error E"), at("p", "off", "cancel"))
    told.do("a")
    assert told.order() == "a -p far"
    assert told.ended
