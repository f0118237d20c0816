"""How points and ranges lie to each other. A point is a range of one value; a missing end lies beyond all values."""

from __future__ import annotations

from collections.abc import Callable

from engine.feel import compare
from engine.feel.builtins.registry import builtin
from engine.feel.values import Range, Run, Value

Answer = bool | None
Relation = Callable[[Range, Range, Run], Answer]


def _range(value: Value) -> Range | None:
    if isinstance(value, Range):
        return value
    return None if value is None or isinstance(value, list | dict | bool) else Range(value, value)


def either(a: Answer, b: Answer) -> Answer:
    """Three-valued or."""
    if a is True or b is True:
        return True
    return None if a is None or b is None else False


def _and(fact: bool, answer: Answer) -> Answer:
    return answer if fact or answer is None else False


def _comparable(a: Range, b: Range, run: Run) -> bool:
    """Whether the ends of both have an order between them."""
    ends = [end for end in (a.low, a.high, b.low, b.high) if end is not None]
    return all(compare.pair(ends[0], end, run) is not None for end in ends)


def _gap(a: Range, b: Range, run: Run) -> Answer:
    """a.high < b.low"""
    return False if a.high is None or b.low is None else compare.less(a.high, b.low, run)


def _touch(a: Range, b: Range, run: Run) -> Answer:
    """a.high = b.low"""
    return False if a.high is None or b.low is None else compare.equals(a.high, b.low, run)


def _begins_before(a: Range, b: Range, run: Run) -> Answer:
    """a.low < b.low"""
    if a.low is None or b.low is None:
        return a.low is None and b.low is not None
    return compare.less(a.low, b.low, run)


def _ends_before(a: Range, b: Range, run: Run) -> Answer:
    """a.high < b.high"""
    if a.high is None or b.high is None:
        return a.high is not None and b.high is None
    return compare.less(a.high, b.high, run)


def _same_start(a: Range, b: Range, run: Run) -> Answer:
    return compare.equals(a.low, b.low, run)


def _same_end(a: Range, b: Range, run: Run) -> Answer:
    return compare.equals(a.high, b.high, run)


def before(a: Range, b: Range, run: Run) -> Answer:
    return either(_gap(a, b, run), _and(not (a.high_closed and b.low_closed), _touch(a, b, run)))


def meets(a: Range, b: Range, run: Run) -> Answer:
    return _and(a.high_closed and b.low_closed, _touch(a, b, run))


def includes(a: Range, b: Range, run: Run) -> Answer:
    low = either(_begins_before(a, b, run), _and(a.low_closed or not b.low_closed, _same_start(a, b, run)))
    high = either(_ends_before(b, a, run), _and(a.high_closed or not b.high_closed, _same_end(a, b, run)))
    return compare.both(low, high)


def starts(a: Range, b: Range, run: Run) -> Answer:
    return compare.both(_and(a.low_closed == b.low_closed, _same_start(a, b, run)), includes(b, a, run))


def finishes(a: Range, b: Range, run: Run) -> Answer:
    return compare.both(_and(a.high_closed == b.high_closed, _same_end(a, b, run)), includes(b, a, run))


def overlaps(a: Range, b: Range, run: Run) -> Answer:
    apart = either(before(a, b, run), before(b, a, run))
    return None if apart is None else not apart


def overlaps_before(a: Range, b: Range, run: Run) -> Answer:
    begins = either(_begins_before(a, b, run), _and(a.low_closed and not b.low_closed, _same_start(a, b, run)))
    ends = either(_ends_before(a, b, run), _and(b.high_closed or not a.high_closed, _same_end(a, b, run)))
    return compare.both(compare.both(begins, ends), overlaps(a, b, run))


def coincides(a: Range, b: Range, run: Run) -> Answer:
    closed = (a.low_closed, a.high_closed) == (b.low_closed, b.high_closed)
    return _and(closed, compare.both(_same_start(a, b, run), _same_end(a, b, run)))


def _swapped(relation: Relation) -> Relation:
    return lambda a, b, run: relation(b, a, run)


POINTS, TO_RANGE, TO_POINT, RANGES = ("point1", "point2"), ("point", "range"), ("range", "point"), ("range1", "range2")
RELATIONS: dict[str, tuple[Relation, tuple[tuple[str, str], ...]]] = {
    "before": (before, (POINTS, TO_RANGE, TO_POINT, RANGES)),
    "after": (_swapped(before), (POINTS, TO_RANGE, TO_POINT, RANGES)),
    "meets": (meets, (RANGES,)),
    "met by": (_swapped(meets), (RANGES,)),
    "overlaps": (overlaps, (RANGES,)),
    "overlaps before": (overlaps_before, (RANGES,)),
    "overlaps after": (_swapped(overlaps_before), (RANGES,)),
    "finishes": (finishes, (TO_RANGE, RANGES)),
    "finished by": (_swapped(finishes), (TO_POINT, RANGES)),
    "includes": (includes, (TO_POINT, RANGES)),
    "during": (_swapped(includes), (TO_RANGE, RANGES)),
    "starts": (starts, (TO_RANGE, RANGES)),
    "started by": (_swapped(starts), (TO_POINT, RANGES)),
    "coincides": (coincides, (POINTS, RANGES)),
}


def _register(name: str, relation: Relation, forms: tuple[tuple[str, str], ...]) -> None:
    allowed = {(left.startswith("range"), right.startswith("range")) for left, right in forms}

    def relate(run: Run, first: Value, second: Value) -> Answer:
        a, b = _range(first), _range(second)
        if a is None or b is None or (a is first, b is second) not in allowed or not _comparable(a, b, run):
            return None
        return relation(a, b, run)

    for left, right in forms:
        builtin(name, f"{left}: any", f"{right}: any")(relate)


for _name, (_relation, _forms) in RELATIONS.items():
    _register(_name, _relation, _forms)
