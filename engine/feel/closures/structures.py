"""Lists, contexts, ranges, paths, filters and function literals."""

from __future__ import annotations

from decimal import Decimal

from engine.feel import compare, convert, nodes, numbers, properties
from engine.feel.closures.core import Closure, Compiler, handles
from engine.feel.closures.types import BAD, converter
from engine.feel.errors import FeelError
from engine.feel.values import Frame, Function, Range, Run, Value


@handles(nodes.ListLiteral)
def _list(compiler: Compiler, node: nodes.ListLiteral) -> Closure:
    items = tuple(map(compiler.compile, node.items))
    return lambda frame: [item(frame) for item in items]


@handles(nodes.ContextLiteral)
def _context(compiler: Compiler, node: nodes.ContextLiteral) -> Closure:
    """Each entry sees those before it, a function also itself."""
    entries: list[tuple[str, Closure]] = []
    for index, (key, value) in enumerate(node.entries):
        recursive = isinstance(value, nodes.FunctionLiteral)
        with compiler.binding(*(name for name, _ in node.entries[: index + recursive])):
            entries.append((key, compiler.compile(value)))

    def run(frame: Frame) -> Value:
        made: dict[str, Value] = {}
        inner = frame.inner(made)
        for key, value in entries:
            made[key] = value(inner)
        return made

    return run


@handles(nodes.RangeLiteral)
def _range(compiler: Compiler, node: nodes.RangeLiteral) -> Closure:
    """Null when an end point is null or the two have no order between them."""
    low, high = compiler.compile(node.low), compiler.compile(node.high)
    low_closed, high_closed = node.low_closed, node.high_closed

    def run(frame: Frame) -> Value:
        start, end = low(frame), high(frame)
        if compare.pair(start, end, frame.run) is None:
            return None
        return Range(start, end, low_closed, high_closed)

    return run


@handles(nodes.HalfRange)
def _half_range(compiler: Compiler, node: nodes.HalfRange) -> Closure:
    """`> 5` as a value has no end, `< 5` no start, `= 5` is the range of one value."""
    operand, symbol = compiler.compile(node.operand), node.operator
    if symbol == "!=":
        raise FeelError("Expected a range, but '!=' at position {position} makes none", position=node.at)

    def run(frame: Frame) -> Value:
        end = operand(frame)
        if compare.pair(end, end, frame.run) is None:
            return None
        if symbol == "=":
            return Range(end, end)
        return Range(end, None, symbol == ">=", False) if symbol[0] == ">" else Range(None, end, False, symbol == "<=")

    return run


@handles(nodes.Path)
def _path(compiler: Compiler, node: nodes.Path) -> Closure:
    value, name, part = compiler.compile(node.value), node.name, properties.part

    def run(frame: Frame) -> Value:
        of = value(frame)
        return of.get(name) if type(of) is dict else part(of, name, frame.run)

    if isinstance(node.value, nodes.Name) and compiler.is_global(node.value.name):
        return _entry(node.value.name, name, run)
    return run


def _entry(variable: str, name: str, otherwise: Closure) -> Closure:
    """The common case: an entry of a variable, read without making the whole variable FEEL first."""
    unchanged = convert.UNCHANGED

    def run(frame: Frame) -> Value:
        of = frame.context.get(variable)
        if type(of) is dict:
            entry = of.get(name)
            if type(entry) in unchanged:
                return entry
            if type(entry) is Decimal:
                return numbers.bounded(entry)
        return otherwise(frame)

    return run


@handles(nodes.Filter)
def _filter(compiler: Compiler, node: nodes.Filter) -> Closure:
    """A number picks by position; anything else keeps the items for which it is true, whose entries are names."""
    value = compiler.compile(node.value)
    with compiler.binding("item"):
        condition = compiler.compile(node.condition)

    def run(frame: Frame) -> Value:
        of = value(frame)
        items = of if type(of) is list else [] if of is None else [of]
        kept = []
        for index, item in enumerate(items):
            frame.run.spend()
            answer = condition(frame.inner({"item": item, **item} if type(item) is dict else {"item": item}))
            if answer is True:
                kept.append(item)
            elif index == 0 and type(answer) is Decimal:
                return _pick(items, answer)
        return kept

    if isinstance(node.condition, nodes.Literal) and isinstance(node.condition.value, Decimal):
        fixed = node.condition.value
        return lambda frame: _pick(value(frame), fixed)
    return run


def _pick(of: Value, position: Decimal) -> Value:
    items = of if type(of) is list else [] if of is None else [of]
    index = numbers.whole(position)
    if not index or not -len(items) <= index <= len(items):
        return None
    return items[index - 1 if index > 0 else index]


@handles(nodes.FunctionLiteral)
def _function(compiler: Compiler, node: nodes.FunctionLiteral) -> Closure:
    names = tuple(parameter.name for parameter in node.parameters)
    types = tuple(parameter.type for parameter in node.parameters)
    takes = tuple(converter(wanted) if wanted else None for wanted in types)
    with compiler.binding(*names):
        body = compiler.compile(node.body)

    def make(frame: Frame) -> Function:
        def invoke(arguments: list[Value], run: Run) -> Value:
            if len(arguments) != len(names):
                return None
            given = [take(value) if take else value for take, value in zip(takes, arguments, strict=True)]
            if any(value is BAD for value in given):
                return None
            return body(frame.inner(dict(zip(names, given, strict=True))))

        return Function("literal", names, invoke, types)

    return make
