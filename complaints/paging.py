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

from engine.errors import Invalid

Item = TypeVar("Item")
MOST = 500


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Some rows of a list; hand `next` back as `after` for those that follow, None at the end."""

    rows: tuple[Item, ...]
    next: str | None = None


def page(
    connection: Connection,
    query: Select[Any],
    keys: Sequence[ColumnElement[Any]],
    after: str | None,
    limit: int,
    make: Callable[[Row[Any]], Item],
    *,
    descending: bool = False,
) -> Page[Item]:
    """Up to `limit` (at most 500) rows of `query` in the order of `keys`, which together are unique and are selected as
    `key_0`, `key_1`, …. Raises Invalid for a cursor that is not ours."""
    limit = max(1, min(limit, MOST))
    if after is not None:
        bounds = tuple_(*decode(after, keys))
        query = query.where(tuple_(*keys) < bounds if descending else tuple_(*keys) > bounds)
    query = query.add_columns(*(key.label(f"key_{n}") for n, key in enumerate(keys)))
    query = query.order_by(*(key.desc() if descending else key.asc() for key in keys)).limit(limit + 1)
    rows = connection.execute(query).all()
    more = len(rows) > limit
    last = [getattr(rows[limit - 1], f"key_{n}") for n in range(len(keys))] if more else []
    return Page(tuple(make(row) for row in rows[:limit]), encode(last) if more else None)


def encode(values: Sequence[object]) -> str:
    """An opaque cursor."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def decode(cursor: str, keys: Sequence[ColumnElement[Any]]) -> list[Any]:
    """The values of a cursor, typed and bound like `keys`. Raises Invalid."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if len(values) != len(keys):
            raise ValueError
        return [
            literal(datetime.fromisoformat(value) if key.type.python_type is datetime else value, key.type)
            for key, value in zip(keys, values, strict=True)
        ]
    except (ValueError, TypeError, binascii.Error):
        raise Invalid("Expected the cursor of an earlier page, but got '{cursor}'", cursor=cursor[:80]) from None
