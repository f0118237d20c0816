"""Puts the floors together: an environment whose commands deliver what they send."""

from __future__ import annotations

from typing import Any

from engine import messages
from engine.environment import Environment
from engine.store import Store


def environment(store: Store, **options: Any) -> Environment:
    """An environment on `store`; `options` are the other fields of Environment (clock, operations, functions, …)."""
    return Environment(store, deliver=messages.deliver, **options)
