"""Starting, stopping and moving the clocks of a case; what hangs on a clock moves with it, in the same transaction.

Every change is one event with the due time before and after. `following` brings it to the timers and due dates.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from complaints import clockmath, clockrows, clocks, settings, streams
from complaints.clockmath import GIVEN, HOURS, NATURAL_DAYS, WORKING_DAYS, Pause
from complaints.following import follow
from engine import calendar
from engine.environment import Transaction
from engine.errors import Conflict, Invalid

FIRST_RESPONSE_HOURS = 24
STATUTORY_DAYS = 15
RESOLUTION = ("target", *clocks.GOVERNING)
MEASURES = (HOURS, WORKING_DAYS, NATURAL_DAYS)
RENEWED = ("target", *clocks.LIMITS)
"""What starts again on new facts (G3)."""


# starting


def begin(tx: Transaction, number: str) -> None:
    """Start what runs before anybody has classified the case: the first response, the law, and the watch on silence."""
    _open(tx, number, "first-response", HOURS, FIRST_RESPONSE_HOURS)
    _open(tx, number, "statutory", NATURAL_DAYS, STATUTORY_DAYS)
    days = int(settings.get(tx.connection, "silence-days"))
    _open(tx, number, "silence", WORKING_DAYS, days, since=tx.now)  # the acknowledgement is the first word
    follow(tx, number)


def set_limits(tx: Transaction, number: str, target: int, limit: int, statutory: int) -> datetime:
    """Start the limits of the time class, or compute those that run anew; returns when the governing one is due."""
    _open(tx, number, "target", WORKING_DAYS, target)
    _open(tx, number, "internal", WORKING_DAYS, limit)
    _open(tx, number, "statutory", NATURAL_DAYS, statutory)
    return follow(tx, number)


def open_until(tx: Transaction, number: str, name: str, day: date) -> datetime:
    """Start a clock whose last day somebody else has set (a forwarding department), or move it to another day."""
    old, due = clockrows.get(tx.connection, number, name), calendar.end_of_day(day)
    if old is None:
        _insert(tx, number, name, GIVEN, 0, clocks.received(tx.connection, number), due, False)
    elif old.stopped_at is None and old.due_at != due:
        clockrows.change(tx, number, name, due_at=due)
        clockrows.tell(tx, "clock-recomputed", old, due, why="sender")
    return follow(tx, number)


def open_clock(
    tx: Transaction,
    number: str,
    name: str,
    measure: str,
    limit: int,
    *,
    since: datetime | None = None,
    unit: str | None = None,
    mark: str | None = None,
) -> datetime:
    """Start a clock beside those of the class: of a slip, a task, a special product; returns when it is due.

    It starts at `since`, else now; with `unit` the working days of that unit count. Raises Invalid for an unknown name
    or measure.
    """
    known = name in clocks.KINDS or (name.startswith((*clocks.OWN, clocks.REVIEW)) and len(name) <= 60)
    if not known or measure not in MEASURES or limit < 1:
        raise Invalid("Expected a clock like slip:… or task:…, a measure and a length, but got {name}", name=name)
    _open(tx, number, name, measure, limit, since or tx.now, unit=unit, mark=mark)
    follow(tx, number)
    due: datetime = clockrows.need(tx.connection, number, name).due_at
    return due


def _open(
    tx: Transaction, number: str, name: str, measure: str, limit: int, since: datetime | None = None, **own: str | None
) -> None:
    """Open a clock, or compute one that runs anew. A stopped one stays as it is; an extended one keeps its due time."""
    old = clockrows.get(tx.connection, number, name)
    if old is None:
        start = since or clocks.received(tx.connection, number)
        days = clocks.working(tx.connection, number, own.get("unit"))
        found = clockmath.read(
            clockmath.Terms(measure, limit, start, pauses=clockrows.pauses_of(tx.connection, number, name)), days
        )
        _insert(tx, number, name, measure, limit, start, found.due, found.provisional, found.pauses, **own)
    elif old.stopped_at is None:
        clockrows.change(tx, number, name, measure=measure, limit=limit)
        clockrows.compute(tx, number, name, "clock-recomputed", old, even=old.limit != limit or old.measure != measure)


def _insert(
    tx: Transaction,
    number: str,
    name: str,
    measure: str,
    limit: int,
    start: datetime,
    due: datetime,
    provisional: bool,
    pauses: tuple[Pause, ...] = (),
    **own: str | None,
) -> None:
    row = {"measure": measure, "limit": limit, "started_at": start, "due_at": due, "provisional": provisional}
    clockrows.add(tx, number, name, **row, **clockrows.stored(pauses), **own)
    facts = {key: value for key, value in own.items() if value is not None}
    tx.record(
        streams.of(number),
        "clock-opened",
        clock=name,
        measure=measure,
        limit=limit,
        old=None,
        new=due,
        provisional=provisional,
        **facts,
    )


# stopping


def stop(tx: Transaction, number: str, at: datetime, *names: str, outcome: str | None = None) -> None:
    """Stop running clocks as of an instant, which may lie before now: `met` or `late`, unless an `outcome` is given."""
    for name in names:
        row = clockrows.get(tx.connection, number, name)
        if row is None or row.stopped_at is not None:
            continue
        pauses = tuple((since, until or at) for since, until in clocks.intervals(row.pauses) if since < at)
        due = row.due_at
        if row.paused_at is not None:
            days = clocks.working(tx.connection, number, row.unit)
            due = clockmath.read(clocks.terms(row, pauses), days).due
        result = outcome or ("met" if at <= due else "late")
        clockrows.change(tx, number, name, stopped_at=at, outcome=result, due_at=due, **clockrows.stored(pauses))
        tx.record(streams.of(number), "clock-stopped", clock=name, at=at, due=due, outcome=result)
    follow(tx, number)


def close(tx: Transaction, number: str) -> None:
    """The case is closed: nobody waits for another contact, nor for what a slip or a task still had to do."""
    running = [row.name for row in clocks.rows(tx.connection, number) if row.stopped_at is None]
    ended = [name for name in running if name == "silence" or name.startswith(clocks.OWN)]
    stop(tx, number, tx.now, *ended, outcome="ended")


def restart(tx: Transaction, number: str, *names: str) -> None:
    """Let stopped clocks run again towards the same due time: the case was reopened, the limit is not new."""
    _revive(tx, number, names, "clock-restarted")


def unstop(tx: Transaction, number: str, *names: str, why: str = "") -> None:
    """Let clocks count as never stopped: what stopped them was void. History keeps both; what is late now is late."""
    _revive(tx, number, names, "clock-unstopped", why=why)


def _revive(tx: Transaction, number: str, names: Iterable[str], kind: str, **facts: Any) -> None:
    for name in names:
        row = clockrows.get(tx.connection, number, name)
        if row is not None and row.stopped_at is not None:
            clockrows.change(tx, number, name, stopped_at=None, outcome=None)
            told = {"was": row.outcome, "stopped": row.stopped_at, **facts}
            clockrows.compute(tx, number, name, kind, row, even=True, **told)
    follow(tx, number)


# moving


def heard(tx: Transaction, number: str, at: datetime) -> None:
    """There was contact with the customer: the watch on silence starts anew from it (R105)."""
    row = clockrows.get(tx.connection, number, "silence")
    if row is not None and row.stopped_at is None and at > row.started_at:
        clockrows.change(tx, number, "silence", started_at=at)
        clockrows.compute(tx, number, "silence", "clock-recomputed", row, why="contact")
        follow(tx, number)


def new_facts(tx: Transaction, number: str, received_at: datetime, material: str) -> datetime:
    """Start the running limits again from the receipt of new material (G3); returns when the governing one is due.

    An extension that the customer was told stays where it ends later. Raises Conflict when no limit runs, Invalid for
    an instant before the present start or after now.
    """
    running = [row for row in clocks.rows(tx.connection, number) if row.name in RENEWED and row.stopped_at is None]
    if not running:
        raise Conflict("Expected a running limit, but case {number} has none", number=number)
    if not max(row.started_at for row in running) <= received_at <= tx.now:
        raise Invalid("Expected new material received after the limits started and not after now")
    for row in running:
        clockrows.change(tx, number, row.name, started_at=received_at)
        if row.extended_to is not None:
            days = clocks.working(tx.connection, number, row.unit)
            plain = clockmath.Terms(row.measure, row.limit, received_at)
            if clockmath.read(plain, days).due > row.extended_to:
                clockrows.change(tx, number, row.name, extended_to=None, extended_at=None)
        clockrows.compute(tx, number, row.name, "clock-renewed", row, even=True, since=received_at, material=material)
    return follow(tx, number)


def recompute(tx: Transaction, number: str, why: str) -> list[str]:
    """Compute the running clocks anew, after the calendar or the responsible unit has changed; returns what moved."""
    running = [row for row in clocks.rows(tx.connection, number) if row.stopped_at is None and row.measure != GIVEN]
    moved = [row.name for row in running if clockrows.compute(tx, number, row.name, "clock-recomputed", row, why=why)]
    follow(tx, number)
    return moved


def set_pauses(tx: Transaction, number: str, kind: str, **facts: Any) -> list[str]:
    """Compute the clocks that may stand still from the pauses of the case; returns those that changed, each told."""
    changed = []
    for row in clocks.rows(tx.connection, number):
        if row.stopped_at is None and clockrows.pausable(row.name):
            old = clocks.intervals(row.pauses)
            pauses = clockrows.pauses_of(tx.connection, number, row.name)
            counted = clockmath.read(clocks.terms(row, pauses), clocks.working(tx.connection, number, row.unit)).pauses
            if counted != old:
                clockrows.compute(tx, number, row.name, kind, row, even=True, **facts)
                changed.append(row.name)
    follow(tx, number)
    return changed


def move_to(tx: Transaction, number: str, name: str, due: datetime, **facts: Any) -> None:
    """Grant a running clock a later due time. Callers `follow`."""
    row = clockrows.need(tx.connection, number, name)
    clockrows.change(tx, number, name, due_at=due, extended_to=due, extended_at=tx.now, provisional=False)
    clockrows.tell(tx, "clock-extended", row, due, **facts)
