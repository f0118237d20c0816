"""Blocks of sequence and choice: rows, splits, loops, jumps, and flows out of activities."""

from __future__ import annotations

import itertools

from support.blocks.names import CLERKS, WHERE, Block, Names, Part
from support.diagrams import node
from support.engine import flow, user


def task(names: Names) -> Part:
    identity = names("t")
    return identity, identity, user(identity, inner=f"<bpmn:extensionElements>{WHERE}</bpmn:extensionElements>")


def automatic(names: Names) -> Part:
    identity = names("a")
    return identity, identity, f'<bpmn:task id="{identity}"/>'


def row(blocks: list[Block]) -> Block:
    def make(names: Names) -> Part:
        parts = [block(names) for block in blocks]
        links = "".join(flow(names("f"), a[1], b[0]) for a, b in itertools.pairwise(parts))
        return parts[0][0], parts[-1][1], "".join(part[2] for part in parts) + links

    return make


def split(kind: str, blocks: list[Block]) -> Block:
    """Gateways of one kind around the blocks. An inclusive one may take several ways."""
    condition = {"exclusiveGateway": "pick = {}", "inclusiveGateway": "pick >= {}"}.get(kind)

    def make(names: Names) -> Part:
        opening, closing, parts = names("g"), names("g"), [block(names) for block in blocks]
        ids = [names("f") for _ in parts]
        default = f'default="{ids[-1]}"' if condition else ""
        xml = node(kind, opening, "", default) + node(kind, closing) + "".join(part[2] for part in parts)
        for number, (identity, part) in enumerate(zip(ids, parts, strict=True)):
            text = condition.format(number) if condition and identity != ids[-1] else None
            xml += flow(identity, opening, part[0], text) + flow(names("f"), part[1], closing)
        return opening, closing, xml

    return make


def rework(block: Block) -> Block:
    def make(names: Names) -> Part:
        opening, closing = names("g"), names("g")
        first, last, xml = row([block, task])(names)
        out, back, after = names("f"), names("f"), names("a")  # who leaves the loop draws the default himself
        xml += node("exclusiveGateway", opening) + node("exclusiveGateway", closing, "", f'default="{out}"')
        xml += flow(names("f"), opening, first) + flow(names("f"), last, closing)
        xml += f'<bpmn:task id="{after}"/>' + flow(back, closing, opening, "pick = 2") + flow(out, closing, after)
        return opening, after, xml

    return make


def fan(kind: str, blocks: list[Block]) -> Block:
    """Several flows out of a task, with conditions or not, and all of them into another: each token goes on alone."""

    def make(names: Names) -> Part:
        parts, last = [block(names) for block in blocks], names("a")
        ids = [names("f") for _ in parts]
        default = f'default="{ids[-1]}"' if kind == "default" else ""
        first = names("t")
        inner = f"<bpmn:extensionElements>{WHERE}</bpmn:extensionElements>"
        xml = (
            user(first, f"{CLERKS} {default}", inner) + f'<bpmn:task id="{last}"/>' + "".join(part[2] for part in parts)
        )
        for number, (identity, part) in enumerate(zip(ids, parts, strict=True)):
            plain = kind == "all" or number == len(parts) - 1
            xml += flow(identity, first, part[0], None if plain else f"pick = {number}")
            xml += flow(names("f"), part[1], last)
        return first, last, xml

    return make


def jump(block: Block) -> Block:
    """A link to what follows."""

    def make(names: Names) -> Part:
        first, last, xml = block(names)
        link, thrown, caught = names("link"), names("l"), names("l")
        definition = f'<bpmn:linkEventDefinition name="{link}"/>'
        xml += node("intermediateThrowEvent", thrown, definition) + node("intermediateCatchEvent", caught, definition)
        return thrown, last, xml + flow(names("f"), caught, first)

    return make
