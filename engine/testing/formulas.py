"""FEEL in tests: a value written as `=…` is computed when it is needed, from the variables and the travelled time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import feel


@dataclass(frozen=True)
class Formula:
    """A FEEL expression in place of a value."""

    expression: feel.Expression


def resolve(value: Any, context: Mapping[str, object], now: datetime) -> Any:
    """The value with all formulas in it computed. Raises feel.FeelError over a bound."""
    if isinstance(value, Formula):
        return value.expression({name: feel.to_feel(item) for name, item in context.items()}, feel.Scope(now=now))
    if isinstance(value, Mapping):
        return {name: resolve(item, context, now) for name, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, context, now) for item in value]
    return value
