"""A scope whose present is a summer evening in London and already the next day in Shanghai."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine import feel


@pytest.fixture(scope="session")
def scope() -> feel.Scope:
    return feel.Scope(datetime(2026, 5, 31, 18, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def evaluate(scope):
    def run(text, context=None, names=(), **functions):
        mine = feel.Scope(scope.now, functions={name.replace("_", " "): f for name, f in functions.items()})
        expression = feel.compile(text, names=names, functions=mine.functions)
        return expression(context or {}, mine)

    return run
