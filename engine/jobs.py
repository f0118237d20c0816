"""Jobs: asynchronous continuations and failed operations that are tried again, with a lease and a growing pause."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select, update

from engine import tables
from engine.advance import Tree
from engine.bpmn import resuming
from engine.environment import SYSTEM, Environment, Transaction
from engine.errors import NotFound
from engine.prepared import prepared

job, instance, definition = tables.job, tables.instance, tables.definition
LEASE = timedelta(minutes=5)
log = logging.getLogger(__name__)


@prepared
def _due(now: Any, limit: Any) -> Any:
    free = or_(job.c.lease_until.is_(None), job.c.lease_until < now)
    return (
        select(job.c.id)
        .join(instance, instance.c.id == job.c.instance_id)
        .join(definition, definition.c.id == instance.c.definition_id)
        .where(job.c.due_at <= now, job.c.retries > 0, job.c.suspended_at.is_(None), free)
        .where(instance.c.suspended_at.is_(None), definition.c.suspended_at.is_(None))
        .order_by(job.c.due_at, job.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=job)
    )


def run_due(environment: Environment, limit: int = 20) -> int:
    """Lease what is due and run each job in a command of its own; returns how many ran."""
    leased = environment.run(SYSTEM, lambda tx: _lease(tx, limit))
    for job_id in leased:
        try:
            environment.run(SYSTEM, lambda tx, job_id=job_id: _run(tx, job_id))  # type: ignore[misc]
        except Exception:  # one that cannot run must not hold up the others
            log.exception("job %s failed and will be tried again when its lease has run out", job_id)
    return len(leased)


def _lease(tx: Transaction, limit: int) -> list[str]:
    ids = list(tx.connection.scalars(*_due(tx.now, limit)))
    if ids:
        lease = {"lease_by": tx.environment.node, "lease_until": tx.now + LEASE}
        tx.connection.execute(update(job).where(job.c.id.in_(ids)).values(lease))
    return ids


def _run(tx: Transaction, job_id: str) -> None:
    """Let the waiting token go on; when it fails again the execution leaves a later job, or an incident."""
    root = tx.connection.execute(select(job.c.root_id).where(job.c.id == job_id)).scalar()
    if root is None:
        return
    tree = Tree(tx, root)
    row = tx.connection.execute(select(job).where(job.c.id == job_id)).first()
    if row is None or row.lease_by != tx.environment.node:
        return  # done meanwhile, or taken over after the lease had run out
    tx.hops = row.hops
    resuming.resume(tree.load(row.instance_id), row.scope_id)
    tree.settle()


def suspend(tx: Transaction, job_id: str) -> None:
    """Do not run this job until it is activated."""
    _set(tx, job_id, "job-suspended", suspended_at=tx.now)


def activate(tx: Transaction, job_id: str) -> None:
    """Undo `suspend`."""
    _set(tx, job_id, "job-activated", suspended_at=None)


def _set(tx: Transaction, job_id: str, kind: str, **columns: object) -> None:
    row = tx.connection.execute(
        select(job, instance.c.stream).join(instance, instance.c.id == job.c.instance_id).where(job.c.id == job_id)
    ).first()
    if row is None:
        raise NotFound(what="job", id=job_id)
    tx.connection.execute(update(job).where(job.c.id == job_id).values(**columns))
    tx.record(row.stream, kind, instance=row.instance_id, element=row.element_id, job=job_id)
