"""The closing assessment: why it came to the complaint, what both sides got, and what the customer had come for.

The industry's causes and the bank's side of the outcome are asked in the report, the customer's side and his ratings
by whoever calls back or in the survey (R24, R89, R101). The outcome of both sides is computed from the two answers and
stored nowhere. The figures count the cases that have a signed report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    or_,
    select,
)

from complaints import catalogue, dossier, tables
from complaints.metrics import EVERYTHING, Scope, share
from engine import calendar
from engine.clock import ZONE
from engine.environment import Transaction

CAUSES, NONE = tuple(row["code"] for row in catalogue.rows("causes") if row["kind"] == "tag"), "NONE"
ROOTS = tuple(row["code"] for row in catalogue.rows("causes") if row["kind"] == "root")
DIMENSIONS = tuple(row["code"] for row in catalogue.rows("dimensions"))
MOST = 3
"""Dimensions of one case: more would not fit the screen of the customer who rates them."""
OUTCOMES = {
    ("yes", "yes"): "win-win",
    ("yes", "no"): "win-lose",
    ("no", "yes"): "lose-win",
    ("no", "no"): "lose-lose",
}
"""(The bank's answer, the customer's answer) → the outcome, the bank's side first (R101)."""
BANK, CUSTOMER, EXPECTED, PERCEIVED = "bank_outcome", "customer_outcome", "expected_", "perceived_"
_case = tables.complaint


@dataclass(frozen=True)
class Assessment:
    """Of one case: the answers of both sides, `yes`, `no` or None, and what follows from them."""

    bank: str | None
    customer: str | None

    @property
    def outcome(self) -> str | None:
        """The cell of the matrix; None while an answer is missing, as of a customer who could not be reached."""
        return OUTCOMES.get((self.bank or "", self.customer or ""))


@dataclass(frozen=True)
class Causes:
    """How often each cause of the industry was found (R24): a case may have several, so the shares add up to no 1."""

    assessed: int
    found: Mapping[str, int]

    def share(self, code: str) -> float | None:
        """Cases with this cause of all that were assessed, those with none of the causes included."""
        return share(self.found.get(code, 0), self.assessed)


@dataclass(frozen=True)
class Outcomes:
    """The matrix of both sides (R101); `unknown` are reported cases in which a side has not answered."""

    counts: Mapping[str, int]
    unknown: int

    @property
    def known(self) -> int:
        """Cases of which both sides have answered."""
        return sum(self.counts.values())

    @property
    def share(self) -> float | None:
        """Win-win of those whose outcome is known."""
        return share(self.counts.get("win-win", 0), self.known)


@dataclass(frozen=True)
class Gap:
    """What was expected and what was found of a dimension (R89), on average of the `answers` that rate both."""

    dimension: str
    tagged: int
    answers: int
    expected: float | None
    perceived: float | None
    gap: float | None


@dataclass(frozen=True)
class Quarter:
    """A quarter of the year in the bank's zone, by the day of receipt."""

    year: int
    number: int

    @property
    def name(self) -> str:
        """Like 2026-Q1, as an address carries it."""
        return f"{self.year}-Q{self.number}"

    @property
    def before(self) -> Quarter:
        """The quarter before it."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @property
    def begin(self) -> datetime:
        """Its first instant."""
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=ZONE)

    @property
    def scope(self) -> Scope:
        """The complaints received in it."""
        year, month = (self.year, 3 * self.number + 1) if self.number < 4 else (self.year + 1, 1)
        return Scope(since=self.begin, until=datetime(year, month, 1, tzinfo=ZONE))


def quarters(now: datetime, count: int = 8) -> list[Quarter]:
    """The quarter of `now` and those before it, the newest first."""
    day = calendar.local_day(now)
    found = [Quarter(day.year, (day.month + 2) // 3)]
    while len(found) < count:
        found.append(found[-1].before)
    return found


def of(connection: Connection, number: str) -> Assessment:
    """What both sides have answered about a case."""
    known = dossier.fields(connection, number)
    return Assessment(known.get(BANK), known.get(CUSTOMER))


def asked(connection: Connection, number: str) -> dict[str, Any]:
    """What the survey's questions depend on: the dimensions of the case, and nothing else of its file."""
    return {"dimensions": dossier.fields(connection, number).get("dimensions")}


def answered(data: Mapping[str, Any]) -> dict[str, Any]:
    """A survey without the optional questions that it leaves open: what was said by telephone is not taken back."""
    optional = {CUSTOMER, *_rated(EXPECTED), *_rated(PERCEIVED)}
    return {name: value for name, value in data.items() if value is not None or name not in optional}


def reopen(tx: Transaction, number: str) -> None:
    """Forget what both sides said of the result that no longer holds; the forms as submitted keep it."""
    table = tables.field
    ours = or_(table.c.name.in_((BANK, CUSTOMER)), table.c.name.in_(_rated(EXPECTED) + _rated(PERCEIVED)))
    tx.connection.execute(delete(table).where(table.c.number == number, ours))


def causes(connection: Connection, scope: Scope = EVERYTHING) -> Causes:
    """The three causes of the industry over the reported cases."""
    tags = tables.field.alias()
    query = select(func.count(), *(_holding(tags, code) for code in CAUSES)).select_from(_with(tags, "cause_tags"))
    stated = tags.c.value.not_in(("null", "[]"))
    assessed, *found = connection.execute(query.where(stated, _reported(), *scope.conditions())).one()
    return Causes(assessed, dict(zip(CAUSES, map(int, found), strict=True)))


def crossed(connection: Connection, scope: Scope = EVERYTHING) -> dict[str, dict[str, int]]:
    """Cases by category and root cause (R23), of those that have both."""
    query = select(_case.c.category, _case.c.root_cause, func.count())
    rows = connection.execute(
        query.where(_case.c.category.is_not(None), _case.c.root_cause.is_not(None), *scope.conditions())
        .group_by(_case.c.category, _case.c.root_cause)
        .order_by(_case.c.category)
    )
    found: dict[str, dict[str, int]] = {}
    for category, root_cause, count in rows:
        found.setdefault(category, {})[root_cause] = int(count)
    return found


def outcomes(connection: Connection, scope: Scope = EVERYTHING) -> Outcomes:
    """The outcomes of the reported cases, from the answers of both sides."""
    bank, customer = tables.field.alias(), tables.field.alias()
    joined = _case.outerjoin(bank, _named(bank, BANK)).outerjoin(customer, _named(customer, CUSTOMER))
    answers = bank.c.value, customer.c.value
    query = select(*answers, func.count()).select_from(joined).where(_reported(), *scope.conditions())
    counts, unknown = dict.fromkeys(OUTCOMES.values(), 0), 0
    for ours, theirs, count in connection.execute(query.group_by(*answers)):
        outcome = Assessment(*(orjson.loads(value or "null") for value in (ours, theirs))).outcome
        if outcome is None:
            unknown += count
        else:
            counts[outcome] += count
    return Outcomes(counts, unknown)


def gaps(connection: Connection, scope: Scope = EVERYTHING) -> list[Gap]:
    """Expectation against perception by dimension; only answers that rate both sides of it count."""
    expected, perceived, tags = (tables.field.alias() for _ in range(3))
    own = and_(expected.c.number == _case.c.number, expected.c.scope == "", expected.c.name.in_(_rated(EXPECTED)))
    twin = func.replace(expected.c.name, EXPECTED, PERCEIVED)
    other = and_(perceived.c.number == _case.c.number, perceived.c.scope == "", perceived.c.name == twin)
    sums = (func.sum(cast(table.c.value, Integer)) for table in (expected, perceived))
    query = select(expected.c.name, func.count(), *sums).select_from(_case.join(expected, own).join(perceived, other))
    given = expected.c.value != "null", perceived.c.value != "null"
    rows = connection.execute(query.where(*given, *scope.conditions()).group_by(expected.c.name))
    rated = {row[0].removeprefix(EXPECTED): tuple(map(int, row[1:])) for row in rows}
    counted = select(*(_holding(tags, code) for code in DIMENSIONS)).select_from(_with(tags, "dimensions"))
    tagged = connection.execute(counted.where(*scope.conditions())).one()
    return [_gap(code, int(tagged[n]), *rated.get(code, (0, 0, 0))) for n, code in enumerate(DIMENSIONS)]


def _gap(dimension: str, tagged: int, answers: int, expected: int, perceived: int) -> Gap:
    means = [round(total / answers, 2) if answers else None for total in (expected, perceived, expected - perceived)]
    return Gap(dimension, tagged, answers, *means)


def _rated(prefix: str) -> list[str]:
    return [f"{prefix}{code}" for code in DIMENSIONS]


def _named(field: FromClause, name: str) -> ColumnElement[bool]:
    return and_(field.c.number == _case.c.number, field.c.scope == "", field.c.name == name)


def _with(field: FromClause, name: str) -> FromClause:
    return _case.join(field, _named(field, name))


def _holding(field: FromClause, code: str) -> ColumnElement[int]:
    """How many rows have a code in the list that is their value."""
    held = field.c.value.contains(f'"{code}"', autoescape=True)
    return func.coalesce(func.sum(case((held, 1), else_=0)), 0)


def _reported() -> ColumnElement[bool]:
    return exists().where(tables.report.c.number == _case.c.number).correlate(_case)
