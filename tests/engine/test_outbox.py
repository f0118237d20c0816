"""The outbox: nothing leaves without its command, nothing is lost, and repeats carry the same key."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from engine import outbox, tables, verify
from engine.clock import TravelClock
from engine.environment import Actor, Environment
from engine.store import Store

START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
LI = Actor("li")
MINUTE = timedelta(minutes=1)


class Gateway:
    """A provider that remembers what it was handed; `failures` are raised first, one at each call."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.keys: list[str] = []
        self.letters: list[tuple[str, str, str]] = []

    def __call__(self, address: str, subject: str, body: str, key: str) -> str:
        self.keys.append(key)
        if self.failures:
            raise self.failures.pop(0)
        self.letters.append((address, subject, body))
        return f"receipt of {key}"


@pytest.fixture
def environment(database_url: str) -> Iterator[Environment]:
    store = Store(database_url)
    tables.metadata.create_all(store.database)
    yield Environment(store, clock=TravelClock(START))
    store.close()


def _post(environment: Environment, key: str, channel: str = "sms", **changes: Any) -> str:
    entry = {"address": "13800000000", "subject": "进度", "body": "已受理", "stream": "case:1", **changes}
    return environment.run(LI, lambda tx: outbox.post(tx, channel, key=key, **entry))


def _entry(environment: Environment, key: str) -> Any:
    with environment.read() as connection:
        return connection.execute(select(tables.outbox).where(tables.outbox.c.key == key)).one()


def _history(environment: Environment) -> list[tuple[str, str, dict[str, Any]]]:
    with environment.read() as connection:
        rows = connection.execute(select(tables.event).order_by(tables.event.c.stream, tables.event.c.seq))
        return [(row.stream, row.kind, orjson.loads(row.body)) for row in rows]


def test_an_entry_is_sent_with_its_key_and_the_receipt_is_recorded(environment: Environment) -> None:
    gateway = environment.senders["sms"] = Gateway()
    _post(environment, "case:1/ack")
    environment.clock.travel(MINUTE)

    assert outbox.send_due(environment) == 1
    assert outbox.send_due(environment) == 0

    assert gateway.letters == [("13800000000", "进度", "已受理")]
    entry = _entry(environment, "case:1/ack")
    assert (entry.sent_at, entry.receipt, entry.attempts) == (START + MINUTE, "receipt of case:1/ack", 1)
    assert (entry.lease_until, entry.given_up_at, entry.error) == (None, None, None)
    ((stream, kind, facts),) = _history(environment)
    assert (stream, kind) == ("case:1", "effect-sent")
    assert facts["receipt"] == "receipt of case:1/ack"
    assert (facts["channel"], facts["key"], facts["attempts"]) == ("sms", "case:1/ack", 1)
    assert verify.verify(environment).ok


def test_history_holds_a_hash_of_the_letter_and_not_the_letter(environment: Environment) -> None:
    environment.senders["sms"] = Gateway()
    _post(environment, "one")
    _post(environment, "two", body="已办结")
    outbox.send_due(environment)
    first, second = (facts["content"] for _, _, facts in _history(environment))
    assert len(first) == len(second) == 64
    assert first != second
    assert "13800000000" not in str(_history(environment))


def test_the_same_key_is_posted_once(environment: Environment) -> None:
    gateway = environment.senders["sms"] = Gateway()
    assert _post(environment, "ack") == _post(environment, "ack", body="something else")
    outbox.send_due(environment)
    assert gateway.letters == [("13800000000", "进度", "已受理")]
    _post(environment, "ack")
    assert outbox.send_due(environment) == 0


def test_two_commands_that_post_one_key_at_once_leave_one_entry(environment: Environment) -> None:
    both = threading.Barrier(2, timeout=20)
    entries: list[str] = []

    def post() -> None:
        both.wait()
        entries.append(_post(environment, "ack"))

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(entries)) == 1


def test_a_command_that_fails_sends_nothing(environment: Environment) -> None:
    environment.senders["sms"] = Gateway()

    def work(tx) -> None:
        outbox.post(tx, "sms", "1", "s", "b", key="k", stream="case:1")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        environment.run(LI, work)
    assert outbox.send_due(environment) == 0


def test_a_channel_without_a_sender_stays_to_be_seen(environment: Environment) -> None:
    _post(environment, "letter", channel="fax")
    assert outbox.send_due(environment) == 0
    environment.senders["sms"] = Gateway()
    assert outbox.send_due(environment) == 0
    entry = _entry(environment, "letter")
    assert (entry.attempts, entry.sent_at, entry.given_up_at, entry.lease_until) == (0, None, None, None)
    environment.senders["fax"] = Gateway()
    assert outbox.send_due(environment) == 1


def test_a_failure_is_tried_again_ever_more_seldom_under_the_same_key(environment: Environment) -> None:
    gateway = environment.senders["sms"] = Gateway(ConnectionError("down"), TimeoutError("slow"))
    _post(environment, "ack")

    assert outbox.send_due(environment) == 1
    entry = _entry(environment, "ack")
    assert (entry.attempts, entry.error, entry.due_at) == (1, "ConnectionError: down", START + MINUTE)
    assert outbox.send_due(environment) == 0

    environment.clock.travel(MINUTE)
    assert outbox.send_due(environment) == 1
    assert _entry(environment, "ack").due_at == START + 3 * MINUTE
    assert _history(environment) == []

    environment.clock.travel(2 * MINUTE)
    assert outbox.send_due(environment) == 1
    entry = _entry(environment, "ack")
    assert (entry.attempts, entry.error, entry.receipt) == (3, None, "receipt of ack")
    assert gateway.keys == ["ack"] * 3
    assert [facts["attempts"] for _, _, facts in _history(environment)] == [3]


def test_after_many_failures_it_is_given_up_and_said_so(environment: Environment) -> None:
    gateway = environment.senders["sms"] = Gateway(*[ConnectionError("down")] * 100)
    _post(environment, "ack")
    waits = []
    while not (entry := _entry(environment, "ack")).given_up_at:
        environment.clock.travel_to(entry.due_at)
        assert outbox.send_due(environment) == 1
        waits.append(_entry(environment, "ack").due_at - entry.due_at)
    assert len(gateway.keys) == outbox.ATTEMPTS
    assert waits[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert max(waits) <= outbox.LONGEST_WAIT
    ((stream, kind, facts),) = _history(environment)
    assert (stream, kind, facts["error"], facts["attempts"]) == ("case:1", "effect-given-up", "ConnectionError", 10)
    environment.clock.travel(timedelta(days=1))
    assert outbox.send_due(environment) == 0


def test_what_is_refused_for_good_is_given_up_at_once(environment: Environment) -> None:
    environment.senders["sms"] = Gateway(outbox.Refused(reason="550 no such number"))
    _post(environment, "ack")
    outbox.send_due(environment)
    entry = _entry(environment, "ack")
    assert entry.given_up_at == START
    assert entry.error == "Refused: The receiver refused for good: 550 no such number"
    assert [kind for _, kind, _ in _history(environment)] == ["effect-given-up"]


def test_one_that_fails_does_not_stop_the_others(environment: Environment) -> None:
    environment.senders["sms"] = Gateway(RuntimeError("broken"))
    for key in ("a", "b", "c"):
        _post(environment, key)
        environment.clock.travel(MINUTE)
    assert outbox.send_due(environment) == 3
    assert [_entry(environment, key).sent_at is not None for key in ("a", "b", "c")] == [False, True, True]


def test_only_so_many_are_taken_at_a_time_the_oldest_first(environment: Environment) -> None:
    gateway = environment.senders["sms"] = Gateway()
    for n in range(5):
        _post(environment, str(n))
        environment.clock.travel(MINUTE)
    assert outbox.send_due(environment, limit=2) == 2
    assert gateway.keys == ["0", "1"]


def test_a_sender_that_died_leaves_its_entries_to_the_next_one(environment: Environment) -> None:
    class Killed(BaseException):
        pass

    def die(address: str, subject: str, body: str, key: str) -> str:
        raise Killed

    environment.senders["sms"] = die
    _post(environment, "ack")
    with pytest.raises(Killed):
        outbox.send_due(environment)

    gateway = environment.senders["sms"] = Gateway()
    assert outbox.send_due(environment) == 0, "it is still claimed"
    environment.clock.travel(outbox.LEASE)
    assert outbox.send_due(environment) == 1
    assert gateway.keys == ["ack"]


def test_a_sender_that_was_overtaken_records_nothing_twice(environment: Environment) -> None:
    second = Gateway()

    def slow(address: str, subject: str, body: str, key: str) -> str:
        environment.clock.travel(outbox.LEASE)
        environment.senders["sms"] = second
        assert outbox.send_due(environment) == 1
        return "late"

    environment.senders["sms"] = slow
    _post(environment, "ack")
    outbox.send_due(environment)
    assert _entry(environment, "ack").receipt == "receipt of ack"
    assert len(_history(environment)) == 1


def test_two_senders_share_the_work(environment: Environment) -> None:
    gateway = environment.senders["sms"] = Gateway()
    for n in range(40):
        _post(environment, str(n))
    both = threading.Barrier(4, timeout=20)

    def send() -> None:
        both.wait()
        while outbox.send_due(environment, limit=3):
            pass

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(gateway.keys, key=int) == [str(n) for n in range(40)]


def test_receipts_from_outside_are_bounded_and_storable(environment: Environment) -> None:
    environment.senders["sms"] = lambda address, subject, body, key: "a\0b" * 10_000
    _post(environment, "ack")
    outbox.send_due(environment)
    receipt = _entry(environment, "ack").receipt
    assert receipt.startswith("abab")
    assert len(receipt) == outbox.LENGTH
