"""The order of activities around gateways, and where flows split and meet without one."""

from __future__ import annotations

from support.orders import START_EVENT, Told, at, ends, event, flows, gateway, tasks, throw, users


def test_an_exclusive_choice_takes_the_first_way_that_holds(told: Told) -> None:
    told.begin(
        START_EVENT
        + users("u")
        + gateway("exclusive", "g", "g_c_3_0")
        + tasks("a b c")
        + ends("e")
        + flows("s u g, g a [x >= 1], g b [x >= 2], g c, a e, b e, c e"),
    )
    told.do("u", x=2)
    assert told.order() == "u a"
    assert told.ended


def test_parallel_ways_run_first_come_first_served(told: Told) -> None:
    told.begin(
        START_EVENT
        + gateway("parallel", "g")
        + gateway("parallel", "j")
        + tasks("a1 a2 b1 b2 z")
        + users("u")
        + ends("e")
        + flows("s g, g a1 a2 j, g b1 b2 j, g u j, j z e"),
    )
    assert told.order() == "a1 b1 a2 b2"
    told.do("u")
    assert told.order() == "a1 b1 a2 b2 u z"
    assert told.ended


def test_an_inclusive_join_waits_for_what_can_still_come(told: Told) -> None:
    told.begin(
        START_EVENT
        + users("u a b")
        + gateway("inclusive", "g", "g_c_3_0")
        + gateway("inclusive", "j")
        + tasks("c z")
        + ends("e")
        + flows("s u g, g a [x >= 1], g b [x >= 2], g c, a j, b j, c j, j z e"),
    )
    told.do("u", x=2)
    assert told.open() == ["a", "b"]
    told.do("b", "a")
    assert told.order() == "u b a z"
    assert told.ended


def test_an_inclusive_choice_of_nothing_takes_the_default(told: Told) -> None:
    told.begin(
        START_EVENT
        + users("u a")
        + gateway("inclusive", "g", "g_c_2_0")
        + gateway("inclusive", "j")
        + tasks("c z")
        + ends("e")
        + flows("s u g, g a [x >= 1], g c, a j, c j, j z e"),
    )
    told.do("u", x=0)
    assert told.order() == "u c z"
    assert told.ended


def test_an_inclusive_join_in_a_loop_joins_in_every_round(told: Told) -> None:
    told.begin(
        START_EVENT
        + users("a b again")
        + gateway("exclusive", "m")
        + gateway("inclusive", "g", "g_j_6_0")
        + gateway("inclusive", "j")
        + gateway("exclusive", "x", "x_e_3_0")
        + ends("e")
        + flows("s m g, g a [x != 1], a j again x, x e, x m [more], g b [x != 2], g j, b j"),
    )
    told.do("a", "b")
    assert told.open() == ["again"]
    told.do("again", more=True)
    assert told.open() == ["a", "b"]
    told.do("b")
    assert told.open() == ["a"]
    told.do("a")
    told.do("again", more=False)
    assert told.order() == "a b again b a again"
    assert told.ended


def test_an_inclusive_join_does_not_wait_for_a_token_that_is_past_it(told: Told) -> None:
    """Its own token in the loop behind it can come back, but only over a flow that is filled."""
    told.begin(
        START_EVENT
        + gateway("parallel", "g")
        + users("a b c")
        + gateway("inclusive", "j")
        + ends("e e2")
        + flows("s g, g a j, g b j, g c e2, j e"),
    )
    told.do("a")
    assert told.open() == ["b", "c"]
    told.do("b")
    assert told.history("element-left", "element-passed").count("element-passed e") == 1
    told.do("c")
    assert told.ended


def test_an_event_based_choice_takes_the_first_event(told: Told) -> None:
    events = "".join(
        f'<bpmn:intermediateCatchEvent id="{name}">{definition}</bpmn:intermediateCatchEvent>'
        for name, definition in (
            ("m", event("message", "M")),
            ("t", event("timer", "PT1H")),
            ("w", event("signal", "S")),
            ("q", event("conditional", "x = 1")),
        )
    )
    told.begin(
        START_EVENT
        + gateway("eventBased", "g")
        + events
        + tasks("a b c d")
        + ends("e")
        + flows("s g, g m a e, g t b e, g w c e, g q d e"),
    )
    told.hear("signal", "S")
    assert told.order() == "c"
    assert told.ended


def test_every_flow_out_of_an_activity_gets_a_token_and_each_goes_on_alone(told: Told) -> None:
    told.begin(START_EVENT + users("u a b") + tasks("z") + ends("e") + flows("s u, u a z, u b z, z e"))
    told.do("u", "b", "a")
    assert told.order() == "u b z a z"
    assert told.ended


def test_conditions_and_the_default_on_flows_out_of_an_activity(told: Told) -> None:
    given = '<bpmn:userTask id="u" camunda:candidateGroups="clerks" default="u_c_3_0"/>'
    told.begin(
        START_EVENT + given + tasks("a b c") + ends("e") + flows("s u, u a [x >= 1], u b [x >= 2], u c, a e, b e, c e"),
    )
    told.do("u", x=2)
    assert told.order() == "u a b"
    assert told.ended


def test_a_link_leads_to_its_other_end(told: Told) -> None:
    caught = f'<bpmn:intermediateCatchEvent id="l2">{event("link", "there")}</bpmn:intermediateCatchEvent>'
    told.begin(
        START_EVENT
        + throw("l1", "link", "there")
        + caught
        + users("u")
        + tasks("a z")
        + ends("e")
        + flows("s a l1, l2 u z e"),
    )
    told.do("u")
    assert told.order() == "a u z"
    assert told.ended


def test_a_complex_join_goes_on_with_two_of_three_and_takes_in_the_third(told: Told) -> None:
    enough = "<bpmn:activationCondition>activationCount &gt;= 2</bpmn:activationCondition>"
    told.begin(
        START_EVENT
        + gateway("parallel", "g")
        + users("a b c")
        + f'<bpmn:complexGateway id="j" default="j_z_4_0">{enough}</bpmn:complexGateway>'
        + tasks("z late")
        + ends("e")
        + flows("s g, g a j, g b j, g c j, j z e, j late e [not(waitingForStart)]"),
    )
    told.do("c", "a", "b")
    assert told.order() == "c a z b late"
    assert told.ended


def test_an_inclusive_join_waits_for_a_token_that_can_leave_by_a_border(told: Told) -> None:
    told.begin(
        START_EVENT
        + gateway("parallel", "g")
        + users("a b")
        + at("b", "late", event("timer", "PT1H"))
        + gateway("inclusive", "j")
        + tasks("z")
        + ends("e e2")
        + flows("s g, g a j, g b e2, late j, j z e"),
    )
    told.do("a")
    assert told.order() == "a"
    told.wait(hours=1)
    assert told.order() == "a -b z"
    assert told.ended


def test_inclusive_joins_look_one_after_the_other(told: Told) -> None:
    """The one that waits longest goes on first; what it lets go on is awaited by the next."""
    told.begin(
        START_EVENT
        + gateway("parallel", "g")
        + users("a b")
        + gateway("inclusive", "j1")
        + gateway("inclusive", "j2")
        + tasks("y z")
        + ends("e")
        + flows("s g, g a j1, g b j2, j1 y j2, j2 z e, g j1"),
    )
    told.do("b")
    assert told.order() == "b"
    told.do("a")
    assert told.order() == "b a y z"
    assert told.ended
