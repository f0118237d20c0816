"""Lists, contexts, ranges, paths, filters, function literals and types."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from engine.feel import nodes, numbers, properties
from engine.feel.closures.core import Closure, Compiler, handles
from engine.feel.errors import FeelError
from engine.feel.values import KINDS, Frame, Function, Range, Run, Value

SYNONYMS = {
    "day and time duration": "days and time duration",
    "year and month duration": "years and months duration",
    "dateTime": "date and time",
    "any": "Any",
    "Null": "null",
}


@handles(nodes.ListLiteral)
def _list(compiler: Compiler, node: nodes.ListLiteral) -> Closure:
    items = tuple(map(compiler.compile, node.items))
    return lambda frame: [item(frame) for item in items]


@handles(nodes.ContextLiteral)
def _context(compiler: Compiler, node: nodes.ContextLiteral) -> Closure:
    """Each entry sees those before it."""
    entries: list[tuple[str, Closure]] = []
    for index, (key, value) in enumerate(node.entries):
        with compiler.binding(*(name for name, _ in node.entries[:index])):
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
    low, high = compiler.compile(node.low), compiler.compile(node.high)
    low_closed, high_closed = node.low_closed, node.high_closed
    if isinstance(node.low, nodes.Literal) and isinstance(node.high, nodes.Literal):
        fixed = Range(node.low.value, node.high.value, low_closed, high_closed)
        return lambda frame: fixed
    return lambda frame: Range(low(frame), high(frame), low_closed, high_closed)


@handles(nodes.Path)
def _path(compiler: Compiler, node: nodes.Path) -> Closure:
    value, name, part = compiler.compile(node.value), node.name, properties.part

    def run(frame: Frame) -> Value:
        of = value(frame)
        return of.get(name) if type(of) is dict else part(of, name, frame.run)

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
    checks = tuple(type_test(parameter.type) if parameter.type else None for parameter in node.parameters)
    with compiler.binding(*names):
        body = compiler.compile(node.body)

    def make(frame: Frame) -> Function:
        def invoke(arguments: list[Value], run: Run) -> Value:
            if len(arguments) != len(names):
                return None
            for check, argument in zip(checks, arguments, strict=True):
                if check is not None and argument is not None and not check(argument):
                    return None
            return body(frame.inner(dict(zip(names, arguments, strict=True))))

        return Function("literal", names, invoke)

    return make


@handles(nodes.InstanceOf)
def _instance_of(compiler: Compiler, node: nodes.InstanceOf) -> Closure:
    value, test = compiler.compile(node.value), type_test(node.type)
    return lambda frame: test(value(frame))


def type_test(wanted: nodes.Type) -> Callable[[Value], bool]:
    """A predicate for a type. Raises FeelError when there is no such type."""
    name = SYNONYMS.get(wanted.name, wanted.name)
    if name == "Any":
        return lambda value: value is not None
    kinds: set[type] = {kind for kind, known in KINDS.items() if known == name}
    if not kinds:
        raise FeelError(
            "Expected a type, but '{found}' at position {position} is none", found=wanted.name, position=wanted.at
        )
    kind = kinds.pop()
    inner = [type_test(argument) for argument in wanted.arguments]
    if kind is list and inner:
        return lambda value: type(value) is list and all(inner[0](item) for item in value)
    if kind is Range and inner:
        return lambda value: (
            type(value) is Range and all(end is None or inner[0](end) for end in (value.low, value.high))
        )
    return lambda value: type(value) is kind
