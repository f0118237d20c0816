"""Runs of the reconciliation: nightly by the scheduler or when asked, kept with their findings, told once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection, and_, func, insert, select, update

from complaints import notices, paging, reconcile, scope, tables
from complaints.viewer import SignedIn
from engine import calendar
from engine.clock import ZONE
from engine.environment import SYSTEM, Actor, Environment, Transaction
from engine.errors import NotFound

HOUR = 2
"""From this hour of the night on, in the bank's time."""
ABANDONED = timedelta(hours=3)
"""A nightly run that began so long ago and has not ended was broken off: another takes its place."""
ROLES = ("compliance", "administrator")
TOLD = ("group:administrators", "group:supervision")
STREAM = "verification"
run_table, finding = tables.reconciliation, tables.finding
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Run:
    """A look at all cases; `ended_at` None while it is under way."""

    id: str
    night: date | None
    started_at: datetime
    ended_at: datetime | None
    cases: int
    findings: int
    by: str


@dataclass(frozen=True)
class FindingRow:
    """A finding as the page shows it; `visible` when the viewer may open the case."""

    number: str
    code: str
    detail: str
    new: bool
    visible: bool


def nightly(environment: Environment) -> int:
    """The run of this night, unless it is too early or another node makes it; returns how many were made."""
    now = environment.clock.now()
    if now.astimezone(ZONE).hour < HOUR:
        return 0
    night = calendar.local_day(now)
    with environment.read() as connection:
        query = select(run_table.c.started_at, run_table.c.ended_at).where(run_table.c.night == night)
        known = connection.execute(query).first()
    if known is not None and (known.ended_at is not None or now - known.started_at < ABANDONED):
        return 0
    run_id = environment.run(SYSTEM, lambda tx: _begin(tx, night))
    if run_id is None:
        return 0
    _finish(environment, SYSTEM, run_id)
    return 1


def run(environment: Environment, actor: Actor = SYSTEM, progress: Progress | None = None) -> str:
    """A run now; returns its id."""
    run_id = environment.run(actor, lambda tx: _begin(tx, None))
    assert run_id is not None
    _finish(environment, actor, run_id, progress)
    return run_id


def _begin(tx: Transaction, night: date | None) -> str | None:
    """The row of a run; None when another node has begun that of this night."""
    if night is not None:
        gone = and_(
            run_table.c.night == night, run_table.c.ended_at.is_(None), run_table.c.started_at <= tx.now - ABANDONED
        )
        tx.connection.execute(update(run_table).where(gone).values(night=None))
        if tx.connection.scalar(select(run_table.c.id).where(run_table.c.night == night)) is not None:
            return None
    run_id = str(uuid4())
    values = {"id": run_id, "night": night, "started_at": tx.now, "by": tx.actor.user}
    tx.connection.execute(insert(run_table).values(values))
    return run_id


def _finish(environment: Environment, actor: Actor, run_id: str, progress: Progress | None = None) -> None:
    """Look at all cases, a range at a time, each range kept by a command of its own; then tell."""
    case = tables.complaint
    with environment.read() as connection:
        total = connection.scalar(select(func.count()).select_from(case)) or 0
        before = _previous(connection, run_id)
        ranges = list(reconcile.ranges(connection))
    for done, (after, upto) in enumerate(ranges, 1):
        with environment.read() as connection:
            found = reconcile.check(connection, after, upto)
        if found:
            environment.run(actor, lambda tx, found=found: _keep(tx, run_id, before, found))  # type: ignore[misc]
        if progress is not None:
            progress(min(done * reconcile.BATCH, total), total)
    environment.run(actor, lambda tx: _end(tx, run_id, total))


def _previous(connection: Connection, run_id: str) -> str | None:
    """The last run before this one that has ended."""
    query = select(run_table.c.id).where(run_table.c.id != run_id, run_table.c.ended_at.is_not(None))
    return connection.scalar(query.order_by(run_table.c.started_at.desc(), run_table.c.ended_at.desc()).limit(1))


def _keep(tx: Transaction, run_id: str, before: str | None, found: Sequence[reconcile.Finding]) -> None:
    columns = (finding.c.number, finding.c.code, finding.c.detail)
    same = finding.c.number.between(found[0].number, found[-1].number)
    old = {tuple(row) for row in tx.connection.execute(select(*columns).where(finding.c.run == before, same))}
    rows = [
        {
            "run": run_id,
            "number": one.number,
            "code": one.code,
            "detail": one.detail,
            "new": (one.number, one.code, one.detail) not in old,
        }
        for one in found
    ]
    tx.connection.execute(insert(finding), rows)


def _end(tx: Transaction, run_id: str, cases: int) -> None:
    """Close the run; administrators and supervision hear of what is new, once."""
    count = select(func.count()).select_from(finding).where(finding.c.run == run_id)
    found, new = tx.connection.scalar(count) or 0, tx.connection.scalar(count.where(finding.c.new)) or 0
    values = {"ended_at": tx.now, "cases": cases, "findings": found}
    tx.connection.execute(update(run_table).where(run_table.c.id == run_id).values(values))
    tx.record(STREAM, "cases-reconciled", run=run_id, cases=cases, findings=found, new=new)
    for addressee in TOLD if new else ():
        subject = f"投诉核对发现 {new} 项新问题"
        notices.send(tx, None, "reconciliation", addressee, subject, f"共核对 {cases} 件投诉,发现 {found} 项问题。")


def runs(connection: Connection, signed_in: SignedIn, limit: int = 30) -> list[Run]:
    """The last runs, the newest first."""
    signed_in.require(*ROLES)
    query = select(run_table).order_by(run_table.c.started_at.desc(), run_table.c.id).limit(limit)
    return [Run(**row._mapping) for row in connection.execute(query)]


def get(connection: Connection, run_id: str) -> Run:
    """One run. Raises NotFound."""
    row = connection.execute(select(run_table).where(run_table.c.id == run_id)).first()
    if row is None:
        raise NotFound(what="reconciliation", id=run_id)
    return Run(**row._mapping)


def findings(
    connection: Connection, signed_in: SignedIn, run_id: str, after: str | None = None, limit: int = 50
) -> paging.Page[FindingRow]:
    """What a run has found, by case."""
    signed_in.require(*ROLES)
    case = tables.complaint
    query = (
        select(finding, scope.visible(connection, signed_in).label("visible"))
        .join(case, case.c.number == finding.c.number)
        .where(finding.c.run == run_id)
    )
    keys = (finding.c.number, finding.c.code, finding.c.detail)
    return paging.page(
        connection,
        query,
        keys,
        after,
        limit,
        lambda row: FindingRow(row.number, row.code, row.detail, row.new, bool(row.visible)),
    )


def every_finding(connection: Connection, run_id: str) -> list[reconcile.Finding]:
    """What a run has found, for a program."""
    query = select(finding.c.number, finding.c.code, finding.c.detail).where(finding.c.run == run_id)
    return [reconcile.Finding(*row) for row in connection.execute(query.order_by(finding.c.number, finding.c.code))]
