"""The page of a case: everything the file holds, masked, for somebody who may see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, select

import engine.tables
from complaints import (
    actions,
    clocks,
    contacts,
    dossier,
    elements,
    evidence,
    extension,
    labels,
    links,
    masking,
    media,
    notes,
    pauses,
    people,
    pressure,
    satisfaction,
    scope,
    slips,
    supervision,
    tables,
)
from complaints.casefile_rows import CasePage, CaseSummary, Entry, InstanceRow, Letter, OpenTask, Visit, Wording
from complaints.viewer import SignedIn
from engine import queries
from engine.columns import FAR
from engine.prepared import prepared

Mask = Callable[[str], str]
CONFIDENTIAL = ("responsible_persons", "own_wish", "pressure", "pressed_by", "check_note", "decision_reason")
"""Fields for supervisors and compliance only (R62, R71)."""


def summary(connection: Connection, viewer: SignedIn, number: str) -> CaseSummary:
    """The head of a case's page. Raises NotFound."""
    scope.require(connection, viewer, number)
    return summary_of(connection.execute(*_head(number)).one())


@prepared
def _head(number: Any) -> Any:
    case, party = tables.complaint, tables.party
    return (
        select(case, party.c.name, tables.media.c.begun_at.label("media_at"))
        .join(party, party.c.number == case.c.number)
        .outerjoin(tables.media, tables.media.c.number == case.c.number)
        .where(case.c.number == number)
    )


def summary_of(row: Row[Any]) -> CaseSummary:
    """A summary from a row of `complaint` joined with the customer's name."""
    values: dict[str, Any] = {name: getattr(row, name, None) for name in CaseSummary.__dataclass_fields__}
    values["due_at"] = None if row.due_at == FAR else row.due_at
    values["customer"] = masking.name(row.name)
    values["media"] = getattr(row, "media_at", None) is not None
    values["press"] = row.process == media.PROCESS
    return CaseSummary(**values)


def case(connection: Connection, viewer: SignedIn, number: str, now: datetime, locale: str = "zh") -> CasePage:
    """Everything of a case at `now`. Raises NotFound."""
    head, started = summary(connection, viewer, number), instances(connection, viewer, number)
    mask = masking.reader(connection, number)
    return CasePage(
        summary=head,
        party=masking.party(connection, number),
        texts=_texts(connection, number, mask),
        fields=_readable(viewer, dossier.fields(connection, number), mask),
        clocks=clocks.of(connection, number, now),
        slips=slips.listed(connection, number),
        contacts=[replace(row, note=mask(row.note)) for row in contacts.listed(connection, number)],
        notes=[replace(row, text=mask(row.text)) for row in notes.listed(connection, number)],
        evidence=evidence.listed(connection, number),
        entries=_entries(connection, viewer, number, locale, mask),
        tasks=_tasks(connection, number, locale, {row.id for row in started if row.suspended_at is not None}),
        instances=started,
        supervisions=supervision.listed(connection, number),
        satisfaction=[replace(row, comment=mask(row.comment)) for row in satisfaction.listed(connection, number)],
        report=elements.report(connection, number, confidential=viewer.has(*scope.EVERYTHING)),
        actions=actions.of(connection, number),
        extensions=extension.listed(connection, number),
        pauses=pauses.listed(connection, number),
        visits=_visits(connection, number),
        letters=_letters(connection, number, mask),
        links=links.of(connection, viewer, number),
        withdrawals=pressure.listed(connection, viewer, number),
    )


def _texts(connection: Connection, number: str, mask: Mask) -> list[Wording]:
    table = tables.wording
    rows = connection.execute(select(table).where(table.c.number == number).order_by(table.c.seq))
    return [Wording(row.seq, row.kind, mask(row.text), row.at, row.by) for row in rows]


def _readable(viewer: SignedIn, data: Mapping[str, Any], mask: Mask) -> dict[str, Any]:
    """Texts masked, confidential fields only for those whom they concern."""
    shown = {name: value for name, value in data.items() if name not in CONFIDENTIAL or viewer.has(*scope.EVERYTHING)}
    return {name: mask(value) if isinstance(value, str) else value for name, value in shown.items()}


def _entries(connection: Connection, viewer: SignedIn, number: str, locale: str, mask: Mask) -> list[Entry]:
    entry, instance = tables.entry, engine.tables.instance
    query = (
        select(entry, instance.c.definition_id)
        .outerjoin(instance, instance.c.id == entry.c.instance_id)
        .where(entry.c.number == number)
        .order_by(entry.c.at, entry.c.id)
    )
    rows = connection.execute(query).all()
    names = people.names(connection, [row.by for row in rows])
    return [
        Entry(
            row.id,
            row.element,
            row.form,
            labels.step(connection, row.definition_id, row.element, locale),
            labels.shown(
                connection, row.definition_id or "", row.form, _readable(viewer, orjson.loads(row.data), mask), locale
            ),
            row.by,
            names[row.by],
            row.on_behalf_of,
            row.at,
        )
        for row in rows
    ]


def _tasks(connection: Connection, number: str, locale: str, resting: set[str]) -> list[OpenTask]:
    rows = queries.tasks_of(connection, number)
    names = people.names(connection, [row.assignee for row in rows])
    return [
        OpenTask(
            row.id,
            row.name,
            labels.step(connection, row.definition_id, row.element_id, "en"),
            row.element_id,
            row.assignee,
            names.get(row.assignee or ""),
            row.created_at,
            row.due_at,
            row.instance_id in resting,
        )
        for row in rows
    ]


def instances(connection: Connection, viewer: SignedIn, number: str) -> list[InstanceRow]:
    """The process instances of a case, the oldest first, of equals the one that leads. Raises NotFound."""
    scope.require(connection, viewer, number)
    leading = connection.scalar(select(tables.complaint.c.process).where(tables.complaint.c.number == number))
    rows = sorted(queries.instances_of(connection, number), key=lambda row: (row.started_at, row.key != leading))
    return [_instance(connection, row) for row in rows]


def _instance(connection: Connection, row: Row[Any]) -> InstanceRow:
    activities, _ = queries.activities(connection, row.id)
    return InstanceRow(
        row.id,
        row.definition_id,
        row.key,
        row.name,
        row.version,
        row.parent_id,
        row.started_at,
        row.ended_at,
        row.suspended_at,
        row.outcome,
        [activity.element_id for activity in activities if activity.tokens],
        {activity.element_id: activity.count for activity in activities if activity.count},
    )


def _visits(connection: Connection, number: str) -> list[Visit]:
    table = tables.visit
    rows = connection.execute(select(table).where(table.c.number == number).order_by(table.c.at))
    return [Visit(row.days, row.result, row.by, row.at) for row in rows]


def _letters(connection: Connection, number: str, mask: Mask) -> list[Letter]:
    table = tables.letter
    rows = connection.execute(select(table).where(table.c.number == number).order_by(table.c.at, table.c.id))
    return [Letter(row.id, row.template, row.channel, row.subject, mask(row.body), row.by, row.at) for row in rows]
