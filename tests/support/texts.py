"""Every text that a person may see and that therefore needs a translation, found in the source."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages import extract
from support import source

KEYWORDS = {"_": None, "gettext": None, "ngettext": None, "lazy_gettext": None, "N_": None}


@cache
def marked() -> dict[str, str]:
    """The msgids given to `_()` and its like in templates and code, each with a place where it stands."""
    found = {}
    methods = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
    for file, line, message, _, _ in extract.extract_from_dir(
        source.ROOT / "web", methods, {"**/templates/**.html": {"silent": "false"}}, keywords=KEYWORDS
    ):
        for msgid in [message] if isinstance(message, str) else [message[0]]:
            if msgid:
                found.setdefault(msgid, f"web/{file}:{line}")
    return found


@cache
def errors() -> dict[str, str]:
    """The templates of errors: docstrings of the error classes, and what is given when one is raised."""
    found: dict[str, str] = {}
    classes = _error_classes()
    for path in source.python_files(*source.ROOMS):
        constants = _constants(path)
        for node in ast.walk(source.tree(path)):
            place = f"{source.name(path)}:{getattr(node, 'lineno', 0)}"
            for template in _templates(node, classes, constants):
                found.setdefault(template, place)
    return found


def _templates(node: ast.AST, classes: frozenset[str], constants: dict[str, list[str]]) -> Iterator[str]:
    if isinstance(node, ast.ClassDef) and node.name in classes and (text := ast.get_docstring(node, clean=False)):
        yield text.strip()
    if isinstance(node, ast.Call):
        called = source.dotted(node.func).rpartition(".")[2]
        position = {"Problem": 1, "BpmnError": 1}.get(called, 0)
        given = [keyword.value for keyword in node.keywords if keyword.arg == "template"]
        if called in classes or called == "Problem":
            for argument in [*given, *node.args[position : position + 1]]:
                yield from _strings(argument, constants)


def _strings(node: ast.expr, constants: dict[str, list[str]]) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _strings(node.body, constants)
        yield from _strings(node.orelse, constants)
    elif isinstance(node, ast.Name) and node.id in constants:
        yield from constants[node.id]


def _constants(path: Path) -> dict[str, list[str]]:
    """The texts that a file binds to a name; several, where several functions use the same one."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(source.tree(path)):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            for target in node.targets:
                found.setdefault(source.dotted(target), []).append(node.value.value)
    return found


def _error_classes() -> frozenset[str]:
    """The names of `EngineError` and everything that is derived from it."""
    bases: dict[str, set[str]] = {}
    for path in source.python_files(*source.ROOMS):
        for node in ast.walk(source.tree(path)):
            if isinstance(node, ast.ClassDef):
                bases[node.name] = {source.dotted(base).rpartition(".")[2] for base in node.bases}
    known = {"EngineError"}
    while grown := {name for name, parents in bases.items() if parents & known} - known:
        known |= grown
    return frozenset(known)
