"""The order of activities when something is thrown: it acts at once, also inside the scope that it interrupts."""

from __future__ import annotations

from support.orders import Told, at, catch, ends, gateways, subprocess, throw, users

FORK = gateways("parallel", "g")


def test_a_signal_thrown_inside_interrupts_before_anything_else_runs(told: Told) -> None:
    body = subprocess("p", "is g, g x b ie, g a ie2", FORK, throw("x", "signal S"))
    told.begin("s p z e, on late e", body, at("p", "on", "signal S"))
    assert told.order() == "-a -p late"
    assert told.ended


def test_a_signal_thrown_inside_reaches_all_who_wait_at_once(told: Told) -> None:
    told.begin(
        "s g, g u x a j, g on b j, g w j, bn c e2, j z e",
        gateways("parallel", "g j"),
        users("u w"),
        throw("x", "signal S"),
        catch("on", "signal S"),
        at("w", "bn", "signal S", False),
    )
    told.do("u")
    assert sorted(told.order().split(" ")) == ["a", "b", "c", "u"]
    told.do("w")
    assert told.order().split(" ")[-2:] == ["w", "z"]
    assert told.ended


def test_a_signal_end_is_heard(told: Told) -> None:
    told.begin("s g, g u x, g w e, on b e", FORK, users("u w"), at("w", "on", "signal S"), ends("x", "signal S"))
    told.do("u")
    assert told.order() == "u -w b"
    assert told.ended


def test_a_termination_ends_its_scope_and_the_process_goes_on(told: Told) -> None:
    told.begin("s p z e", subprocess("p", "is g, g a it, g b ie", FORK, users("a b"), ends("it", "terminate")))
    told.do("a")
    assert told.order() == "a -b p z"
    assert told.ended


def test_a_termination_of_the_process_cancels_everything(told: Told) -> None:
    body = subprocess("p", "is b ie", users("b"))
    told.begin("s g, g a t, g p e", FORK, users("a"), body, ends("t", "terminate"))
    told.do("a")
    assert told.order() == "a -b -p"
    assert told.ended


def two_levels(outer: str, within: str, thrown: str, interrupting: bool = True, after: str = "") -> tuple[str, ...]:
    """`thrown` happens two levels below; `within` and `outer` are the events at the border of each level."""
    deep = subprocess("q", f"ds dg, dg a x{after}, dg w de", gateways("parallel", "dg"), users("a w"), thrown)
    middle = subprocess("p", "ms q n me, ib near me", deep, at("q", "ib", within, interrupting))
    return "s p z e, ob far e2", middle, at("p", "ob", outer, interrupting)


def test_the_nearest_border_catches_an_error(told: Told) -> None:
    told.begin(*two_levels("error E", "error E", ends("x", "error E")))
    told.do("a")
    assert told.order() == "a -w -q near p z"
    assert told.ended


def test_an_error_finds_the_border_of_its_code_further_out(told: Told) -> None:
    told.begin(*two_levels("error E", "error F", ends("x", "error E")))
    told.do("a")
    assert told.order() == "a -w -q -p far"
    assert told.ended


def test_a_border_for_any_error_catches_what_comes_first(told: Told) -> None:
    told.begin(*two_levels("error E", "error", ends("x", "error E")))
    told.do("a")
    assert told.order() == "a -w -q near p z"
    assert told.ended


def test_the_code_goes_before_any_at_the_same_border(told: Told) -> None:
    body = subprocess("p", "is a x", users("a"), ends("x", "error E"))
    told.begin("s p z e, b1 any e, b2 exact e", body, at("p", "b1", "error"), at("p", "b2", "error E"))
    told.do("a")
    assert told.order() == "a -p exact"
    assert told.ended


def test_an_uncaught_error_ends_its_scope_and_is_an_incident(told: Told) -> None:
    told.begin("s g, g a x, g b e", FORK, users("a b"), ends("x", "error E"))
    told.do("a")
    assert told.order() == "a -b"
    assert told.open() == []
    assert told.history("incident-created") == ["incident-created x"]
    assert told.outcome(told.root) is None


def test_an_escalation_lets_the_thrower_go_on_where_it_does_not_interrupt(told: Told) -> None:
    told.begin(*two_levels("escalation C", "escalation W", throw("x", "escalation C"), False, " on de2"))
    told.do("a")
    assert sorted(told.order().split(" ")) == ["a", "far", "on"]
    told.do("w")
    assert told.order().split(" ")[3:] == ["w", "q", "n", "p", "z"]
    assert told.ended


def test_an_escalation_that_interrupts_cancels_the_thrower(told: Told) -> None:
    told.begin(*two_levels("escalation C", "escalation", throw("x", "escalation C"), True, " on de2"))
    told.do("a")
    assert told.order() == "a -w -q near p z"
    assert told.ended


def test_an_escalation_that_nobody_catches_changes_nothing(told: Told) -> None:
    told.begin("s a x z e", users("a"), throw("x", "escalation C"), ends("e", "escalation W"))
    told.do("a")
    assert told.order() == "a z"
    assert told.ended


def test_an_event_throws_several_things_in_their_order(told: Told) -> None:
    told.begin(
        "s p z e, b1 first e1, b2 second e2",
        subprocess("p", "is g, g a x ie, g w ie2", FORK, users("a w"), throw("x", "escalation C", "signal S")),
        at("p", "b1", "escalation C", False),
        at("p", "b2", "signal S", False),
    )
    told.do("a")
    assert told.order() == "a first second"
    told.do("w")
    assert told.order() == "a first second w p z"
    assert told.ended


def test_borders_of_several_levels_hear_one_signal(told: Told) -> None:
    """Only one level interrupts: whatever is inside it is gone."""
    body = subprocess("p", "is a ie, b1 near ie2", users("a"), at("a", "b1", "signal S", False))
    told.begin("s p z e, b2 far e", body, at("p", "b2", "signal S"))
    told.happen("signal S")
    assert "far" in told.order().split(" ")
    assert "near" not in told.order().split(" ")
    assert told.ended


def test_a_message_thrown_inside_reaches_who_waits_in_the_same_process_at_once(told: Told) -> None:
    body = subprocess("p", "is w ie", users("w"))
    told.begin(
        "s g, g u x a e, g p z e, on late e",
        FORK,
        users("u"),
        throw("x", "message M"),
        body,
        at("p", "on", "message M"),
    )
    told.do("u")
    assert told.order() == "u -w -p a late"
    assert told.ended
