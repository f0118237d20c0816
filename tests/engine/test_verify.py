"""Verification: whoever changes the history in the database is found, and the first event that differs is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import history, seal, tables, verify, verify_seals
from engine.clock import TravelClock
from engine.environment import Actor, Environment
from engine.store import Store

START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
KEY = b"a key of thirty-two bytes, no less"


@pytest.fixture
def environment(database_url: str) -> Iterator[Environment]:
    """Three cases of six events each; the first four of each are covered by two seals."""
    store = Store(database_url)
    tables.metadata.create_all(store.database)
    environment = Environment(store, clock=TravelClock(START), seal_key=KEY)
    for _ in range(2):
        _note(environment, 2)
        seal.seal(environment)
    _note(environment, 2)
    yield environment
    store.close()


def _note(environment: Environment, times: int) -> None:
    def work(tx) -> None:
        for stream in ("case:1", "case:2", "案:3"):
            tx.record(stream, "task-completed", instance="i", element="Review", task="t", old=None, new="通过")

    for _ in range(times):
        environment.clock.travel(timedelta(minutes=1))
        environment.run(Actor("li"), work)


class Intruder:
    """Someone with the password of the database, but without the key of the seals."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment

    def sql(self, *statements: str) -> None:
        with self.environment.store.database.connect() as connection:
            connection.execution_options(write=True)
            for statement in statements:
                connection.exec_driver_sql(statement)
            connection.commit()

    def rebuild(self, stream: str, since: int = 1) -> None:
        """Compute the hashes and the head anew, as the product would."""
        event = tables.event
        with self.environment.read() as connection:
            rows = list(connection.execute(select(event).where(event.c.stream == stream).order_by(event.c.seq)))
        previous, changes = history.GENESIS, []
        for row in rows:
            values = (history.instant(row.at), *(getattr(row, name) for name in history.FIELDS[1:]))
            previous = history.digest(previous, stream, row.seq, values)
            changes.append(f"UPDATE event SET hash = '{previous}' WHERE stream = '{stream}' AND seq = {row.seq}")
        changes = changes[since - 1 :]
        self.sql(*changes, f"UPDATE stream SET length = {len(rows)}, head = '{previous}' WHERE id = '{stream}'")


@pytest.fixture
def intruder(environment: Environment) -> Intruder:
    return Intruder(environment)


def _breaks(environment: Environment, **options: Any) -> list[tuple[str, int, str]]:
    report = verify.verify(environment, **options)
    assert report.ok == (not report.breaks)
    return [(found.stream, found.seq, found.kind) for found in report.breaks]


def _words(environment: Environment, **options: Any) -> str:
    (found,) = verify.verify(environment, **options).breaks
    return str(found)


def test_an_untouched_history_is_whole(environment: Environment) -> None:
    seen: list[tuple[int, int]] = []
    report = verify.verify(environment, progress=lambda done, total: seen.append((done, total)))
    assert (report.events, report.breaks, report.ok) == (18, (), True)
    assert report.seconds > 0
    assert seen[-1] == (18, 18)


def test_an_empty_history_is_whole(environment: Environment, intruder: Intruder) -> None:
    intruder.sql("DELETE FROM event", "DELETE FROM stream", "DELETE FROM seal")
    assert verify.verify(environment).ok


@pytest.mark.parametrize("batch", [1, 2, 5, 7])
def test_the_size_of_the_batches_does_not_matter(
    environment: Environment, intruder: Intruder, monkeypatch, batch
) -> None:
    monkeypatch.setattr(verify, "BATCH", batch)
    monkeypatch.setattr(verify_seals, "BATCH", 1)
    monkeypatch.setattr(verify_seals, "HEADS", 1)
    assert verify.verify(environment).ok
    intruder.sql("DELETE FROM event WHERE stream = 'case:2'")
    assert _breaks(environment) == [("case:2", 1, "truncated")]


@pytest.mark.parametrize(
    "change",
    [
        'body = \'{"new":"refused","old":null}\'',
        "actor = 'wang'",
        "kind = 'task-cancelled'",
        "on_behalf_of = ''",
        "element_id = NULL",
        "instance_id = 'j'",
        "definition_id = 'd'",
        "task_id = 'u'",
        "at = '2026-03-02T01:33:00.000001Z'",
    ],
)
def test_a_changed_field_is_found(environment: Environment, intruder: Intruder, change: str) -> None:
    intruder.sql(f"UPDATE event SET {change} WHERE stream = 'case:2' AND seq = 3")
    assert _breaks(environment) == [("case:2", 3, "changed")]
    assert "event 3 was changed, or event 2 together with its hash" in _words(environment)


def test_a_changed_field_with_its_hash_is_found_by_the_seal(environment: Environment, intruder: Intruder) -> None:
    previous = _hash(environment, "case:2", 3)
    intruder.sql("UPDATE event SET actor = 'wang' WHERE stream = 'case:2' AND seq = 4")
    forged = _forge(environment, previous, "case:2", 4)
    intruder.sql(f"UPDATE event SET hash = '{forged}' WHERE stream = 'case:2' AND seq = 4")
    assert _breaks(environment) == [("case:2", 4, "changed")]
    assert "Expected event 4 to have the hash" in _words(environment)
    assert "as in seal 2 of 2026-03-02T01:34:00" in _words(environment)


def test_a_changed_field_with_its_hash_after_the_last_seal_is_found_one_later(environment, intruder: Intruder) -> None:
    intruder.sql("UPDATE event SET actor = 'wang' WHERE stream = 'case:2' AND seq = 5")
    forged = _forge(environment, _hash(environment, "case:2", 4), "case:2", 5)
    intruder.sql(f"UPDATE event SET hash = '{forged}' WHERE stream = 'case:2' AND seq = 5")
    assert _breaks(environment) == [("case:2", 6, "changed")]
    assert "event 6 was changed, or event 5 together with its hash" in _words(environment)


def test_a_deleted_event_is_found(environment: Environment, intruder: Intruder) -> None:
    intruder.sql("DELETE FROM event WHERE stream = 'case:2' AND seq = 3")
    assert _breaks(environment) == [("case:2", 3, "missing")]
    assert _words(environment) == "case:2: Expected event 3 after event 2, but found event 4"


def test_a_deleted_event_with_the_others_renumbered_is_found(environment: Environment, intruder: Intruder) -> None:
    moves = [f"UPDATE event SET seq = {n - 1} WHERE stream = 'case:2' AND seq = {n}" for n in (4, 5, 6)]
    intruder.sql("DELETE FROM event WHERE stream = 'case:2' AND seq = 3", *moves)
    intruder.sql("UPDATE stream SET length = 5 WHERE id = 'case:2'")
    assert _breaks(environment) == [("case:2", 3, "changed")]


def test_swapped_events_are_found(environment: Environment, intruder: Intruder) -> None:
    moves = [(2, 100), (3, 2), (100, 3)]
    intruder.sql(*(f"UPDATE event SET seq = {new} WHERE stream = '案:3' AND seq = {old}" for old, new in moves))
    assert _breaks(environment) == [("案:3", 2, "changed")]


def test_an_event_before_the_first_is_found(environment: Environment, intruder: Intruder) -> None:
    intruder.sql(_copy("case:1", 1, 0))
    assert _breaks(environment) == [("case:1", 1, "inserted")]


def test_an_event_after_the_last_is_found(environment: Environment, intruder: Intruder) -> None:
    intruder.sql(_copy("case:1", 6, 7))
    assert _breaks(environment) == [("case:1", 7, "inserted")]
    forged = _forge(environment, _hash(environment, "case:1", 6), "case:1", 7)
    intruder.sql(f"UPDATE event SET hash = '{forged}' WHERE stream = 'case:1' AND seq = 7")
    assert _breaks(environment) == [("case:1", 7, "inserted")]
    assert "Expected event 6 to be the last one" in _words(environment)


@pytest.mark.parametrize("stream", ["case:0", ""])
def test_events_of_a_stream_that_nobody_opened_are_found(environment, intruder: Intruder, stream: str) -> None:
    intruder.sql(f"UPDATE event SET stream = '{stream}' WHERE stream = 'case:1'")
    assert _breaks(environment) == [(stream, 1, "missing"), ("case:1", 1, "truncated")]


def test_a_removed_tail_is_found(environment: Environment, intruder: Intruder) -> None:
    intruder.sql("DELETE FROM event WHERE stream = 'case:2' AND seq > 4")
    assert _breaks(environment) == [("case:2", 5, "truncated")]
    assert _words(environment) == "case:2: Expected 6 events, but the last one is event 4"


def test_a_removed_tail_with_an_adjusted_stream_is_found_by_the_seal(environment, intruder: Intruder) -> None:
    intruder.sql("DELETE FROM event WHERE stream = 'case:2' AND seq > 2")
    intruder.rebuild("case:2")
    assert _breaks(environment) == [("case:2", 3, "truncated")]
    assert "event 4, which seal 2 of 2026-03-02T01:34:00" in _words(environment)


def test_a_stream_that_vanished_is_found_by_the_seal(environment: Environment, intruder: Intruder) -> None:
    intruder.sql("DELETE FROM event WHERE stream = 'case:1'", "DELETE FROM stream WHERE id = 'case:1'")
    assert _breaks(environment) == [("case:1", 1, "truncated")]


def test_a_stream_row_that_vanished_is_found(environment: Environment, intruder: Intruder) -> None:
    intruder.sql("DELETE FROM stream WHERE id = '案:3'")
    assert _breaks(environment) == [("案:3", 1, "missing")]


def test_a_changed_head_is_found(environment: Environment, intruder: Intruder) -> None:
    intruder.sql("UPDATE stream SET head = 'x' WHERE id = 'case:1'")
    assert _breaks(environment) == [("case:1", 6, "changed")]
    assert "but found x" in _words(environment)


def test_a_chain_rebuilt_without_the_key_is_found_by_the_seal(environment: Environment, intruder: Intruder) -> None:
    intruder.sql("UPDATE event SET actor = 'wang' WHERE stream = 'case:2' AND seq = 1")
    intruder.rebuild("case:2")
    assert _breaks(environment) == [("case:2", 2, "recomputed")]
    assert "as in seal 1 of" in _words(environment)


def test_a_recomputed_chain_stays_found_after_it_was_sealed(environment: Environment, intruder: Intruder) -> None:
    intruder.sql("UPDATE event SET actor = 'wang' WHERE stream = 'case:2' AND seq = 3")
    intruder.rebuild("case:2")
    _note(environment, 1)
    seal.seal(environment)
    assert _breaks(environment) == [("case:2", 4, "recomputed")]


@pytest.mark.parametrize(
    "change", ["heads = replace(heads, 'case:1', 'case:9')", "mac = repeat_", "sealed_at = '2026-03-02T02:00:00Z'"]
)
def test_a_changed_seal_is_found(environment: Environment, intruder: Intruder, change: str) -> None:
    change = change.replace("repeat_", f"'{'0' * 64}'")
    intruder.sql(f"UPDATE seal SET {change} WHERE n = 2")
    assert _breaks(environment) == [("seal", 2, "seal broken")]
    assert "Expected the MAC of seal 2 of" in _words(environment)


def test_a_removed_seal_is_found(environment: Environment, intruder: Intruder) -> None:
    intruder.sql("DELETE FROM seal WHERE n = 1")
    assert _breaks(environment) == [("seal", 2, "seal broken")]
    assert _words(environment) == "seal: Expected seal 1 before seal 2, but it is gone"


def test_removed_last_seals_are_found_by_the_marks(environment: Environment, intruder: Intruder) -> None:
    intruder.sql("DELETE FROM seal WHERE n = 2")
    assert _breaks(environment) == [(stream, 3, "seal broken") for stream in ("case:1", "case:2", "案:3")]
    intruder.sql("DELETE FROM seal")
    assert _breaks(environment, stream="case:1") == [("case:1", 1, "seal broken")]


def test_events_kept_from_the_sealer_are_found(environment: Environment, intruder: Intruder) -> None:
    intruder.sql("UPDATE stream SET sealed = 6 WHERE id = 'case:1'")
    assert _breaks(environment) == [("case:1", 5, "seal broken")]
    assert "marked as sealed, but the newest seal covers them up to 4" in _words(environment)


def test_seals_cut_off_with_their_marks_are_found_by_the_anchor(environment: Environment, intruder: Intruder) -> None:
    anchor = seal.anchor(environment)
    assert verify.verify(environment, anchor=anchor).ok
    intruder.sql("DELETE FROM seal WHERE n = 2", "UPDATE stream SET sealed = 2")
    assert verify.verify(environment).ok
    assert _breaks(environment, anchor=anchor) == [("seal", 2, "truncated")]
    seal.seal(environment)
    environment.clock.travel(timedelta(hours=1))
    assert _breaks(environment, anchor=anchor) == [("seal", 2, "recomputed")]
    assert verify.verify(environment, anchor={"seal": 0, "mac": history.GENESIS}).ok


def test_another_key_is_named_once(environment: Environment) -> None:
    environment.seal_key = b"another key of some thirty-two bytes"
    assert _breaks(environment) == [("seal", 1, "unknown key")]
    assert "the given key fits none of them" in _words(environment)
    environment.seal_key = b""
    assert "none was given" in _words(environment)


def test_one_stream_alone(environment: Environment, intruder: Intruder) -> None:
    intruder.sql("UPDATE event SET actor = 'wang' WHERE stream = 'case:1' AND seq = 1")
    assert verify.verify(environment, stream="案:3").events == 6
    assert verify.verify(environment, stream="案:3").ok
    assert _breaks(environment, stream="case:1") == [("case:1", 1, "changed")]
    assert verify.verify(environment, stream="case:none").ok


def test_each_broken_stream_is_named_once(environment: Environment, intruder: Intruder) -> None:
    intruder.sql("UPDATE event SET actor = 'wang' WHERE seq IN (2, 4)", "DELETE FROM event WHERE seq = 6")
    assert _breaks(environment) == [(stream, 2, "changed") for stream in ("case:1", "case:2", "案:3")]


@pytest.mark.parametrize("column", ["body", "actor", "hash", "at"])
def test_text_that_is_none_is_a_change_and_not_a_crash(sqlite_url: str, column: str) -> None:
    store = Store(sqlite_url)
    tables.metadata.create_all(store.database)
    environment = Environment(store, clock=TravelClock(START), seal_key=KEY)
    _note(environment, 3)
    intruder = Intruder(environment)
    intruder.sql(f"UPDATE event SET {column} = CAST(x'ff00' AS TEXT) WHERE stream = 'case:2' AND seq = 2")
    assert _breaks(environment) == [("case:2", 2, "changed")]
    store.close()


@pytest.mark.parametrize("change", ["mac = '改'", "heads = x'00'", "sealed_at = x'00'"])
def test_a_seal_of_foreign_types_is_a_break_and_not_a_crash(sqlite_url: str, change: str) -> None:
    store = Store(sqlite_url)
    tables.metadata.create_all(store.database)
    environment = Environment(store, clock=TravelClock(START), seal_key=KEY)
    for _ in range(2):
        _note(environment, 1)
        seal.seal(environment)
    Intruder(environment).sql(f"UPDATE seal SET {change} WHERE n = 2")
    assert _breaks(environment) == [("seal", 2, "seal broken")]
    store.close()


def test_values_of_foreign_types_are_changes_not_crashes(sqlite_url: str) -> None:
    store = Store(sqlite_url)
    tables.metadata.create_all(store.database)
    environment = Environment(store, clock=TravelClock(START), seal_key=KEY)
    _note(environment, 3)
    intruder = Intruder(environment)
    intruder.sql("UPDATE event SET body = x'00ff' WHERE stream = 'case:1' AND seq = 2")
    intruder.sql("UPDATE event SET at = 'yesterday' WHERE stream = 'case:2' AND seq = 2")
    intruder.sql("UPDATE event SET seq = 'two' WHERE stream = '案:3' AND seq = 2")
    assert _breaks(environment) == [("case:1", 2, "changed"), ("case:2", 2, "changed"), ("案:3", 2, "missing")]
    store.close()


def test_what_is_written_meanwhile_does_not_disturb(environment: Environment, monkeypatch) -> None:
    monkeypatch.setattr(verify, "BATCH", 4)

    def write(done: int, total: int) -> None:
        _note(environment, 1)
        seal.seal(environment)

    report = verify.verify(environment, progress=write)
    assert (report.events, report.breaks) == (18, ())
    assert verify.verify(environment).ok


def _hash(environment: Environment, stream: str, seq: int) -> str:
    event = tables.event.c
    with environment.read() as connection:
        return connection.execute(select(event.hash).where(event.stream == stream, event.seq == seq)).scalar_one()


def _forge(environment: Environment, previous: str, stream: str, seq: int) -> str:
    event = tables.event.c
    with environment.read() as connection:
        row = connection.execute(select(tables.event).where(event.stream == stream, event.seq == seq)).one()
    values = (history.instant(row.at), *(getattr(row, name) for name in history.FIELDS[1:]))
    return history.digest(previous, stream, seq, values)


def _copy(stream: str, seq: int, to: int) -> str:
    names = ", ".join(history.FIELDS)
    return (
        f"INSERT INTO event (stream, seq, {names}, hash) SELECT stream, {to}, {names}, hash FROM event "
        f"WHERE stream = '{stream}' AND seq = {seq}"
    )
