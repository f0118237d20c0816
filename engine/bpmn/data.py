"""Data in motion: declared variables of a scope, and what associations carry in and out (BPMN 10.4, 13.3.2).

A data object, property, data input or data output is a variable of its owner, declared there: null at first, gone with
the owner. An association reads and writes exactly the variable that it names, whatever is called the same nearer by. A
value that is null is not available: nothing is carried then, and an activity waits for a data input that it requires.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from engine.bpmn import parking
from engine.bpmn.items import DATA_OBJECT, INPUT, OUTPUT, OUTPUT_ITEM, PROPERTY, Data, DataAssociation, Item
from engine.bpmn.model import EVENTS, Node
from engine.errors import Fault, Invalid

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution
    from engine.bpmn.tokens import Token

Values = Mapping[str, object]


# declared


def of(token: Token) -> Data:
    """The data of an activity; a token that holds the items of a repetition has those of the whole."""
    node: Node = token.task_spec.node
    return node.whole if node.loop is not None and "body" not in token.internal_data else node.data


def declare(x: Execution, token: Token) -> None:
    """What the element declares becomes local variables, null unless they are there already."""
    data = of(token)
    if not data:
        return
    known = x.scopes.documents.get(token.key, {})
    more = (DATA_OBJECT, OUTPUT, OUTPUT_ITEM) if _works(token.task_spec.node) else ()
    for name in data.names(PROPERTY, INPUT, *more):
        if name not in known:
            x.set(token, name, None, local=True)


def begin(x: Execution, given: Values, element: str | None) -> None:
    """Declare what the process declares, and look at what it is given.

    A process with an interface is given its data inputs only, and all that it requires, unless an event starts it
    (`element`). Raises Invalid.
    """
    data = x.compiled.process.data
    for name in data.names(DATA_OBJECT, PROPERTY, INPUT, OUTPUT):
        x.scopes.set((x.instance["id"],), name, None)
    if element is None and data.specified:
        inputs = data.names(INPUT)
        unknown = sorted(given.keys() - {*inputs})
        missing = sorted(name for name in data.required.intersection(inputs) if given.get(name) is None)
        if unknown or missing:
            raise Invalid(
                "Expected the data inputs {expected} for '{process}', but missing [{missing}], unknown [{unknown}]",
                process=x.compiled.process.id,
                expected=", ".join(inputs) or "none",
                missing=", ".join(missing),
                unknown=", ".join(unknown),
            )


def results(x: Execution) -> tuple[Values, tuple[str, ...]]:
    """What a process that has ended gives to its caller, and the names of what it should have given and has not.

    These are its data outputs if it declares an interface, else all its variables.
    """
    data, variables = x.compiled.process.data, x.scopes.documents.get(x.instance["id"], {})
    if not data.specified:
        return variables, ()
    outputs = data.names(OUTPUT)
    missing = tuple(name for name in outputs if name in data.required and variables.get(name) is None)
    return {name: variables.get(name) for name in outputs}, missing


# into an activity


def fill(x: Execution, token: Token) -> bool:
    """Declare the activity's variables and fill its data inputs; False while it has to wait for one (BPMN 10.4.2)."""
    data = of(token)
    if not data:
        return True
    declare(x, token)
    filled: dict[str, object] = {}
    for association in data.inputs:
        _carry(x, token, association, token.task_spec.node, filled)
    own = x.scopes.documents.get(token.key, {})
    for name, value in filled.items():
        if own.get(name) != value or type(own.get(name)) is not type(value):
            x.set(token, name, value, local=True)
    missing = [name for name in data.names(INPUT) if name in data.required and _own(x, token, name) is None]
    if not missing:
        token.internal_data.pop("wants", None)
    elif token.internal_data.get("wants") != missing:
        token.internal_data["wants"] = missing
        x.record("data-awaited", token, names=missing)
    return not missing


def wake(x: Execution) -> bool:
    """A variable has changed: activities that wait for data look again; True when one of them could begin."""
    woken = False
    for token in x.live() if x.compiled.process.waits_for_data else ():
        remembered = token.internal_data
        if token.live and "wants" in remembered and remembered.get("parked", "data") == "data":
            parking.unpark(x, token)
            token.arrive()
            woken = woken or "wants" not in remembered
    return woken


def starved(token: Token) -> Fault | None:
    """Why an activity waits for data that nobody can give any more, if it waits for data."""
    if (names := token.internal_data.get("wants")) is None:
        return None
    template = "'{element}' waits for data that can no longer come: {names}"
    return Fault(template, element=token.task_spec.node.id, names=", ".join(names))


# out of an activity


def gives(token: Token, name: str) -> bool:
    """Is this the name of a data output, so that results of the activity go there first?"""
    return _works(token.task_spec.node) and name in of(token).names(OUTPUT, OUTPUT_ITEM)


def take(x: Execution, token: Token) -> None:
    """The activity is done: carry its data outputs to where they are wanted. Raises Invalid when one is missing."""
    data = of(token)
    node: Node = token.task_spec.node
    if not data or not _works(node) or "taken" in token.internal_data:
        return
    missing = [name for name in data.names(OUTPUT) if name in data.required and _own(x, token, name) is None]
    if missing and "by_hand" not in token.internal_data:
        raise Invalid(
            "Expected '{element}' to give {names}, but there is no value", element=node.id, names=", ".join(missing)
        )
    for association in data.outputs:
        _deliver(x, token, association, node.id, {})
    token.internal_data["taken"] = True  # not a second time when the way on fails and is tried again


def _works(node: Node) -> bool:
    """Gives what it has made when it is done; the others pass on what came to them as soon as it comes."""
    return node.kind not in EVENTS and node.kind != "receiveTask"


# events


def hand_over(x: Execution, listener: Token, begun: Token) -> None:
    """What came with the start event of an event subprocess belongs to the subprocess that it begins."""
    for name, value in x.scopes.documents.get(listener.key, {}).items():
        x.scopes.set((begun.key,), name, value, local=True)
    x.scopes.drop(listener.key)


def receive(x: Execution, token: Token, element: str, payload: Values) -> Values:
    """What came with a message, signal or error goes where its data outputs lead; returns the rest (BPMN 10.4.2)."""
    node = x.compiled.process.nodes[element]
    if not node.data.outputs or _works(node):
        return payload
    outputs = node.data.names(OUTPUT)
    for association in node.data.outputs:
        _deliver(x, token, association, element, {**dict.fromkeys(outputs), **payload})
    return {name: value for name, value in payload.items() if name not in outputs}


def payload(x: Execution, token: Token, node: Node) -> Values:
    """The data inputs of what is thrown: of an event computed now, of an activity filled when it was entered."""
    if "entered" in token.internal_data:
        return {name: _own(x, token, name) for name in node.data.names(INPUT)}
    filled: dict[str, object] = dict.fromkeys(node.data.names(INPUT))
    for association in node.data.inputs:
        _carry(x, token, association, node, filled)
    return filled


# one association


def _carry(x: Execution, token: Token, association: DataAssociation, node: Node, filled: dict[str, object]) -> None:
    """Work out an input association into `filled`."""
    if (target := association.target) is not None:
        value = _result(x, token, association, node.id, filled, filled.get(target.name))
        if value is not None:
            filled[target.name] = value


def _deliver(x: Execution, token: Token, association: DataAssociation, element: str, given: Values) -> None:
    """Work out an output association and write its target."""
    if (target := association.target) is not None:
        key = _place(x, token, target)
        value = _result(x, token, association, element, given, x.scopes.documents.get(key, {}).get(target.name))
        if value is not None:
            x.write(token, (key,), target.name, value, True)


def _result(
    x: Execution, token: Token, association: DataAssociation, element: str, given: Values, current: object
) -> object:
    """What the target becomes: transformed, put together by assignments, or copied; None when something is not there.

    `given` are items of the element that are no variables yet, `current` what the target holds.
    """
    read = {
        item.name: given[item.name] if item.owner == element and item.name in given else _read(x, token, item)
        for item in association.sources
    }
    if any(value is None for value in read.values()):
        return None
    if association.plain:
        return next(iter(read.values()), None)
    context, value = {**x.context(token), **given, **read}, current
    for slot, _, path in association.texts():
        value = _put(value, path, x.compiled.values[element, slot](context, x.host.scope))
    return value


def _put(whole: object, path: tuple[str, ...], value: object) -> object:
    """`whole` with the value at a path inside of it."""
    if not path:
        return value
    fields = dict(whole) if isinstance(whole, dict) else {}
    return fields | {path[0]: _put(fields.get(path[0]), path[1:], value)}


def _own(x: Execution, token: Token, name: str) -> object:
    return x.scopes.documents.get(token.key, {}).get(name)


def _read(x: Execution, token: Token, item: Item) -> object:
    return x.scopes.documents.get(_place(x, token, item), {}).get(item.name)


def _place(x: Execution, token: Token, item: Item) -> str:
    """The scope that holds an item: of the nearest owner around the token, outwards.

    A compensation handler has what its subprocess, which is gone, declared as variables of its own.
    """
    keys = [key for key, owner in _scopes(x, token) if owner == item.owner]
    holding = (key for key in [*keys, token.key] if item.name in x.scopes.documents.get(key, ()))
    return next(holding, keys[0] if keys else x.instance["id"])


def _scopes(x: Execution, token: Token) -> Iterator[tuple[str, str]]:
    """The scopes that a token sees, innermost first, each with the element to which it belongs."""
    for key in x.chain(token)[:-1]:
        holder = x.game.tasks[UUID(key)]
        yield key, holder.task_spec.node.id
    yield x.instance["id"], x.compiled.process.id
