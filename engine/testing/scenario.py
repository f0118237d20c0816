"""Scenarios: what is given, what happens, what is expected, read strictly from `NAME.scenario.yaml`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from engine import due
from engine.errors import Fault, Problem
from engine.testing.doubles import Given
from engine.testing.expectations import KEYS
from engine.testing.files import ENDING
from engine.testing.reading import BadScenario, Part, read

ELEMENTS = ("open", "path", "passed", "not_passed", "incidents", "people")
"""What is expected by element."""
PEOPLE = ("assignee", "groups", "users", "never")
"""What can be expected of the people of an open task."""


@dataclass(frozen=True)
class Step:
    """One thing that happens, or is looked at: `do` is the verb, `what` its object, `options` what stands beside it."""

    do: str
    what: Any
    line: int
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def looks(self) -> bool:
        """Does it compare with what is?"""
        return self.do in ("expect", "then")

    @property
    def title(self) -> str:
        """The step in two words."""
        return f"{self.do} {self.what}" if isinstance(self.what, str) else self.do


@dataclass(frozen=True)
class Scenario:
    """One story of a process as a file tells it."""

    name: str
    file: str
    line: int
    given: Mapping[str, Any]
    steps: tuple[Step, ...]

    @property
    def process(self) -> str:
        """The process that it is about."""
        return str(self.given["process"])

    @property
    def operations(self) -> set[str]:
        """The operations for which it gives results, or whose calls it looks at."""
        found = set(self.given.get("operations", {}))
        for step in self.steps:
            found.update(step.what if step.do == "operations" else step.what.get("called", ()) if step.looks else ())
        return found

    def elements(self) -> Iterator[tuple[int, str]]:
        """The elements that it names, with the line of the step."""
        for step in self.steps:
            if step.do in ("complete", "claim", "retry", "resolve"):
                yield step.line, step.what
            for word in ELEMENTS if step.looks else ():
                yield from ((step.line, name) for name in step.what.get(word, ()))


def _answers(part: Part) -> list[Given]:
    listed = part.items() if isinstance(part.value, list) else [part]
    return [_answer(one) for one in listed]


def _answer(part: Part) -> Given:
    parts = _one_of(part, "returns", "fails", "throws")
    found = {name: one.values() if name == "returns" else one.text() for name, one in parts.items()}
    return Given(**found)  # type: ignore[arg-type]


def _duration(part: Part) -> str | datetime:
    if isinstance(part.value, str):
        try:
            due.instant(part.value, datetime.fromisoformat("2026-01-01T00:00Z"))
        except Fault as error:
            part.complain(error.template, **error.parameters)
        return part.value
    return part.instant() or ""


def _by_name(reader: Callable[[Part], Any]) -> Callable[[Part], dict[str, Any]]:
    return lambda part: {name: reader(one) for name, one in part.mapping().items()}


def _one_of(part: Part, *known: str) -> dict[str, Part]:
    """The one part among those that are known."""
    parts = part.mapping(known)
    if len(parts) != 1:
        part.complain("Expected exactly one of {known}", known=", ".join(known))
    return {name: one for name, one in parts.items() if name in known}


def _start(part: Part) -> dict[str, str]:
    return {name: one.text() for name, one in _one_of(part, "at", "message", "signal").items()}


def _flag_or_text(part: Part) -> bool | str:
    return part.text() if isinstance(part.value, str) else part.flag()


def _incidents(part: Part) -> list[str] | dict[str, str]:
    return _by_name(Part.text)(part) if isinstance(part.value, dict) else part.texts()


def _inputs(part: Part) -> dict[str, Any]:
    return {} if part.value is None else part.values()


def _people(part: Part) -> dict[str, Any]:
    return {name: one.plain() for name, one in part.mapping(PEOPLE).items()}


EXPECTED: Mapping[str, Callable[[Part], Any]] = {
    "open": Part.texts,
    "path": Part.texts,
    "passed": Part.texts,
    "not_passed": Part.texts,
    "variables": Part.values,
    "ended": _flag_or_text,
    "incidents": _incidents,
    "decisions": Part.values,
    "called": _by_name(_inputs),
    "people": _by_name(_people),
}
assert tuple(EXPECTED) == KEYS


def _expected(part: Part) -> dict[str, Any]:
    parts = part.mapping(KEYS)
    return {name: EXPECTED[name](one) for name, one in parts.items() if name in EXPECTED}


GIVEN: Mapping[str, Callable[[Part], Any]] = {
    "process": Part.text,
    "start": _start,
    "by": Part.text,
    "business_key": Part.text,
    "time": Part.instant,
    "variables": Part.values,
    "people": _by_name(Part.texts),
    "operations": _by_name(_answers),
    "functions": Part.values,
}
VERBS: Mapping[str, tuple[Callable[[Part], Any], tuple[str, ...]]] = {
    "complete": (Part.text, ("by", "answers", "index", "refused")),
    "claim": (Part.text, ("by", "index", "refused")),
    "message": (Part.text, ("payload", "business_key", "correlation_key", "everywhere")),
    "signal": (Part.text, ("payload",)),
    "travel": (_duration, ()),
    "operations": (_by_name(_answers), ()),
    "retry": (Part.text, ()),
    "resolve": (Part.text, ("note",)),
    "expect": (_expected, ()),
}
OPTIONS: Mapping[str, Callable[[Part], Any]] = {
    "by": Part.text,
    "answers": Part.values,
    "index": Part.whole,
    "refused": _flag_or_text,
    "payload": Part.values,
    "business_key": Part.text,
    "correlation_key": Part.text,
    "everywhere": Part.flag,
    "note": Part.text,
}


def scenarios(files: Mapping[str, bytes], words: Mapping[str, Callable[[Part], Any]] | None = None) -> list[Scenario]:
    """All scenarios of the scenario files among `files`, in the order of the files.

    `words` are further words of `given` that a house understands, with their readers. Raises BadScenario with
    everything that is wrong, each with its file and line.
    """
    problems: list[Problem] = []
    found = [
        scenario
        for name in sorted(files)
        if name.endswith(ENDING)
        for scenario in _file(name, files[name], {**GIVEN, **(words or {})}, problems)
    ]
    if problems:
        raise BadScenario(None, tuple(problems))
    return found


def _file(
    name: str, content: bytes, words: Mapping[str, Callable[[Part], Any]], problems: list[Problem]
) -> list[Scenario]:
    top = read(name, content, problems)
    if top is None:
        if not problems:
            Part(None, 1, name, problems).complain("The file is empty")
        return []
    parts = top.mapping(("given", "scenarios"))
    process = PurePosixPath(name).name.removesuffix(ENDING)
    common = {"process": process} | (_given(parts["given"], words) if "given" in parts else {})
    if not isinstance(top.value, dict):
        return []
    if "scenarios" not in parts:
        top.complain("Expected '{name}', but it is missing", name="scenarios")
        return []
    found = [_scenario(part, common, words) for part in parts["scenarios"].items()]
    names: set[str] = set()
    for scenario in found:
        if scenario.name in names:
            Part(None, scenario.line, name, problems).complain("'{name}' is there twice", name=scenario.name)
        names.add(scenario.name)
    return found


def _given(part: Part, words: Mapping[str, Callable[[Part], Any]]) -> dict[str, Any]:
    parts = part.mapping(tuple(words))
    return {name: words[name](one) for name, one in parts.items() if name in words}


def _scenario(part: Part, common: Mapping[str, Any], words: Mapping[str, Callable[[Part], Any]]) -> Scenario:
    parts = part.mapping(("name", "given", "when", "then"))
    for name in ("name", "then"):
        if name not in parts:
            part.complain("Expected '{name}', but it is missing", name=name)
    given = _given(parts["given"], words) if "given" in parts else {}
    for name in ("variables", "people", "operations", "functions"):  # those of the file, and what differs here
        given[name] = {**common.get(name, {}), **given.get(name, {})}
    steps = [_step(one) for one in parts["when"].items()] if "when" in parts else []
    if "then" in parts:
        steps.append(Step("then", _expected(parts["then"]), parts["then"].line))
    name = parts["name"].text() if "name" in parts else ""
    return Scenario(name, part.where, part.line, {**common, **given}, tuple(steps))


def _step(part: Part) -> Step:
    parts = part.mapping()
    verbs = [name for name in parts if name in VERBS]
    if len(verbs) != 1:
        part.complain("Expected a step with exactly one of {known}", known=", ".join(VERBS))
        return Step("", None, part.line)
    reader, options = VERBS[verbs[0]]
    part.mapping((verbs[0], *options))
    beside = {name: OPTIONS[name](one) for name, one in parts.items() if name in options}
    return Step(verbs[0], reader(parts[verbs[0]]), part.line, beside)
