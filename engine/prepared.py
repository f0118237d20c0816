"""Statements that are built once: building one anew, and finding it again among the compiled ones, costs more than
running it.

The decorated function builds the statement from placeholders, when it is needed first; called with values it gives what
`execute`, `scalar` and `scalars` take: `connection.scalar(*_name_of(user))`. A placeholder is compared by `=`, so that
a value that may be None needs `is_not_distinct_from`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from sqlalchemy import bindparam

Call = tuple[Any, dict[str, Any]]


def prepared(build: Callable[..., Any]) -> Callable[..., Call]:
    """A statement whose parameters are placeholders, named apart from every column."""
    names = tuple(f"given_{name}" for name in inspect.signature(build).parameters)

    @cache
    def statement() -> Any:
        return build(*(bindparam(name) for name in names))

    @wraps(build)
    def call(*values: object) -> Call:
        return statement(), dict(zip(names, values, strict=True))

    return call
