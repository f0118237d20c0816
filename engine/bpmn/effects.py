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
    def escalate(self, x: Execution, token: Token, code: str, message: str) -> bool: ...
    def task_row(self, x: Execution, token: Token) -> None: ...
    def wait_rows(self, x: Execution, token: Token, node: Node, position: int) -> None: ...


@dataclass
class Effects:
    """What a run leaves to be written: new rows by kind, and the tokens whose rows are to be deleted."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    gone: dict[str, set[str]] = field(default_factory=dict)
    calls: list[tuple[Token, Row]] = field(default_factory=list)
    called_off: list[str] = field(default_factory=list)
    thrown: list[Row] = field(default_factory=list)

    def add(self, kind: str, token: Token, row: Row) -> None:
        """A row that lives as long as the token waits."""
        kinds = token.internal_data.setdefault("rows", [])
        if kind not in kinds:
            kinds.append(kind)
        self.rows.setdefault(kind, []).append(row)
