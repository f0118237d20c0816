"""Teams that handle complaints: members with skills, capacity and deputy, shifts, and the channels they take (R32)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import Connection, and_, delete, insert, select, update

from complaints import catalogue, people, settings, tables
from engine import calendar
from engine.clock import ZONE
from engine.environment import Transaction
from engine.errors import Conflict, Invalid, NotFound
from engine.rows import upsert

DAY = 24 * 60


@dataclass(frozen=True)
class Team:
    """A team; closed ones are not listed."""

    code: str
    name: str
    name_en: str
    unit: str | None


@dataclass(frozen=True)
class Member:
    """A member: `skills` empty means whatever the team does, `capacity` 0 means without a bound."""

    team: str
    user: str
    name: str
    skills: frozenset[str]
    capacity: int
    deputy: str | None


@dataclass(frozen=True)
class Hours:
    """A shift of the weekly pattern: `weekday` 0 is Monday, `starts` and `ends` are minutes of the day."""

    weekday: int
    starts: int
    ends: int


def create(tx: Transaction, code: str, name: str, *, name_en: str = "", unit: str | None = None) -> None:
    """Make a team. Raises Conflict when the code is taken."""
    if not code or not name.strip():
        raise Invalid("A team needs a code and a name.")
    if tx.connection.scalar(select(tables.team.c.code).where(tables.team.c.code == code)):
        raise Conflict("Expected a new team code, but '{code}' exists", code=code)
    if unit is not None:
        people.unit(tx.connection, unit)
    tx.connection.execute(insert(tables.team).values(code=code, name=name.strip(), name_en=name_en, unit=unit))
    tx.record("rights", "team-created", team=code, name=name.strip(), unit=unit)


def amend(tx: Transaction, code: str, name: str, name_en: str = "", unit: str | None = None) -> None:
    """Change the names or the unit of a team."""
    old = team(tx.connection, code)
    if not name.strip():
        raise Invalid("A team needs a code and a name.")
    if unit is not None:
        people.unit(tx.connection, unit)
    values = {"name": name.strip(), "name_en": name_en.strip(), "unit": unit}
    tx.connection.execute(update(tables.team).where(tables.team.c.code == code).values(values))
    before = {field: getattr(old, field) for field in values}
    tx.record("rights", "team-amended", team=code, old=before, new=values)


def close(tx: Transaction, code: str) -> None:
    """No task goes to the team any more. Raises Conflict while it takes a channel."""
    team(tx.connection, code)
    held = sorted(tx.connection.scalars(select(tables.channel.c.code).where(tables.channel.c.team == code)))
    if held:
        raise Conflict("Expected a team without channels, but it takes {channels}", channels=", ".join(held))
    tx.connection.execute(update(tables.team).where(tables.team.c.code == code).values(closed_at=tx.now))
    tx.record("rights", "team-closed", team=code)


def team(connection: Connection, code: str) -> Team:
    """One open team. Raises NotFound."""
    found = next((row for row in listed(connection) if row.code == code), None)
    if found is None:
        raise NotFound(what="team", id=code)
    return found


def listed(connection: Connection) -> list[Team]:
    """The open teams by code."""
    table = tables.team
    query = select(table.c.code, table.c.name, table.c.name_en, table.c.unit).where(table.c.closed_at.is_(None))
    return [Team(*row) for row in connection.execute(query.order_by(table.c.code))]


def put_member(
    tx: Transaction, code: str, user: str, *, skills: Iterable[str] = (), capacity: int = 0, deputy: str | None = None
) -> None:
    """Add a member, or change skills, capacity and standing deputy of one."""
    team(tx.connection, code)
    for person in (user, deputy):
        if person is not None:
            people.person(tx.connection, person)
    if capacity < 0:
        raise Invalid("Expected a capacity of 0 (no bound) or more, but got {capacity}", capacity=capacity)
    if user == deputy:
        raise Invalid("Expected somebody else as deputy, but got '{user}' again", user=user)
    codes = ",".join(sorted({skill.strip() for skill in skills} - {""}))
    old = next((one for one in members(tx.connection, code) if one.user == user), None)
    row = {"team": code, "user": user, "skills": codes, "capacity": capacity, "deputy": deputy}
    upsert(tx.connection, tables.team_member, [row], ("team", "user"))
    before = {"skills": ",".join(sorted(old.skills)), "capacity": old.capacity, "deputy": old.deputy} if old else None
    new = {"skills": codes, "capacity": capacity, "deputy": deputy}
    if before != new:
        tx.record("rights", "team-member-set", team=code, user=user, old=before, new=new)


def remove_member(tx: Transaction, code: str, user: str) -> None:
    """A member leaves; the tasks that he has stay his."""
    table = tables.team_member
    gone = tx.connection.execute(delete(table).where(table.c.team == code, table.c.user == user)).rowcount
    if not gone:
        raise NotFound(what="team member", id=user)
    tx.record("rights", "team-member-removed", team=code, user=user)


def members(connection: Connection, code: str) -> list[Member]:
    """The members of a team whose accounts are open, by user id."""
    table, account = tables.team_member, tables.account
    rows = connection.execute(
        select(table.c.team, table.c.user, account.c.name, table.c.skills, table.c.capacity, table.c.deputy)
        .join(account, and_(account.c.user == table.c.user, account.c.disabled_at.is_(None)))
        .where(table.c.team == code)
        .order_by(table.c.user)
    )
    return [Member(r.team, r.user, r.name, frozenset(r.skills.split(",")) - {""}, r.capacity, r.deputy) for r in rows]


def set_shifts(tx: Transaction, user: str, hours: Sequence[Hours]) -> None:
    """Set a person's weekly pattern; none at all means service hours. Raises Invalid for overlapping shifts."""
    people.person(tx.connection, user)
    ordered = sorted(hours, key=lambda one: (one.weekday, one.starts))
    for one in ordered:
        if not (0 <= one.weekday <= 6 and 0 <= one.starts < one.ends <= DAY):
            raise Invalid("Expected a shift that ends after it starts on the same day")
    for first, second in pairwise(ordered):
        if first.weekday == second.weekday and second.starts < first.ends:
            raise Invalid("Expected shifts that do not overlap on weekday {day}", day=first.weekday + 1)
    old = [f"{one.weekday + 1} {clock(one.starts)}-{clock(one.ends)}" for one in shifts(tx.connection, user)]
    new = [f"{one.weekday + 1} {clock(one.starts)}-{clock(one.ends)}" for one in ordered]
    tx.connection.execute(delete(tables.shift).where(tables.shift.c.user == user))
    if ordered:
        rows = [{"user": user, "weekday": h.weekday, "starts": h.starts, "ends": h.ends} for h in ordered]
        tx.connection.execute(insert(tables.shift), rows)
    tx.record("rights", "shifts-set", user=user, old=old, new=new)


def parsed(weekday: int, text: str) -> list[Hours]:
    """The shifts of a day as people write them: `08:00-12:00, 13:00-24:00`. Raises Invalid."""
    found = []
    for part in text.replace("，", ",").replace("、", ",").split(","):
        if not part.strip():
            continue
        times = [re.fullmatch(r"(\d{1,2}):(\d{2})", piece.strip()) for piece in part.split("-")]
        if len(times) != 2 or not all(times):
            raise Invalid("Expected shifts like 08:00-12:00, but got '{text}'", text=part.strip())
        starts, ends = (int(one[1]) * 60 + int(one[2]) for one in times if one)
        found.append(Hours(weekday, starts, ends))
    return found


def clock(minute: int) -> str:
    """A minute of the day as people write it."""
    return f"{minute // 60:02}:{minute % 60:02}"


def shifts(connection: Connection, user: str) -> list[Hours]:
    """A person's weekly pattern from Monday on."""
    table = tables.shift
    query = select(table.c.weekday, table.c.starts, table.c.ends).where(table.c.user == user)
    return [Hours(*row) for row in connection.execute(query.order_by(table.c.weekday, table.c.starts))]


def on_shift(connection: Connection, user: str, at: datetime) -> bool:
    """Whether a person works at an instant: on the duty roster, or by his pattern, or in service hours without one.

    A public holiday on a weekday suspends the pattern; on a weekend that is worked instead service hours hold.
    """
    if user in people.on_duty(connection, at):
        return True
    if people.is_absent(connection, user, at):
        return False
    local, pattern = at.astimezone(ZONE), shifts(connection, user)
    today = [one for one in pattern if one.weekday == local.weekday()]
    weekend = local.weekday() >= 5
    if today:
        minute = local.hour * 60 + local.minute
        works = weekend or calendar.current(connection).is_working(local.date())
        return works and any(one.starts <= minute < one.ends for one in today)
    return (not pattern or weekend) and in_service(connection, at)


def in_service(connection: Connection, at: datetime) -> bool:
    """Whether the bank is in service hours of a working day."""
    hours = calendar.ServiceHours.parse(settings.get(connection, "service-hours"))
    return calendar.current(connection).working_minutes_between(at, at + timedelta(seconds=1), hours) > 0


def assign_channel(tx: Transaction, code: str, team_code: str | None, deputy: str | None) -> None:
    """Say which team takes a channel and who stands in when none of it can."""
    if code not in {option for option, _ in catalogue.options(tx.connection, "channels")}:
        raise NotFound(what="channel", id=code)
    if team_code is not None:
        team(tx.connection, team_code)
    if deputy is not None:
        people.person(tx.connection, deputy)
    table = tables.channel
    row = tx.connection.execute(select(table.c.team, table.c.deputy).where(table.c.code == code)).first()
    old = dict(row._mapping) if row else None
    new = {"team": team_code, "deputy": deputy}
    upsert(tx.connection, table, [{"code": code, **new}], ("code",))
    tx.record("rights", "channel-assigned", channel=code, old=old, new=new)


def of_channel(connection: Connection, code: str) -> tuple[str | None, str | None]:
    """The team that takes a channel and its deputy; nobody where the bank has not said."""
    table = tables.channel
    row = connection.execute(select(table.c.team, table.c.deputy).where(table.c.code == code)).first()
    return (row.team, row.deputy) if row else (None, None)
