"""What a token sees and writes: the variables of the scopes around it and the expressions of its node (design §3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from engine import feel
from engine.bpmn import data
from engine.bpmn.compiler import Compiled
from engine.bpmn.effects import Host, Row
from engine.bpmn.model import Node
from engine.bpmn.tokens import Token, TokenGame
from engine.variables import Scopes


class Sight:
    """The part of an execution that reads and writes variables."""

    compiled: Compiled
    instance: Row
    scopes: Scopes
    host: Host
    game: TokenGame
    stirred = False
    """Have variables changed that somebody may be waiting for?"""

    def chain(self, token: Token) -> tuple[str, ...]:
        """The scopes a token sees, innermost first: itself, its multi-instance body, its subprocesses, the instance."""
        keys = [token.key]
        current: Token | None = token
        while current is not None:
            remembered = current.internal_data
            if "body" in remembered:
                keys.append(remembered["body"])
            scope = remembered.get("scope")
            current = None if scope is None else self.game.tasks[UUID(scope)]
            if scope is not None:
                keys.append(scope)
        return (*keys, self.instance["id"])

    def context(self, token: Token) -> Mapping[str, object]:
        """The variables that expressions at this token see."""
        return self.scopes.view(self.chain(token))

    def value(self, token: Token, slot: str, node: Node | None = None) -> object:
        """Evaluate a slot of the token's node (or of `node`), None when there is none. Raises feel.FeelError."""
        value = self.compiled.value((node or token.task_spec.node).id, slot)
        return None if value is None else value(self.context(token), self.host.scope)

    def holds(self, token: Token, flow: str) -> bool:
        """Does the flow's condition hold? Null counts as no, as FEEL's `if` does."""
        value = self.compiled.value(flow, "condition")
        return value is None or value(self.context(token), self.host.scope) is True

    def record(self, kind: str, token: Token, **facts: Any) -> None:
        """One event of this token for history."""
        self.host.record(kind, token.task_spec.node.id, token.key, {k: v for k, v in facts.items() if v is not None})

    def set(self, token: Token, name: str, value: object, *, local: bool = False) -> None:
        """Write a variable where it belongs and tell history old and new."""
        self.write(token, self.chain(token), name, value, local)

    def set_outside(self, token: Token, name: str, value: object) -> None:
        """Write a result of an activity: into its data output of this name, else outside the activity's own scope."""
        self.write(token, self.chain(token)[0 if data.gives(token, name) else 1 :], name, value, False)

    def set_from_outside(self, name: str, value: object) -> None:
        """Write a variable of the process instance itself, by somebody's hand."""
        self._write((self.instance["id"],), name, value, False, (self.compiled.process.id, self.instance["id"]))

    def write(self, token: Token, chain: tuple[str, ...], name: str, value: object, local: bool) -> None:
        """Write a variable into the nearest of these scopes that holds it (`local`: the first), and tell history."""
        self._write(chain, name, value, local, (token.task_spec.node.id, token.key))

    def _write(self, chain: tuple[str, ...], name: str, value: object, local: bool, place: tuple[str, str]) -> None:
        old, new = self.scopes.set(chain, name, value, local=local)
        self.stirred = True
        if old != new or type(old) is not type(new):
            facts = {"name": name, "old": feel.from_feel(old), "new": feel.from_feel(new)}
            self.host.record("variable-changed", *place, {k: v for k, v in facts.items() if v is not None})

    def set_all(self, token: Token, variables: Mapping[str, object]) -> None:
        """Write several variables at the token's outer scopes."""
        for name, value in variables.items():
            self.set(token, name, value)
