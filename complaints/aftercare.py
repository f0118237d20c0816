"""What a case's page says of the time beside and after the handling: actions, promises, notices, visits, dossier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from complaints import actions, checklist, groups, masking, promises, scope, stage_notices, tables
from complaints.viewer import SignedIn
from engine.environment import Environment


@dataclass(frozen=True)
class Visit:
    """A follow-up visit: how many days after closure, how it went and what was found."""

    days: int
    result: str
    findings: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Aftercare:
    """All of it, personal data masked."""

    major: bool
    head_count: int | None
    notices_off: bool
    justified: bool
    measures: list[actions.Action]
    waiver: actions.Waiver | None
    promised: list[promises.Promise]
    notices: list[stage_notices.StageNotice]
    visits: list[Visit]
    representatives: list[groups.Representative]
    dossier: list[checklist.Item]


def of(
    environment: Environment, connection: Connection, viewer: SignedIn, number: str, now: datetime, locale: str = "zh"
) -> Aftercare:
    """Everything of a case that the viewer may see. Raises NotFound."""
    scope.require(connection, viewer, number)
    case, mask = tables.complaint, masking.reader(connection, number)
    row = connection.execute(select(case).where(case.c.number == number)).one()
    visit = tables.visit
    visits = connection.execute(
        select(visit).where(visit.c.number == number).order_by(visit.c.at, visit.c.result)
    ).all()
    return Aftercare(
        major=row.major,
        head_count=row.head_count,
        notices_off=row.notices_off,
        justified=row.justified in actions.JUSTIFIED,
        measures=actions.of(connection, number),
        waiver=actions.waiver(connection, number),
        promised=promises.of(connection, number),
        notices=stage_notices.of(connection, number),
        visits=[Visit(row.days, row.result, mask(row.findings), row.by, row.at) for row in visits],
        representatives=groups.of(connection, number),
        dossier=checklist.of(environment, connection, number, now, locale),
    )
