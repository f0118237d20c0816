"""Who gets a task (R32): able, at work, not absent, not concerned (G7), below capacity, and of these the least loaded.

Among the equally loaded the turn goes by the number of the case, so that over many cases the members stay within one of
each other, and the same case always asks the same person. Who is away hands his tasks to a deputy: when the absence is
entered, and when a task is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

import engine.tables
from complaints import bodies, people, recusal, tables, teams
from engine import queries, tasks
from engine.environment import Transaction
from engine.errors import Forbidden, Rejected

_task, _candidate = engine.tables.task, engine.tables.candidate


def team_of_case(connection: Connection, number: str | None) -> str | None:
    """The team that takes the channel of a case, None while the bank has named none."""
    table, channel = tables.complaint, tables.channel
    query = select(channel.c.team).join(table, table.c.channel == channel.c.code).where(table.c.number == number)
    found: str | None = connection.scalar(query)
    return found


def pick(connection: Connection, team: str, skill: str | None, number: str | None, at: datetime) -> str | None:
    """The member of a team who gets a task of a case, or the deputy of one who is away. None: nobody is free.

    `skill` narrows to who has it (or has none noted, which means: whatever the team does).
    """
    away = concerned(connection, number, at)
    able = [one for one in teams.members(connection, team) if skill is None or not one.skills or skill in one.skills]
    free = {one.user: one.capacity for one in able if _may(connection, one.user, away, at)}
    if not free:
        free = dict.fromkeys(_deputies(connection, able, away, at), 0)
    counts = loads(connection, list(free))
    free = {user: capacity for user, capacity in free.items() if not capacity or counts[user] < capacity}
    if not free:
        return None
    least = min(counts[user] for user in free)
    tied = sorted(user for user in free if counts[user] == least)
    return tied[_serial(number) % len(tied)]


def concerned(connection: Connection, number: str | None, at: datetime) -> frozenset[str]:
    """The people who keep away from a case."""
    return frozenset(ground.user for ground in recusal.of(connection, number, at)) if number else frozenset()


def _may(connection: Connection, user: str, away: frozenset[str], at: datetime) -> bool:
    return user not in away and teams.on_shift(connection, user, at)


def _deputies(connection: Connection, able: list[teams.Member], away: frozenset[str], at: datetime) -> Iterator[str]:
    """Nobody of the team can: whoever stands in for the absent ones."""
    for member in able:
        if people.is_absent(connection, member.user, at):
            deputy = _deputy(connection, member.user, at, away)
            if deputy is not None:
                yield deputy


def _serial(number: str | None) -> int:
    digits = (number or "").rpartition("-")[2]
    return int(digits) if digits.isdecimal() else 0


def loads(connection: Connection, users: list[str]) -> dict[str, int]:
    """How many open tasks each has."""
    query = select(_task.c.assignee, func.count()).where(_task.c.assignee.in_(users)).group_by(_task.c.assignee)
    return dict.fromkeys(users, 0) | {row[0]: row[1] for row in connection.execute(query)}


def stand_in(connection: Connection, user: str, number: str | None, at: datetime) -> str | None:
    """Who does the tasks of an absent person in a case: the deputy of the absence, else a standing one."""
    return _deputy(connection, user, at, concerned(connection, number, at))


def _deputy(connection: Connection, user: str, at: datetime, away: frozenset[str]) -> str | None:
    absence, member = tables.absence, tables.team_member
    now = select(absence.c.deputy).where(absence.c.user == user, absence.c.starts_at <= at, absence.c.ends_at > at)
    standing = select(member.c.deputy).where(member.c.user == user).order_by(member.c.team)
    deputy: str | None
    for deputy in (*connection.scalars(now.order_by(absence.c.starts_at)), *connection.scalars(standing)):
        if deputy is not None and deputy not in away and not people.is_absent(connection, deputy, at):
            return deputy
    return None


def absent(tx: Transaction, user: str, starts: datetime, ends: datetime, deputy: str | None = None) -> int:
    """Enter an absence; when it has begun, every open task goes to the deputy at once. Returns how many went."""
    people.absent(tx, user, starts, ends, deputy)
    return hand_over(tx, user) if starts <= tx.now < ends else 0


def hand_over(tx: Transaction, user: str) -> int:
    """Give the open tasks of an absent person to who stands in for him, in the order of their locks."""
    rows = tx.connection.execute(select(_task).where(_task.c.assignee == user).order_by(_task.c.root_id, _task.c.id))
    return sum(_pass_on(tx, row, stand_in(tx.connection, user, row.business_key, tx.now)) for row in rows.all())


def withdraw(tx: Transaction, number: str, user: str) -> int:
    """Take the tasks of a case from a person whom it concerns: to a member of its team, else back to their groups."""
    query = select(_task).where(_task.c.business_key == number, or_(_task.c.assignee == user, _task.c.owner == user))
    team = team_of_case(tx.connection, number)
    moved = 0
    for row in tx.connection.execute(query.order_by(_task.c.root_id, _task.c.id)).all():
        if row.owner is not None:  # delegated: the other of the two keeps it
            to: str | None = row.assignee if row.owner == user else row.owner
        else:
            to = pick(tx.connection, team, None, number, tx.now) if team else None
            to = to if to and _offered(tx.connection, row, to) else None
        moved += _pass_on(tx, row, to)
    return moved


def _offered(connection: Connection, task: Row[Any], user: str) -> bool:
    """Whether a task may go to a member of the team: it is offered to him or to one of his groups."""
    mine = {("user", user), *(("group", group) for group in bodies.of(connection, user))}
    return not mine.isdisjoint(queries.candidates(connection, task.id))


def _pass_on(tx: Transaction, task: Row[Any], to: str | None) -> int:
    """Give a task to `to`; where separation of duties forbids it or there is nobody, back to its groups."""
    if to is not None:
        try:
            with tx.savepoint():
                tasks.assign(tx, task.id, to)
            return 1
        except Rejected as refused:
            if not isinstance(refused, Forbidden):  # four eyes: the deputy has done the other half, so to the groups
                return 0  # delegated or suspended: it stays where it is until it goes on
    groups = select(_candidate.c.task_id).where(_candidate.c.task_id == task.id, _candidate.c.kind != "never")
    if tx.connection.scalar(groups.limit(1)) is None:
        return 0  # offered to nobody else: the deputy finds it under the name of the absent one
    try:
        with tx.savepoint():
            tasks.unassign(tx, task.id)
    except Rejected:
        return 0
    return 1
