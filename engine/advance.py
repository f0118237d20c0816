"""The heart: run a call tree until all of it waits, then write everything.

A command locks the root, restores the process instances it touches, moves them, and `settle` runs them, starts called
processes, returns their results, and writes state, rows, variables and history. One call tree, one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam, delete, select, update

from engine import definitions, feel, postbox, tables
from engine.bpmn import calls, cancelling, data, instantiating, parking, state
from engine.bpmn.execution import Execution
from engine.bpmn.tokens import Token
from engine.environment import Transaction
from engine.errors import Conflict, EngineError, Fault, NotFound
from engine.prepared import Prepared
from engine.rows import add
from engine.side import Side
from engine.store import LostRace
from engine.variables import Scopes

Row = dict[str, Any]
CALL_STEPS = 5
"""What a call counts for the step guard: starting a process instance costs about as much as five steps."""
HOPS_FORGOTTEN = timedelta(minutes=1)
"""After a pause of more than that, messages are no longer in a row."""
_ROWS = {table.name: table for table in (tables.task, tables.timer, tables.subscription, tables.job, tables.incident)}
_instance = tables.instance
_SELECT = select(_instance, tables.definition.c.suspended_at.label("definition_suspended_at")).join(
    tables.definition, tables.definition.c.id == _instance.c.definition_id
)
_ONE = Prepared(_SELECT.where(_instance.c.id == bindparam("i")))
_LOCK = Prepared(select(_instance.c.id).where(_instance.c.id == bindparam("i")).with_for_update())
_FORGET = Prepared(
    delete(tables.subscription).where(
        tables.subscription.c.scope_id == bindparam("s"), tables.subscription.c.position == bindparam("p")
    )
)
_UPDATE = Prepared(
    update(_instance)
    .where(_instance.c.id == bindparam("i"), _instance.c.revision == bindparam("r"))
    .values(state=bindparam("s"), revision=bindparam("r1"), ended_at=bindparam("e"), outcome=bindparam("o"))
)


_GONE = {
    kind: Prepared(delete(table).where((table.c.id if kind == "task" else table.c.scope_id) == bindparam("t")))
    for kind, table in _ROWS.items()
}
_CLEAR = Prepared(delete(tables.variable).where(tables.variable.c.instance_id == bindparam("i")))


def lock(tx: Transaction, root_id: str) -> bool:
    """Take the one lock of a call tree; nobody else changes it until this command ends.

    Tells whether what was read of it before has to be read again, since somebody may have changed it meanwhile.
    """
    waited = root_id not in tx.locked and not tx.environment.store.is_sqlite  # SQLite has one writer anyway
    if waited:
        tx.connection.execute(_LOCK, {"i": root_id})
    tx.locked.add(root_id)
    return waited


class Tree:
    """A call tree being changed by one command; it is the engine's side of every execution in it."""

    def __init__(self, tx: Transaction, root_id: str) -> None:
        lock(tx, root_id)
        self.tx = tx
        self.root_id = root_id
        self.executions: dict[str, Execution] = {}

    # process instances

    def load(self, instance_id: str, *, active: bool = True) -> Execution:
        """Restore an instance. Raises NotFound, or Conflict when it has ended or (with `active`) is suspended."""
        if (found := self.executions.get(instance_id)) is not None:
            return found
        row = self.tx.connection.execute(_ONE, {"i": instance_id}).mappings().first()
        if row is None:
            raise NotFound(what="process instance", id=instance_id)
        if row["state"] is None:
            raise Conflict("The process instance '{id}' has ended", id=instance_id)
        if active and (row["suspended_at"] or row["definition_suspended_at"]):
            raise Conflict("The process instance '{id}' is suspended", id=instance_id)
        return self._add(dict(row), Scopes.load(self.tx.connection, instance_id))

    def create(
        self,
        definition: definitions.Definition,
        *,
        business_key: str | None,
        stream: str | None,
        variables: Mapping[str, object],
        caller: Execution | None = None,
        token: Token | None = None,
        element: str | None = None,
    ) -> Execution:
        """A new process instance, its first token on the start event; written by `settle`."""
        row = self._row(definition, business_key, stream, caller, token)
        identity = row["id"]
        add(self.tx.connection, _instance, row | {"state": b""})
        x = self._add(row | {"state": None}, Scopes(identity))
        self.tx.record(
            row["stream"],
            "instance-started",
            instance=identity,
            definition=definition.id,
            process=definition.key,
            version=definition.version,
            business_key=business_key,
            caller=row["parent_id"],
            variables=feel.from_feel(feel.to_feel(dict(variables))),
        )
        data.begin(x, variables, element)
        start = element or self._start(x, definition.key)
        first = instantiating.begin(x, start)
        for name, value in data.receive(x, first, start, variables).items():
            x.scopes.set((identity,), name, value)
        return x

    def _row(
        self,
        definition: definitions.Definition,
        business_key: str | None,
        stream: str | None,
        caller: Execution | None,
        token: Token | None,
    ) -> Row:
        identity = self.root_id if caller is None else str(uuid4())
        depth = caller.instance["depth"] + 1 if caller else 0
        if depth >= self.tx.environment.limits.call_depth:
            raise Fault("Expected at most {limit} processes inside each other", limit=depth)
        return {
            "id": identity,
            "root_id": self.root_id,
            "parent_id": caller and caller.instance["id"],
            "parent_scope": token and token.key,
            "depth": depth,
            "definition_id": definition.id,
            "business_key": business_key,
            "stream": stream or f"instance:{identity}",
            "started_at": self.tx.now,
            "started_by": self.tx.actor.user,
            "revision": 0,
        }

    def _start(self, x: Execution, key: str) -> str:
        plain = [node for node in x.compiled.process.starts() if not node.events]
        if not plain:
            raise Conflict("Expected a start event without a message in '{key}'", key=key)
        return plain[0].id

    def _add(self, row: Row, scopes: Scopes) -> Execution:
        definition = definitions.by_id(self.tx.environment, self.tx.connection, row["definition_id"])
        x = Execution(definition.compiled, row, scopes, Side(self, row, definition))
        self.executions[row["id"]] = x
        return x

    # running

    def settle(self) -> None:
        """Run until all wait, then write everything. Raises LostRace when somebody else was faster."""
        self.run()
        for x in self.executions.values():
            self._write(x)
        self.executions.clear()

    def run(self) -> None:
        """Run until all wait."""
        while busy := [x for x in self.executions.values() if x.busy or self._returns(x)]:
            for x in busy:
                self._step(x)

    def _returns(self, x: Execution) -> bool:
        """The called process has completed, and its caller does not know yet."""
        called = x.outcome == "completed" and x.instance["parent_id"] is not None
        return called and not x.instance.get("returned", False)

    def _step(self, x: Execution) -> None:
        x.run()
        self.call_off(x)
        while x.effects.calls:
            self._call(x, *x.effects.calls.pop(0))
        if self._returns(x):
            x.instance["returned"] = True
            caller = self.load(x.instance["parent_id"])
            calls.called_done(caller, x.instance["parent_scope"], x)
            self.call_off(caller)

    def call_off(self, x: Execution) -> None:
        """What was called by a cancelled token ends at once, before anything else runs in it."""
        while x.effects.called_off:
            self.cancel(x.effects.called_off.pop())

    def _call(self, x: Execution, token: Token, variables: Row) -> None:
        if not token.live:
            return
        x.steps += CALL_STEPS
        try:
            target = definitions.called(
                self.tx.environment,
                self.tx.connection,
                x.instance,
                x.value(token, "called"),
                token.task_spec.node.attributes.get("calledElementBinding", "deployment"),
                x.value(token, "calledElementVersion"),
            )
            child = self.create(
                target,
                business_key=x.instance["business_key"],
                stream=x.instance["stream"],
                variables=variables,
                caller=x,
                token=token,
            )
        except EngineError as error:
            parking.park(x, token, error, "arrive")
            return
        token.internal_data["called"] = child.instance["id"]

    def cancel(self, instance_id: str, outcome: str = "cancelled") -> None:
        """End an instance and all that it has called."""
        x = self.load(instance_id, active=False)
        if x.outcome is None:
            cancelling.cancel_scope(x, None)
            x.outcome = outcome
            self.call_off(x)

    # writing

    def _write(self, x: Execution) -> None:
        connection, effects = self.tx.connection, x.effects
        ended = x.outcome is not None
        if ended:
            self._end(x)
        else:
            x.scopes.flush(connection, self.tx.environment.limits.data_bytes)
        for kind, tokens in effects.gone.items():
            connection.execute(_GONE[kind], [{"t": token} for token in tokens])
        for scope, position in effects.heard:
            connection.execute(_FORGET, {"s": scope, "p": position})
        for kind, rows in effects.rows.items():
            if rows:
                self._insert(x, kind, rows)
        row = {
            "i": x.instance["id"],
            "r": x.instance["revision"],
            "r1": x.instance["revision"] + 1,
            "s": None if ended else state.dump(x.game),
            "e": self.tx.now if ended else None,
            "o": x.outcome,
        }
        if connection.execute(_UPDATE, row).rowcount != 1:
            raise LostRace
        for thrown in effects.thrown:
            key = x.instance["business_key"] if thrown["kind"] == "message" else None
            postbox.throw(self.tx, business_key=key, **thrown)

    def _end(self, x: Execution) -> None:
        identity = x.instance["id"]
        self.tx.connection.execute(_CLEAR, {"i": identity})
        self.tx.record(
            x.instance["stream"],
            "instance-ended",
            instance=identity,
            definition=x.instance["definition_id"],
            outcome=x.outcome,
        )

    def _insert(self, x: Execution, kind: str, rows: list[Row]) -> None:
        common = {"instance_id": x.instance["id"], "root_id": self.root_id}
        connection = self.tx.connection
        if kind == "task":
            candidates = [c | {"task_id": row["id"]} for row in rows for c in row["candidates"]]
            apart = ("candidates", "scope_id")
            add(connection, tables.task, *(common | {k: v for k, v in row.items() if k not in apart} for row in rows))
            if candidates:
                add(connection, tables.candidate, *candidates)
            return
        if kind == "incident":
            common |= {"definition_id": x.instance["definition_id"], "created_at": self.tx.now}
        if kind == "job":
            common |= {"due_at": self.tx.now, "attempts": 0, "retries": 1, "error": None}
        if kind in ("timer", "job"):
            soon = self.tx.now + HOPS_FORGOTTEN
            rows = [{"hops": self.tx.hops if row.get("due_at", soon) <= soon else 0} | row for row in rows]
        if kind in ("timer", "job", "incident"):
            rows = [{"id": str(uuid4())} | row for row in rows]
        add(connection, _ROWS[kind], *(common | row for row in rows))
        if kind == "subscription":
            postbox.look_for_waiting(self.tx, x.compiled.process.id, [common | row for row in rows])
