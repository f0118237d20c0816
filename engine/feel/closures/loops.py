"""`for`, `some`, `every`: each iteration costs a step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from engine.feel import limits, nodes, numbers
from engine.feel.closures.core import Closure, Compiler, handles
from engine.feel.errors import TooMuch
from engine.feel.values import Frame, Range, Value

Domain = tuple[str, Closure, Closure | None]


def _domains(compiler: Compiler, iterators: tuple[nodes.Iterator, ...], bound: list[str]) -> list[Domain]:
    """Compile the iterators in order; a later domain may use the earlier names."""
    domains: list[Domain] = []
    for iterator in iterators:
        with compiler.binding(*bound):
            end = compiler.compile(iterator.end) if iterator.end else None
            domains.append((iterator.name, compiler.compile(iterator.domain), end))
        bound.append(iterator.name)
    return domains


def _items(value: Value, end: Value, ranged: bool) -> Iterable[Value] | None:
    """What to iterate over, None when it cannot be."""
    if ranged:
        return _count(value, end)
    if type(value) is list:
        return list(value)
    if type(value) is Range:
        return _inside(value)
    return None if value is None else [value]


def _count(start: Value, end: Value) -> Iterable[Value] | None:
    if type(start) is date and type(end) is date:
        step = 1 if end >= start else -1
        return (start + timedelta(days=step * n) for n in range(abs((end - start).days) + 1))
    first, last = numbers.whole(start), numbers.whole(end)
    if first is None or last is None:
        return None
    return map(Decimal, range(first, last + 1) if first <= last else range(first, last - 1, -1))


def _inside(within: Range) -> Iterable[Value] | None:
    low, high = within.low, within.high
    items = _count(low, high)
    if items is None:
        return None
    return (item for item in items if (within.low_closed or item != low) and (within.high_closed or item != high))


def _frames(domains: list[Domain], frame: Frame, bound: dict[str, Value]) -> Iterator[Frame | None]:
    """A frame for each combination of the iterators, the last one fastest; None where one cannot be iterated."""
    (name, domain, end), *rest = domains
    items = _items(domain(frame), end(frame) if end else None, end is not None)
    if items is None:
        yield None
        return
    for item in items:
        frame.run.spend()
        names = {**bound, name: item}
        inner = frame.inner(names)
        if rest:
            yield from _frames(rest, inner, names)
        else:
            yield inner


@handles(nodes.For)
def _for(compiler: Compiler, node: nodes.For) -> Closure:
    bound: list[str] = []
    domains = _domains(compiler, node.iterators, bound)
    with compiler.binding(*bound, "partial"):
        before, compiler.used = compiler.used, set()
        body = compiler.compile(node.body)
        partial = "partial" in compiler.used and "partial" not in bound
        compiler.used |= before

    def run(frame: Frame) -> Value:
        results: list[Value] = []
        for inner in _frames(domains, frame, {}):
            if inner is None:
                return None
            if partial:
                frame.run.spend(len(results) // 16)
                inner = inner.inner({"partial": list(results)})
            results.append(body(inner))
            if len(results) > limits.LIST:
                raise TooMuch(what="items in a list", limit=limits.LIST)
        return results

    return run


@handles(nodes.Quantified)
def _quantified(compiler: Compiler, node: nodes.Quantified) -> Closure:
    """`some` is an or over all combinations, `every` an and, with three truth values."""
    bound: list[str] = []
    domains = _domains(compiler, node.iterators, bound)
    with compiler.binding(*bound):
        condition = compiler.compile(node.condition)
    decides = not node.every

    def run(frame: Frame) -> Value:
        answer: bool | None = node.every
        for inner in _frames(domains, frame, {}):
            if inner is None:
                return None
            value = condition(inner)
            if value is decides:
                return decides
            if value is not node.every:
                answer = None
        return answer

    return run
