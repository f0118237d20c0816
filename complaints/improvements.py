"""What product departments propose to improve, what is decided, and whether complaints become fewer (R57).

A proposal comes from the opinion that a department gives in a complex case. A supervisor or leader decides it, never
its author. The effect is seen in the complaints on the same product and subcategory, 90 natural days before and after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, case, func, select

from complaints import metrics, paging, scope, streams, tables
from complaints.viewer import SignedIn
from engine import rows
from engine.environment import Transaction
from engine.errors import Conflict, Forbidden, Invalid, NotFound

KINDS = ("product", "process")
MAY_BECOME = {"proposed": ("accepted", "declined"), "accepted": ("done",), "declined": (), "done": ()}
"""What a decision makes of a proposal."""
MAY = ("supervisor", "leader")
DAYS = 90
_table, _case = tables.improvement, tables.complaint


@dataclass(frozen=True)
class Improvement:
    """A proposal; `reason` is that of the last decision, `at` and `decided_at` when it was made and first decided."""

    id: str
    number: str
    kind: str
    product: str | None
    subcategory: str | None
    unit: str | None
    opinion: str
    state: str
    by: str
    at: datetime
    decided_by: str | None
    decided_at: datetime | None
    done_at: datetime | None
    reason: str

    @property
    def next(self) -> tuple[str, ...]:
        """The decisions that are possible."""
        return MAY_BECOME[self.state]


@dataclass(frozen=True)
class Figures:
    """How many proposals are in which state."""

    proposed: int
    accepted: int
    declined: int
    done: int

    @property
    def rate(self) -> float | None:
        """The accepted (and done) ones of those that were decided; None while none is."""
        return metrics.share(self.accepted + self.done, self.accepted + self.done + self.declined)


@dataclass(frozen=True)
class Effect:
    """Complaints on the same matter before and after the acceptance; `days` of the later time have passed."""

    before: int
    after: int
    days: int


def propose(tx: Transaction, number: str, data: Mapping[str, Any]) -> None:
    """Keep the opinion of a department as a proposal, unless it says that nothing needs improving."""
    if data["improvement_kind"] not in KINDS:
        return
    about = tx.connection.execute(select(_case.c.product, _case.c.subcategory).where(_case.c.number == number)).one()
    unit = tx.connection.scalar(select(tables.account.c.unit).where(tables.account.c.user == tx.actor.user))
    row = {"id": str(uuid4()), "number": number, "kind": data["improvement_kind"], "unit": unit, "state": "proposed"}
    said = {"product": about.product, "subcategory": about.subcategory, "opinion": data["improvement_opinion"]}
    rows.add(tx.connection, _table, row | said | {"by": tx.actor.user, "at": tx.now})
    tx.record(streams.of(number), "improvement-proposed", improvement=row["id"], unit=unit)


def decide(tx: Transaction, signed_in: SignedIn, identity: str, state: str, reason: str) -> None:
    """Accept or decline a proposal, or say that what was accepted is done.

    Raises Forbidden for the author and whoever decides nothing, NotFound, Invalid without a reason, Conflict when the
    proposal cannot become that.
    """
    signed_in.require(*MAY)
    row = tx.connection.execute(select(_table).where(_table.c.id == identity).with_for_update()).first()
    if row is None or not scope.sees(tx.connection, signed_in, row.number):
        raise NotFound(what="improvement proposal", id=identity)
    if row.by == signed_in.user:
        raise Forbidden("Expected somebody else than the author to decide on the proposal (R57)")
    if state not in MAY_BECOME[row.state]:
        raise Conflict("The proposal is {state} and cannot become {next}", state=row.state, next=state)
    if len(reason.strip()) < 5:
        raise Invalid("Expected a reason of at least five characters")
    when = {"done_at": tx.now} if state == "done" else {"decided_at": tx.now, "decided_by": signed_in.user}
    values = {"state": state, "reason": reason.strip(), **when}
    rows.change(tx.connection, _table, {"id": identity}, **values)
    tx.record(streams.of(row.number), "improvement-decided", improvement=identity, outcome=state, reason=reason.strip())


def listed(
    connection: Connection, viewer: SignedIn, state: str | None, after: str | None = None, limit: int = 20
) -> paging.Page[Improvement]:
    """The proposals in the cases that the viewer sees, the newest first."""
    query = select(_table).join(_case, _case.c.number == _table.c.number).where(scope.visible(connection, viewer))
    if state is not None:
        query = query.where(_table.c.state == state)
    return paging.page(connection, query, (_table.c.at, _table.c.id), after, limit, _row, descending=True)


def figures(connection: Connection, viewer: SignedIn) -> Figures:
    """The states of the proposals that the viewer sees."""
    query = select(_table.c.state, func.count()).join(_case, _case.c.number == _table.c.number)
    counts = connection.execute(query.where(scope.visible(connection, viewer)).group_by(_table.c.state)).all()
    found: dict[str, int] = dict.fromkeys(MAY_BECOME, 0) | {row[0]: row[1] for row in counts}
    return Figures(**found)


def effects(connection: Connection, proposals: Sequence[Improvement], now: datetime) -> dict[str, Effect]:
    """What became of the complaints, for the proposals that were accepted and say what they are about."""
    found = {}
    for row in proposals:
        if row.decided_at is not None and row.state in ("accepted", "done") and row.product and row.subcategory:
            before, after = _counts(connection, row.product, row.subcategory, row.decided_at)
            found[row.id] = Effect(before, after, min(DAYS, (now - row.decided_at).days))
    return found


def _counts(connection: Connection, product: str, subcategory: str, at: datetime) -> tuple[int, int]:
    span = timedelta(days=DAYS)
    same = _case.c.product == product, _case.c.subcategory == subcategory
    earlier = func.count(case((_case.c.received_at < at, 1)))
    query = select(earlier, func.count() - earlier).where(*same, *metrics.Scope(at - span, at + span).conditions())
    before, after = connection.execute(query).one()
    return before, after


def _row(row: Row[Any]) -> Improvement:
    return Improvement(*(getattr(row, name) for name in Improvement.__dataclass_fields__))
