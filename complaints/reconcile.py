"""Every night each case is held against what must be true of it (R5); what is not is told, never mended in silence.

| code | what must be true of an open case |
|---|---|
| `owner-missing`, `owner-gone` | exactly one person answers for it, and has an account that is open |
| `process-missing` | a main process lives: of a kind of complaint, or of the promise that has reopened the case |
| `nothing-waits` | and in it, not suspended, a user task or a wait with a date: timer, job, incident |
| `clock-missing` | each thing still owed (answer, first response, sender) has its clock, running or paused |
| `task-for-nobody` | each task of it has an assignee, or candidates of whom at least one may do it |
| `closed-but-live` | (of a closed case) neither a main process lives any more nor one that ends with the case |

A dated wait belongs to the case's owner. A message that is waited for counts by the timer that limits the wait. No
clock is owed while a withdrawal is checked and when it has ended the case. Each check is one statement over a range of
case numbers: a commit is seen whole or not at all, and memory stays flat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, and_, literal, not_, or_, select

import engine.tables
from complaints import bodies, extension, kinds, media, promises, silence, tables
from engine.columns import FAR

BATCH = 2000
case, account, clock = tables.complaint, tables.account, tables.clock
instance, definition = engine.tables.instance, engine.tables.definition
task, timer, job, incident, delivery = (
    engine.tables.task,
    engine.tables.timer,
    engine.tables.job,
    engine.tables.incident,
    engine.tables.delivery,
)
OPEN = case.c.closed_at.is_(None)


@dataclass(frozen=True, order=True)
class Finding:
    """Something that is not as it must be: of which case, what, and where."""

    number: str
    code: str
    detail: str = ""


Check = Callable[[], Select[tuple[str, str, str]]]


def _found(code: str, detail: ColumnElement[str] | str = "") -> Select[tuple[str, str, str]]:
    shown = literal(detail) if isinstance(detail, str) else detail
    return select(case.c.number, literal(code).label("code"), shown.label("detail"))


def _owner_missing() -> Select[tuple[str, str, str]]:
    return _found("owner-missing").where(OPEN, case.c.owner.is_(None))


def _owner_gone() -> Select[tuple[str, str, str]]:
    at_work = select(account.c.user).where(account.c.user == case.c.owner, account.c.disabled_at.is_(None))
    return _found("owner-gone", case.c.owner).where(OPEN, case.c.owner.is_not(None), ~at_work.exists())


def _live(which: ColumnElement[bool]) -> Select[tuple[str]]:
    """The live roots of the processes of a case that are meant."""
    return (
        select(instance.c.id)
        .join(definition, definition.c.id == instance.c.definition_id)
        .where(instance.c.business_key == case.c.number, instance.c.parent_id.is_(None))
        .where(instance.c.ended_at.is_(None), which)
        .correlate(case)
    )


def _of_kinds() -> ColumnElement[bool]:
    return definition.c.key.in_([kind.code for kind in kinds.every()])


def _main() -> Select[tuple[str]]:
    """The live roots of the main processes: a case that was filed and is open again waits for its promise (R108)."""
    reopened = and_(case.c.archive_no.is_not(None), definition.c.key == promises.PROCESS)
    return _live(or_(_of_kinds(), reopened))


def _process_missing() -> Select[tuple[str, str, str]]:
    return _found("process-missing", case.c.process).where(OPEN, ~_main().exists())


def _nothing_waits() -> Select[tuple[str, str, str]]:
    return _found("nothing-waits", case.c.process).where(OPEN, _main().exists(), ~_waits().exists())


def _waits() -> Select[tuple[str]]:
    """The instances in main processes of a case in which a person or a date is waited for, and may act."""
    of = instance.alias("inside")
    waits = (
        select(task.c.id).where(task.c.instance_id == of.c.id).exists(),
        select(timer.c.id)
        .where(timer.c.instance_id == of.c.id, timer.c.stopped_at.is_(None), timer.c.due_at < FAR)
        .exists(),
        select(job.c.id).where(job.c.instance_id == of.c.id, job.c.suspended_at.is_(None), job.c.retries > 0).exists(),
        select(incident.c.id).where(incident.c.instance_id == of.c.id).exists(),
    )
    version = select(definition.c.id).where(definition.c.id == of.c.definition_id, definition.c.suspended_at.is_(None))
    return (
        select(of.c.id)
        .where(of.c.business_key == case.c.number, of.c.ended_at.is_(None), of.c.suspended_at.is_(None))
        .where(of.c.root_id.in_(_main()), version.exists(), or_(*waits))
        .correlate(case)
    )


def _clock(name: str, owed: ColumnElement[bool]) -> Select[tuple[str, str, str]]:
    """Where something is owed, its clock runs or is paused."""
    runs = select(clock.c.number).where(
        clock.c.number == case.c.number,
        clock.c.name == name,
        or_(clock.c.stopped_at.is_(None), clock.c.outcome == "paused"),
    )
    return _found("clock-missing", name).where(OPEN, case.c.withdrawn_at.is_(None), owed, ~runs.exists(), ~_checked())


def _checked() -> ColumnElement[bool]:
    """While a withdrawal is checked nothing is owed to the customer but the check."""
    taken = tables.withdrawal
    return select(taken.c.id).where(taken.c.number == case.c.number, taken.c.decided_at.is_(None)).exists()


UNANSWERED = and_(case.c.stage.not_in(("replied", "closed")), not_(media.alone(case.c.number)))
"""Somebody waits for an answer; a public matter alone has none to wait (R68)."""


def _first_response() -> Select[tuple[str, str, str]]:
    return _clock("first-response", and_(case.c.first_response.is_(None), not_(media.alone(case.c.number))))


def _statutory() -> Select[tuple[str, str, str]]:
    return _clock("statutory", UNANSWERED)


def _internal() -> Select[tuple[str, str, str]]:
    return _clock("internal", and_(UNANSWERED, case.c.time_class.is_not(None)))


def _sender() -> Select[tuple[str, str, str]]:
    """Whoever forwarded the complaint with a deadline waits for an answer, too (R15, R27)."""
    known = select(clock.c.number).where(clock.c.number == case.c.number, clock.c.name == "sender")
    return _clock("sender", and_(known.exists(), UNANSWERED, case.c.forwarder_replied_at.is_(None)))


def _task_for_nobody() -> Select[tuple[str, str, str]]:
    """Nobody has it, and it is offered to nobody with an open account who may do it; somebody is always on duty."""
    to, never, belongs = engine.tables.candidate, engine.tables.candidate.alias("never"), bodies.belonging().cte()
    person = tables.account.alias("person")
    barred = select(never.c.value).where(never.c.task_id == task.c.id, never.c.kind == "never").correlate(task)
    offered = select(to.c.task_id).where(to.c.task_id == task.c.id)
    may = person.c.disabled_at.is_(None), person.c.user.not_in(barred)
    named = offered.join(person, person.c.user == to.c.value).where(to.c.kind == "user", *may)
    member = offered.join(belongs, belongs.c.group == to.c.value).join(person, person.c.user == belongs.c.user)
    somebody = (named, member.where(to.c.kind == "group", *may), offered.where(to.c.value == "duty"))
    found = _found("task-for-nobody", task.c.element_id).join(task, task.c.business_key == case.c.number)
    return found.where(task.c.assignee.is_(None), *(~one.exists() for one in somebody)).distinct()


def _closed_but_live() -> Select[tuple[str, str, str]]:
    """What ends with the case hears of it by a message right after it, or when an administrator lets it go on."""
    hears = select(delivery.c.id).where(delivery.c.root_id == instance.c.id).correlate(instance)
    ends = and_(definition.c.key.in_((silence.PROCESS, extension.PROCESS)), ~hears.exists())
    live = or_(_live(_of_kinds()).exists(), _live(ends).exists())
    return _found("closed-but-live", case.c.process).where(case.c.closed_at.is_not(None), live)


CHECKS: tuple[Check, ...] = (
    _owner_missing,
    _owner_gone,
    _process_missing,
    _nothing_waits,
    _first_response,
    _statutory,
    _internal,
    _sender,
    _task_for_nobody,
    _closed_but_live,
)


def ranges(connection: Connection, size: int = BATCH) -> Iterator[tuple[str, str]]:
    """The case numbers in ranges of at most `size` cases: after the first, up to the second."""
    last = ""
    while True:
        numbers = select(case.c.number).where(case.c.number > last).order_by(case.c.number).limit(size).subquery()
        upto = connection.scalar(select(numbers.c.number).order_by(numbers.c.number.desc()).limit(1))
        if upto is None:
            return
        yield last, upto
        last = upto


def check(connection: Connection, after: str, upto: str) -> list[Finding]:
    """What is wrong with the cases of a range, by number."""
    inside = and_(case.c.number > after, case.c.number <= upto)
    rows = [row for one in CHECKS for row in connection.execute(one().where(inside))]
    return sorted(Finding(row.number, row.code, row.detail or "") for row in rows)


def of(connection: Connection, number: str) -> list[Finding]:
    """What is wrong with one case."""
    rows = [row for one in CHECKS for row in connection.execute(one().where(case.c.number == number))]
    return sorted(Finding(row.number, row.code, row.detail or "") for row in rows)
