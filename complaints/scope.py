"""Who sees which cases: the one place that decides, for every list, page, search and export. Default: nobody.

| role | sees |
|---|---|
| handler | cases of his own, taken in by his groups, with a slip for his unit, or in which he has or had a task |
| handler, leader of the Office | besides, the cases that the media have |
| supervisor, compliance | all cases |
| leader | cases of the units under him, and those of a handler |
| owner, administrator | no case |

Whoever sees a re-complaint for one of these reasons sees the case before it, and with a case what was merged into it.

What one may not see does not exist (NotFound), so that the answer tells nothing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, exists, false, literal, or_, select, true

import engine.tables
from complaints import people, tables
from complaints.viewer import SignedIn
from engine.errors import NotFound
from engine.prepared import prepared

EVERYTHING = ("supervisor", "compliance")
WORKING = ("handler", "leader")
OFFICE = "office"
"""The group that speaks to the media (R58)."""


def visible(connection: Connection, viewer: SignedIn) -> ColumnElement[bool]:
    """The condition on `complaint` under which `viewer` sees a case."""
    if viewer.has(*EVERYTHING):
        return true()
    if not viewer.has(*WORKING):
        return false()
    return _working(*_reach(connection, viewer))


def _reach(connection: Connection, viewer: SignedIn) -> tuple[list[str], list[str], list[str]]:
    """The groups, the people and the units of whose cases `viewer` sees."""
    units = frozenset({viewer.unit} if viewer.unit else ())
    if viewer.unit and viewer.has("leader"):
        units = people.below(connection, viewer.unit)
    return sorted(viewer.groups), sorted(viewer.covers | {viewer.user}), sorted(units)


def _working(groups: Any, users: Any, units: Any) -> ColumnElement[bool]:
    near = _near(tables.complaint, groups, users, units)
    return or_(near, _linked(groups, users, units))


def _linked(groups: Any, users: Any, units: Any) -> ColumnElement[bool]:
    """Whoever handles a re-complaint reads the file of the first, and of a first what was merged into it (R70, G3)."""
    case, link, other = tables.complaint, tables.case_link.alias(), tables.complaint.alias()
    attached = (link.c.relation == "re-complaint") & (link.c.other == case.c.number) & (link.c.number == other.c.number)
    taken_in = (link.c.relation == "merged") & (link.c.number == case.c.number) & (link.c.other == other.c.number)
    near = _near(other, groups, users, units)
    return or_(*(exists().where(joined, near).correlate(case) for joined in (attached, taken_in)))


def _near(case: FromClause, groups: Any, users: Any, units: Any) -> ColumnElement[bool]:
    slip, participant, media = tables.slip, tables.participant, tables.media.alias()
    task, candidate = engine.tables.task, engine.tables.candidate
    return or_(
        and_(literal(OFFICE).in_(groups), exists().where(media.c.number == case.c.number)),
        case.c.intake_group.in_(groups),
        case.c.first_owner.in_(users),
        case.c.owner.in_(users),
        exists().where(task.c.business_key == case.c.number, task.c.assignee.in_(users)),
        exists().where(
            task.c.business_key == case.c.number,
            candidate.c.task_id == task.c.id,
            or_(candidate.c.value.in_(groups), candidate.c.value.in_(users)),
        ),
        exists().where(slip.c.number == case.c.number, slip.c.unit.in_(units)),
        exists().where(participant.c.number == case.c.number, participant.c.user.in_(users)),
    )


def sees(connection: Connection, viewer: SignedIn, number: str) -> bool:
    """Whether `viewer` may see a case."""
    if viewer.has(*EVERYTHING):
        return connection.scalar(*_case(number)) is not None
    return viewer.has(*WORKING) and connection.scalar(*_seen(number, *_reach(connection, viewer))) is not None


@prepared
def _case(number: Any) -> Any:
    return select(tables.complaint.c.number).where(tables.complaint.c.number == number)


@prepared
def _seen(number: Any, groups: Any, users: Any, units: Any) -> Any:
    case = tables.complaint
    return select(case.c.number).where(case.c.number == number, _working(groups, users, units))


def require(connection: Connection, viewer: SignedIn, number: str) -> None:
    """Raise NotFound unless `viewer` may see the case, whether or not it exists."""
    if not sees(connection, viewer, number):
        raise NotFound(what="case", id=number)


def worker(connection: Connection, viewer: SignedIn, number: str) -> None:
    """Raise NotFound unless `viewer` sees the case, Forbidden unless his role works on cases: compliance only reads."""
    require(connection, viewer, number)
    viewer.require("handler", "supervisor", "leader")
