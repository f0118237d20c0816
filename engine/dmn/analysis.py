"""What can be said of a table without an input: rules that overlap, gaps, and rules that never count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from engine import feel
from engine.dmn import constants, grid, samples
from engine.dmn.grid import Axis, TooLarge
from engine.dmn.table import Rule, Table
from engine.dmn.types import Misfit
from engine.feel import compare

MOST_PAIRS = 5_000_000  # of rules, times the columns
MOST_STEPS = 2_000_000  # in the search for gaps
MOST_COLUMNS = 50
Place = tuple[int, ...]  # for each axis a sample
Boxes = Sequence[Sequence[int]]  # for each rule and axis the samples


@dataclass(frozen=True)
class Overlap:
    """A rule that matches together with earlier ones, and an input for which it and the first of them do."""

    rule: Rule
    others: tuple[Rule, ...]
    example: str
    differ: bool | None
    """Whether their outputs differ; None when that depends on the input."""


@dataclass(frozen=True)
class Analysis:
    """`gap` is an input that no rule matches; `never` are rules that match no allowed input, `hidden` those before
    which another always counts; `complete` is False where the table was too large to look for all of that.
    """

    overlaps: tuple[Overlap, ...] = ()
    gap: str | None = None
    never: tuple[Rule, ...] = ()
    hidden: tuple[Rule, ...] = ()
    complete: bool = True
    roots: frozenset[str] = frozenset()
    """The names for whose values something is claimed."""


@lru_cache(maxsize=512)
def analyse(table: Table, names: frozenset[str]) -> Analysis:
    """Everything that is certain; `names` are those the texts of the table were compiled with."""
    if len(table.inputs) > MOST_COLUMNS or len(table.rules) ** 2 * len(table.inputs) > MOST_PAIRS:
        return Analysis(complete=False)
    try:
        axes = grid.axes(table, names)
    except TooLarge:
        return Analysis(complete=False)
    surely = list(zip(*(axis.surely for axis in axes), strict=True)) or [()] * len(table.rules)
    perhaps = list(zip(*(axis.perhaps for axis in axes), strict=True)) or [()] * len(table.rules)
    found = Analysis(
        overlaps=tuple(_overlaps(table, names, axes, surely)),
        never=tuple(rule for rule, box in zip(table.rules, perhaps, strict=True) if not all(box)),
        roots=frozenset(axis.path[0] for axis in axes if axis.path),
    )
    steps = Steps()
    try:
        hidden = tuple(_hidden(steps, table, names, axes, surely, perhaps))
        return replace(found, gap=_gap(steps, table, axes, perhaps), hidden=hidden)
    except TooLarge:
        return replace(found, complete=False)


def _example(axes: Sequence[Axis], place: Place) -> str:
    """An input in words: the values of the columns that can be analysed."""
    given = [
        f"{axis.label} = {constants.written(axis.values[at])}"
        for axis, at in zip(axes, place, strict=True)
        if axis.path and axis.values[at] is not samples.FOREIGN
    ]
    return ", ".join(given) or "-"


def _first(mask: int, preferred: int) -> int:
    """The place of a sample in a mask, a usual one if there is any."""
    mask = mask & preferred or mask
    return (mask & -mask).bit_length() - 1


def _overlaps(table: Table, names: frozenset[str], axes: list[Axis], boxes: Boxes) -> Iterator[Overlap]:
    if table.policy.name not in ("UNIQUE", "ANY"):
        return
    results = [_results(table, rule, names) for rule in table.rules] if table.policy.name == "ANY" else []
    together = _together(boxes)
    for at, box in enumerate(boxes):
        others = [n for n in range(at) if together[at] >> n & 1]
        differ: bool | None = True
        if table.policy.name == "ANY":
            told = {n: _differ(table.rules[at], table.rules[n], results[at], results[n]) for n in others}
            others = [n for n in others if told[n] is not False]
            differ = True if any(told[n] for n in others) else None
            others.sort(key=lambda n: told[n] is not True)
        if others:
            shared = [mask & other for mask, other in zip(box, boxes[others[0]], strict=True)]
            place = tuple(_first(mask, axis.usual) for mask, axis in zip(shared, axes, strict=True))
            yield Overlap(table.rules[at], tuple(table.rules[n] for n in others), _example(axes, place), differ)


def _together(boxes: Boxes) -> list[int]:
    """For each rule those whose boxes meet its own, as bits."""
    found = [(1 << len(boxes)) - 1] * len(boxes)
    for masks in zip(*boxes, strict=True):
        rules: dict[int, int] = {}
        for rule, mask in enumerate(masks):
            rules[mask] = rules.get(mask, 0) | 1 << rule
        meeting = {mask: sum(bits for other, bits in rules.items() if mask & other) for mask in rules}
        found = [known & meeting[mask] for known, mask in zip(found, masks, strict=True)]
    return found


def _results(table: Table, rule: Rule, names: frozenset[str]) -> list[feel.Value]:
    """The outputs of a rule as far as they are constants, as the types of their columns have them."""
    frame = feel.root({}, feel.Run(grid.NOON))
    found = []
    for output, cell in zip(table.outputs, rule.outputs, strict=True):
        value = constants.of_result(cell.text, names)
        fitted = value if value is constants.UNKNOWN else output.type.fit(value, frame)
        found.append(constants.UNKNOWN if isinstance(fitted, Misfit) else fitted)
    return found


def _differ(a: Rule, b: Rule, first: list[feel.Value], second: list[feel.Value]) -> bool | None:
    """Whether two rules give different outputs; None when it depends."""
    unsure = False
    for one, other, left, right in zip(a.outputs, b.outputs, first, second, strict=True):
        if left is constants.UNKNOWN or right is constants.UNKNOWN:
            unsure = unsure or one.text.strip() != other.text.strip()
        elif compare.equals(left, right, feel.Run(grid.NOON)) is not True:
            return True
    return None if unsure else False


def _gap(steps: Steps, table: Table, axes: list[Axis], boxes: Boxes) -> str | None:
    """An input that no rule matches, where that means no answer."""
    single = table.policy.name in ("UNIQUE", "ANY", "PRIORITY", "FIRST")
    if not single or not table.rules or any(output.default is not None for output in table.outputs):
        return None
    if not all(axis.usual for axis in axes):  # nothing is allowed at all
        return None
    place = Search(steps, axes, boxes, [axis.usual for axis in axes]).hole(range(len(boxes)))
    return None if place is None else _example(axes, place)


def _hidden(
    steps: Steps, table: Table, names: frozenset[str], axes: list[Axis], surely: Boxes, perhaps: Boxes
) -> Iterator[Rule]:
    """Rules that can match but never count, because one that counts before them always matches too."""
    before: list[Sequence[int]]
    if table.policy.name == "FIRST":
        before = [range(at) for at in range(len(table.rules))]
    elif table.policy.name == "PRIORITY":
        before = _more_important(table, names)
    else:
        return
    for rule, box, others in zip(table.rules, perhaps, before, strict=True):
        if all(box) and len(others) and Search(steps, axes, surely, box).hole(others) is None:
            yield rule


def _more_important(table: Table, names: frozenset[str]) -> list[Sequence[int]]:
    """For each rule those that surely come before it, by constant outputs; of the same priority the first counts."""
    frame = feel.root({}, feel.Run(grid.NOON))
    orders = [output.order.within(frame) if output.order else [] for output in table.outputs]
    places: list[list[int] | None] = []
    for rule in table.rules:
        found = _results(table, rule, names)
        known = all(value in order for value, order in zip(found, orders, strict=True))
        places.append([order.index(value) for value, order in zip(found, orders, strict=True)] if known else None)
    return [
        [n for n, other in enumerate(places) if own is not None and other is not None and (other, n) < (own, at)]
        for at, own in enumerate(places)
    ]


class Steps:
    """What the searches in one table may cost together."""

    def __init__(self) -> None:
        self.left = MOST_STEPS

    def spend(self, steps: int) -> None:
        """Count work. Raises TooLarge when the bound is reached."""
        self.left -= steps
        if self.left < 0:
            raise TooLarge


class Search:
    """Looks for a place inside `within` that no box covers, axis by axis."""

    def __init__(self, steps: Steps, axes: Sequence[Axis], boxes: Boxes, within: Sequence[int]) -> None:
        self.steps = steps
        self.axes = axes
        self.boxes = boxes
        self.within = within
        self.covered: set[tuple[int, tuple[int, ...]]] = set()

    def hole(self, rules: Sequence[int]) -> Place | None:
        """A place that none of these rules covers."""
        near = [
            rule for rule in rules if all(mask & own for mask, own in zip(self.boxes[rule], self.within, strict=True))
        ]
        return self._look(0, tuple(near))

    def _look(self, axis: int, rules: tuple[int, ...]) -> Place | None:
        if not rules:
            rest = zip(self.within[axis:], self.axes[axis:], strict=True)
            return tuple(_first(mask, one.usual) for mask, one in rest)
        if (axis, rules) in self.covered or any(self._fills(axis, rule) for rule in rules):
            return None
        rest_mask = self.within[axis]
        while rest_mask:
            at = _first(rest_mask, self.axes[axis].usual)
            self.steps.spend(len(rules))
            inside = tuple(rule for rule in rules if self.boxes[rule][axis] >> at & 1)
            found = self._look(axis + 1, inside)
            if found is not None:
                return (at, *found)
            rest_mask &= ~(1 << at)
        self.covered.add((axis, rules))
        return None

    def _fills(self, axis: int, rule: int) -> bool:
        box = self.boxes[rule]
        return all(not self.within[one] & ~box[one] for one in range(axis, len(self.axes)))
