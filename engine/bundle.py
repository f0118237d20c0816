"""A bundle: the diagrams, decisions and forms of one deployment, read, checked and compiled together.

It is immutable and shared by all threads. Calls, decisions and forms bind to the bundle they were deployed with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from engine import dmn, feel, lint, xml
from engine.bpmn import compiler, dialect
from engine.bpmn.compiler import Compiled
from engine.functions import Functions
from engine.lint import Finding, moving
from engine.operations import Operations
from forms import errors as form_errors
from forms import schema as form_schema

KINDS = {".bpmn": "bpmn", ".dmn": "dmn", ".form": "form"}


KEPT = 16
"""Bundles that are kept compiled."""


@dataclass
class Bundle:
    """What was deployed together. `files` maps a process, decision or form key to the file it came from.

    `decisions` has each decision and service with the model of its file, `models` the models by file name.
    """

    deployment_id: str = ""
    processes: dict[str, Compiled] = field(default_factory=dict)
    decisions: dict[str, dmn.Model] = field(default_factory=dict)
    models: dict[str, dmn.Model] = field(default_factory=dict)
    forms: dict[str, Any] = field(default_factory=dict)
    files: dict[tuple[str, str], str] = field(default_factory=dict)
    definitions: dict[str, str] = field(default_factory=dict)
    separated: frozenset[str] = frozenset()
    """Elements that a `notSameAs` refers to: who completed them is remembered."""


def kind_of(name: str) -> str:
    """The kind of a file by its name: bpmn, dmn, form, or other (letters, catalogues)."""
    return KINDS.get(PurePosixPath(name).suffix.lower(), "other")


def fingerprint(files: Mapping[str, bytes]) -> str:
    """SHA-256 over names and contents, independent of their order."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{hashlib.sha256(files[name]).hexdigest()}\n".encode())
    return digest.hexdigest()


def read(files: Mapping[str, bytes], functions: Functions, operations: Operations) -> tuple[Bundle, list[Finding]]:
    """Read, compile and lint all files of a bundle. Everything wrong is found at once; nothing is raised for it."""
    bundle, findings = _read(files, functions)
    return bundle, [*findings, *lint.check(bundle, operations), *moving.check(bundle, functions)]


def restore(files: Mapping[str, bytes], functions: Functions, deployment_id: str, ids: dict[str, str]) -> Bundle:
    """What was deployed before, compiled again: lint has had its say, `ids` are the definition ids by process key."""
    return replace(compiled(files, functions), deployment_id=deployment_id, definitions=ids)


def compiled(files: Mapping[str, bytes], functions: Functions) -> Bundle:
    """What can be compiled of the files, without asking lint. All who read these files share it."""
    return _read(files, functions)[0]


def _read(files: Mapping[str, bytes], functions: Functions) -> tuple[Bundle, tuple[Finding, ...]]:
    return _compiled(tuple(sorted(files.items())), frozenset(functions.by_name))


@lru_cache(maxsize=KEPT)
def _compiled(files: tuple[tuple[str, bytes], ...], names: frozenset[str]) -> tuple[Bundle, tuple[Finding, ...]]:
    """The same files compile to the same bundle, whoever asks: pages lint and compare again and again."""
    bundle = Bundle()
    findings: list[Finding] = []
    decisions = {name: content for name, content in files if kind_of(name) == "dmn"}
    findings += _read_decisions(bundle, decisions, names)
    readers = {"bpmn": _read_diagram, "form": _read_form}
    for name, content in files:
        reader = readers.get(kind_of(name))
        if reader is not None:
            findings += reader(bundle, name, content, names)
    separated: set[str] = set()
    for compiled in bundle.processes.values():
        for node in compiled.process.nodes.values():
            separated.update(part.strip() for part in node.properties.get("notSameAs", "").split(",") if part.strip())
    bundle.separated = frozenset(separated)
    return bundle, tuple(findings)


def forget() -> None:
    """Keep nothing compiled: the next reader parses anew, as another process would."""
    _compiled.cache_clear()


def _taken(bundle: Bundle, kind: str, key: str, name: str) -> list[Finding]:
    if (other := bundle.files.get((kind, key))) is None:
        bundle.files[kind, key] = name
        return []
    template = "The {kind} '{key}' is defined in {other} already"
    advice = "Give every process, decision and form of a bundle its own id."
    return [
        Finding("duplicate-key", "error", name, key, "", template, advice, {"kind": kind, "key": key, "other": other})
    ]


def _read_diagram(bundle: Bundle, name: str, content: bytes, functions: frozenset[str]) -> list[Finding]:
    findings: list[Finding] = []
    try:
        root = xml.read(content, frozenset({dialect.ROOT}))
    except xml.BadXml as error:
        advice = "Export the diagram again as BPMN 2.0 XML."
        return [_unreadable(name, error, advice)]
    processes = dialect.read(root, name)
    if not processes:
        advice = "Draw a process, or leave the file out."
        findings.append(Finding("unreadable", "error", name, "", "", "The file has no process", advice))
    for process in processes:
        findings += _taken(bundle, "process", process.id, name)
        compiled, problems = compiler.compile_process(process, functions)
        bundle.processes.setdefault(process.id, compiled)
        for problem in problems:
            at = problem.where.partition("#")[2]
            found = process.nodes.get(at) or process.flows[at]
            advice, given = "Correct the expression; see docs/feel.md.", problem.parameters
            findings.append(
                Finding("expression", "error", name, at, found.name, problem.template, advice, given, found.line)
            )
    return findings


def _unreadable(name: str, error: xml.BadXml, advice: str) -> Finding:
    line = error.parameters.get("line", 0)
    given = dict(error.parameters)
    return Finding("unreadable", "error", name, "", "", error.template, advice, given, line if type(line) is int else 0)


def _read_decisions(bundle: Bundle, files: Mapping[str, bytes], functions: frozenset[str]) -> list[Finding]:
    """All decision files at once, since they may import each other."""
    findings: list[Finding] = []
    roots: dict[str, Any] = {}
    for name, content in files.items():
        try:
            roots[name] = xml.read(content, dmn.ROOTS)
        except xml.BadXml as error:
            findings.append(_unreadable(name, error, "Export it again."))
    found = dmn.read_files(roots, functions)
    advice = "Correct the decision; see docs/dmn.md."
    for name in roots:
        lines = dmn.lines(roots[name]) if name in found.problems else {}
        for problem in found.problems.get(name, ()):
            at, given = problem.where, problem.parameters
            line = lines.get(at.partition("/")[0], 0)
            findings.append(Finding("decision", "error", name, at, "", problem.template, advice, given, line))
        if model := found.models.get(name):
            bundle.models[name] = model
            for key in (*model.decisions, *model.services):
                findings += _taken(bundle, "decision", key, name)
                bundle.decisions.setdefault(key, model)
    return findings


def _read_form(bundle: Bundle, name: str, content: bytes, functions: frozenset[str]) -> list[Finding]:
    key = PurePosixPath(name).stem
    try:
        schema = form_schema.read(content, compile_condition)
    except form_errors.SchemaError as error:
        advice = "Correct the form in the form editor; see docs/forms.md."
        return [
            Finding("form", "error", name, p.where, "", p.template, advice, dict(p.parameters)) for p in error.problems
        ]
    findings = _taken(bundle, "form", key, name)
    bundle.forms.setdefault(key, schema)
    return findings


def compile_condition(text: str, names: frozenset[str]) -> feel.Expression:
    """How forms compile their conditions: FEEL without host functions."""
    return feel.compile(text.strip().removeprefix("="), names=names)
