"""The order of activities around gateways, and where flows split and meet without one."""

from __future__ import annotations

from support.diagrams import node
from support.engine import user
from support.orders import HEARD, Told, at, catch, gateways, throw, users


def test_an_exclusive_choice_takes_the_first_way_that_holds(told: Told) -> None:
    told.begin(
        "s u g, g a [x >= 1], g b [x >= 2], g c, a e, b e, c e", users("u"), gateways("exclusive", "g", "g_c_3_0")
    )
    told.do("u", x=2)
    assert told.order() == "u a"
    assert told.ended


def test_parallel_ways_run_first_come_first_served(told: Told) -> None:
    told.begin("s g, g a1 a2 j, g b1 b2 j, g u j, j z e", gateways("parallel", "g j"), users("u"))
    assert told.order() == "a1 b1 a2 b2"
    told.do("u")
    assert told.order() == "a1 b1 a2 b2 u z"
    assert told.ended


def test_an_inclusive_join_waits_for_what_can_still_come(told: Told) -> None:
    told.begin(
        "s u g, g a [x >= 1], g b [x >= 2], g c, a j, b j, c j, j z e",
        users("u a b"),
        gateways("inclusive", "g", "g_c_3_0"),
        gateways("inclusive", "j"),
    )
    told.do("u", x=2)
    assert told.open() == ["a", "b"]
    told.do("b", "a")
    assert told.order() == "u b a z"
    assert told.ended


def test_an_inclusive_choice_of_nothing_takes_the_default(told: Told) -> None:
    told.begin(
        "s u g, g a [x >= 1], g c, a j, c j, j z e",
        users("u a"),
        gateways("inclusive", "g", "g_c_2_0"),
        gateways("inclusive", "j"),
    )
    told.do("u", x=0)
    assert told.order() == "u c z"
    assert told.ended


def test_an_inclusive_join_in_a_loop_joins_in_every_round(told: Told) -> None:
    told.begin(
        "s m g, g a [x != 1], a j again x, x e, x m [more], g b [x != 2], g j, b j",
        users("a b again"),
        gateways("exclusive", "m"),
        gateways("inclusive", "g", "g_j_6_0"),
        gateways("inclusive", "j"),
        gateways("exclusive", "x", "x_e_3_0"),
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
    told.begin("s g, g a j, g b j, g c e2, j e", gateways("parallel", "g"), users("a b c"), gateways("inclusive", "j"))
    told.do("a")
    assert told.open() == ["b", "c"]
    told.do("b")
    assert told.history("element-left", "element-passed").count("element-passed e") == 1
    told.do("c")
    assert told.ended


def test_an_event_based_choice_takes_the_first_event(told: Told) -> None:
    message, signal, timer, condition = HEARD
    told.begin(
        "s g, g m a e, g t b e, g w c e, g q d e",
        gateways("eventBased", "g"),
        catch("m", message),
        catch("t", timer),
        catch("w", signal),
        catch("q", condition),
    )
    told.happen(signal)
    assert told.order() == "c"
    assert told.ended


def test_every_flow_out_of_an_activity_gets_a_token_and_each_goes_on_alone(told: Told) -> None:
    told.begin("s u, u a z, u b z, z e", users("u a b"))
    told.do("u", "b", "a")
    assert told.order() == "u b z a z"
    assert told.ended


def test_conditions_and_the_default_on_flows_out_of_an_activity(told: Told) -> None:
    given = user("u", 'camunda:candidateGroups="clerks" default="u_c_3_0"')
    told.begin("s u, u a [x >= 1], u b [x >= 2], u c, a e, b e, c e", given)
    told.do("u", x=2)
    assert told.order() == "u a b"
    assert told.ended


def test_a_link_leads_to_its_other_end(told: Told) -> None:
    told.begin("s a l1, l2 u z e", throw("l1", "link there"), catch("l2", "link there"), users("u"))
    told.do("u")
    assert told.order() == "a u z"
    assert told.ended


def test_a_complex_join_goes_on_with_two_of_three_and_takes_in_the_third(told: Told) -> None:
    enough = "<bpmn:activationCondition>activationCount &gt;= 2</bpmn:activationCondition>"
    told.begin(
        "s g, g a j, g b j, g c j, j z e, j late e [not(waitingForStart)]",
        gateways("parallel", "g"),
        users("a b c"),
        node("complexGateway", "j", enough, 'default="j_z_4_0"'),
    )
    told.do("c", "a", "b")
    assert told.order() == "c a z b late"
    assert told.ended


def test_an_inclusive_join_waits_for_a_token_that_can_leave_by_a_border(told: Told) -> None:
    told.begin(
        "s g, g a j, g b e2, late j, j z e",
        gateways("parallel", "g"),
        users("a b"),
        at("b", "late", "timer PT1H"),
        gateways("inclusive", "j"),
    )
    told.do("a")
    assert told.order() == "a"
    told.happen("timer PT1H")
    assert told.order() == "a -b z"
    assert told.ended


def test_inclusive_joins_look_one_after_the_other(told: Told) -> None:
    """The one that waits longest goes on first; what it lets go on is awaited by the next."""
    told.begin(
        "s g, g a j1, g b j2, j1 y j2, j2 z e, g j1",
        gateways("parallel", "g"),
        users("a b"),
        gateways("inclusive", "j1 j2"),
    )
    told.do("b")
    assert told.order() == "b"
    told.do("a")
    assert told.order() == "b a y z"
    assert told.ended
