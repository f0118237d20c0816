"""Cancelling: an activity with everything inside and around it, or all tokens of a scope (BPMN 13.5.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution
    from engine.bpmn.tokens import Token


def cancel(x: Execution, token: Token, keep: Token | None = None) -> None:
    """Cancel an activity with everything inside and around it, innermost first."""
    if not token.live:
        return
    for other in x.live():
        remembered = other.internal_data
        if other is keep or other is token:
            continue
        if remembered.get("host") == token.key:
            x.consume(other)
        elif token.key in (remembered.get("scope"), remembered.get("body"), remembered.get("undoes")):
            _end(x, other, keep)
    if called := token.internal_data.get("called"):
        x.effects.called_off.append(called)
    if token.internal_data.get("throwing"):  # what it throws goes out and ends its own scope: it was passed
        x.record("element-passed", token, via=token.internal_data.get("via"))
    else:
        x.record("element-cancelled", token)
    x.scopes.drop(token.key)
    x.consume(token)


def cancel_scope(x: Execution, scope: str | None, keep: Token | None = None) -> None:
    """Cancel all tokens of a scope but one, which keeps who waits for it: its repetition, or who lets it undo."""
    kept = () if keep is None else (keep.key, keep.internal_data.get("body"), keep.internal_data.get("undoes"))
    for token in x.live():
        if token.internal_data.get("scope") == scope and token.key not in kept:
            _end(x, token, keep)


def _end(x: Execution, token: Token, keep: Token | None) -> None:
    """Borders and listeners stop waiting without a word, what has begun is cancelled."""
    if token.internal_data.keys() & {"host", "listens"}:
        x.consume(token)
    else:
        cancel(x, token, keep)
