"""What an execution asks of the engine: history, operations, decisions, the rows of waiting tokens."""

from __future__ import annotations

import traceback
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine import definitions, dmn, due, feel, following, hearing, operations, postbox, tables
from engine.bpmn import cancelling, listening, parking, raising
from engine.bpmn.execution import Execution
from engine.bpmn.listening import slot
from engine.bpmn.model import Node
from engine.bpmn.tokens import Token
from engine.errors import BpmnError, Fault, Rejected
from engine.fitting import fitting, names, whole
from engine.functions import Followed, Host
from engine.retries import Retries

if TYPE_CHECKING:
    from engine.advance import Tree

Row = dict[str, Any]
PRIORITY = 50


class Side:
    """The engine's side of one execution."""

    def __init__(self, tree: Tree, instance: Row, definition: definitions.Definition) -> None:
        tx = tree.tx
        self.host = host = Host(tx.connection, tx.now, instance["business_key"], instance["id"])
        self.tree = tree
        self.tx = tx
        self.instance = instance
        self.definition = definition
        self.scope = feel.Scope(now=tx.now, functions=tx.environment.functions.bind(host))
        self.person = not tx.actor.system
        self.steps = tx.environment.limits.steps
        self.instances = tx.environment.limits.instances

    def record(self, kind: str, element: str, token: str, facts: Row) -> None:
        """One event in the stream of the instance."""
        self.tx.record(
            self.instance["stream"],
            kind,
            instance=self.instance["id"],
            definition=self.definition.id,
            element=element,
            task=token,
            **facts,
        )

    # work

    def operate(self, x: Execution, token: Token) -> bool | None:
        """Run a registered operation in a savepoint; a technical failure becomes a job, at last an incident."""
        node: Node = token.task_spec.node
        name = node.attributes["topic"]
        operation = self.tx.environment.operations.by_name.get(name)
        if operation is None:
            raise Fault("Expected a registered operation, but there is no '{name}'", name=name)
        inputs = {key: x.scopes.documents.get(token.key, {}).get(key) for key, _ in node.inputs}
        call = operations.OperationCall(
            self.tx,
            self.instance["id"],
            self.instance["business_key"],
            self.instance["stream"],
            node.id,
            node.properties,
        )
        try:
            with self.tx.savepoint():
                result = operation(call, inputs)
        except BpmnError as error:
            raising.throw_error(x, token, error.code, str(error))
            return None
        except Rejected as error:
            if self.person:
                raise
            self._failed(x, token, error)
            return None
        except Exception as error:  # whatever an operation raises becomes a job, then an incident
            self._failed(x, token, error)
            return None
        token.internal_data.pop("attempts", None)
        x.set(token, "result", dict(result or {}), local=True)
        if variable := node.attributes.get("resultVariable"):
            x.set_outside(token, variable, dict(result or {}))
        return True

    def _failed(self, x: Execution, token: Token, error: Exception) -> None:
        retries = Retries.read(token.task_spec.node.retry_cycle)
        attempts = token.internal_data.get("attempts", 0) + 1
        token.internal_data["attempts"] = attempts
        trace = "".join(traceback.format_exception(error))
        self.record("job-failed", token.task_spec.node.id, token.key, {"attempt": attempts, "message": str(error)})
        if attempts > retries.count:
            token.internal_data.pop("attempts")
            fault = Fault("The operation failed {n} times: {message}", n=attempts, message=str(error))
            fault.__cause__, fault.__traceback__ = error, error.__traceback__
            parking.park(x, token, fault, "run")
            return
        parking.open_job(
            x,
            token,
            "operation",
            due_at=self.tx.now + retries.wait(attempts),
            attempts=attempts,
            retries=retries.count - attempts + 1,
            error=trace,
        )

    def decide(self, x: Execution, token: Token) -> None:
        """Evaluate a decision of the instance's own deployment; the trace goes into history."""
        node: Node = token.task_spec.node
        key = node.attributes["decisionRef"]
        model = self.definition.bundle.decisions.get(key)
        if model is None:
            raise Fault("Expected the decision '{key}' in the deployment, but it is not there", key=key)
        result = dmn.decide(model, key, x.context(token), self.scope)
        version = {"deployment": self.definition.bundle.deployment_id, "version": self.definition.version}
        self.record("decision-evaluated", node.id, token.key, {"decision": key, **version, "trace": result.trace})
        value = dmn.shape(result, node.attributes.get("mapDecisionResult", "resultList"))
        x.set_outside(token, node.attributes.get("resultVariable", key), value)

    def pass_error(self, x: Execution, code: str, message: str) -> bool:
        """A business error that this process does not catch: does a calling one?"""
        found = self._caller_that_catches(x, "error", code)
        if found is None:
            return False
        ended, parent, call = found
        for each in ended:
            cancelling.cancel_scope(each, None)
            each.outcome = "failed"
        call.internal_data.pop("called", None)
        raising.throw_error(parent, call, code, message)
        return True

    def pass_escalation(self, x: Execution, code: str) -> bool:
        """An escalation that this process does not catch: does a calling one? Interrupting, it ends this one."""
        found = self._caller_that_catches(x, "escalation", code)
        if found is None:
            return False
        _, parent, call = found
        raising.throw_escalation(parent, call, code)
        self.tree.call_off(parent)
        return True

    def _caller_that_catches(
        self, x: Execution, kind: str, code: str
    ) -> tuple[list[Execution], Execution, Token] | None:
        """The nearest calling process that catches, its call, and the processes on the way to it."""
        passed = [x]
        while (parent_id := passed[-1].instance["parent_id"]) is not None:
            parent = self.tree.load(parent_id)
            call = parent.token(passed[-1].instance["parent_scope"])
            if listening.catcher(parent, call, kind, code) is not None:
                return passed, parent, call
            passed.append(parent)
        return None

    def send(self, x: Execution, row: Row) -> None:
        """Bring a message or signal to those of the same call tree at once; the others get it after this command."""
        if row["kind"] == "message" and hearing.hear(self.tree, row):
            return
        postbox.next_hop(self.tx)  # while the token can still stop there
        if row["kind"] == "signal":
            hearing.hear(self.tree, row)
            row = row | {"beside": self.tree.root_id}
        x.effects.thrown.append(row)

    # rows of waiting tokens

    def task_row(self, x: Execution, token: Token) -> None:
        """The row of a user task: people, dates, form and instructions, all evaluated now."""
        node: Node = token.task_spec.node
        people = self._people(x, token, node)
        assignee = x.value(token, "assignee")
        if assignee in people["never"]:
            assignee = None  # an excluded user is nobody's choice: the candidates have it
        value, due_key, followed = self._followed(x, token, node, "dueDate", "dueKey")
        due_at = (None if followed and followed.stopped else self._instant(value)) or tables.FAR
        priority = x.value(token, "priority")
        row = {
            "id": token.key,
            "scope_id": token.key,
            "definition_id": self.definition.id,
            "element_id": node.id,
            "name": node.name or node.id,
            "business_key": self.instance["business_key"],
            "stream": self.instance["stream"],
            "created_at": self.tx.now,
            "assignee": fitting(assignee, tables.task.c.assignee),
            "due_at": due_at,
            "due_key": fitting(due_key, tables.task.c.due_key),
            "follow_up_at": self._instant(x.value(token, "followUpDate")),
            "priority": PRIORITY if priority is None else whole(priority),
            "form_key": node.attributes.get("formRef"),
            "documentation": node.documentation,
            "candidates": [
                {"kind": kind, "value": value, "due_at": due_at, "claimed": assignee is not None}
                for kind, values in people.items()
                for value in values
            ],
        }
        x.effects.add("task", token, row)
        facts = {"name": row["name"], "assignee": row["assignee"], "groups": people["group"], "users": people["user"]}
        if due_at != tables.FAR:
            facts["due"] = due_at.isoformat()
        x.record("task-created", token, via=token.internal_data.get("via"), **facts)

    def _people(self, x: Execution, token: Token, node: Node) -> dict[str, list[str]]:
        """Who may take a task and who must not, each once: groups (else the lane), users, excluded users."""
        found = {
            "group": names(x.value(token, "candidateGroups")) or ([node.lane] if node.lane else []),
            "user": names(x.value(token, "candidateUsers")),
            "never": names(x.value(token, "excludedUsers")),
        }
        column = tables.candidate.c.value
        return {kind: [str(fitting(name, column)) for name in dict.fromkeys(names)] for kind, names in found.items()}

    def _followed(
        self, x: Execution, token: Token, node: Node, name: str, key_name: str
    ) -> tuple[object, object, Followed | None]:
        """The time in a slot, the key by which it is moved (that of the diagram first), and what it follows."""
        self.host.followed.clear()
        value = x.value(token, name, node)
        asked = list(self.host.followed)
        key = x.value(token, key_name, node)
        if key is not None:
            return value, key, next((one for one in asked if one.at == value), None)
        found = following.choose(asked, value)
        return value, found and found.key, found

    def _instant(self, value: object) -> datetime | None:
        return None if value is None else due.instant(value, self.tx.now)

    def wait_rows(self, x: Execution, token: Token, node: Node, index: int, position: int) -> None:
        """The row by which the timer, message or signal at `index` of an event finds the waiting token."""
        event = node.events[index]
        if event.kind == "timer":
            x.effects.add("timer", token, self._timer(x, token, node, index) | {"position": position})
            return
        key = fitting(x.value(token, slot("correlationKey", index), node), tables.subscription.c.correlation_key)
        token.internal_data.setdefault("heard", {})[str(position)] = [node.id, event.kind, event.name, key]
        x.effects.add(
            "subscription",
            token,
            {
                "scope_id": token.key,
                "position": position,
                "element_id": node.id,
                "kind": event.kind,
                "name": event.name,
                "business_key": self.instance["business_key"],
                "correlation_key": key,
            },
        )

    def _timer(self, x: Execution, token: Token, node: Node, index: int) -> Row:
        limits = self.tx.environment.limits
        kind = node.events[index].timer or "duration"
        value, key, followed = self._followed(x, token, node, slot("timer", index), slot("timerKey", index))
        schedule = due.schedule(
            kind,
            value,
            self.tx.now,
            years=limits.timer_years,
            cycle_seconds=limits.cycle_seconds,
        )
        x.record("timer-set", token, timer=node.id, due=schedule.due_at.isoformat(), key=key)
        return {
            "scope_id": token.key,
            "element_id": node.id,
            "business_key": self.instance["business_key"],
            "key": fitting(key, tables.timer.c.key),
            "kind": kind,
            "due_at": schedule.due_at,
            "repeats": schedule.repeats,
            "interval": schedule.interval,
            "stopped_at": self.tx.now if followed and followed.stopped else None,
        }
