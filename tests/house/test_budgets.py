"""A file has at most 300 lines and a function at most 40; what is longer stands here, with the reason."""

import ast

import pytest
from support import source

FILE, FUNCTION = 300, 40

LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}


@pytest.mark.parametrize("room", source.ROOMS)
def test_files_are_short(room: str) -> None:
    lengths = {source.name(path): len(path.read_text("utf-8").splitlines()) for path in source.python_files(room)}
    long = {name: lines for name, lines in lengths.items() if lines > FILE}
    assert {name: lines for name, lines in long.items() if name not in LONG_FILES} == {}


@pytest.mark.parametrize("room", source.ROOMS)
def test_functions_are_short(room: str) -> None:
    long = {name: lines for name, lines in _functions(room).items() if lines > FUNCTION}
    assert {name: lines for name, lines in long.items() if name not in LONG_FUNCTIONS} == {}


def test_no_exception_outlives_its_reason() -> None:
    long_files = {source.name(p) for p in source.python_files(*source.ROOMS) if p.read_text("utf-8").count("\n") > FILE}
    long_functions = {name for room in source.ROOMS for name, lines in _functions(room).items() if lines > FUNCTION}
    assert LONG_FILES.keys() <= long_files
    assert LONG_FUNCTIONS.keys() <= long_functions


def _functions(room: str) -> dict[str, int]:
    return {
        f"{source.name(path)}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in source.python_files(room)
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
