"""Four eyes see everything: whatever changes in a diagram as the engine reads it, the comparison tells."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree
from support.constructs import CONSTRUCTS, Construct

from engine import changes, xml
from engine.bpmn import dialect

PLACES = {"line", "file", "drawn", "labels"}
INDIRECT = {"associations", "messages", "pools", "reference", "refers_to", "timers", "oddities"}
UNSEEN = PLACES | INDIRECT
"""Of the model: places and drawn words that mean nothing when the diagram runs; lines and ids whose meaning stands at
the nodes (`handler`, `sends_to`, the name of a message) or that refuse a deployment anyway.
"""


def plain(value: Any) -> Any:
    """A model without what is not seen."""
    if dataclasses.is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value) if f.name not in UNSEEN}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, (tuple, list)) else value


def model(content: bytes) -> Any:
    return [plain(process) for process in dialect.read(xml.read(content, frozenset({dialect.ROOT})), "d.bpmn")]


def mutations(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The diagram with one attribute or text another, one after the other."""
    root = etree.fromstring(content)
    for element in root.iter():
        for name, value in [*element.attrib.items()]:
            if name == "id":
                continue
            element.set(name, {"true": "false", "false": "true"}.get(value, value + "1"))
            yield f"{element.tag.rpartition('}')[2]} {name}", etree.tostring(root)
            element.set(name, value)
        if (text := element.text) and text.strip():
            element.text = text + "1"
            yield f"{element.tag.rpartition('}')[2]} text", etree.tostring(root)
            element.text = text


@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda construct: f"{construct.group}: {construct.name}")
def test_no_change_that_the_engine_reads_goes_untold(construct: Construct) -> None:
    before = model(construct.content)
    for what, content in mutations(construct.content):
        if model(content) != before:
            found = changes.compare_file("d.bpmn", construct.content, content)
            assert found.parts, what
