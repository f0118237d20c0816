"""The project's own source, as files and syntax trees, for the tests that read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("engine", "complaints", "forms", "web")


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Every Python file of these folders, sorted; each folder is relative to the checkout."""
    return tuple(sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")))


def name(path: Path) -> str:
    """How a file is called in messages: relative to the checkout."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the dotted name of what is called; `a().b()` is called `.b`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield dotted(node.func), node


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
