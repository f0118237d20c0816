"""What is written when a message is sent: rows with the sending command, addressed to those who wait."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from support.diagrams import MESSAGE, NAMES, catch, node, parameters, property_
from support.engine import Story, chain, diagram, process, user

from engine import messages, postbox, tables
from engine.feel import FeelError

WAITING = chain(("w", catch("w", MESSAGE)), ("z", user("z")))


def test_the_payload_is_data_and_arrives_as_variables(story: Story) -> None:
    story.deploy(diagram(process(WAITING), extra=NAMES))
    root = story.start()
    payload = {"day": date(2026, 5, 8), "parts": [1, {"a": None}], "share": 0.5}
    story.run(lambda tx: messages.publish(tx, "answered", business_key="K-1", payload=payload))
    assert story.variables(root) == {"day": "2026-05-08", "parts": '[1,{"a":null}]', "share": "0.5"}
    with pytest.raises(FeelError, match="Python"):
        story.run(lambda tx: messages.publish(tx, "answered", payload={"x": object()}))


def test_a_command_that_fails_sends_nothing(story: Story) -> None:
    story.deploy(diagram(process(WAITING), extra=NAMES))
    story.start()

    def work(tx: object) -> None:
        postbox.post(tx, "message", "answered", business_key="K-1")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        story.run(work)
    assert story.rows(tables.message) == story.rows(tables.delivery) == []


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        ({}, True),
        ({"business_key": "K-1"}, True),
        ({"business_key": "K-2"}, False),
        ({"business_key": "K-1", "correlation_key": "x"}, True),
    ],
)
@pytest.mark.parametrize("early", [False, True])
def test_who_waits_without_a_correlation_key_takes_any(
    story: Story, sent: dict[str, str], heard: bool, early: bool
) -> None:
    story.deploy(diagram(process(WAITING), extra=NAMES))
    send = lambda tx: messages.publish(tx, "answered", ttl=timedelta(hours=1), **sent)  # noqa: E731
    if early:
        story.run(send)
    story.start()
    if not early:
        story.run(send)
    assert story.open() == (["z"] if heard else [])


@pytest.mark.parametrize(("key", "heard"), [(None, False), ("a", True), ("b", False)])
@pytest.mark.parametrize("early", [False, True])
def test_who_waits_with_a_correlation_key_takes_its_own(
    story: Story, key: str | None, heard: bool, early: bool
) -> None:
    waiting = catch("w", MESSAGE, property_("correlationKey", "=who"))
    story.deploy(diagram(process(chain(("w", waiting), ("z", user("z")))), extra=NAMES))
    send = lambda tx: messages.publish(tx, "answered", correlation_key=key, ttl=timedelta(hours=1))  # noqa: E731
    if early:
        story.run(send)
    story.start(who="a")
    if not early:
        story.run(send)
    assert story.open() == (["z"] if heard else [])


def test_a_thrown_message_carries_its_inputs_to_the_same_case(story: Story) -> None:
    thrown = node("intermediateThrowEvent", "t", MESSAGE, "", parameters({"score": "=score + 1"}))
    sent = node("sendTask", "t", "", 'messageRef="M"', parameters({"score": "=score + 1"}))
    for number, sender in enumerate((thrown, sent)):
        waiting = process(chain(("w", catch("w", MESSAGE)), ("z", user("z"))))
        throwing = process(chain(("t", sender), prefix="h"), f"thrower{number}")
        story.deploy(diagram(waiting, throwing, extra=NAMES))
        root = story.start()
        story.start(f"thrower{number}", score=4)
        (row,) = [row for row in story.rows(tables.variable) if row.instance_id == root]
        assert (row.name, row.text) == ("score", "5")
    assert story.open() == ["z", "z"]
