"""The page about lifecycles says what the code does."""

from __future__ import annotations

import re

from support import source

from engine import tasks

PAGE = source.ROOT / "docs" / "lifecycles.md"


def test_the_table_of_tasks_is_that_of_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8").partition("| from | may become |")[2]
    rows = re.findall(r"^\| (\w+) \| ([\w, ]+) \|$", text.partition("```")[0], re.MULTILINE)
    assert {state: set(targets.split(", ")) for state, targets in rows} == tasks.MAY_BECOME


def test_the_drawing_has_the_arrows_of_the_table() -> None:
    arrows = re.findall(r"^    (\w+) --> (\w+):", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(arrows) == {(state, target) for state, targets in tasks.MAY_BECOME.items() for target in targets}
