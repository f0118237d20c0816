"""What people did in a case, without what the machine wrote down about itself: the short history beside a form, and the
long one by commands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from complaints.casefile_rows import CasePage
from complaints.trail import EventRow
from web import i18n, words

MACHINE = frozenset(
    {
        "condition-met",
        "error-thrown",
        "escalation-thrown",
        "escalation-uncaught",
        "variable-changed",
        "element-entered",
        "items-ended",
        "items-started",
        "element-left",
        "element-passed",
        "timer-set",
        "timer-moved",
        "timer-stopped",
    }
    | {
        "timer-revived",
        "data-awaited",
        "decision-evaluated",
        "instance-started",
        "instance-ended",
        "effect-sent",
        "task-assigned",
    }
)
"""Kinds that only matter to whoever looks for a fault."""

RECENT = 8
"""Moments that stand beside a form."""


@dataclass(frozen=True)
class Moment:
    """Somebody did something; `bad` for what should not have become necessary."""

    at: datetime
    what: str
    detail: str
    by: str
    bad: bool = False


def of(case: CasePage) -> list[Moment]:
    """The story of a case, the newest first."""
    return sorted(_moments(case), key=lambda moment: moment.at, reverse=True)


def _moments(case: CasePage) -> Iterator[Moment]:
    for entry in case.entries:
        yield Moment(entry.at, entry.title, "", entry.by)
    for contact in case.contacts:
        how, result = words.word("method", contact.method), words.word("contact_outcome", contact.outcome)
        what = i18n.gettext("{how}: {result}", how=how, result=result)
        yield Moment(contact.at, what, contact.note, contact.by, contact.outcome == "not-reached")
    for raised in case.supervisions:
        what = raised.name or words.word("level", raised.level)
        yield Moment(raised.at, what, raised.reason, raised.by, True)
    for answer in case.satisfaction:
        what = words.word("satisfaction", answer.outcome or "not-reached")
        ratio = i18n.gettext("expectation ÷ perception = {ratio}", ratio=f"{answer.ratio:.2f}") if answer.ratio else ""
        detail = "\n".join(filter(None, (ratio, answer.comment)))
        yield Moment(answer.at, what, detail, answer.by, answer.outcome in (None, "dissatisfied"))
    for letter in case.letters:
        yield Moment(letter.at, letter.subject, "", letter.by)
    for extended in case.extensions:
        until = i18n.gettext("Limit extended until {day}", day=i18n.last_day(extended.new_due))
        yield Moment(extended.at, until, "", extended.by)


@dataclass(frozen=True)
class Command:
    """What one person, or the system, did at one instant: the events that a command wrote."""

    at: datetime
    actor: str
    on_behalf_of: str | None
    events: list[tuple[EventRow, str]]
    """With the name of the step where there is one."""


def commands(rows: Sequence[EventRow], *, everything: bool) -> list[Command]:
    """Events that were written together, in their order; those of the machine only when `everything` is asked."""
    names = {row.element: row.element_name for row in rows if row.element_name != row.element}
    found: list[Command] = []
    for row in rows:
        if row.kind in MACHINE and not everything:
            continue
        key = (row.at, row.actor, row.on_behalf_of)
        if not found or (found[-1].at, found[-1].actor, found[-1].on_behalf_of) != key:
            found.append(Command(*key, []))
        found[-1].events.append((row, names.get(row.element, row.element_name)))
    return found
