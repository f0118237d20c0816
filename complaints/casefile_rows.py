"""What the page of a case consists of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from complaints import (
    actions,
    clocks,
    contacts,
    elements,
    evidence,
    extension,
    links,
    masking,
    notes,
    pauses,
    pressure,
    satisfaction,
    slips,
    supervision,
)


@dataclass(frozen=True)
class CaseSummary:
    """The head of every page about a case; the customer masked."""

    number: str
    kind: str
    channel: str
    subject: str
    customer: str
    product: str | None
    branch: str | None
    urgency: str | None
    category: str | None
    subcategory: str | None
    time_class: str | None
    stage: str
    level: int
    returns: int
    unit: str | None
    first_owner: str | None
    owner: str | None
    received_at: datetime
    registered_at: datetime
    registered_by: str
    due_at: datetime | None
    first_response: str | None
    replied_at: datetime | None
    resolved_at: datetime | None
    first_resolved_at: datetime | None
    justified: str | None
    root_cause: str | None
    satisfaction: str | None
    archive_no: str | None
    withdrawn_at: datetime | None
    closed_at: datetime | None
    retain_until: datetime | None
    external: str | None
    media: bool
    major: bool = False
    press: bool = False
    """A report of the press that nobody has complained about: there is no customer (R68)."""


@dataclass(frozen=True)
class Wording:
    """Words of the customer: original, addendum or material."""

    seq: int
    kind: str
    text: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Entry:
    """A form that was submitted; `title` names the step, `shown` are its fields as label and text."""

    id: str
    element: str
    form: str
    title: str
    shown: list[tuple[str, str]]
    by: str
    by_name: str
    on_behalf_of: str | None
    at: datetime


@dataclass(frozen=True)
class OpenTask:
    """A task of the case that is open."""

    id: str
    name: str
    name_en: str
    element: str
    assignee: str | None
    assignee_name: str | None
    created_at: datetime
    due_at: datetime | None
    rests: bool


@dataclass(frozen=True)
class Letter:
    """A letter to the customer as it was sent, without secrets and masked."""

    id: str
    template: str
    channel: str
    subject: str
    body: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Visit:
    """A follow-up visit after closure."""

    days: int
    result: str
    by: str
    at: datetime


@dataclass(frozen=True)
class InstanceRow:
    """A process instance of the case; `live` are its open elements, `done` how often each was done."""

    id: str
    definition_id: str
    key: str
    name: str
    version: int
    parent_id: str | None
    started_at: datetime
    ended_at: datetime | None
    suspended_at: datetime | None
    outcome: str | None
    live: list[str]
    done: dict[str, int]


@dataclass(frozen=True)
class CasePage:
    """Everything of a case, personal data masked."""

    summary: CaseSummary
    party: masking.Party
    texts: list[Wording]
    fields: dict[str, Any]
    clocks: list[clocks.ClockView]
    slips: list[slips.SlipRow]
    contacts: list[contacts.ContactRow]
    notes: list[notes.NoteRow]
    evidence: list[evidence.EvidenceRow]
    entries: list[Entry]
    tasks: list[OpenTask]
    instances: list[InstanceRow]
    supervisions: list[supervision.SupervisionRow]
    satisfaction: list[satisfaction.SatisfactionRow]
    report: elements.Report | None
    actions: list[actions.Action]
    extensions: list[extension.ExtensionRow]
    pauses: list[pauses.PauseRow]
    visits: list[Visit]
    letters: list[Letter]
    links: list[links.LinkRow]
    withdrawals: list[pressure.WithdrawalRow]
