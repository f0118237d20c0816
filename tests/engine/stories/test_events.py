"""Events as stories: timers, messages and signals; who gets them, when, and exactly once."""

from __future__ import annotations

from datetime import timedelta

from support.engine import AMY, START, Story, chain, diagram, flow, process, timer, user

from engine import instances, messages, tables, timers
from engine.environment import SYSTEM

MESSAGES = '<bpmn:message id="M" name="answered"/><bpmn:signal id="S" name="alarm"/><bpmn:message id="B" name="begin"/>'


def catch(identity: str, definition: str, inner: str = "") -> str:
    return f'<bpmn:intermediateCatchEvent id="{identity}">{inner}{definition}</bpmn:intermediateCatchEvent>'


MESSAGE = '<bpmn:messageEventDefinition messageRef="M"/>'
SIGNAL = '<bpmn:signalEventDefinition signalRef="S"/>'


def test_a_message_finds_its_business_key_also_in_a_called_process(story: Story) -> None:
    called = process(chain(("w", catch("w", MESSAGE)), prefix="g"), "q")
    body = chain(("c", '<bpmn:callActivity id="c" calledElement="q"/>'), ("z", user("z")))
    story.deploy(diagram(process(body), called, extra=MESSAGES))
    story.start()
    story.run(lambda tx: messages.publish(tx, "answered", business_key="other"))
    assert story.open() == []
    story.run(lambda tx: messages.publish(tx, "answered", business_key="K-1", payload={"score": 3}))
    assert story.open() == ["z"]
    assert story.rows(tables.delivery) == story.rows(tables.subscription) == []


def test_a_message_waits_for_its_receiver_until_it_expires_and_comes_once(story: Story) -> None:
    body = chain(("a", user("a")), ("w", catch("w", MESSAGE)), ("z", user("z")))
    story.deploy(diagram(process(body), extra=MESSAGES))
    for waited, expected in ((timedelta(hours=1), ["z"]), (timedelta(hours=3), [])):
        root = story.start()
        key = f"{waited}"
        published = [
            story.run(
                lambda tx, key=key: messages.publish(
                    tx, "answered", business_key="K-1", message_id=key, ttl=timedelta(hours=2)
                )
            )
            for _ in range(2)
        ]
        assert published == [True, False]
        story.travel(seconds=waited.total_seconds())
        story.complete("a")
        assert story.open() == expected
        story.run(lambda tx, root=root: instances.cancel(tx, root, "end of test"))


def test_a_correlation_key_tells_two_waiters_of_one_case_apart(story: Story) -> None:
    key = (
        '<bpmn:extensionElements><camunda:properties><camunda:property name="correlationKey" value="=who"/>'
        "</camunda:properties></bpmn:extensionElements>"
    )
    body = chain(("w", catch("w", MESSAGE, key)), ("z", user("z")))
    story.deploy(diagram(process(body), extra=MESSAGES))
    story.start(who="a")
    story.start(who="b")
    story.run(lambda tx: messages.publish(tx, "answered", business_key="K-1", correlation_key="b"))
    (task,) = story.rows(tables.task)
    assert [f["who"] for f in (f["variables"] for f in story.facts("instance-started"))] == ["a", "b"]
    (waiting,) = story.rows(tables.subscription)
    assert (waiting.correlation_key, waiting.root_id != task.root_id) == ("a", True)


def test_everywhere_reaches_each_instance_of_the_key(story: Story) -> None:
    story.deploy(diagram(process(chain(("w", catch("w", MESSAGE)), ("z", user("z")))), extra=MESSAGES))
    story.start()
    story.start()
    story.run(lambda tx: messages.publish(tx, "answered", business_key="K-1", everywhere=True))
    assert story.open() == ["z", "z"]


def test_a_message_can_start_a_process(story: Story) -> None:
    start = '<bpmn:startEvent id="ms"><bpmn:messageEventDefinition messageRef="B"/></bpmn:startEvent>'
    body = start + user("z") + '<bpmn:endEvent id="e"/>' + flow("1", "ms", "z") + flow("2", "z", "e")
    story.deploy(diagram(process(body), extra=MESSAGES))
    story.run(lambda tx: messages.publish(tx, "begin", business_key="K-9", payload={"n": 1}))
    assert story.open() == ["z"]
    assert story.task("z").business_key == "K-9"


def test_a_signal_reaches_all_and_a_thrown_message_leaves_the_process(story: Story) -> None:
    payload = (
        '<bpmn:extensionElements><camunda:inputOutput><camunda:inputParameter name="n">=2 * 21</camunda:inputParameter>'
        "</camunda:inputOutput></bpmn:extensionElements>"
    )
    throw = f'<bpmn:intermediateThrowEvent id="t">{payload}{SIGNAL}</bpmn:intermediateThrowEvent>'
    story.deploy(
        diagram(
            process(chain(("w", catch("w", SIGNAL)), ("z", user("z")))),
            process(chain(("t", throw), prefix="h"), "thrower"),
            extra=MESSAGES,
        )
    )
    story.start()
    story.start()
    story.start("thrower")
    assert story.open() == ["z", "z"]
    assert [row.text for row in story.rows(tables.variable) if row.name == "n"] == ["42", "42"]


def test_an_event_based_gateway_takes_the_first_and_forgets_the_others(story: Story) -> None:
    body = (
        '<bpmn:startEvent id="s"/><bpmn:eventBasedGateway id="g"/>'
        + catch("t1", timer("duration", "PT2H"))
        + catch("t2", timer("duration", "PT1H"))
        + catch("m", MESSAGE)
        + user("a")
        + user("b")
        + user("c")
        + '<bpmn:endEvent id="e"/>'
        + flow("0", "s", "g")
        + flow("1", "g", "t1")
        + flow("2", "g", "t2")
        + flow("3", "g", "m")
        + flow("4", "t1", "a")
        + flow("5", "t2", "b")
        + flow("6", "m", "c")
        + flow("7", "a", "e")
        + flow("8", "b", "e")
        + flow("9", "c", "e")
    )
    story.deploy(diagram(process(body), extra=MESSAGES))
    story.start()
    story.travel(hours=1)
    assert story.open() == ["b"]
    assert story.rows(tables.timer) == story.rows(tables.subscription) == []
    story.start()
    story.run(lambda tx: messages.publish(tx, "answered", business_key="K-1"))
    assert story.open() == ["b", "c"]


def test_overdue_timers_fire_in_the_order_of_their_due_time(story: Story) -> None:
    body = chain(
        ("t", catch("t", timer("duration", "=wait"))), ("z", user("z", 'camunda:candidateGroups="=string(wait)"'))
    )
    story.deploy(diagram(process(body)))
    for hours in (5, 2, 9, 1):
        story.start(wait=timedelta(hours=hours))
    story.travel(hours=10)
    fired = [fact["due"] for fact in story.facts("timer-fired")]
    assert fired == sorted(fired)
    assert len(fired) == 4


def test_a_cycle_fires_each_round_once(story: Story) -> None:
    remind = (
        '<bpmn:boundaryEvent id="r" attachedToRef="a" cancelActivity="false">'
        + timer("cycle", "R3/PT1H")
        + '</bpmn:boundaryEvent><bpmn:endEvent id="re"/>'
        + flow("r1", "r", "re")
    )
    story.deploy(diagram(process(chain(("a", user("a"))) + remind)))
    story.start()
    assert [story.travel(minutes=30) for _ in range(8)] == [0, 1, 0, 1, 0, 1, 0, 0]
    assert story.rows(tables.timer) == []
    story.complete("a")


def test_timers_are_moved_stopped_and_revived_by_key(story: Story) -> None:
    key = (
        '<bpmn:extensionElements><camunda:properties><camunda:property name="timerKey" value="clock:x"/>'
        "</camunda:properties></bpmn:extensionElements>"
    )
    story.deploy(diagram(process(chain(("t", catch("t", timer("duration", "PT1H"), key)), ("z", user("z"))))))
    story.start()
    story.run(lambda tx: timers.move(tx, "clock:x", "K-1", START + timedelta(hours=3)))
    assert story.travel(hours=2) == 0
    story.run(lambda tx: timers.stop(tx, "clock:x", "K-1"))
    assert story.travel(hours=2) == 0
    story.run(lambda tx: timers.revive(tx, "clock:x", "K-1", START + timedelta(hours=5)))
    assert timers.next_due(story.environment) == START + timedelta(hours=5)
    assert story.travel(hours=1) == 1
    assert story.open() == ["z"]
    moved = story.facts("timer-moved")[0]
    assert (moved["old"], moved["new"]) == ("2026-05-08T02:00:00+00:00", "2026-05-08T04:00:00+00:00")


def test_a_terminate_end_takes_everything_with_it(story: Story) -> None:
    body = (
        '<bpmn:startEvent id="s"/><bpmn:parallelGateway id="f"/>'
        + user("a")
        + user("b")
        + '<bpmn:endEvent id="e"/><bpmn:endEvent id="t"><bpmn:terminateEventDefinition/></bpmn:endEvent>'
        + flow("1", "s", "f")
        + flow("2", "f", "a")
        + flow("3", "f", "b")
        + flow("4", "a", "t")
        + flow("5", "b", "e")
    )
    story.deploy(diagram(process(body)))
    root = story.start(by=AMY)
    story.complete("a")
    assert (story.open(), story.outcome(root)) == ([], "completed")
    assert story.run(lambda tx: tx.actor.user, by=SYSTEM) == "system"
