"""Playing a scenario: its steps become commands; the first one that goes wrong ends it, and says what and where."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import definitions
from engine.environment import SYSTEM, Actor
from engine.errors import Conflict, EngineError, Invalid, NotFound, Problem, Rejected
from engine.testing import answers
from engine.testing.expectations import NotAsExpected
from engine.testing.formulas import resolve
from engine.testing.house import House
from engine.testing.looks import NotOpen
from engine.testing.scenario import Scenario, Step
from engine.testing.story import Story


@dataclass(frozen=True)
class Outcome:
    """How a scenario went: `problems` is empty when all was as expected, else it says what differs, with its place."""

    scenario: Scenario
    problems: tuple[Problem, ...]
    seconds: float

    @property
    def ok(self) -> bool:
        """Everything was as expected."""
        return not self.problems


def play(scenario: Scenario, story: Story, house: House) -> Outcome:
    """Run one scenario in a story of its own."""
    begun = time.perf_counter()
    problems = Play(scenario, story, house).run()
    return Outcome(scenario, tuple(problems), time.perf_counter() - begun)


class Play:
    """One scenario being played."""

    def __init__(self, scenario: Scenario, story: Story, house: House) -> None:
        self.scenario, self.story, self.house = scenario, story, house
        self.verbs: Mapping[str, Callable[[Step], None]] = {
            "complete": self._complete,
            "claim": self._claim,
            "message": self._message,
            "signal": self._signal,
            "travel": self._travel,
            "operations": self._operations,
            "retry": self._retry,
            "resolve": self._resolve,
            "expect": self._expect,
            "then": self._then,
        }

    def run(self) -> list[Problem]:
        """What went wrong: nothing, or all that one step found."""
        for number, step in enumerate((Step("given", None, self.scenario.line), *self.scenario.steps)):
            where = f"{self.scenario.file}:{step.line}, '{self.scenario.name}'"
            where += f", {number} {step.title}" if step.do in self.verbs and step.do != "then" else f", {step.do}"
            try:
                self._begin() if step.do == "given" else self.verbs[step.do](step)
            except NotAsExpected as differs:
                return [Problem(f"{where}, {one.where}", one.template, one.parameters) for one in differs.problems]
            except EngineError as error:
                found = getattr(error, "problems", ())
                inner = [Problem(f"{where}, {one.where}", one.template, one.parameters) for one in found]
                return inner or [Problem(where, error.template, error.parameters)]
        return []

    def values(self, value: Any) -> Any:
        """A value with its formulas computed from the variables of the instance."""
        known = self.story.values() if self.story.instance else {}
        return resolve(value, known, self.story.clock.now())

    def actor(self, name: str | None) -> Actor | None:
        """A person of the scenario or of the house. Raises NotFound."""
        if name is None:
            return None
        if name in self.story.people:
            return self.story.actor(name)
        if (found := self.house.actor(self.story, name)) is None:
            raise NotFound(what="person", id=name)
        return found

    def _begin(self) -> None:
        given, story = self.scenario.given, self.story
        story.people = {name: frozenset(groups) for name, groups in given.get("people", {}).items()}
        self._give(given.get("operations", {}))
        for name, value in given.get("functions", {}).items():
            story.give_function(name, self.values(value))
        self.house.arrange(story, given)
        variables, key = self.values(given.get("variables", {})), given.get("business_key")
        start = given.get("start", {})
        if "message" in start:
            story.publish(start["message"], variables, business_key=key)
        elif "signal" in start:
            story.signal(start["signal"], variables)
        else:
            by, at = self.actor(given.get("by")) or SYSTEM, start.get("at")
            story.start(self.scenario.process, variables, by=by, business_key=key, element=at)
        story.instance = story.started(self.scenario.process)
        if story.instance is None:
            raise Conflict("Expected the process '{key}' to start, but it did not", key=self.scenario.process)

    def _give(self, operations: Mapping[str, Any]) -> None:
        for name, given in operations.items():
            self.story.give(name, *given)

    def _attempt(self, step: Step, work: Callable[[], None]) -> None:
        """Do it, or be refused where that is expected."""
        wanted = step.options.get("refused")
        if not wanted:
            work()
            return
        try:
            work()
        except NotOpen:
            raise
        except Rejected as refusal:
            if isinstance(wanted, str) and wanted not in str(refusal):
                template = "Expected a refusal that says '{expected}', but it says '{actual}'"
                raise Conflict(template, expected=wanted, actual=str(refusal)) from None
            return
        raise Conflict("Expected '{what}' to be refused, but it was done", what=step.title)

    def _complete(self, step: Step) -> None:
        index, by = step.options.get("index", 0), self.actor(step.options.get("by"))
        task = self.story.task(step.what, index, by=by.user if by else None)
        given = self.values(step.options.get("answers", {}))
        with self.story.environment.read() as connection:
            bundle = definitions.by_id(self.story.environment, connection, task.definition_id).bundle
        form = bundle.forms.get(task.form_key)
        given = given if form is None else answers.variables(form, given)
        self._attempt(step, lambda: self.story.complete(step.what, given, by=by, index=index))

    def _claim(self, step: Step) -> None:
        index = step.options.get("index", 0)
        by = self.actor(step.options.get("by")) or self.story.somebody(self.story.task(step.what, index))
        self._attempt(step, lambda: self.story.claim(step.what, by, index))

    def _message(self, step: Step) -> None:
        keys = {"business_key": self.scenario.given.get("business_key")} | dict(step.options)
        self.story.publish(step.what, self.values(keys.pop("payload", {})), **keys)

    def _signal(self, step: Step) -> None:
        self.story.signal(step.what, self.values(step.options.get("payload", {})))

    def _travel(self, step: Step) -> None:
        travel = self.story.travel_to if isinstance(step.what, datetime) else self.story.travel
        try:
            travel(step.what)
        except ValueError:
            now = self.story.clock.now()
            raise Invalid("Expected a time after {now}, but got {at}", now=now, at=step.what) from None

    def _operations(self, step: Step) -> None:
        self._give(step.what)

    def _retry(self, step: Step) -> None:
        self.story.retry(step.what)

    def _resolve(self, step: Step) -> None:
        self.story.resolve(step.what, step.options.get("note", "done by hand"))

    def _expect(self, step: Step) -> None:
        self.story.expect(**self.values(step.what))

    def _then(self, step: Step) -> None:
        """An incident that nobody speaks of is not as expected."""
        self.story.expect(**{"incidents": []} | self.values(step.what))
