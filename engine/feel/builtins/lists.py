"""Functions on lists. Positions count from 1, or from the end with -1."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key

from engine.feel import compare, limits, numbers
from engine.feel.builtins.registry import builtin
from engine.feel.errors import TooMuch
from engine.feel.values import Function, Run, Value

HASHED = frozenset(compare.PLAIN)


def _index(position: Value, size: int) -> int | None:
    """The Python index of a FEEL position in a values of `size` items, None outside."""
    number = numbers.whole(position)
    if not number or not -size <= number <= size:
        return None
    return number - 1 if number > 0 else size + number


@builtin("list contains", "list: list", "element: any")
def list_contains(run: Run, values: list[Value], element: Value) -> bool:
    return any(compare.equals(item, element, run) is True for item in values)


@builtin("count", "list: list")
def count(values: list[Value]) -> Value:
    return Decimal(len(values))


@builtin("is empty", "list: list")
def is_empty(values: list[Value]) -> bool:
    return not values


@builtin("sublist", "list: list", "start position: number", "length: number?")
def sublist(values: list[Value], start: Value, length: Value = None) -> Value:
    first = _index(start, len(values))
    size = len(values) if length is None else numbers.whole(length)
    if first is None or size is None or size < 0:
        return None
    return values[first : first + size]


@builtin("append", "list: list", "item: any...")
def append(values: list[Value], items: list[Value]) -> list[Value]:
    return [*values, *items]


@builtin("concatenate", "list: list...")
def concatenate(lists: list[list[Value]]) -> list[Value]:
    return [item for one in lists for item in one]


@builtin("insert before", "list: list", "position: number", "newItem: any")
def insert_before(values: list[Value], position: Value, item: Value) -> Value:
    index = _index(position, len(values))
    return None if index is None else [*values[:index], item, *values[index:]]


@builtin("remove", "list: list", "position: number")
def remove(values: list[Value], position: Value) -> Value:
    index = _index(position, len(values))
    return None if index is None else values[:index] + values[index + 1 :]


@builtin("list replace", "list: list", "position: number", "newItem: any")
@builtin("list replace", "list: list", "match: function", "newItem: any")
@builtin("list replace", "list: list", "position or match: any", "newItem: any")
def list_replace(run: Run, values: list[Value], where: Value, item: Value) -> Value:
    if isinstance(where, Function):
        answers = [run.call(where, [old, item]) for old in values]
        if not all(isinstance(answer, bool) for answer in answers):
            return None
        return [item if answer else old for old, answer in zip(values, answers, strict=True)]
    index = _index(where, len(values))
    return None if index is None else [*values[:index], item, *values[index + 1 :]]


@builtin("reverse", "list: list")
def reverse(values: list[Value]) -> list[Value]:
    return values[::-1]


@builtin("index of", "list: list", "match: any")
def index_of(run: Run, values: list[Value], match: Value) -> list[Value]:
    return [Decimal(at) for at, item in enumerate(values, 1) if compare.equals(item, match, run) is True]


@builtin("distinct values", "list: list")
def distinct_values(run: Run, values: list[Value]) -> list[Value]:
    seen: set[tuple[type, Value]] = set()
    others: list[Value] = []
    result: list[Value] = []
    for item in values:
        if type(item) in HASHED:
            if (key := (type(item), item)) in seen:
                continue
            seen.add(key)
        else:
            run.spend(len(others))
            if any(compare.equals(item, other, run) is True for other in others):
                continue
            others.append(item)
        result.append(item)
    return result


@builtin("duplicate values", "list: list")
def duplicate_values(run: Run, values: list[Value]) -> list[Value]:
    repeated: list[Value] = []
    for at, item in enumerate(values):
        run.spend(at // 8)
        if any(compare.equals(item, other, run) is True for other in values[:at]):
            repeated.append(item)
    return distinct_values(run, repeated)


@builtin("union", "list: list...")
def union(run: Run, lists: list[list[Value]]) -> list[Value]:
    return distinct_values(run, run.items(concatenate(lists)))


@builtin("flatten", "list: list")
def flatten(run: Run, values: list[Value]) -> list[Value]:
    result: list[Value] = []
    waiting = [iter(values)]
    while waiting:
        for item in waiting[-1]:
            if type(item) is list:
                run.spend()
                waiting.append(iter(item))
                break
            result.append(item)
            if len(result) > limits.LIST:
                raise TooMuch(what="items in a list", limit=limits.LIST)
        else:
            waiting.pop()
    return result


@builtin("sort", "list: list", "precedes: function?")
def sort(run: Run, values: list[Value], precedes: Function | None = None) -> Value:
    if precedes is not None and precedes.parameters is not None and len(precedes.parameters) != 2:
        return None

    def order(a: Value, b: Value) -> int:
        run.spend()
        before = compare.less(a, b, run) if precedes is None else run.call(precedes, [a, b])
        return -1 if before is True else 1

    # Python asks only whether an item belongs before an earlier one, so "not before" keeps the order as it was
    return sorted(values, key=cmp_to_key(order))


@builtin("partition", "list: list", "size: number")
def partition(values: list[Value], size: Value) -> Value:
    step = numbers.whole(size)
    return None if not step or step < 0 else [values[at : at + step] for at in range(0, len(values), step)]
