"""The page of promises names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
PROMISES = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (HOME / "docs" / "reliability.md").read_text())


def test_there_are_promises() -> None:
    assert len(PROMISES) > 15


@pytest.mark.parametrize(("file", "name"), PROMISES)
def test_each_promise_has_its_test(file: str, name: str) -> None:
    assert f"def {name}" in (HOME / file).read_text()
