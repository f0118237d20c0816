"""The border between an execution and the engine around it: what it asks for, and what it leaves to be written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from engine import feel
from engine.bpmn.model import Node
from engine.bpmn.tokens import Token

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution

Row = dict[str, Any]


class Host(Protocol):
    """What the execution asks of the engine around it."""

    scope: feel.Scope
    person: bool
    steps: int
    instances: int

    def record(self, kind: str, element: str, token: str, facts: Row) -> None: ...
    def operate(self, x: Execution, token: Token) -> bool | None: ...
    def decide(self, x: Execution, token: Token) -> None: ...
    def pass_error(self, x: Execution, code: str, message: str) -> bool: ...
    def pass_escalation(self, x: Execution, code: str) -> bool: ...
    def send(self, x: Execution, row: Row) -> None: ...
    def task_row(self, x: Execution, token: Token) -> None: ...
    def wait_rows(self, x: Execution, token: Token, node: Node, index: int, position: int) -> None: ...


@dataclass
class Effects:
    """What a run leaves to be written: new rows by kind, and the tokens whose rows are to be deleted."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    gone: dict[str, set[str]] = field(default_factory=dict)
    calls: list[tuple[Token, Row]] = field(default_factory=list)
    called_off: list[str] = field(default_factory=list)
    thrown: list[Row] = field(default_factory=list)
    heard: list[tuple[str, int]] = field(default_factory=list)
    """Single subscriptions of tokens that wait on: token and position."""

    def add(self, kind: str, token: Token, row: Row) -> None:
        """A row that lives as long as the token waits."""
        kinds = token.internal_data.setdefault("rows", [])
        if kind not in kinds:
            kinds.append(kind)
        self.rows.setdefault(kind, []).append(row)

    def remove(self, kind: str, token: Token) -> None:
        """The rows of this kind that wait for the token are to be deleted."""
        self.gone.setdefault(kind, set()).add(token.key)
        if kind in self.rows:
            self.rows[kind] = [row for row in self.rows[kind] if row.get("scope_id") != token.key]

    def forget(self, token: Token, position: int) -> None:
        """One subscription of the token is to be deleted; it waits for more."""
        self.heard.append((token.key, position))
        rows = self.rows.get("subscription", [])
        rows[:] = [row for row in rows if (row["scope_id"], row["position"]) != (token.key, position)]
