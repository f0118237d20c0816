"""What passes between a process and the one it calls: only what is mapped (design §3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution
    from engine.bpmn.tokens import Token


def transfer_in(x: Execution, token: Token) -> dict[str, object]:
    """The variables a called process starts with: none of the caller's but those mapped (design §3)."""
    variables: dict[str, object] = {}
    for transfer in token.task_spec.node.calls_in:
        if transfer.source == "all":
            variables.update(x.context(token))
        else:
            variables[transfer.target] = x.value(token, f"in:{transfer.target}")
    return variables


def called_done(x: Execution, key: str, variables: Mapping[str, object]) -> None:
    """The called process has ended: take over the mapped results."""
    token = x.token(key)
    for transfer in token.task_spec.node.calls_out:
        if transfer.source == "all":
            x.set_all(token, variables)
            continue
        value = x.compiled.value(token.task_spec.node.id, f"out:{transfer.target}")
        x.set_outside(token, transfer.target, None if value is None else value(variables, x.host.scope))
    x.finish(token)
