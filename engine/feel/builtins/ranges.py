"""How points and ranges lie to each other. A point is a range of one value."""

from __future__ import annotations

from collections.abc import Callable

from engine.feel import compare
from engine.feel.builtins.registry import builtin
from engine.feel.values import Range, Run, Value

Relation = Callable[[Range, Range, Run], "bool | None"]


def _range(value: Value) -> Range | None:
    if isinstance(value, Range):
        return value
    return None if value is None or isinstance(value, list | dict | bool) else Range(value, value)


def either(a: bool | None, b: bool | None) -> bool | None:
    """Three-valued or."""
    if a is True or b is True:
        return True
    return None if a is None or b is None else False


def before(a: Range, b: Range, run: Run) -> bool | None:
    touching = not (a.high_closed and b.low_closed)
    return either(compare.less(a.high, b.low, run), _and(touching, compare.equals(a.high, b.low, run)))


def _and(fact: bool, answer: bool | None) -> bool | None:
    return answer if fact or answer is None else False


def meets(a: Range, b: Range, run: Run) -> bool | None:
    return _and(a.high_closed and b.low_closed, compare.equals(a.high, b.low, run))


def includes(a: Range, b: Range, run: Run) -> bool | None:
    low = _edge(compare.less(a.low, b.low, run), compare.equals(a.low, b.low, run), a.low_closed or not b.low_closed)
    high = _edge(
        compare.less(b.high, a.high, run), compare.equals(a.high, b.high, run), a.high_closed or not b.high_closed
    )
    return compare.both(low, high)


def _edge(strictly: bool | None, level: bool | None, allowed: bool) -> bool | None:
    return either(strictly, _and(allowed, level))


def starts(a: Range, b: Range, run: Run) -> bool | None:
    same = _and(a.low_closed == b.low_closed, compare.equals(a.low, b.low, run))
    return compare.both(same, includes(b, a, run))


def finishes(a: Range, b: Range, run: Run) -> bool | None:
    same = _and(a.high_closed == b.high_closed, compare.equals(a.high, b.high, run))
    return compare.both(same, includes(b, a, run))


def overlaps(a: Range, b: Range, run: Run) -> bool | None:
    apart = either(before(a, b, run), before(b, a, run))
    return None if apart is None else not apart


def overlaps_before(a: Range, b: Range, run: Run) -> bool | None:
    begins = _edge(
        compare.less(a.low, b.low, run), compare.equals(a.low, b.low, run), a.low_closed and not b.low_closed
    )
    ends = _edge(
        compare.less(a.high, b.high, run), compare.equals(a.high, b.high, run), b.high_closed or not a.high_closed
    )
    return compare.both(compare.both(begins, ends), overlaps(a, b, run))


def coincides(a: Range, b: Range, run: Run) -> bool | None:
    closed = (a.low_closed, a.high_closed) == (b.low_closed, b.high_closed)
    return _and(closed, compare.both(compare.equals(a.low, b.low, run), compare.equals(a.high, b.high, run)))


def _swapped(relation: Relation) -> Relation:
    return lambda a, b, run: relation(b, a, run)


RELATIONS: dict[str, Relation] = {
    "before": before,
    "after": _swapped(before),
    "meets": meets,
    "met by": _swapped(meets),
    "overlaps": overlaps,
    "overlaps before": overlaps_before,
    "overlaps after": _swapped(overlaps_before),
    "finishes": finishes,
    "finished by": _swapped(finishes),
    "includes": includes,
    "during": _swapped(includes),
    "starts": starts,
    "started by": _swapped(starts),
    "coincides": coincides,
}


def _register(name: str, relation: Relation) -> None:
    def relate(run: Run, first: Value, second: Value) -> bool | None:
        a, b = _range(first), _range(second)
        return None if a is None or b is None else relation(a, b, run)

    for left, right in (("range1", "range2"), ("point1", "point2"), ("point", "range"), ("range", "point")):
        builtin(name, f"{left}: any", f"{right}: any")(relate)


for _name, _relation in RELATIONS.items():
    _register(_name, _relation)
