"""docs/requirements.md: each requirement, where it lives and which tests prove it, made from the marks on the tests.

A test that proves a requirement says so: `@pytest.mark.proves("R28", "G1")`, or `pytestmark` for a whole file.
"""

import ast
import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from support import source

PAGE = source.ROOT / "docs" / "requirements.md"
LISTED = Path(__file__).parent / "requirements.csv"
HEAD = """# What is required, where it lives, what proves it

This page is made from the marks `@pytest.mark.proves(…)` on the tests and from `tests/house/requirements.csv`:
`RENEW=1 .venv/bin/pytest tests/house/test_requirements.py`. R numbers are those of the two source documents, G numbers
those of the law.

"""


@dataclass(frozen=True)
class Requirement:
    id: str
    zh: str
    en: str
    lives: tuple[str, ...]


def listed() -> list[Requirement]:
    rows = csv.DictReader(LISTED.read_text("utf-8").splitlines())
    return [Requirement(row["id"], row["zh"], row["en"], tuple(row["lives"].split())) for row in rows]


def proofs() -> dict[str, list[tuple[Path, str]]]:
    """For each requirement the tests that carry its mark."""
    found: dict[str, list[tuple[Path, str]]] = {}
    for path in source.python_files("tests"):
        for name, requirement in _marks(source.tree(path)):
            found.setdefault(requirement, []).append((path, name))
    return found


def _marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    tests = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    for node in tree.body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["pytestmark"]:
            yield from ((test.name, requirement) for test in tests for requirement in _named(node.value))
    for test in tests:
        yield from ((test.name, requirement) for mark in test.decorator_list for requirement in _named(mark))


def _named(mark: ast.expr) -> Iterator[str]:
    for node in ast.walk(mark):
        if isinstance(node, ast.Call) and source.dotted(node.func) == "pytest.mark.proves":
            yield from (ast.literal_eval(argument) for argument in node.args)


def test_the_page_is_up_to_date() -> None:
    proved = proofs()
    rows = [f"| {row.id} | {row.zh} {row.en} | {_places(row)} | {_tests(proved.get(row.id, []))} |" for row in listed()]
    text = HEAD + "| | what | where | proved by |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"
    if os.environ.get("RENEW"):
        PAGE.write_text(text, "utf-8")
    assert PAGE.read_text("utf-8") == text


def _places(requirement: Requirement) -> str:
    return ", ".join(f"[{place}](../{place.partition('#')[0]})" for place in requirement.lives if _is_there(place))


def _tests(proved: list[tuple[Path, str]]) -> str:
    return "<br>".join(f"[{name}](../{source.name(path)})" for path, name in proved) or "not proved yet"


def _is_there(place: str) -> bool:
    path, _, element = place.partition("#")
    file = source.ROOT / path
    return file.exists() and (not element or f'id="{element}"' in file.read_text("utf-8"))


def test_every_mark_names_a_listed_requirement() -> None:
    assert sorted(set(proofs()) - {row.id for row in listed()}) == []


def test_what_is_proved_lives_where_the_list_says() -> None:
    proved = proofs()
    assert [
        f"{row.id} {place}" for row in listed() if row.id in proved for place in row.lives if not _is_there(place)
    ] == []


def test_every_requirement_is_listed_once() -> None:
    ids = [row.id for row in listed()]
    assert len(ids) == len(set(ids))
    assert [name for name in ids if not re.fullmatch(r"[RG]\d{1,3}", name)] == []
