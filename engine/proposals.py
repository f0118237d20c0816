"""Proposals: a draft frozen with a comment, which somebody else approves and deploys, or rejects with a reason.

Nobody decides on his own proposal. What is deployed is exactly what was proposed; new process instances start on it,
running ones finish on theirs. All of it is history (stream `deployment`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Select, func, insert, select, update

from engine import bundle as bundles
from engine import definitions, drafts, queries, tables
from engine.definitions import STREAM
from engine.environment import Transaction
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.lint import Refused
from engine.proposal_table import proposal, proposal_file

DEPLOYMENT = "studio"
"""The name under which proposals are deployed, so that the shipped bundle is not taken for a change of theirs."""


@dataclass(frozen=True)
class Proposal:
    """A proposal without its files; `state` is waiting, deployed, rejected or withdrawn."""

    id: str
    name: str
    comment: str
    based_on: str | None
    sha256: str
    proposed_at: datetime
    proposed_by: str
    state: str
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None
    deployment_id: str | None


def propose(tx: Transaction, draft_id: str, comment: str) -> str:
    """Freeze the draft as a proposal and return its id; the draft stays.

    Raises Invalid without a comment or a change, lint.Refused with all findings when one is an error.
    """
    if not comment.strip():
        raise Invalid("Say in the comment what changes and why")
    draft = drafts.get(tx.connection, draft_id, tx.actor.user)
    files = drafts.files(tx.connection, draft_id)
    if draft.based_on is not None and files == queries.files(tx.connection, draft.based_on):
        raise Invalid("Nothing differs from the deployment that the draft is based on")
    if not any(bundles.kind_of(name) == "bpmn" for name in files):
        raise Invalid("Expected at least one process, but the draft has none")
    findings = definitions.check(tx.environment, files)
    if any(finding.severity == "error" for finding in findings):
        raise Refused(findings)
    proposal_id, sha256 = str(uuid4()), bundles.fingerprint(files)
    row = {"id": proposal_id, "name": draft.name, "comment": comment.strip(), "based_on": draft.based_on}
    tx.connection.execute(
        insert(proposal), row | {"sha256": sha256, "proposed_at": tx.now, "proposed_by": tx.actor.user}
    )
    rows = [{"proposal_id": proposal_id, "name": name, "content": content} for name, content in files.items()]
    tx.connection.execute(insert(proposal_file), rows)
    tx.record(
        STREAM, "proposal-made", proposal=proposal_id, name=draft.name, comment=comment.strip(),
        based_on=draft.based_on, sha256=sha256,
    )  # fmt: skip
    return proposal_id


def approve(tx: Transaction, proposal_id: str, seen: str | None) -> definitions.Deployment:
    """Deploy a proposal and make it current. `seen` is the current deployment that it was compared with.

    Raises Forbidden for one's own, Conflict when it is decided or another deployment became current meanwhile,
    lint.Refused when an operation or function that it uses is gone.
    """
    row = _waiting(tx, proposal_id)
    if row.proposed_by == tx.actor.user:
        raise Forbidden("Expected somebody else to approve your own proposal")
    if current_deployment(tx.connection) != seen:
        raise Conflict("Another deployment became current meanwhile; look at the difference again")
    content = files(tx.connection, proposal_id)
    deployment = definitions.deploy(tx, DEPLOYMENT, content, f"{row.name}: {row.comment}")
    if not deployment.new:  # deployed before and rolled back since
        definitions.make_current(tx, *deployment.definitions.values())
    _decide(tx, row, "deployed", deployment_id=deployment.id)
    tx.record(
        STREAM, "proposal-approved", proposal=proposal_id, name=row.name, proposed_by=row.proposed_by,
        deployment=deployment.id, old=seen, new=deployment.id,
    )  # fmt: skip
    return deployment


def reject(tx: Transaction, proposal_id: str, reason: str) -> None:
    """Turn a proposal down; the reason goes to who proposed it. Raises Invalid without one, Forbidden for one's own."""
    if not reason.strip():
        raise Invalid("Say why the proposal is rejected")
    row = _waiting(tx, proposal_id)
    if row.proposed_by == tx.actor.user:
        raise Forbidden("Expected somebody else to decide on your own proposal; you may withdraw it")
    _decide(tx, row, "rejected", reason=reason.strip())
    tx.record(STREAM, "proposal-rejected", proposal=proposal_id, name=row.name, why=reason.strip())


def withdraw(tx: Transaction, proposal_id: str) -> None:
    """Take one's own proposal back before it is decided. Raises Forbidden for somebody else's."""
    row = _waiting(tx, proposal_id)
    if row.proposed_by != tx.actor.user:
        raise Forbidden("Only who made the proposal may withdraw it")
    _decide(tx, row, "withdrawn")
    tx.record(STREAM, "proposal-withdrawn", proposal=proposal_id, name=row.name)


def _waiting(tx: Transaction, proposal_id: str) -> Any:
    row = tx.connection.execute(select(proposal).where(proposal.c.id == proposal_id).with_for_update()).first()
    if row is None:
        raise NotFound(what="proposal", id=proposal_id)
    if row.state != "waiting":
        raise Conflict("The proposal was decided by {user} at {at}", user=row.decided_by, at=row.decided_at)
    return row


def _decide(tx: Transaction, row: Any, state: str, **values: str) -> None:
    decided = {"state": state, "decided_at": tx.now, "decided_by": tx.actor.user}
    tx.connection.execute(update(proposal).where(proposal.c.id == row.id).values(**decided, **values))


def make_current(tx: Transaction, deployment_id: str) -> None:
    """Make all processes of a deployment current again, in one command: the way back to an earlier bundle.

    Raises NotFound, Conflict when it is current already.
    """
    definition = tables.definition
    query = select(definition.c.id).where(definition.c.deployment_id == deployment_id).order_by(definition.c.key)
    ids = tx.connection.scalars(query).all()
    if not ids:
        raise NotFound(what="deployment", id=deployment_id)
    current = tables.current_definition.c.definition_id
    if set(tx.connection.scalars(select(current).where(current.in_(ids)))) == set(ids):
        raise Conflict("This deployment is current already")
    old = current_deployment(tx.connection)
    definitions.make_current(tx, *ids)
    tx.record(STREAM, "deployment-made-current", deployment=deployment_id, old=old, new=deployment_id)


def current_deployment(connection: Connection) -> str | None:
    """The deployment that holds most of the current processes, the newest of them; None before the first one."""
    definition, current, deployment = tables.definition, tables.current_definition, tables.deployment
    query = (
        select(definition.c.deployment_id)
        .join(current, current.c.definition_id == definition.c.id)
        .join(deployment, deployment.c.id == definition.c.deployment_id)
        .group_by(definition.c.deployment_id, deployment.c.deployed_at)
        .order_by(func.count().desc(), deployment.c.deployed_at.desc())
        .limit(1)
    )
    found: str | None = connection.scalar(query)
    return found


def listed(connection: Connection, *, by: str | None = None, waiting: bool = False, limit: int = 100) -> list[Proposal]:
    """Proposals, newest first; only those of a person, or only those that wait."""
    query = select(proposal).order_by(proposal.c.proposed_at.desc(), proposal.c.id).limit(limit)
    if by is not None:
        query = query.where(proposal.c.proposed_by == by)
    if waiting:
        query = query.where(proposal.c.state == "waiting")
    return _proposals(connection, query)


def get(connection: Connection, proposal_id: str) -> Proposal:
    """One proposal. Raises NotFound."""
    found = _proposals(connection, select(proposal).where(proposal.c.id == proposal_id))
    if not found:
        raise NotFound(what="proposal", id=proposal_id)
    return found[0]


def _proposals(connection: Connection, query: Select[Any]) -> list[Proposal]:
    fields = Proposal.__dataclass_fields__
    return [Proposal(**{name: getattr(row, name) for name in fields}) for row in connection.execute(query)]


def files(connection: Connection, proposal_id: str) -> Mapping[str, bytes]:
    """What was proposed, by file name."""
    query = select(proposal_file.c.name, proposal_file.c.content).where(proposal_file.c.proposal_id == proposal_id)
    return {row.name: bytes(row.content) for row in connection.execute(query.order_by(proposal_file.c.name))}
