"""How process instances begin by themselves: messages, signals, timers, conditions, gateways; each exactly once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from support.diagrams import (
    BEGIN,
    MESSAGE,
    NAMES,
    SIGNAL,
    catch,
    conditional,
    draw,
    flows,
    node,
    parameters,
    script,
    service,
)
from support.engine import START, Story, chain, diagram, flow, on_nodes, process, timer, user

from engine import definitions, instances, messages, overview, scheduler, start_timers, tables, tasks
from engine.environment import SYSTEM, Environment
from engine.errors import Conflict, NotFound
from engine.lint import Refused

BOTH = 'instantiate="true" eventGatewayType="Parallel"'


def begun(*given: str, key: str = "p", task: str = "z") -> str:
    """A process with a start event for each of the definitions (`s0`, `s1`, …), all leading to one task."""
    starts = "".join(
        node("startEvent", f"s{n}", definition) + flow(f"f{n}", f"s{n}", task) for n, definition in enumerate(given)
    )
    return process(f'{starts}{user(task)}<bpmn:endEvent id="e"/>{flow("fe", task, "e")}', key)


def restart(story: Story) -> None:
    """Another node of the installation takes over: it has compiled nothing."""
    story.environment.deployments.clear()


def ways_in(story: Story) -> list[str]:
    """Where the instances have begun, in the order of their start."""
    streams = [row.stream for row in sorted(story.rows(tables.instance), key=lambda row: (row.started_at, row.id))]
    return [event.split()[1] for stream in streams for event in story.history("element-passed", stream=stream)]


def say(story: Story, name: str, key: str | None = "K-1", **payload: object) -> None:
    story.publish(name, payload, business_key=key)


# timers


def test_a_cycle_starts_an_instance_each_round_and_ends(story: Story) -> None:
    story.deploy(diagram(begun(timer("cycle", "R3/PT24H"))))
    restart(story)
    assert story.travel(hours=23) == 0
    assert [story.travel(hours=24) for _ in range(4)] == [1, 1, 1, 0]
    assert story.open() == ["z", "z", "z"]
    assert story.rows(tables.start_timer) == []
    root = max(story.rows(tables.task), key=lambda row: row.created_at).instance_id
    (fired,) = story.facts("timer-fired", f"instance:{root}")
    assert (fired["timer"], fired["due"]) == ("s0", (START + timedelta(hours=72)).isoformat())
    kinds = ("instance-started", "timer-fired", "element-passed", "task-created")
    assert story.history(*kinds, stream=f"instance:{root}") == [
        "instance-started",
        "timer-fired s0",
        "element-passed s0",
        "task-created z",
    ]


def test_rounds_missed_while_no_node_ran_are_made_up_for_in_order(story: Story) -> None:
    story.deploy(diagram(begun(timer("cycle", "R/2026-05-09T09:00:00+08:00/P1D"))))
    restart(story)
    assert story.travel(days=3) == 3
    (row,) = story.rows(tables.start_timer)
    assert (row.due_at, row.repeats) == (START + timedelta(days=4), None)
    due = [story.facts("timer-fired", task.stream)[0]["due"] for task in story.rows(tables.task)]
    assert sorted(due) == [(START + timedelta(days=n)).isoformat() for n in (1, 2, 3)]


def test_a_bounded_cycle_with_a_date_begins_at_its_first_round_to_come(story: Story) -> None:
    story.deploy(diagram(begun(timer("cycle", '="R4/2026-05-07T09:00:00+08:00/P1D"'))))
    (row,) = story.rows(tables.start_timer)
    assert (row.due_at, row.repeats) == (START, 2)
    assert story.travel(days=9) == 3


def test_a_date_and_a_duration_start_once(story: Story) -> None:
    story.deploy(
        diagram(begun(timer("date", '=date and time("2026-05-08T12:00:00+08:00")'), timer("duration", "PT2H")))
    )
    assert [story.travel(hours=hours) for hours in (1, 1, 1, 100)] == [0, 1, 1, 0]
    assert ways_in(story) == ["s1", "s0"]


def test_a_date_that_is_over_starts_nothing_and_is_told(story: Story) -> None:
    late = begun(timer("date", '=date and time("2026-05-08T08:00:00+08:00")'))
    cycle = begun(timer("cycle", '="R2/2026-05-01T08:00:00+08:00/PT1H"'), key="q")
    story.deploy(diagram(late), diagram(cycle))
    assert story.history("timer-over", stream="deployment") == ["timer-over s0", "timer-over s0"]
    assert (story.travel(days=1), story.rows(tables.start_timer)) == (0, [])


def test_a_timer_that_cannot_be_set_refuses_the_version_and_the_old_one_goes_on(story: Story) -> None:
    story.deploy(diagram(begun(timer("cycle", "R/PT1H"))))
    with pytest.raises(Refused) as refused:
        story.deploy(diagram(begun(timer("cycle", '="sometimes"'))))
    (finding,) = refused.value.findings
    assert (finding.rule, finding.file, finding.element) == ("timer", "diagram0.bpmn", "s0")
    assert "sometimes" in finding.message
    assert story.travel(hours=1) == 1


def test_another_version_brings_its_own_timers(story: Story) -> None:
    first = story.deploy(diagram(begun(timer("cycle", "R/PT1H")))).definitions["p"]
    story.travel(minutes=30)
    story.deploy(diagram(begun(timer("cycle", "R/PT3H"), task="y")))
    (row,) = story.rows(tables.start_timer)
    assert row.due_at == START + timedelta(hours=3, minutes=30)
    with story.environment.read() as connection:
        (listed,) = overview.timers(connection)
    assert (listed.due_at, listed.process, listed.element_id, listed.business_key) == (row.due_at, "p", "s0", None)
    assert listed.starts
    assert story.travel(hours=3) == 1
    story.run(lambda tx: definitions.make_current(tx, first))
    assert story.travel(hours=1) == 1
    assert story.open() == ["y", "z"]
    story.deploy(diagram(process(chain(("a", user("a"))))))
    assert story.rows(tables.start_timer) == []


def test_what_a_suspended_version_misses_is_not_made_up_for(story: Story) -> None:
    timers = (timer("cycle", "R5/PT1H"), timer("duration", "PT2H"))
    version = story.deploy(diagram(begun(*timers))).definitions["p"]
    story.run(lambda tx: definitions.suspend(tx, version))
    assert story.travel(hours=3, minutes=30) == 0
    story.run(lambda tx: definitions.activate(tx, version))
    (row,) = story.rows(tables.start_timer)
    assert (row.due_at, row.repeats) == (START + timedelta(hours=4), 1)
    assert story.history("timer-over", stream="deployment") == ["timer-over s1"]
    assert [story.travel(hours=hours) for hours in (0.5, 1, 1)] == [1, 1, 0]


def test_a_start_that_fails_is_put_off_and_the_others_begin(story: Story, monkeypatch: Any) -> None:
    story.deploy(
        diagram(begun(timer("duration", "PT1H"))), diagram(begun(timer("duration", "PT1H"), key="q", task="y"))
    )
    original = definitions.by_id

    def broken(environment: Any, connection: Any, definition_id: str) -> Any:
        found = original(environment, connection, definition_id)
        if found.key == "p":
            raise ZeroDivisionError("broken")
        return found

    monkeypatch.setattr(definitions, "by_id", broken)
    assert story.travel(hours=1) == 1
    assert story.facts("timer-failed", "deployment")[0]["message"] == "broken"
    monkeypatch.undo()
    assert story.travel(minutes=5) == 1
    assert story.open() == ["y", "z"]


def test_a_failed_start_whose_timer_is_gone_is_left(story: Story, monkeypatch: Any) -> None:
    story.deploy(diagram(begun(timer("duration", "PT1H"))))
    (row,) = story.rows(tables.start_timer)
    monkeypatch.setattr(start_timers, "_fire", lambda tx, timer_id: 1 / 0)
    story.run(lambda tx: tx.connection.execute(tables.start_timer.delete()))
    assert start_timers._fire_alone(story.environment, row.id) is False
    assert story.history("timer-failed", stream="deployment") == []


def test_two_nodes_that_look_at_once_start_each_round_once(story: Story, database_url: str) -> None:
    story.deploy(diagram(begun(timer("cycle", "R20/PT1H"))))
    story.clock.travel(timedelta(hours=20))
    done = [0, 0]

    def look(n: int, node: Environment) -> None:
        while story.rows(tables.start_timer):
            done[n] += scheduler.work(node)

    on_nodes(story, database_url, 2, look)
    assert sum(done) == len(story.open()) == 20
    due = {story.facts("timer-fired", task.stream)[0]["due"] for task in story.rows(tables.task)}
    assert len(due) == 20


# messages and signals


def test_a_signal_starts_all_that_listen_and_wakes_all_that_wait(story: Story) -> None:
    waiting = process(chain(("w", catch("w", SIGNAL)), ("a", user("a")), prefix="k"), "waiting")
    story.deploy(diagram(begun(SIGNAL, key="p1", task="x"), waiting, extra=NAMES))
    story.deploy(diagram(begun(SIGNAL, SIGNAL, key="p2", task="y"), extra=NAMES), other_txt=b"another bundle")
    story.start("waiting")
    restart(story)
    story.signal("alarm", {"level": 3})
    assert story.open() == ["a", "x", "y", "y"]
    levels = [row.text for row in story.rows(tables.variable) if row.name == "level"]
    assert levels == ["3"] * 4
    assert story.rows(tables.delivery) == []


def test_a_signal_starts_the_others_when_one_is_suspended(story: Story) -> None:
    files = (diagram(begun(SIGNAL, key="p1", task="x"), extra=NAMES), diagram(begun(SIGNAL, key="p2"), extra=NAMES))
    deployed = story.deploy(*files).definitions
    story.run(lambda tx: definitions.suspend(tx, deployed["p1"]))
    story.signal("alarm")
    assert story.open() == ["z"]
    story.run(lambda tx: definitions.activate(tx, deployed["p1"]))
    story.travel(minutes=1)
    assert story.open() == ["x", "z"]


def deploy(story: Story, name: str, *processes: str) -> dict[str, str]:
    files = {"d.bpmn": diagram(*processes, extra=NAMES)}
    return dict(story.run(lambda tx: definitions.deploy(tx, name, files)).definitions)


def test_a_message_that_starts_another_process_already_refuses_the_deployment(story: Story) -> None:
    deployed = deploy(story, "one", begun(BEGIN))["p"]
    with pytest.raises(Refused) as refused:
        deploy(story, "other", begun(BEGIN, key="q", task="y"))
    (finding,) = refused.value.findings
    assert (finding.rule, finding.element, finding.parameters["other"]) == ("start-name", "s0", "p")
    story.run(lambda tx: definitions.suspend(tx, deployed))
    deploy(story, "other", begun(BEGIN, key="q", task="y"))
    assert story.facts("start-taken-over", "deployment")[0]["old"] == deployed
    say(story, "begin")
    assert story.open() == ["y"]
    with pytest.raises(Refused, match="'begin' starts the process 'q' already"):
        story.run(lambda tx: definitions.activate(tx, deployed))


def test_a_message_may_move_to_another_process_of_the_bundle_and_back(story: Story) -> None:
    plain = process(chain(("d", user("d")), prefix="h"), "b")
    old = deploy(story, "bundle", begun(BEGIN, key="b"), process(chain(("c", user("c")), prefix="g"), "a"))
    story.travel(hours=1)
    deploy(story, "bundle", plain, begun(BEGIN, key="a", task="y"))
    say(story, "begin")
    assert story.open() == ["y"]
    story.run(lambda tx: definitions.make_current(tx, *old.values()))
    say(story, "begin")
    assert story.open() == ["y", "z"]


def test_a_process_that_its_bundle_has_lost_gives_its_message_up(story: Story) -> None:
    old = deploy(story, "bundle", begun(BEGIN, key="former"))["former"]
    story.travel(hours=1)
    deploy(story, "bundle", begun(BEGIN, key="renamed", task="y"))
    say(story, "begin")
    assert story.open() == ["y"]
    story.run(lambda tx: definitions.make_current(tx, old))
    say(story, "begin")
    assert story.open() == ["y", "z"]


def test_each_start_event_begins_its_own_way(story: Story) -> None:
    body = begun("", BEGIN, SIGNAL, timer("duration", "PT1H"), conditional("n > 3"))
    story.deploy(diagram(body, extra=NAMES))
    story.start()
    say(story, "begin", "K-2", n=1)
    story.travel(seconds=1)
    story.signal("alarm")
    story.travel(hours=1)
    story.run(lambda tx: instances.start_when(tx, {"n": 4}, business_key="K-3"))
    passed = [
        event for row in story.rows(tables.instance) for event in story.history("element-passed", stream=row.stream)
    ]
    assert sorted(event.split()[1] for event in passed) == ["s0", "s1", "s2", "s3", "s4"]
    assert len(story.open()) == 5


def test_any_definition_of_a_multiple_start_event_starts(story: Story) -> None:
    several = BEGIN + SIGNAL + timer("cycle", "R2/PT1H") + timer("duration", "PT3H") + conditional("n > 3")
    story.deploy(diagram(begun(several), extra=NAMES))
    story.publish("begin")
    story.signal("alarm")
    assert len(story.run(lambda tx: instances.start_when(tx, {"n": 4}))) == 1
    assert story.travel(hours=4) == 3
    assert ways_in(story) == ["s0"] * 6


def test_a_start_by_hand_names_a_start_event_or_is_refused(story: Story) -> None:
    story.deploy(diagram(begun("", BEGIN), extra=NAMES))
    story.run(lambda tx: instances.start(tx, "p", element="s1", stream="K-1"))
    assert story.history("element-passed") == ["element-passed s1"]
    for element in ("z", "nothing"):
        with pytest.raises(NotFound):
            story.run(lambda tx, element=element: instances.start(tx, "p", element=element))


# conditions


def test_conditions_are_looked_at_when_asked_and_start_what_holds(story: Story) -> None:
    story.deploy(
        diagram(begun(conditional("amount &gt;= 500"), key="large")),
        diagram(begun(conditional("amount &lt; 500"), conditional('channel = "media"'), key="small", task="y")),
    )
    restart(story)
    started = story.run(
        lambda tx: instances.start_when(tx, {"amount": 20, "channel": "media"}, business_key="K-1", stream="K-1")
    )
    assert len(started) == 2
    assert sorted(story.history("element-passed")) == ["element-passed s0", "element-passed s1"]
    assert story.variables(started[0])["amount"] == "20"
    assert story.run(lambda tx: instances.start_when(tx, {"amount": 800}, key="small")) == []
    assert len(story.run(lambda tx: instances.start_when(tx, {"amount": 800}))) == 1
    assert story.run(lambda tx: instances.start_when(tx, {})) == []
    assert story.open() == ["y", "y", "z"]


def test_an_operation_may_ask_for_conditions_and_a_suspended_process_does_not_start(story: Story) -> None:
    @story.environment.operations.operation("look")
    def look(call: Any, *, amount: int) -> None:
        instances.start_when(call.tx, {"amount": amount}, business_key=call.business_key)

    asking = service("a", "look", parameters({"amount": "=900"}))
    deployed = story.deploy(
        diagram(begun(conditional("amount > 500"), key="large")), diagram(process(chain(("a", asking)), "asking"))
    )
    story.start("asking")
    assert story.task("z").business_key == "K-1"
    story.run(lambda tx: definitions.suspend(tx, deployed.definitions["large"]))
    story.start("asking")
    assert story.open() == ["z"]


# gateways and receive tasks that instantiate


def gateway(attributes: str, *events: tuple[str, str], more: str = "") -> str:
    """An instantiating gateway `g`; behind each event a task `after-…`, all ending together."""
    way = ", ".join(f"g {name} after-{name} e" for name, _ in events)
    pieces = "".join(xml + user(f"after-{name}") for name, xml in events)
    return process(draw(way, node("eventBasedGateway", "g", "", attributes), pieces) + more)


EVENTS = (("m", catch("m", MESSAGE)), ("b", catch("b", BEGIN)))


def test_the_first_event_behind_an_exclusive_gateway_starts_and_the_others_are_not_waited_for(story: Story) -> None:
    timed = (*EVENTS, ("t", catch("t", timer("duration", "PT1H"))), ("s", catch("s", SIGNAL)))
    story.deploy(diagram(gateway('instantiate="true"', *timed), extra=NAMES))
    restart(story)
    say(story, "begin", n=1)
    assert (story.open(), story.rows(tables.subscription)) == (["after-b"], [])
    stream = story.task("after-b").stream
    assert [e for e in story.history(stream=stream) if e.endswith((" g", " b"))] == ["element-left g", "element-left b"]
    say(story, "answered")
    story.signal("alarm")
    story.travel(hours=1)
    assert story.open() == ["after-b", "after-m", "after-s", "after-t"]
    assert len({row.id for row in story.rows(tables.instance)}) == 4


@pytest.mark.parametrize("order", [("answered", "begin"), ("begin", "answered")])
def test_a_parallel_gateway_starts_with_the_first_and_needs_all(story: Story, order: tuple[str, str]) -> None:
    receive = [(name, node("receiveTask", name, "", f'messageRef="{name.upper()}"')) for name in ("m", "b")]
    story.deploy(diagram(gateway(BOTH, *receive), extra=NAMES))
    say(story, order[0], first=1)
    (root,) = [row.id for row in story.rows(tables.instance)]
    (task,) = story.open()
    story.complete(task)
    assert (story.outcome(root), len(story.rows(tables.subscription))) == (None, 1)
    restart(story)
    say(story, order[1], key="K-2")
    assert len(story.rows(tables.instance)) == 2
    say(story, order[1], second=2)
    assert story.variables(root) == {"first": "1", "second": "2"}
    (left,) = [row for row in story.rows(tables.task) if row.instance_id == root]
    story.run(lambda tx: tasks.complete(tx, left.id))
    assert story.outcome(root) == "completed"


def test_messages_that_are_on_their_way_together_meet_in_one_instance(story: Story) -> None:
    story.deploy(diagram(gateway(BOTH, *EVENTS), extra=NAMES))

    def both(tx: Any) -> None:
        for name in ("answered", "begin"):
            messages.publish(tx, name, business_key="K-1")

    story.run(both)
    assert len(story.rows(tables.instance)) == 1
    assert story.open() == ["after-b", "after-m"]


@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_nodes_that_bring_them_at_the_same_instant_start_one_instance(story: Story, database_url: str) -> None:
    story.deploy(diagram(gateway(BOTH, *EVENTS), extra=NAMES))
    story.environment.deliver = None
    for n in range(10):
        for name in ("answered", "begin"):
            say(story, name, key=f"K-{n}")
    waiting = sorted(story.rows(tables.delivery), key=lambda row: row.message)

    def bring(n: int, node: Environment) -> None:
        for row in waiting[n::4]:
            messages.deliver(node, row.id)

    on_nodes(story, database_url, 4, bring)
    assert sorted(row.business_key for row in story.rows(tables.instance)) == [f"K-{n}" for n in range(10)]
    assert (story.open(), story.rows(tables.delivery)) == (["after-b"] * 10 + ["after-m"] * 10, [])


def test_of_several_gateways_that_start_a_process_each_needs_one_event(story: Story) -> None:
    second = node("eventBasedGateway", "h", "", 'instantiate="true"')
    events = catch("hs", SIGNAL) + catch("ht", timer("duration", "PT9H"))
    more = second + events + flows("h hs e, h ht e")
    story.deploy(diagram(gateway('instantiate="true"', *EVENTS, more=more), extra=NAMES))
    say(story, "begin")
    (root,) = [row.id for row in story.rows(tables.instance)]
    story.complete("after-b")
    assert story.outcome(root) is None
    assert story.travel(hours=9) == 2  # in the instance, and as a start of another one
    assert story.outcome(root) == "completed"


def test_a_receive_task_starts_the_process_with_its_message(story: Story) -> None:
    receive = node("receiveTask", "r", "", 'messageRef="B" instantiate="true"')
    story.deploy(diagram(process(draw("r s z e", receive, script("s", "n + 1", "n"), user("z"))), extra=NAMES))
    restart(story)
    say(story, "begin", n=1)
    task = story.task("z")
    assert story.variables(task.instance_id) == {"n": "2"}
    assert story.history("element-entered", "element-left", stream=task.stream) == [
        "element-entered r",
        "element-left r",
    ]
    with pytest.raises(Conflict, match="start event without a message"):
        story.start()


def test_a_version_that_is_not_current_starts_nothing_by_itself(story: Story) -> None:
    version = story.deploy(diagram(begun(BEGIN, timer("cycle", "R/PT1H")), extra=NAMES)).definitions["p"]
    story.deploy(diagram(process(chain(("a", user("a"))))))
    story.run(lambda tx: definitions.suspend(tx, version))
    story.run(lambda tx: definitions.activate(tx, version))
    say(story, "begin")
    assert (story.travel(hours=3), story.open()) == (0, [])
    assert story.rows(tables.start_event) == story.rows(tables.start_timer) == []
    assert story.run(lambda tx: instances.start(tx, "p", definition_id=version, element="s0"), by=SYSTEM)


def test_dates_are_read_when_a_version_is_made_current(story: Story) -> None:
    story.deploy(diagram(begun(timer("date", '=now() + duration("PT5H")'))))
    (row,) = story.rows(tables.start_timer)
    assert row.due_at == datetime(2026, 5, 8, 6, tzinfo=UTC)
