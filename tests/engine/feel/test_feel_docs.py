"""The page on FEEL names every built-in function and every bound."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engine import feel
from engine.feel import builtins, limits

PAGE = (Path(__file__).parents[3] / "docs" / "feel.md").read_text(encoding="utf-8")


def test_every_function_is_documented_and_none_else():
    section = PAGE.split("## Built-in functions")[1].split("Host functions")[0]
    assert set(re.findall(r"`([^`]+)`", section)) == builtins.NAMES


def test_the_bounds_are_those_of_the_code():
    section = PAGE.split("## Bounds")[1].split("\n## ")[0].replace("\n", " ")
    for bound in (limits.TEXT, limits.BRACKETS, limits.NESTING, limits.CALLS, limits.STEPS, limits.LIST, limits.STRING):
        assert f"{bound:,}".replace(",", " ") in section
    assert f"{limits.NODES:,}".replace(",", " ") in section


def test_the_examples_compile():
    examples = PAGE.split("```")[1]
    for part in re.split(r"\n|   +", examples):
        if part.strip():
            feel.compile(part.strip(), names={"客户 等级"})


def test_compiling_and_evaluating_in_many_threads_at_once(scope):
    def work(n):
        text = f"sum(for i in 1..20 return i * {n % 7}) / 3 + {n}"
        return feel.compile(text)({}, scope) == feel.compile(f"{210 * (n % 7)} / 3 + {n}")({}, scope)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(200)))
