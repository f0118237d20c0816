"""Pages of long lists by the last row seen, never by counting rows: the hundredth page costs as much as the first."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import orjson
from sqlalchemy import ColumnElement, Connection, Row, Select, literal, tuple_

from engine.columns import Instant
from engine.errors import Invalid

Item = TypeVar("Item")
Keys = Sequence[ColumnElement[Any]]
"""The order of a list: columns that are unique together."""
MOST = 500


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Some rows of a list; hand `next` back as `after` for those that follow, None at the end."""

    rows: tuple[Item, ...]
    next: str | None = None


def page(
    connection: Connection,
    query: Select[Any],
    keys: Keys,
    after: str | None,
    limit: int,
    make: Callable[[Row[Any]], Item],
    *,
    descending: bool = False,
) -> Page[Item]:
    """Up to `limit` (at most 500) rows of `query` in the order of `keys`. Raises Invalid for a foreign cursor."""
    limit = max(1, min(limit, MOST))
    rows = connection.execute(bounded(query, keys, after, limit + 1, descending=descending)).all()
    following = encode(values(rows[limit - 1], keys)) if len(rows) > limit else None
    return Page(tuple(make(row) for row in rows[:limit]), following)


def bounded(query: Select[Any], keys: Keys, after: str | None, limit: int, *, descending: bool = False) -> Select[Any]:
    """The first `limit` rows after a cursor, the keys selected as `key_0`, `key_1`, …"""
    if after is not None:
        bounds = tuple_(*decode(after, keys))
        query = query.where(tuple_(*keys) < bounds if descending else tuple_(*keys) > bounds)
    query = query.add_columns(*(key.label(f"key_{n}") for n, key in enumerate(keys)))
    return query.order_by(*(key.desc() if descending else key.asc() for key in keys)).limit(limit)


def values(row: Row[Any], keys: Keys) -> list[Any]:
    """The keys of a row of `bounded`."""
    return [getattr(row, f"key_{n}") for n in range(len(keys))]


def encode(values: Sequence[object]) -> str:
    """An opaque cursor."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def decode(cursor: str, keys: Keys) -> list[Any]:
    """The values of a cursor, typed and bound like `keys`. Raises Invalid."""
    try:
        given = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if len(given) != len(keys):
            raise ValueError
        return [
            literal(datetime.fromisoformat(value) if isinstance(key.type, Instant) else value, key.type)
            for key, value in zip(keys, given, strict=True)
        ]
    except (ValueError, TypeError, binascii.Error):
        raise Invalid("Expected the cursor of an earlier page, but got '{cursor}'", cursor=cursor[:80]) from None
