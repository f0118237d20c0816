"""The form as rows of a 16-column grid, as the form editor draws it."""

from __future__ import annotations

from collections.abc import Iterable

from forms import components
from forms.components import Cell, Component, Row


def rows(parts: Iterable[Component]) -> tuple[Row, ...]:
    """Rows in the order of their first component; components without a row stand alone."""
    by_row: dict[str, list[Component]] = {}
    for part in parts:
        by_row.setdefault(part.row or f"\0{part.number}", []).append(part)
    return tuple(Row(tuple(_cells(members))) for members in by_row.values())


def _cells(members: list[Component]) -> Iterable[Cell]:
    """Give components without a width equal shares of what the others leave, at least one column."""
    open_members = sum(member.columns is None for member in members)
    left = components.COLUMNS - sum(member.columns or 0 for member in members)
    share = max(1, left // open_members) if open_members else 0
    for member in members:
        inner = member.section.layout if member.section else rows(member.parts)
        yield Cell(member, member.columns or share, inner)


def too_wide(parts: Iterable[Component]) -> Iterable[tuple[str, int]]:
    """(row, columns) of rows whose components claim more than the grid has."""
    widths: dict[str, int] = {}
    for part in parts:
        if part.row:
            widths[part.row] = widths.get(part.row, 0) + (part.columns or 1)
    return [(row, width) for row, width in widths.items() if width > components.COLUMNS]
