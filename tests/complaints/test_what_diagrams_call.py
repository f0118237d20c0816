"""The operations and functions are exactly those that docs/processes.md lists for the diagrams."""

import re
from pathlib import Path

import pytest

from complaints import functions, house, operations
from engine.functions import Functions

PAGE = (Path(__file__).parents[2] / "docs" / "processes.md").read_text("utf-8")


def rows(heading):
    section = PAGE.split(f"### {heading}")[1].split("\n### ")[0]
    return [line.split(" | ") for line in section.splitlines() if line.startswith("| `")]


def test_every_operation_with_its_inputs():
    listed = {row[0].strip("| `"): set(re.findall(r"`(\w+): ", row[1])) for row in rows("Operations")}
    offered = {name: set(found.parameters) for name, found in operations.registry().by_name.items()}
    assert offered == listed


def test_every_host_function():
    listed = {row[0].strip("| `").partition("(")[0] for row in rows("Host functions")}
    registry = Functions()
    functions.register(registry, None)
    assert set(registry.by_name) == listed


@pytest.mark.parametrize("suffix", [".bpmn", ".dmn", ".form"])
def test_the_bundle_holds_everything_shipped(suffix):
    assert any(name.endswith(suffix) for name in house.bundle())
