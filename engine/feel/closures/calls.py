"""Calls: of host functions, built-in functions, and function values."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable

from engine.feel import builtins, convert, nodes
from engine.feel.closures.core import Closure, Compiler, handles
from engine.feel.errors import FeelError
from engine.feel.values import Frame, Function, Value


@handles(nodes.Call)
def _call(compiler: Compiler, node: nodes.Call) -> Closure:
    named = [argument.name for argument in node.arguments if argument.name is not None]
    if named and (len(named) != len(node.arguments) or len(set(named)) != len(named)):
        raise FeelError(
            "Expected all arguments named once or none, but not so at position {position}", position=node.at
        )
    arguments = [compiler.compile(argument.value) for argument in node.arguments]
    if not isinstance(node.function, nodes.Name):
        return _dynamic(compiler.compile(node.function), arguments, tuple(named))
    name = node.function.name
    if compiler.is_bound(name):
        return _local(compiler, node.function, arguments, tuple(named), node.at)
    if name in compiler.functions:
        compiler.asks(name, node.arguments)
        return _host(name, arguments, tuple(named), node.at)
    if name in builtins.BUILTINS:
        return _builtin(name, arguments, tuple(named), node.at)
    if name in compiler.names:
        return _dynamic(compiler.compile(node.function), arguments, tuple(named))
    raise _unknown(compiler, name, node.at)


def _local(compiler: Compiler, name: nodes.Name, arguments: list[Closure], named: tuple[str, ...], at: int) -> Closure:
    """A local name is called when it holds a function; a number called `count` does not hide the function."""
    read = compiler.compile(name)
    own = _dynamic(read, arguments, named)
    if name.name in compiler.functions:
        general = _host(name.name, arguments, named, at)
    elif name.name in builtins.BUILTINS and builtins.choose(name.name, len(arguments), named):
        general = _builtin(name.name, arguments, named, at)
    else:
        return own
    return lambda frame: own(frame) if type(read(frame)) is Function else general(frame)


def _unknown(compiler: Compiler, name: str, at: int) -> FeelError:
    near = difflib.get_close_matches(name, [*builtins.NAMES, *compiler.functions], 1)
    template = "Expected a known function, but there is no '{name}' at position {position}"
    if near:
        return FeelError(template + "; did you mean '{near}'?", name=name, position=at, near=near[0])
    return FeelError(template, name=name, position=at)


def _dynamic(function: Closure, arguments: list[Closure], named: tuple[str, ...]) -> Closure:
    def run(frame: Frame) -> Value:
        target = function(frame)
        if type(target) is not Function:
            return None
        values = [argument(frame) for argument in arguments]
        if named:
            if target.parameters is None or set(named) != set(target.parameters):
                return None
            given = dict(zip(named, values, strict=True))
            values = [given[parameter] for parameter in target.parameters]
        return frame.run.call(target, values)

    return run


def _host(name: str, arguments: list[Closure], named: tuple[str, ...], at: int) -> Closure:
    keywords = tuple("_".join(one.split()) for one in named)

    def run(frame: Frame) -> Value:
        running = frame.run
        running.spend()
        function = running.scope.functions.get(name)
        if function is None:
            raise FeelError(
                "Expected the host function '{name}' at position {position}, but it is not there",
                name=name,
                position=at,
            )
        values = [argument(frame) for argument in arguments]
        given = {} if not keywords else dict(zip(keywords, values, strict=True))
        try:
            result = function(**given) if keywords else function(*values)
        except TypeError:
            if _fits(function, [] if keywords else values, given):
                raise
            raise _unfit(name, named, len(values), at) from None
        return convert.to_feel(result, running.zone)

    return run


def _fits(function: Callable[..., object], values: list[Value], named: dict[str, Value]) -> bool:
    """Whether a Python function takes these arguments; the error may be its own."""
    try:
        inspect.signature(function).bind(*values, **named)
    except TypeError:
        return False
    return True


def _unfit(name: str, named: tuple[str, ...], count: int, at: int) -> FeelError:
    return FeelError(
        "Expected what the host function '{name}' takes, but got {got} at position {position}",
        name=name,
        got=", ".join(named) if named else f"{count} arguments",
        position=at,
    )


def _builtin(name: str, arguments: list[Closure], named: tuple[str, ...], at: int) -> Closure:
    signature = builtins.choose(name, len(arguments), named)
    if signature is None:
        raise _misfit(name, len(arguments), named, at)
    if named:
        given = dict(zip(named, arguments, strict=True))
        missing: Closure = lambda frame: None  # noqa: E731
        arguments = [given.get(parameter.name, missing) for parameter in signature.parameters]
    apply = builtins.apply

    def run(frame: Frame) -> Value:
        running = frame.run
        running.spend()
        return apply(signature, [argument(frame) for argument in arguments], running)

    return run


def _misfit(name: str, count: int, named: tuple[str, ...], at: int) -> FeelError:
    ways = [", ".join(parameter.name for parameter in one.parameters) for one in builtins.BUILTINS[name]]
    return FeelError(
        "Expected {ways}, but got {got} at position {position}",
        ways=" or ".join(f"{name}({way})" for way in dict.fromkeys(ways)),
        got=", ".join(named) if named else f"{count} arguments",
        position=at,
    )
