"""Messages and signals: each to one receiver or to all, exactly once, also when a node stops in between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from support.diagrams import BEGIN, MESSAGE, NAMES, SIGNAL, border, call, catch, fork, node, property_, subprocess
from support.engine import Story, chain, diagram, flow, process, user

from engine import definitions, instances, messages, postbox, scheduler, tables
from engine.environment import SYSTEM
from engine.errors import Conflict

WAITING = process(chain(("w", catch("w", MESSAGE)), ("z", user("z"))))
STARTING = process(
    f'<bpmn:startEvent id="ms">{BEGIN}</bpmn:startEvent>'
    + user("z")
    + '<bpmn:endEvent id="e"/>'
    + flow("1", "ms", "z")
    + flow("2", "z", "e"),
    "starting",
)


def stopped(story: Story) -> Story:
    """From now on the node stops between commit and delivery."""
    story.environment.deliver = None
    return story


def publish(story: Story, name: str = "answered", **options: Any) -> bool:
    options.setdefault("business_key", "K-1")
    return bool(story.run(lambda tx: messages.publish(tx, name, **options)))


def test_what_was_left_between_commit_and_delivery_is_delivered_once(story: Story) -> None:
    story.deploy(diagram(WAITING, extra=NAMES))
    story.start()
    publish(stopped(story))
    (left,) = story.rows(tables.delivery)
    assert story.open() == []
    assert messages.deliver_due(story.environment) == 1
    messages.deliver(story.environment, left.id)  # another node is late
    assert messages.deliver_due(story.environment) == 0
    assert story.open() == ["z"]
    assert story.facts("message-received")[0]["name"] == "answered"


def test_a_delivery_that_cannot_be_made_is_put_off_and_holds_up_nobody(story: Story, monkeypatch: Any) -> None:
    story.deploy(diagram(WAITING, extra=NAMES))
    first, second = story.start(), story.start()
    publish(stopped(story), everywhere=True)
    original = messages._receive

    def broken(tx: Any, found: Any) -> None:
        if found["root_id"] == first:
            raise ZeroDivisionError("broken")
        original(tx, found)

    monkeypatch.setattr(messages, "_receive", broken)
    assert messages.deliver_due(story.environment) == 1
    assert [task.instance_id for task in story.rows(tables.task)] == [second]
    (left,) = story.rows(tables.delivery)
    assert (left.root_id, left.attempts, left.due_at - story.clock.now()) == (first, 1, messages.PAUSE)
    assert messages.deliver_due(story.environment) == 0
    monkeypatch.undo()
    assert story.travel(minutes=1) == 1
    assert len(story.open()) == 2


def test_a_suspended_receiver_gets_its_message_when_it_goes_on(story: Story, caplog: Any) -> None:
    story.deploy(diagram(WAITING, extra=NAMES))
    first, second = story.start(), story.start()
    story.run(lambda tx: instances.suspend(tx, first))
    publish(story, everywhere=True)
    assert [task.instance_id for task in story.rows(tables.task)] == [second]
    assert messages.deliver_due(story.environment) == 0
    (left,) = story.rows(tables.delivery)
    assert (left.root_id, left.attempts) == (first, 0)
    assert caplog.records == []
    story.run(lambda tx: instances.activate(tx, first))
    assert messages.deliver_due(story.environment) == 1
    assert len(story.open()) == 2


def test_a_suspended_definition_does_not_stop_the_scheduler(story: Story) -> None:
    deployed = story.deploy(diagram(STARTING, extra=NAMES)).definitions["starting"]
    publish(stopped(story), "begin")
    story.run(lambda tx: definitions.suspend(tx, deployed))
    assert scheduler.work(story.environment) == 0
    story.run(lambda tx: definitions.activate(tx, deployed))
    assert story.travel(minutes=1) == 1
    assert story.open() == ["z"]


def test_one_receiver_only_gets_a_message_that_two_could_have(story: Story) -> None:
    story.deploy(diagram(WAITING, extra=NAMES))
    story.start()
    publish(stopped(story), ttl=timedelta(hours=1))
    story.start()  # begins to wait while the message is on its way
    messages.deliver_due(story.environment)
    assert messages.deliver_due(story.environment) == 0
    assert story.open() == ["z"]
    assert len(story.rows(tables.subscription)) == 1


def test_a_message_whose_receiver_has_gone_looks_for_another(story: Story) -> None:
    story.deploy(diagram(WAITING, extra=NAMES))
    roots = [story.start(), story.start()]
    publish(stopped(story))
    (on_its_way,) = story.rows(tables.delivery)
    story.run(lambda tx: instances.cancel(tx, on_its_way.root_id, "too late"))
    assert messages.deliver_due(story.environment) == 1
    assert messages.deliver_due(story.environment) == 1
    (task,) = story.rows(tables.task)
    assert task.root_id in set(roots) - {on_its_way.root_id}


def test_a_message_that_two_deliveries_bring_is_taken_once(story: Story) -> None:
    story.deploy(diagram(WAITING, extra=NAMES))
    roots = [story.start(), story.start()]
    publish(stopped(story))
    (first,) = story.rows(tables.delivery)
    other = next(root for root in roots if root != first.root_id)
    row = {"id": "twin", "message": first.message, "root_id": other, "due_at": story.clock.now()}
    story.run(lambda tx: tx.connection.execute(tables.delivery.insert(), row))
    assert messages.deliver_due(story.environment) == 2
    assert story.open() == ["z"]


def test_a_waiting_message_is_addressed_once_although_caller_and_called_wait_for_it(story: Story) -> None:
    called = process(chain(("v", catch("v", MESSAGE)), prefix="g"), "q")
    story.deploy(diagram(process(fork(("c", call("c", "q")), ("w", catch("w", MESSAGE)))), called, extra=NAMES))
    publish(story, ttl=timedelta(hours=1))
    story.start()
    assert (len(story.rows(tables.subscription)), story.rows(tables.delivery)) == (1, [])


def test_the_correlation_key_picks_the_item_of_the_same_tree(story: Story) -> None:
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics camunda:collection="=[&quot;a&quot;, &quot;b&quot;, &quot;c&quot;]" '
        'camunda:elementVariable="who"/>'
    )
    receive = node("receiveTask", "r", loop, 'messageRef="M"', property_("correlationKey", "=who"))
    story.deploy(diagram(process(chain(("r", receive))), extra=NAMES))
    story.start()
    for who in ("b", "nobody", "c"):
        publish(story, correlation_key=who)
    assert [row.correlation_key for row in story.rows(tables.subscription)] == ["a"]


def test_a_border_that_does_not_interrupt_hears_every_message(story: Story) -> None:
    body = chain(("a", user("a"))) + border("m", "a", MESSAGE, "note", False) + user("note")
    story.deploy(diagram(process(body), extra=NAMES))
    story.start()
    publish(story)
    publish(story)
    assert story.open() == ["a", "note", "note"]
    story.complete("a")
    assert story.rows(tables.subscription) == []
    publish(story)
    assert story.open() == ["note", "note"]


@pytest.mark.parametrize("prefix", ["j", "k", "l"])  # the order of receivers must not matter
def test_a_signal_that_ends_another_of_its_receivers_still_arrives(story: Story, prefix: str) -> None:
    inner = fork(("w", catch("w", SIGNAL)), ("v", catch("v", SIGNAL)), prefix=prefix)
    body = chain(("sp", subprocess("sp", inner))) + border("b", "sp", SIGNAL, "esc") + user("esc")
    story.deploy(diagram(process(body), extra=NAMES))
    story.start()
    story.run(lambda tx: messages.signal(tx, "alarm"))
    assert story.open() in (["esc"], [])
    assert (story.rows(tables.delivery), story.rows(tables.subscription)) == ([], [])


def test_after_a_roll_back_messages_start_what_the_earlier_version_says(story: Story) -> None:
    first = story.deploy(diagram(STARTING, extra=NAMES)).definitions["starting"]
    plain = process(chain(("y", user("y"))), "starting")
    second = story.deploy(diagram(plain, extra=NAMES)).definitions["starting"]
    publish(story, "begin")
    assert (story.open(), story.rows(tables.start_event)) == ([], [])
    story.run(lambda tx: definitions.make_current(tx, first))
    publish(story, "begin")
    assert story.task("z").definition_id == first
    story.run(lambda tx: definitions.make_current(tx, second))
    publish(story, "begin")
    assert story.open() == ["z"]
    assert len(story.facts("made-current", "deployment")) == 4


def test_a_start_that_vanished_meanwhile_leaves_the_message_to_others(story: Story) -> None:
    story.deploy(diagram(STARTING, extra=NAMES))
    publish(stopped(story), "begin", ttl=timedelta(hours=1))
    story.run(lambda tx: tx.connection.execute(tables.start_event.delete()))
    messages.deliver_due(story.environment)
    (kept,) = story.rows(tables.message)
    assert (kept.delivered_at, story.rows(tables.instance)) == (None, [])


def test_a_signal_starts_a_process_beside_its_receivers(story: Story) -> None:
    started = STARTING.replace(BEGIN, SIGNAL)
    listening = process(chain(("w", catch("w", SIGNAL)), ("y", user("y"))))
    story.deploy(diagram(started, listening, extra=NAMES))
    story.start()
    story.run(lambda tx: messages.signal(tx, "alarm", {"level": 3}))
    assert story.open() == ["y", "z"]


def test_expired_messages_are_forgotten_after_a_month(story: Story) -> None:
    publish(story, message_id="1")
    assert publish(story, message_id="1") is False
    story.travel(days=29)
    assert messages.forget_expired(story.environment) == 0
    story.travel(days=2)
    assert messages.forget_expired(story.environment) == 1
    assert publish(story, message_id="1") is True


def test_a_process_that_only_messages_start_is_not_started_plainly(story: Story) -> None:
    story.deploy(diagram(STARTING, extra=NAMES))
    with pytest.raises(Conflict, match="start event without a message"):
        story.start("starting")
    root = story.run(lambda tx: instances.start(tx, "starting", element="ms"), by=SYSTEM)
    assert story.rows(tables.instance)[0].stream == f"instance:{root}"


@pytest.mark.parametrize(("key", "heard"), [("K-1", True), (None, True), ("K-2", False)])
def test_a_message_and_its_receiver_that_came_at_the_same_instant_meet(
    story: Story, monkeypatch: pytest.MonkeyPatch, key: str | None, heard: bool
) -> None:
    story.deploy(diagram(WAITING, extra=NAMES))
    publish(story, business_key=key, ttl=timedelta(hours=1))
    monkeypatch.setattr(postbox, "look_for_waiting", lambda tx, process, rows: None)  # neither has seen the other
    story.start()
    monkeypatch.undo()
    assert story.open() == []
    for _ in range(2):
        scheduler.work(story.environment)
        assert story.open() == (["z"] if heard else [])
    (row,) = story.rows(tables.message)
    story.run(lambda tx: postbox.address_missed(tx, row.id))
    assert story.rows(tables.delivery) == []


def test_a_message_for_another_process_is_not_missed_here(story: Story) -> None:
    """Also while a second message is kept for the process that waits, under a name that it does not wait for."""
    story.deploy(diagram(WAITING, extra=NAMES))
    kept = {"business_key": "K-1", "ttl": timedelta(hours=1)}
    story.run(lambda tx: postbox.post(tx, "message", "answered", process="elsewhere", **kept))
    story.run(lambda tx: postbox.post(tx, "message", "unheard", process="p", **kept))
    story.start()
    with story.environment.read() as connection:
        assert connection.scalars(postbox.missed(story.environment.clock.now())).all() == []
