"""Variables belong to scopes, not to tokens: one typed row per variable of a process instance, activity or item.

Read: the nearest scope outwards. Write: the nearest scope that holds the name, else the process instance. Local only by
declaration. A scope dies with its owner. FEEL numbers map to `integer` (32 bit), `long` (64 bit) or `double`; the exact
decimal stays in `text`, `number` is for filters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, select

from engine import feel, tables
from engine.clock import ZONE
from engine.errors import Invalid
from engine.prepared import Prepared
from engine.rows import upsert

INTEGER, LONG = 2**31, 2**63
NAME = 200
MICROSECOND = timedelta(microseconds=1)
_SELECT = Prepared(
    select(tables.variable.c.scope_id, tables.variable.c.name, tables.variable.c.type, tables.variable.c.text).where(
        tables.variable.c.instance_id == bindparam("i")
    )
)
_DROP = Prepared(delete(tables.variable).where(tables.variable.c.scope_id.in_(bindparam("gone", expanding=True))))


class Scopes:
    """The variables of one process instance within one command; changes are written once, at the end."""

    def __init__(self, instance_id: str) -> None:
        self.root = instance_id
        self.documents: dict[str, dict[str, object]] = {instance_id: {}}
        self._changed: dict[tuple[str, str], None] = {}
        self._stored: dict[tuple[str, str], int] = {}
        self._dropped: set[str] = set()

    @classmethod
    def load(cls, connection: Connection, instance_id: str) -> Scopes:
        """Read all variables of an instance in one statement."""
        scopes = cls(instance_id)
        for scope_id, name, kind, text in connection.execute(_SELECT, {"i": instance_id}):
            scopes.documents.setdefault(scope_id, {})[name] = decode(kind, text)
            scopes._stored[scope_id, name] = _size(text)
        return scopes

    def view(self, chain: Iterable[str]) -> Mapping[str, object]:
        """What an expression sees: the scopes of `chain`, innermost first."""
        found = [document for key in chain if (document := self.documents.get(key))]
        if len(found) == 1:
            return found[0]
        merged: dict[str, object] = {}
        for document in reversed(found):
            merged.update(document)
        return merged

    def set(self, chain: tuple[str, ...], name: str, value: object, *, local: bool = False) -> tuple[object, object]:
        """Write a variable and return (old, new). `local` declares it in the innermost scope."""
        key = chain[0] if local else next((k for k in chain if name in self.documents.get(k, ())), chain[-1])
        value = feel.to_feel(value)
        document = self.documents.setdefault(key, {})
        old = document.get(name)
        if name not in document or old != value or type(old) is not type(value):
            document[name] = value
            self._changed[key, name] = None
        return old, value

    def drop(self, key: str) -> None:
        """The owner of this scope is gone, and its variables with it."""
        if self.documents.pop(key, None) is not None:
            self._dropped.add(key)

    def flush(self, connection: Connection, limit: int) -> None:
        """Write what changed. Raises Invalid when the instance would hold more than `limit` bytes."""
        gone = [key for key in self._dropped if any(scope == key for scope, _ in self._stored)]
        if gone:
            connection.execute(_DROP, {"gone": gone})
        rows = [self._row(key, name) for key, name in self._changed if key in self.documents]
        sizes = {place: size for place, size in self._stored.items() if place[0] in self.documents}
        size = sum((sizes | {(row["scope_id"], row["name"]): _size(row["text"]) for row in rows}).values())
        if size > limit:
            raise Invalid("Expected process data of at most {limit} bytes, but got {size}", limit=limit, size=size)
        if rows:
            upsert(connection, tables.variable, rows, ("scope_id", "name"))
        self._changed.clear()
        self._dropped.clear()

    def _row(self, key: str, name: str) -> dict[str, Any]:
        kind, text, number, at = encode(self.documents[key][name])
        if len(name) > NAME or "\0" in name or "\0" in (text or ""):
            raise Invalid("Expected a name of at most {limit} characters and text without NUL", limit=NAME)
        return {
            "scope_id": key,
            "name": name,
            "instance_id": self.root,
            "type": kind,
            "text": text,
            "number": number,
            "at": at,
        }

    def __iter__(self) -> Iterator[tuple[str, str, object]]:
        for key, document in self.documents.items():
            for name, value in document.items():
                yield key, name, value


def _size(text: str | None) -> int:
    return 0 if text is None else len(text.encode())


def encode(value: object) -> tuple[str, str | None, float | None, datetime | None]:
    """A FEEL value as (type, exact text, number for filters, instant for filters)."""
    if value is None:
        return "null", None, None, None
    if isinstance(value, bool):
        return "boolean", "true" if value else "false", float(value), None
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value()
        kind = "integer" if whole and abs(value) < INTEGER else "long" if whole and abs(value) < LONG else "double"
        return kind, str(value), float(value), None
    if isinstance(value, str):
        return "string", value, None, None
    if isinstance(value, datetime):
        at = value if value.tzinfo else value.replace(tzinfo=ZONE)
        return "datetime", value.isoformat(), None, at.astimezone(UTC)
    if isinstance(value, date):
        return "date", value.isoformat(), None, datetime.combine(value, time(), ZONE).astimezone(UTC)
    if isinstance(value, time):
        return "time", value.isoformat(), None, None
    if isinstance(value, timedelta):
        return "duration", str(Decimal(value // MICROSECOND) / 10**6), value.total_seconds(), None
    if isinstance(value, feel.YearsMonths):
        return "months", str(value.months), None, None
    return (*_structure(value), None, None)


def _structure(value: Any) -> tuple[str, str]:
    """A list or context as plain JSON where that keeps every value, else with the type of what JSON has no word for."""
    plain = feel.from_feel(value)
    if feel.to_feel(plain) == value:
        return "json", orjson.dumps(plain).decode()
    return "typed", orjson.dumps(_typed(value)).decode()


def _typed(value: Any) -> Any:
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if isinstance(value, dict):
        return {"context": {name: _typed(item) for name, item in value.items()}}
    if isinstance(value, feel.Range):
        return {"range": [_typed(value.low), _typed(value.high), value.low_closed, value.high_closed]}
    if value is None or isinstance(value, bool | str):
        return value
    return {"value": encode(value)[:2]}


def _untyped(value: Any) -> Any:
    if isinstance(value, list):
        return [_untyped(item) for item in value]
    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    if kind == "context":
        return {name: _untyped(item) for name, item in inner.items()}
    if kind == "range":
        return feel.Range(_untyped(inner[0]), _untyped(inner[1]), *inner[2:])
    return decode(*inner)


def decode(kind: str, text: str | None) -> object:
    """The FEEL value of a stored variable."""
    if text is None:
        return None
    if kind in ("integer", "long", "double"):
        return Decimal(text)
    if kind == "boolean":
        return text == "true"
    if kind == "string":
        return text
    if kind == "duration":
        return int(Decimal(text) * 10**6) * MICROSECOND
    if kind == "months":
        return feel.YearsMonths(int(text))
    if kind == "json":
        return feel.to_feel(orjson.loads(text))
    if kind == "typed":
        return _untyped(orjson.loads(text))
    readers: dict[str, Any] = {"datetime": datetime, "date": date, "time": time}
    return readers[kind].fromisoformat(text)
