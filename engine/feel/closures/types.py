"""Types: what `instance of` asks, and what a parameter with a type takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from engine.feel import compare, nodes
from engine.feel.closures.core import Closure, Compiler, handles
from engine.feel.errors import FeelError
from engine.feel.values import KINDS, Function, Range, Value

SYNONYMS = {
    "day and time duration": "days and time duration",
    "year and month duration": "years and months duration",
    "dateTime": "date and time",
    "any": "Any",
    "Null": "null",
}
BAD = object()
Check = Callable[[Value], bool]


@handles(nodes.InstanceOf)
def _instance_of(compiler: Compiler, node: nodes.InstanceOf) -> Closure:
    value, test = compiler.compile(node.value), type_test(node.type)
    return lambda frame: test(value(frame))


def type_test(wanted: nodes.Type) -> Check:
    """A predicate for a type. Null is of no type but Null; inside a list, context or range it fits every type.

    Raises FeelError when there is no such type.
    """
    name = _name(wanted)
    if wanted.parts is not None:
        made = MADE.get(name)
        keyed = [key is not None for key, _ in wanted.parts]
        if made is None or any(key is not (name == "context") for key in keyed) or (made in ONE and len(keyed) != 1):
            raise FeelError(
                "Expected a type, but what '{found}' at position {position} is made of is none",
                found=wanted.name,
                position=wanted.at,
            )
        return made(wanted)
    if name == "Any":
        return lambda value: value is not None
    kind = next((kind for kind, known in KINDS.items() if known == name), None)
    if kind is None:
        raise FeelError(
            "Expected a type, but '{found}' at position {position} is none", found=wanted.name, position=wanted.at
        )
    return lambda value: type(value) is kind


def converter(wanted: nodes.Type) -> Callable[[Value], Value]:
    """A value as a parameter of this type takes it: null as it is, a list of one for its item, an item for a list of
    one, a date for its midnight; BAD when it does not fit.
    """
    test, moment = type_test(wanted), _name(wanted) == "date and time"

    def convert(value: Value) -> Value:
        if value is None or test(value):
            return value
        if type(value) is list and len(value) == 1 and test(value[0]):
            return value[0]
        if moment and type(value) is date:
            return compare.midnight(value)
        return [value] if test([value]) else BAD

    return convert


def conforms(a: nodes.Type, b: nodes.Type) -> bool:
    """Whether every value of type `a` is one of type `b`."""
    if _name(b) == "Any" or _name(a) == "null":
        return True
    if _name(a) != _name(b):
        return False
    if b.parts is None:
        return True
    if a.parts is None:
        return all(_name(part) == "Any" for _, part in b.parts)
    if _name(b) == "context":
        known = dict(a.parts)
        return all(key in known and conforms(known[key], part) for key, part in b.parts)
    pairs = [(left, right) for (_, left), (_, right) in zip(a.parts, b.parts, strict=False)]
    if _name(b) == "function":
        return len(a.parts) == len(b.parts) and all(conforms(right, left) for left, right in pairs)
    return all(conforms(left, right) for left, right in pairs)


def _name(wanted: nodes.Type) -> str:
    return SYNONYMS.get(wanted.name, wanted.name)


def _parts(wanted: nodes.Type) -> list[tuple[str | None, Check]]:
    return [(key, type_test(part)) for key, part in wanted.parts or ()]


def _list(wanted: nodes.Type) -> Check:
    ((_, inner),) = _parts(wanted)
    return lambda value: type(value) is list and all(item is None or inner(item) for item in value)


def _range(wanted: nodes.Type) -> Check:
    ((_, inner),) = _parts(wanted)
    return lambda value: type(value) is Range and all(end is None or inner(end) for end in (value.low, value.high))


def _context(wanted: nodes.Type) -> Check:
    parts = _parts(wanted)
    return lambda value: (
        type(value) is dict and all(key in value and (value[key] is None or inner(value[key])) for key, inner in parts)
    )


def _function(wanted: nodes.Type) -> Check:
    parts = [part for _, part in wanted.parts or ()]
    _parts(wanted)
    if wanted.result is not None and _name(wanted.result) != "Any":
        raise FeelError(
            "Expected '-> Any', but found '{found}' at position {position}: what a function gives is not known before",
            found=wanted.result.name,
            position=wanted.result.at,
        )

    def test(value: Value) -> bool:
        if type(value) is not Function or value.parameters is None or len(value.parameters) != len(parts):
            return False
        declared = value.types or (None,) * len(parts)
        return all(have is None or conforms(part, have) for part, have in zip(parts, declared, strict=True))

    return test


MADE: dict[str, Callable[[nodes.Type], Check]] = {
    "list": _list,
    "range": _range,
    "context": _context,
    "function": _function,
}
ONE = (_list, _range)
