"""The standard table of a bank: its complaints by month of receipt, category, responsible unit and channel (R50)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, select

from complaints import tables, trail
from complaints.metrics import EVERYTHING, Scope
from engine.clock import ZONE
from engine.errors import Invalid

DIMENSIONS = {"category": "categories", "unit": "units", "channel": "channels"}
"""What is counted by, beside the month → the list of its names; a case may have no category or unit yet."""
MOST = 36
"""Months of one table."""
_case = tables.complaint


@dataclass(frozen=True, order=True)
class Month:
    """A month in the bank's zone, as an address carries it: 2026-03."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @classmethod
    def of(cls, at: datetime) -> Month:
        """The month of an instant."""
        local = at.astimezone(ZONE)
        return cls(local.year, local.month)

    @classmethod
    def read(cls, text: str) -> Month:
        """Raises Invalid for what is no month."""
        try:
            return cls.of(datetime.strptime(text, "%Y-%m").replace(tzinfo=ZONE))
        except ValueError:
            raise Invalid("Expected a month like 2026-03, but got '{text}'", text=text[:20]) from None

    def later(self, months: int) -> Month:
        """So many months after it, or before it."""
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)

    @property
    def begin(self) -> datetime:
        """Its first instant."""
        return datetime(self.year, self.number, 1, tzinfo=ZONE)


@dataclass(frozen=True)
class Count:
    """How many complaints of one cell of the table."""

    month: str
    category: str | None
    unit: str | None
    channel: str | None
    complaints: int


def months(first: Month, last: Month) -> list[Month]:
    """Both included. Raises Invalid for the wrong order, and for more than 36."""
    if not first <= last < first.later(MOST):
        raise Invalid("Expected at most {most} months, the first before the last", most=MOST)
    found = [first]
    while found[-1] < last:
        found.append(found[-1].later(1))
    return found


def counted(connection: Connection, over: Sequence[Month], scope: Scope = EVERYTHING) -> list[Count]:
    """The cells that are not empty, of the complaints of `scope`, by month and then by their codes."""
    return [count for month in over for count in _of(connection, month, scope)]


def _of(connection: Connection, month: Month, scope: Scope) -> Iterator[Count]:
    columns = [_case.c[name] for name in DIMENSIONS]
    during = replace(scope, since=month.begin, until=month.later(1).begin)
    query = select(*columns, func.count()).where(*during.conditions()).group_by(*columns)
    found = [Count(str(month), *tuple(row)) for row in connection.execute(query)]
    yield from sorted(found, key=lambda count: [getattr(count, name) or "" for name in DIMENSIONS])


def crossed(counts: Sequence[Count], by: str) -> dict[str | None, dict[str, int]]:
    """The counts of each code of one dimension, by month; the most frequent code first."""
    found: dict[str | None, dict[str, int]] = {}
    for count in counts:
        of = found.setdefault(getattr(count, by), {})
        of[count.month] = of.get(count.month, 0) + count.complaints
    return dict(sorted(found.items(), key=lambda item: (-sum(item[1].values()), item[0] or "")))


def sheet(counts: Sequence[Count], name: Callable[[str, str | None], str], headings: Sequence[str]) -> str:
    """All cells as CSV for a spreadsheet; `name` gives the name of a code of a list."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings)
    for count in counts:
        names = [trail.inert(name(kind, getattr(count, of))) for of, kind in DIMENSIONS.items()]
        writer.writerow([count.month, *names, count.complaints])
    return "\ufeff" + out.getvalue()
