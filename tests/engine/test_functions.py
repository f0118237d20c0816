"""Host functions: registered once, called with the case they are asked for, only reading."""

from __future__ import annotations

from typing import Any

import pytest
from support.diagrams import script
from support.engine import START, Story, chain, diagram, process, user

from engine.functions import Functions


def test_a_name_is_taken_once() -> None:
    functions = Functions()
    functions.function("working days after", parameters=("day", "n"))(lambda host, day, n: day)
    assert functions.parameters == {"working days after": ("day", "n")}
    with pytest.raises(ValueError, match="'working days after' is registered already"):
        functions.function("working days after")(lambda host: None)


def test_a_function_sees_the_case_and_the_time_of_the_command(story: Story) -> None:
    asked: list[Any] = []

    @story.environment.functions.function("工作日 after", parameters=("day", "n"))
    def after(host: Any, day: object, n: object) -> object:
        asked.append((host.business_key, host.instance_id, host.now, n))
        return day

    body = chain(("s", script("s", '工作日 after(date("2026-05-08"), 3)', "d")), ("a", user("a")))
    story.deploy(diagram(process(body)))
    root = story.start()
    assert asked == [("K-1", root, START, 3)]
    assert story.variables(root) == {"d": "2026-05-08"}
