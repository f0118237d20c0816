"""The order of activities when something is thrown: it acts at once, also inside the scope that it interrupts."""

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
    subprocess,
    tasks,
    throw,
    users,
)


def test_a_signal_thrown_inside_interrupts_before_anything_else_runs(told: Told) -> None:
    told.begin(
        START_EVENT
        + subprocess(
            "p",
            inner(
                "i",
                gateway("parallel", "g") + throw("x", "signal", "S") + tasks("a b") + ends("ie2"),
                "is g, g x b ie, g a ie2",
            ),
        )
        + at("p", "on", event("signal", "S"))
        + tasks("late z")
        + ends("e")
        + flows("s p z e, on late e"),
    )
    assert told.order() == "-a -p late"
    assert told.ended


def test_a_signal_thrown_inside_reaches_all_who_wait_at_once(told: Told) -> None:
    caught = f'<bpmn:intermediateCatchEvent id="on">{event("signal", "S")}</bpmn:intermediateCatchEvent>'
    told.begin(
        START_EVENT
        + gateway("parallel", "g")
        + gateway("parallel", "j")
        + users("u")
        + throw("x", "signal", "S")
        + caught
        + users("w")
        + at("w", "bn", event("signal", "S"), False)
        + tasks("a b c z")
        + ends("e e2")
        + flows("s g, g u x a j, g on b j, g w j, bn c e2, j z e"),
    )
    told.do("u")
    assert sorted(told.order().split(" ")) == ["a", "b", "c", "u"]
    told.do("w")
    assert told.order().split(" ")[-2:] == ["w", "z"]
    assert told.ended


def test_a_signal_end_is_heard(told: Told) -> None:
    told.begin(
        START_EVENT
        + gateway("parallel", "g")
        + users("u w")
        + at("w", "on", event("signal", "S"))
        + tasks("b")
        + ends("e")
        + ends("x", "signal", "S")
        + flows("s g, g u x, g w e, on b e"),
    )
    told.do("u")
    assert told.order() == "u -w b"
    assert told.ended


def test_a_termination_ends_its_scope_and_the_process_goes_on(told: Told) -> None:
    told.begin(
        START_EVENT
        + subprocess(
            "p", inner("i", gateway("parallel", "g") + users("a b") + ends("it", "terminate"), "is g, g a it, g b ie")
        )
        + tasks("z")
        + ends("e")
        + flows("s p z e"),
    )
    told.do("a")
    assert told.order() == "a -b p z"
    assert told.ended


def test_a_termination_of_the_process_cancels_everything(told: Told) -> None:
    told.begin(
        START_EVENT
        + gateway("parallel", "g")
        + users("a")
        + subprocess("p", inner("i", users("b"), "is b ie"))
        + ends("e")
        + ends("t", "terminate")
        + flows("s g, g a t, g p e"),
    )
    told.do("a")
    assert told.order() == "a -b -p"
    assert told.ended


def two_levels(outer: str, within: str, thrown: str, interrupting: bool = True, after: str = "") -> str:
    """`thrown` happens two levels below; `within` and `outer` are the events at the border of each level."""
    deep = inner("d", users("a w") + gateway("parallel", "dg") + thrown, f"ds dg, dg a x{after}, dg w de")
    middle = inner("m", subprocess("q", deep) + tasks("n") + near(within, interrupting), "ms q n me, ib near me")
    return (
        START_EVENT
        + subprocess("p", middle)
        + at("p", "ob", outer, interrupting)
        + tasks("far z")
        + ends("e e2")
        + flows("s p z e, ob far e2")
    )


def near(definition: str, interrupting: bool) -> str:
    return at("q", "ib", definition, interrupting) + tasks("near")


def test_the_nearest_border_catches_an_error(told: Told) -> None:
    error = event("error", "E")
    told.begin(two_levels(error, error, ends("x", "error", "E")))
    told.do("a")
    assert told.order() == "a -w -q near p z"
    assert told.ended


def test_an_error_finds_the_border_of_its_code_further_out(told: Told) -> None:
    told.begin(two_levels(event("error", "E"), event("error", "F"), ends("x", "error", "E")))
    told.do("a")
    assert told.order() == "a -w -q -p far"
    assert told.ended


def test_a_border_for_any_error_catches_what_comes_first(told: Told) -> None:
    told.begin(two_levels(event("error", "E"), event("error"), ends("x", "error", "E")))
    told.do("a")
    assert told.order() == "a -w -q near p z"
    assert told.ended


def test_the_code_goes_before_any_at_the_same_border(told: Told) -> None:
    told.begin(
        START_EVENT
        + subprocess(
            "p", inner("i", users("a") + ends("x", "error", "E"), "is a x").replace('<bpmn:endEvent id="ie"/>', "")
        )
        + at("p", "b1", event("error"))
        + at("p", "b2", event("error", "E"))
        + tasks("any exact z")
        + ends("e")
        + flows("s p z e, b1 any e, b2 exact e"),
    )
    told.do("a")
    assert told.order() == "a -p exact"
    assert told.ended


def test_an_uncaught_error_ends_its_scope_and_is_an_incident(told: Told) -> None:
    told.begin(
        START_EVENT
        + gateway("parallel", "g")
        + users("a b")
        + ends("e")
        + ends("x", "error", "E")
        + flows("s g, g a x, g b e"),
    )
    told.do("a")
    assert told.order() == "a -b"
    assert told.open() == []
    assert told.history("incident-created") == ["incident-created x"]
    assert told.outcome(told.root) is None


def test_an_escalation_lets_the_thrower_go_on_where_it_does_not_interrupt(told: Told) -> None:
    escalation = event("escalation", "C")
    thrown = throw("x", "escalation", "C") + tasks("on") + ends("de2")
    told.begin(two_levels(escalation, event("escalation", "W"), thrown, False, " on de2"))
    told.do("a")
    assert sorted(told.order().split(" ")) == ["a", "far", "on"]
    told.do("w")
    assert told.order().split(" ")[3:] == ["w", "q", "n", "p", "z"]
    assert told.ended


def test_an_escalation_that_interrupts_cancels_the_thrower(told: Told) -> None:
    escalation = event("escalation", "C")
    thrown = throw("x", "escalation", "C") + tasks("on") + ends("de2")
    told.begin(two_levels(escalation, event("escalation"), thrown, True, " on de2"))
    told.do("a")
    assert told.order() == "a -w -q near p z"
    assert told.ended


def test_an_escalation_that_nobody_catches_changes_nothing(told: Told) -> None:
    told.begin(
        START_EVENT
        + users("a")
        + throw("x", "escalation", "C")
        + tasks("z")
        + ends("e", "escalation", "W")
        + flows("s a x z e"),
    )
    told.do("a")
    assert told.order() == "a z"
    assert told.ended


def test_an_event_throws_several_things_in_their_order(told: Told) -> None:
    several = event("escalation", "C") + event("signal", "S")
    told.begin(
        START_EVENT
        + subprocess(
            "p",
            inner(
                "i",
                users("a w")
                + gateway("parallel", "g")
                + ends("ie2")
                + f'<bpmn:intermediateThrowEvent id="x">{several}</bpmn:intermediateThrowEvent>',
                "is g, g a x ie, g w ie2",
            ),
        )
        + at("p", "b1", event("escalation", "C"), False)
        + at("p", "b2", event("signal", "S"), False)
        + tasks("first second z")
        + ends("e e1 e2")
        + flows("s p z e, b1 first e1, b2 second e2"),
    )
    told.do("a")
    assert told.order() == "a first second"
    told.do("w")
    assert told.order() == "a first second w p z"
    assert told.ended


def test_borders_of_several_levels_hear_one_signal(told: Told) -> None:
    """Only one level interrupts: whatever is inside it is gone."""
    told.begin(
        START_EVENT
        + subprocess(
            "p",
            inner(
                "i",
                users("a") + at("a", "b1", event("signal", "S"), False) + tasks("near") + ends("ie2"),
                "is a ie, b1 near ie2",
            ),
        )
        + at("p", "b2", event("signal", "S"))
        + tasks("far z")
        + ends("e")
        + flows("s p z e, b2 far e"),
    )
    told.hear("signal", "S")
    assert "far" in told.order().split(" ")
    assert "near" not in told.order().split(" ")
    assert told.ended


def test_a_message_thrown_inside_reaches_who_waits_in_the_same_process_at_once(told: Told) -> None:
    told.begin(
        START_EVENT
        + gateway("parallel", "g")
        + users("u")
        + throw("x", "message", "M")
        + subprocess("p", inner("i", users("w"), "is w ie"))
        + at("p", "on", event("message", "M"))
        + tasks("a late z")
        + ends("e")
        + flows("s g, g u x a e, g p z e, on late e"),
    )
    told.do("u")
    assert told.order() == "u -w -p a late"
    assert told.ended
