"""A suite: the scenarios of a folder against its diagrams, decisions and forms, each on a fresh copy of a database."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from engine import bundle as bundles
from engine import definitions, xml
from engine.bpmn import dialect
from engine.bpmn.model import Process
from engine.clock import ZONE, TravelClock
from engine.environment import SYSTEM
from engine.errors import Problem
from engine.lint import Finding
from engine.store import Store
from engine.testing.coverage import Coverage, overall
from engine.testing.house import House
from engine.testing.play import Outcome, play
from engine.testing.reading import BadScenario
from engine.testing.scenario import Scenario, scenarios
from engine.testing.story import Story

START = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
"""When scenarios begin that say nothing else: a Monday, 09:00 in Shanghai."""
Progress = Callable[[int, int], None]


@dataclass
class Report:
    """What came out: each scenario, and how much of each process was executed by all of them."""

    outcomes: list[Outcome] = field(default_factory=list)
    coverage: dict[str, Coverage] = field(default_factory=dict)

    @property
    def failed(self) -> list[Outcome]:
        """The scenarios that did not go as expected."""
        return [outcome for outcome in self.outcomes if not outcome.ok]

    @property
    def percent(self) -> float:
        """Nodes and flows that were executed, of all."""
        return overall(self.coverage.values())


class Suite:
    """The scenarios and the bundle among `files`, to be played in a house.

    Raises BadScenario for scenarios that cannot be read, or that name processes or elements that do not exist.
    """

    def __init__(self, files: Mapping[str, bytes], house: House | None = None, *, forget: bool = False) -> None:
        self.house, self.forget = house or House(), forget
        self.files = {name: content for name, content in files.items() if bundles.kind_of(name) != "other"}
        self.scenarios = scenarios(files, self.house.words)
        check(self.scenarios, self.files)

    def findings(self) -> list[Finding]:
        """What lint says about the bundle in the house, with what the scenarios bring along; nothing is played."""
        with tempfile.TemporaryDirectory(prefix="huiyin-test-") as folder, _store(Path(folder) / "x.db") as store:
            return definitions.check(self._story(store).environment, self.files)

    def run(self, progress: Progress | None = None) -> Report:
        """Play all scenarios. Raises lint.Refused when the bundle cannot be deployed."""
        with tempfile.TemporaryDirectory(prefix="huiyin-test-") as folder:
            prepared, played = Path(folder) / "prepared.db", Path(folder) / "played.db"
            self.house.prepare(f"sqlite:///{prepared}", START)
            with _store(prepared) as store:
                self._story(store).run(lambda tx: definitions.deploy(tx, "under test", self.files), SYSTEM)
            report = Report()
            with _store(played) as store:  # one for all scenarios: it remembers how its statements are compiled
                for number, scenario in enumerate(self.scenarios):
                    store.close()
                    _copy(prepared, played)
                    self._play(scenario, store, report)
                    if progress is not None:
                        progress(number + 1, len(self.scenarios))
            return report

    def _play(self, scenario: Scenario, store: Store, report: Report) -> None:
        story = self._story(store, scenario)
        report.outcomes.append(play(scenario, story, self.house))
        for key, covered in story.coverage().items():
            if covered.file in self.files:
                report.coverage.setdefault(key, covered).mark(covered.executed)

    def _story(self, store: Store, scenario: Scenario | None = None) -> Story:
        """A story that knows every operation and function that any scenario brings along."""
        at = scenario.given.get("time") if scenario else None
        clock = TravelClock((at if at.tzinfo else at.replace(tzinfo=ZONE)) if at else START)
        story = Story(self.house.environment(store, clock), forget=self.forget)
        for each in self.scenarios:
            for name in each.operations:
                story.doubles.know(name)
            for name in each.given.get("functions", {}):
                story.know_function(name)
        story.declare(self.files)
        return story


def check(scenarios: Iterable[Scenario], files: Mapping[str, bytes]) -> None:
    """Names that no diagram has are mistakes: an element that is misspelt would never be reached, nor missed.

    Raises BadScenario.
    """
    processes = {process.id: process for name, content in files.items() for process in _processes(name, content)}
    nodes = [node for process in processes.values() for node in process.nodes.values()]
    names = {node.id for node in nodes}
    topics = {node.attributes["topic"].strip() for node in nodes if "topic" in node.attributes}
    problems: list[Problem] = []
    for scenario in scenarios:
        where = f"{scenario.file}:{scenario.line}"
        if scenario.process not in processes:
            template = "There is no process '{name}', only {known}"
            problems.append(Problem(where, template, {"name": scenario.process, "known": ", ".join(processes)}))
        for line, name in scenario.elements():
            if name not in names:
                problems.append(Problem(f"{scenario.file}:{line}", "There is no element '{name}'", {"name": name}))
        for name in sorted(scenario.operations - topics):
            problems.append(Problem(where, "No diagram calls the operation '{name}'", {"name": name}))
    if problems:
        raise BadScenario(None, tuple(problems))


def _processes(name: str, content: bytes) -> list[Process]:
    """The processes of a diagram; what cannot be read is lint's to tell."""
    if bundles.kind_of(name) != "bpmn":
        return []
    try:
        return dialect.read(xml.read(content, frozenset({dialect.ROOT})), name)
    except xml.BadXml:
        return []


@contextmanager
def _store(path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{path}", pool_size=2, durable=False)
    try:
        yield store
    finally:
        store.close()


def _copy(source: Path, target: Path) -> None:
    """A copy, over what the target held, that holds everything, also what SQLite keeps beside the file."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
