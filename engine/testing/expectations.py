"""Expected and actual side by side: every difference is named, not only the first."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from engine import feel
from engine.clock import ZONE
from engine.errors import Problem

if TYPE_CHECKING:
    from engine.testing.looks import Looks


Check = Callable[["Looks", Any, str | None], list[Problem]]


class NotAsExpected(AssertionError):
    """What was expected is not what is; `problems` are all differences."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


KEYS = ("open", "path", "passed", "not_passed", "variables", "ended", "incidents", "decisions", "called", "people")
"""What can be expected, in the order in which it is looked at."""


def differences(story: Looks, expected: Mapping[str, Any], instance: str | None = None) -> list[Problem]:
    """What is not as expected. `expected` has some of KEYS; `Looks.expect` says what each means."""
    checks: dict[str, Check] = {
        "open": _open,
        "path": _path,
        "passed": _passed,
        "not_passed": _not_passed,
        "variables": _variables,
        "ended": _ended,
        "incidents": _incidents,
        "decisions": _decisions,
        "called": _called,
        "people": _people,
    }
    return [problem for key in KEYS if key in expected for problem in checks[key](story, expected[key], instance)]


def same(expected: object, actual: object) -> bool:
    """Are these the same value, when a date and time in two zones is one instant and 1 is 1.0, but not true?"""
    return _shown(expected) == _shown(actual)


def _shown(value: object) -> str:
    """A value in a form in which what is the same is equal: history keeps dates as text, variables do not."""
    return json.dumps(_plain(feel.from_feel(feel.to_feel(value))), ensure_ascii=False, sort_keys=True)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str) and len(value) >= 16 and value[:4].isdigit() and "T" in value:
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            return value
        return (at if at.tzinfo else at.replace(tzinfo=ZONE)).astimezone(UTC).isoformat()
    return value


def _listed(names: Iterable[object]) -> str:
    return "[" + ", ".join(map(str, names)) + "]"


def _open(story: Looks, expected: Sequence[str], _: str | None) -> list[Problem]:
    actual = story.open()
    if sorted(expected) == actual:
        return []
    template = "Expected the open tasks {expected}, but there are {actual}"
    return [Problem("open", template, {"expected": _listed(sorted(expected)), "actual": _listed(actual)})]


def _path(story: Looks, expected: Sequence[str], instance: str | None) -> list[Problem]:
    actual = story.path(instance)
    if list(expected) == actual:
        return []
    common = next((n for n, (a, b) in enumerate(zip(expected, actual, strict=False)) if a != b), None)
    n = min(len(expected), len(actual)) if common is None else common
    facts = {"expected": _listed(expected), "actual": _listed(actual), "n": n + 1}
    return [Problem("path", "Expected the path {expected}, but it was {actual}; they part at step {n}", facts)]


def _passed(story: Looks, expected: Sequence[str], _: str | None) -> list[Problem]:
    actual = story.executed()
    template = "Expected '{element}' to be executed, but it was not"
    return [Problem("passed", template, {"element": name}) for name in expected if name not in actual]


def _not_passed(story: Looks, expected: Sequence[str], _: str | None) -> list[Problem]:
    actual = story.executed()
    template = "Expected '{element}' not to be executed, but it was"
    return [Problem("not_passed", template, {"element": name}) for name in expected if name in actual]


def _variables(story: Looks, expected: Mapping[str, object], instance: str | None) -> list[Problem]:
    actual, problems = story.values(instance), []
    for name, value in expected.items():
        if name not in actual and value is not None:
            template = "Expected {name} to be {expected}, but there is no such variable, only {known}"
            facts = {"name": name, "expected": _shown(value), "known": _listed(sorted(actual))}
            problems.append(Problem("variables", template, facts))
        elif not same(value, actual.get(name)):
            template = "Expected {name} to be {expected}, but it is {actual}"
            facts = {"name": name, "expected": _shown(value), "actual": _shown(actual.get(name))}
            problems.append(Problem("variables", template, facts))
    return problems


def _ended(story: Looks, expected: bool | str, instance: str | None) -> list[Problem]:
    outcome = story.outcome(story.the(instance))
    if outcome == expected or (isinstance(expected, bool) and (outcome is not None) is expected):
        return []
    if outcome is not None:
        template = "Expected the process to be {expected}, but it has ended ({actual})"
        return [Problem("ended", template, {"expected": expected or "running", "actual": outcome})]
    template = "Expected the process to have ended, but it waits at {waiting}"
    return [Problem("ended", template, {"waiting": _listed(story.waiting())})]


def _incidents(story: Looks, expected: Sequence[str] | Mapping[str, str], _: str | None) -> list[Problem]:
    actual = story.incidents()
    found = sorted(element for element, _ in actual)
    if found != sorted(expected):
        told = _listed(f"{element} ({message})" for element, message in actual)
        template = "Expected incidents at {expected}, but there are {actual}"
        return [Problem("incidents", template, {"expected": _listed(sorted(expected)), "actual": told})]
    texts = expected if isinstance(expected, Mapping) else {}
    template = "Expected the incident at '{element}' to say '{expected}', but it says '{actual}'"
    return [
        Problem("incidents", template, {"element": element, "expected": texts[element], "actual": message})
        for element, message in actual
        if element in texts and texts[element] not in message
    ]


def _decisions(story: Looks, expected: Mapping[str, object], _: str | None) -> list[Problem]:
    actual, problems = story.decisions(), []
    for name, value in expected.items():
        if name not in actual:
            problems.append(Problem("decisions", "Expected the decision '{name}', but it was not made", {"name": name}))
        elif not same(value, actual[name]):
            template = "Expected the decision '{name}' to give {expected}, but it gave {actual}"
            facts = {"name": name, "expected": _shown(value), "actual": _shown(actual[name])}
            problems.append(Problem("decisions", template, facts))
    return problems


def _called(story: Looks, expected: Mapping[str, Any], _: str | None) -> list[Problem]:
    problems = []
    for name, inputs in expected.items():
        calls = [call.inputs for call in story.doubles.calls if call.operation == name]
        fits = [c for c in calls if all(same(value, c.get(key)) for key, value in (inputs or {}).items())]
        if not fits:
            template = "Expected a call of '{name}' with {expected}, but the calls were {actual}"
            facts = {"name": name, "expected": _shown(inputs or {}), "actual": _listed(map(_shown, calls))}
            problems.append(Problem("called", template, facts))
    return problems


def _people(story: Looks, expected: Mapping[str, Any], _: str | None) -> list[Problem]:
    problems = []
    for element, wanted in expected.items():
        actual = story.people_of(element)
        for kind, value in wanted.items():
            if not same(value, actual[kind]):
                template = "Expected {kind} of '{element}' to be {expected}, but got {actual}"
                facts = {"kind": kind, "element": element, "expected": _shown(value), "actual": _shown(actual[kind])}
                problems.append(Problem("people", template, facts))
    return problems
