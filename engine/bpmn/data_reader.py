"""Data objects, properties, data inputs and outputs and their associations, read from a diagram (BPMN 10.4).

Editors of the bpmn.io family draw an association to an activity without a data input: towards a property that is only
a placeholder, or from no source. Such an association carries the value under the name of what it is drawn to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from engine.bpmn.items import (
    DATA_OBJECT,
    INPUT,
    NOTHING,
    OUTPUT,
    OUTPUT_ITEM,
    PROPERTY,
    STORE,
    Assignment,
    Data,
    DataAssociation,
    Item,
)
from engine.bpmn.leftovers import BPMN
from engine.bpmn.model import FLOW_NODES, Loop, Node, Oddity

PLACEHOLDER = "__targetRef_placeholder"
STATE = re.compile(r"\s*\[[^\]]*\]$")
HOLDERS = {BPMN + tag: tag for tag in (DATA_OBJECT, PROPERTY, INPUT, OUTPUT)}


def read(process: Any, nodes: dict[str, Node]) -> tuple[Data, list[Oddity]]:
    """Give the nodes their data; returns that of the process, and the references to what is not there."""
    reader = DataReader(process)
    for element in process.iter(*(BPMN + kind for kind in FLOW_NODES)):
        if (node := nodes.get(element.get("id", ""))) is not None:
            nodes[node.id] = reader.node(node, element)
    return reader.data(process), reader.oddities


class DataReader:
    """All items of one process, and what each of its elements does with them."""

    def __init__(self, process: Any) -> None:
        self.items: dict[str, Item] = {}
        self.declared: dict[str, list[Item]] = {}
        self.oddities: list[Oddity] = []
        self.process = process.get("id", "")
        references = [*process.iter(BPMN + "dataObjectReference")]
        drawn: dict[str, list[str]] = {}
        for reference in references:
            drawn.setdefault(reference.get("dataObjectRef", ""), []).append(_label(reference))
        for tag, kind in HOLDERS.items():
            for element in process.iter(tag):
                if element.get("name") != PLACEHOLDER:
                    self._declare(element, kind, drawn.get(element.get("id", ""), []))
        for reference in references:
            self._refer(reference)
        for store in process.iter(BPMN + "dataStoreReference"):
            identity = store.get("id", "")
            self.items[identity] = Item(identity, _label(store) or identity, STORE, self.process)
        for loop in process.iter(BPMN + "multiInstanceLoopCharacteristics"):
            for tag, kind in (("inputDataItem", INPUT), ("outputDataItem", OUTPUT_ITEM)):
                for element in loop.findall(BPMN + tag):
                    name = element.get("name") or element.get("id", "")
                    owner = loop.getparent().get("id", "")
                    self.items[element.get("id", "")] = Item(element.get("id", ""), name, kind, owner)

    def _declare(self, element: Any, kind: str, labels: list[str]) -> None:
        holder = element.getparent()
        if holder.tag == BPMN + "ioSpecification":
            holder = holder.getparent()
        owner = holder.get("id", "")
        identity = element.get("id") or f"{kind} {len(self.items) + 1} of {owner}"
        names = [name for name in (_label(element), *labels, element.get("id")) if name] or [""]
        others = tuple(dict.fromkeys(name for name in labels if name and name != names[0]))
        self.items[identity] = item = Item(identity, names[0], kind, owner, others)
        self.declared.setdefault(owner, []).append(item)

    def _refer(self, reference: Any) -> None:
        named = reference.get("dataObjectRef", "")
        if named in self.items:
            self.items[reference.get("id", "")] = self.items[named]
        else:
            self.oddities.append(Oddity(self.process, "reference", "dataObjectRef", named))

    def data(self, element: Any) -> Data:
        """What the process, or a node of it, declares and exchanges."""
        identity = element.get("id", "")
        inputs = tuple(self._associations(element, identity, INPUT))
        outputs = tuple(self._associations(element, identity, OUTPUT))
        implied = [a.target for a in inputs if a.target and not a.target.id]
        implied += [item for a in outputs for item in a.sources if not item.id]
        items = dict.fromkeys((*self.declared.get(identity, ()), *implied))
        return self._specified(element, Data(tuple(items), inputs, outputs))

    def _specified(self, element: Any, data: Data) -> Data:
        identity, specification = element.get("id", ""), element.find(BPMN + "ioSpecification")
        if specification is None:
            return data or NOTHING
        sets = {kind: specification.findall(BPMN + kind) for kind in ("inputSet", "outputSet")}
        named: dict[bool, set[str]] = {True: set(), False: set()}
        for one in (each for found in sets.values() for each in found):
            optional = {*self._refs(one, identity, "optionalInputRefs", "optionalOutputRefs")}
            every = {*self._refs(one, identity, "dataInputRefs", "dataOutputRefs")}
            named[True] |= every - optional
            named[False] |= optional
        known = named[True] | named[False]
        return replace(
            data,
            required=frozenset(self.items[ref].name for ref in named[True]),
            specified=True,
            sets=(len(sets["inputSet"]), len(sets["outputSet"])),
            unused=tuple(i.name for i in data.items if i.id and i.kind in (INPUT, OUTPUT) and i.id not in known),
        )

    def _refs(self, one: Any, owner: str, *tags: str) -> Iterator[str]:
        """The ids of the owner's data inputs or outputs that a set names; others are told."""
        for tag in tags:
            for reference in map(_text, one.findall(BPMN + tag)):
                if reference in self.items and self.items[reference].owner == owner:
                    yield reference
                else:
                    self.oddities.append(Oddity(owner, "reference", tag, reference))

    def _associations(self, element: Any, owner: str, kind: str) -> Iterator[DataAssociation]:
        for number, line in enumerate(element.findall(f"{BPMN}{kind}Association")):
            identity = line.get("id") or f"{kind}Association {number + 1}"
            transformation = line.find(BPMN + "transformation")
            sources = tuple(self._found(line, "sourceRef", owner))
            target = next(self._found(line, "targetRef", owner), None)
            assigned = line.findall(BPMN + "assignment")
            if kind == INPUT and target is None and len(sources) == 1 and _without_target(line, element):
                target = Item("", sources[0].name, INPUT, owner)
            if kind == OUTPUT and not sources and target and transformation is None and not assigned:
                sources = (Item("", target.name, OUTPUT, owner),)
            yield DataAssociation(
                identity,
                sources,
                target,
                None if transformation is None else _text(transformation),
                tuple(_assignment(part, target) for part in assigned),
            )

    def _found(self, line: Any, tag: str, owner: str) -> Iterator[Item]:
        for reference in map(_text, line.findall(BPMN + tag)):
            if reference in self.items:
                yield self.items[reference]
            elif not _is_placeholder(line.getparent(), reference):
                self.oddities.append(Oddity(owner, "reference", tag, reference))

    def node(self, node: Node, element: Any) -> Node:
        """The node with its data; of a repeated activity what belongs to the whole is kept apart from the items."""
        data = self.data(element)
        loop = node.loop
        if loop is None or loop.standard:
            return node if data is NOTHING else replace(node, data=data)
        loop, ends = self._loop(loop, element)
        whole = Data(
            items=tuple(item for item in data.items if item in ends),
            inputs=tuple(a for a in data.inputs if a.target in ends),
            outputs=tuple(a for a in data.outputs if set(a.sources) & ends),
            required=data.required & {item.name for item in ends},
        )
        each = replace(
            data,
            items=tuple(item for item in data.items if item not in ends),
            inputs=tuple(a for a in data.inputs if a not in whole.inputs),
            outputs=tuple(a for a in data.outputs if a not in whole.outputs),
            required=data.required - whole.required,
        )
        if loop.output_item and loop.output_item not in each.names(OUTPUT):
            each = replace(each, items=(*each.items, Item("", loop.output_item, OUTPUT_ITEM, node.id)))
        return replace(node, loop=loop, data=each, whole=whole)

    def _loop(self, loop: Loop, element: Any) -> tuple[Loop, set[Item]]:
        """The references of a loop to items are the names of these; `ends` are those that the activity declares."""
        collection, output = (self.items.get(name or "") for name in (loop.collection, loop.output_collection))
        if collection is not None:
            loop = replace(loop, collection=collection.name)
        if output is not None:
            loop = replace(loop, output_collection=output.name)
        own = element.get("id", "")
        return loop, {item for item in (collection, output) if item is not None and item.owner == own}


def _label(element: Any) -> str:
    """The name on one line; a state in brackets is no part of it."""
    return STATE.sub("", " ".join((element.get("name") or "").split()))


def _text(element: Any) -> str:
    return (element.text or "").strip()


def _is_placeholder(element: Any, reference: str) -> bool:
    held = (child for child in element.findall(BPMN + PROPERTY) if child.get("id") == reference)
    return any(child.get("name") == PLACEHOLDER for child in held)


def _without_target(line: Any, element: Any) -> bool:
    references = [_text(reference) for reference in line.findall(BPMN + "targetRef")]
    return not references or _is_placeholder(element, references[0])


def _assignment(element: Any, target: Item | None) -> Assignment:
    value, to = (element.find(BPMN + tag) for tag in ("from", "to"))
    text = "" if to is None else _text(to).removeprefix("=").strip()
    path = None
    for known in () if target is None else (target.name, target.id):
        if known and (text == known or text.startswith(known + ".")):
            path = tuple(part.strip() for part in text[len(known) + 1 :].split(".") if part.strip())
    return Assignment("" if value is None else _text(value), text, path)
