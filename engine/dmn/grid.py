"""A table over samples: its columns as axes, each rule as a box, so that overlaps and gaps can be counted out.

Each cell is asked by the engine itself, so the analysis means what the evaluation does. A cell that does more than
compare with constants may match anywhere and surely matches nowhere: nothing is claimed that might be wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from engine import feel
from engine.dmn import constants, samples, syntax, types
from engine.dmn.table import Input, Table
from engine.feel import nodes, properties
from engine.feel.expression import WORDS

MOST_ANSWERS = 2_000_000  # of cells to samples, in one table
NOON = feel.Scope(datetime(2000, 1, 1, 12, tzinfo=UTC))  # no constant depends on it
PARTS = frozenset(name for parts in properties.PARTS.values() for name in parts)  # of dates, times and durations
Path = tuple[str, ...]


class TooLarge(Exception):
    """The table has too many rules or columns to be analysed."""


@dataclass(frozen=True)
class Axis:
    """The columns that ask for the same value. A bit of a mask stands for a sample, a mask for a rule.

    `usual` are the samples of the kind the column is meant for; `surely` and `perhaps` are where a rule matches.
    """

    label: str
    path: Path  # of the name it asks for; () when it cannot be analysed
    values: tuple[feel.Value, ...]
    usual: int
    surely: tuple[int, ...]
    perhaps: tuple[int, ...]


def axes(table: Table, names: frozenset[str]) -> list[Axis]:
    """The axes of a table; `names` are those its texts were compiled with. Raises TooLarge."""
    columns: dict[Path | int, list[int]] = {}
    for at, column in enumerate(table.inputs):
        path = _path(syntax.expression(column.expression.text, names))
        columns.setdefault(path or at, []).append(at)
    paths = [key for key in columns if isinstance(key, tuple)]
    frame = feel.root({}, feel.Run(NOON))
    found = []
    left = MOST_ANSWERS
    for key, places in columns.items():
        alone = isinstance(key, tuple) and not any(_inside(key, other) or _inside(other, key) for other in paths)
        axis, spent = _axis(table, places, key if isinstance(key, tuple) and alone else (), names, frame, left)
        left -= spent
        found.append(axis)
    return found


def _path(node: nodes.Node) -> Path:
    """`a.b` as a path; () for anything else, also for a part of a date, which cannot have just any value."""
    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Path) and node.name not in PARTS and (inner := _path(node.value)):
        return (*inner, node.name)
    return ()


def _inside(path: Path, other: Path) -> bool:
    return len(other) < len(path) and path[: len(other)] == other


def _axis(
    table: Table, places: list[int], path: Path, names: frozenset[str], frame: feel.Frame, left: int
) -> tuple[Axis, int]:
    label = table.inputs[places[0]].expression.text.strip()
    cells = {(at, rule.cells[at].text): rule.cells[at] for rule in table.rules for at in places}
    known = {key: constants.of_cell(key[1], names) for key in cells}
    values = _values([table.inputs[at] for at in places], known, names, frame) if path else None
    if values is None:
        dash = [all(rule.cells[at].text.strip() in ("", "-") for at in places) for rule in table.rules]
        return Axis(label, (), (None,), 1, tuple(map(int, dash)), (1,) * len(dash)), 0
    usual, others = values
    everything = [*usual, *others]
    spent = len(cells) * len(everything)
    if spent > left:
        raise TooLarge
    full = (1 << len(everything)) - 1
    surely = {
        key: sum(1 << n for n, value in enumerate(everything) if cells[key].within(value, frame) is True)
        if known[key] is not None
        else 0
        for key in cells
    }
    perhaps = {key: full if known[key] is None else surely[key] for key in cells}
    if path[0] in WORDS and None in everything:  # a variable named like a function is that function when it is absent
        surely = {key: mask & ~(1 << everything.index(None)) for key, mask in surely.items()}
    lower, upper = (
        [_all(full, (masks[at, rule.cells[at].text] for at in places)) for rule in table.rules]
        for masks in (surely, perhaps)
    )
    made = Axis(label, path, tuple(everything), (1 << len(usual)) - 1, tuple(lower), tuple(upper))
    return _smaller(made), spent


def _all(full: int, masks: Iterable[int]) -> int:
    for mask in masks:
        full &= mask
    return full


def _values(
    columns: list[Input],
    cells: Mapping[tuple[int, str], list[feel.Value] | None],
    names: frozenset[str],
    frame: feel.Frame,
) -> tuple[list[feel.Value], list[feel.Value]] | None:
    """Samples of what all these columns take, usual ones first; None where that cannot be said."""
    compared: list[feel.Value] = []
    for ends in cells.values():
        compared += ends or []
    allowed = [tests for column in columns for tests in column.type.tests]
    for tests in allowed:
        found = constants.of_cell(tests.text, names)
        if found is None:
            return None
        compared += found
    texts = [text for (_, text), ends in cells.items() if ends is not None] + [tests.text for tests in allowed]
    ordered = any(constants.ordered(text, names) for text in texts)
    made = samples.of_type(columns[0].type, compared, ordered, frame.run)
    if made is None or any(column.type.name != columns[0].type.name for column in columns):
        return None
    usual, others = ([one for one in part if _taken(columns, one, frame)] for part in (made.usual, made.others))
    return usual, others


def _taken(columns: list[Input], value: feel.Value, frame: feel.Frame) -> bool:
    return not any(isinstance(column.type.fit(value, frame), types.Misfit) for column in columns)


def _smaller(axis: Axis) -> Axis:
    """The axis with one sample of those at which all rules behave alike."""
    kept: dict[tuple[bool, int], int] = {}
    distinct = tuple({*axis.surely, *axis.perhaps})
    for at in range(len(axis.values)):
        signature = 0
        for place, mask in enumerate(distinct):
            signature |= (mask >> at & 1) << place
        kept.setdefault((bool(axis.usual >> at & 1), signature), at)
    places = list(kept.values())

    def moved(mask: int) -> int:
        return sum((mask >> at & 1) << place for place, at in enumerate(places))

    again = {mask: moved(mask) for mask in {*distinct, axis.usual}}
    return Axis(
        axis.label,
        axis.path,
        tuple(axis.values[at] for at in places),
        again[axis.usual],
        tuple(again[mask] for mask in axis.surely),
        tuple(again[mask] for mask in axis.perhaps),
    )
