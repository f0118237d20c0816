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

from sqlalchemy import ColumnElement, Connection, FromClause, exists, false, or_, select, true

import engine.tables
from complaints import people, tables
from complaints.viewer import SignedIn
from engine.errors import NotFound

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
    return or_(_near(connection, viewer, tables.complaint), _linked(connection, viewer))


def _linked(connection: Connection, viewer: SignedIn) -> ColumnElement[bool]:
    """Whoever handles a re-complaint reads the file of the first, and of a first what was merged into it (R70, G3)."""
    case, link, other = tables.complaint, tables.case_link.alias(), tables.complaint.alias()
    attached = (link.c.relation == "re-complaint") & (link.c.other == case.c.number) & (link.c.number == other.c.number)
    taken_in = (link.c.relation == "merged") & (link.c.number == case.c.number) & (link.c.other == other.c.number)
    near = _near(connection, viewer, other)
    return or_(*(exists().where(joined, near).correlate(case) for joined in (attached, taken_in)))


def _near(connection: Connection, viewer: SignedIn, case: FromClause) -> ColumnElement[bool]:
    slip, participant, media = tables.slip, tables.participant, tables.media.alias()
    task, candidate = engine.tables.task, engine.tables.candidate
    units = frozenset({viewer.unit} if viewer.unit else ())
    if viewer.unit and viewer.has("leader"):
        units = people.below(connection, viewer.unit)
    users = viewer.covers | {viewer.user}
    public = [exists().where(media.c.number == case.c.number)] if OFFICE in viewer.groups else []
    return or_(
        *public,
        case.c.intake_group.in_(viewer.groups),
        case.c.first_owner.in_(users),
        case.c.owner.in_(users),
        exists().where(task.c.business_key == case.c.number, task.c.assignee.in_(users)),
        exists().where(
            task.c.business_key == case.c.number,
            candidate.c.task_id == task.c.id,
            candidate.c.value.in_(viewer.groups | users),
        ),
        exists().where(slip.c.number == case.c.number, slip.c.unit.in_(units)),
        exists().where(participant.c.number == case.c.number, participant.c.user.in_(users)),
    )


def sees(connection: Connection, viewer: SignedIn, number: str) -> bool:
    """Whether `viewer` may see a case."""
    case = tables.complaint
    query = select(case.c.number).where(case.c.number == number, visible(connection, viewer))
    return connection.scalar(query) is not None


def require(connection: Connection, viewer: SignedIn, number: str) -> None:
    """Raise NotFound unless `viewer` may see the case, whether or not it exists."""
    if not sees(connection, viewer, number):
        raise NotFound(what="case", id=number)


def worker(connection: Connection, viewer: SignedIn, number: str) -> None:
    """Raise NotFound unless `viewer` sees the case, Forbidden unless his role works on cases: compliance only reads."""
    require(connection, viewer, number)
    viewer.require("handler", "supervisor", "leader")
