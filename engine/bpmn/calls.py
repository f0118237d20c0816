"""What passes between a process and the one it calls: only what is mapped (design §3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine import variables
from engine.bpmn import data, parking
from engine.bpmn.items import INPUT, OUTPUT
from engine.errors import EngineError, Fault

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution
    from engine.bpmn.tokens import Token


def transfer_in(x: Execution, token: Token) -> dict[str, object]:
    """The variables a called process starts with: none of the caller's but those mapped (design §3)."""
    given: dict[str, object] = {}
    for transfer in token.task_spec.node.calls_in:
        if transfer.source == "all":
            given.update(x.context(token))
        else:
            given[transfer.target] = x.value(token, f"in:{transfer.target}")
    own = x.scopes.documents.get(token.key, {})
    return given | {name: own.get(name) for name in token.task_spec.node.data.names(INPUT)}


def called_done(x: Execution, key: str, called: Execution) -> None:
    """The called process has ended; when it does not give what it declares, the call waits as an incident."""
    token = x.token(key)
    token.internal_data.pop("called", None)
    results, missing = data.results(called)
    if missing:
        process = called.compiled.process.id
        template = "Expected the called process '{process}' to give {names}, but there is no value"
        _keep(x, token, results, Fault(template, process=process, names=", ".join(missing)))
        return
    take_over(x, token, results)


def take_over(x: Execution, token: Token, results: Mapping[str, object]) -> None:
    """Take over the mapped results of a call that has ended; when that fails the token is parked with them."""
    node = token.task_spec.node
    try:
        for name in node.data.names(OUTPUT):
            x.set(token, name, results.get(name), local=True)
        for transfer in node.calls_out:
            if transfer.source == "all":
                x.set_all(token, results)
                continue
            value = x.compiled.value(node.id, f"out:{transfer.target}")
            x.set_outside(token, transfer.target, None if value is None else value(results, x.host.scope))
    except EngineError as error:
        _keep(x, token, results, error)
        return
    x.finish(token)


def _keep(x: Execution, token: Token, results: Mapping[str, object], error: EngineError) -> None:
    token.internal_data["results"] = {name: variables.encode(value)[:2] for name, value in results.items()}
    parking.park(x, token, error, "return")
