"""What an expression gives, as the column of a waiting token takes it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from decimal import Decimal
from typing import Any

from sqlalchemy import Column

from engine import feel, variables
from engine.errors import Fault


def names(value: object) -> list[str]:
    """The names in a list, or in a text with commas between them."""
    if value is None:
        return []
    items: Iterable[object] = value if isinstance(value, list) else str(value).split(",")
    return [text for item in items if (text := str(item).strip())]


def whole(value: object) -> int:
    """A priority. Raises Fault for what is no whole number."""
    with suppress(ArithmeticError):
        number = Decimal(str(value).strip())
        if number == number.to_integral_value() and abs(number) < variables.INTEGER:
            return int(number)
    raise Fault("Expected a whole number as priority, but got {value}", value=feel.from_feel(value))


def fitting(value: object, column: Column[Any]) -> str | None:
    """What an expression gives for a column, as text. Raises Fault when it does not fit."""
    if value is None:
        return None
    text, limit = str(value), column.type.length  # type: ignore[attr-defined]
    if len(text) > limit or "\0" in text:
        raise Fault(
            "Expected at most {limit} characters as {what}, but got {n}", limit=limit, what=column.name, n=len(text)
        )
    return text
