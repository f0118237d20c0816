"""A story: one environment, its clock, and what a test does and sees in it. Every step is a command of the engine.

Nothing lives in memory from one step to the next but what the database holds and the compiled deployments; `forget`
drops these before each command, too, so that the story runs as if each step were done by another process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from engine import bundle as bundles
from engine import definitions, due, incidents, instances, messages, tables, tasks
from engine.clock import ZONE
from engine.environment import SYSTEM, Actor, Environment, Transaction
from engine.errors import Conflict, Fault, NotFound
from engine.testing import travel
from engine.testing.doubles import Doubles, Given
from engine.testing.files import bundle_of, files_of
from engine.testing.looks import Looks

T = TypeVar("T")


class Forgetful(Environment):
    """Forgets before each command what another process would not have: the compiled deployments."""

    def run(self, actor: Actor, work: Callable[[Transaction], T]) -> T:
        """Run one command with freshly parsed diagrams."""
        self.deployments.clear()
        bundles.forget()
        return super().run(actor, work)


class Story(Looks):
    """What a test does (deploy, start, claim, complete, publish, travel) and looks at (open tasks, path, variables).

    `people` are the groups of the persons that the test names; whoever is an `Actor` already needs no entry.
    """

    def __init__(
        self,
        environment: Environment,
        *,
        forget: bool = False,
        people: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        if forget:
            environment = Forgetful(**{field.name: getattr(environment, field.name) for field in fields(environment)})
        self.environment = environment
        self.clock = travel.clock_of(environment)
        self.people = dict(people or {})
        self.doubles = Doubles(environment.operations)
        self.instance = None

    # what the test brings along

    def load(self, *paths: Path | str, name: str = "test") -> definitions.Deployment:
        """Deploy the diagrams, decisions and forms of files and folders as one bundle. Raises lint.Refused."""
        return self.deploy_files(bundle_of(files_of(*paths)), name)

    def deploy_files(self, files: Mapping[str, bytes], name: str = "test") -> definitions.Deployment:
        """Deploy a bundle by file names. Raises lint.Refused with all findings."""
        self.declare(files)
        return self.run(lambda tx: definitions.deploy(tx, name, files), SYSTEM)

    def declare(self, files: Mapping[str, bytes]) -> None:
        """Watch the operations that are registered, and let those that only the test knows fit the diagrams."""
        self.doubles.watch()
        bundle = bundles.compiled(files, self.environment.functions)
        self.doubles.declare(compiled.process for compiled in bundle.processes.values())

    def give(self, operation: str, *answers: Given) -> None:
        """Let an operation answer so, in turn, instead of doing its work; `Given(fails=…)` and `throws=` fail it."""
        self.doubles.give(operation, *answers)

    def give_function(self, name: str, value: object) -> None:
        """Let a function of FEEL give this value, whatever it is asked."""
        self.environment.functions.by_name[name] = lambda host, *given, **named: value

    def know_function(self, name: str) -> None:
        """Let expressions call a function; one that nobody has registered needs a given value."""
        if name not in self.environment.functions.by_name:
            self.environment.functions.function(name)(_no_value)

    # what the test does

    def run(self, work: Callable[[Transaction], T], by: Actor | str = SYSTEM) -> T:
        """Run any command of the engine as a person."""
        return self.environment.run(self.actor(by), work)

    def actor(self, who: Actor | str) -> Actor:
        """A person by name, with the groups that the test gave."""
        return who if isinstance(who, Actor) else Actor(who, frozenset(self.people.get(who, ())))

    def start(
        self,
        process: str,
        variables: Mapping[str, object] | None = None,
        *,
        by: Actor | str = SYSTEM,
        business_key: str | None = None,
        element: str | None = None,
    ) -> str:
        """Start a process (at `element`, if it has several start events) and return the id of its instance."""
        stream = self.stream(business_key)
        self.instance = self.run(
            lambda tx: instances.start(
                tx, process, business_key=business_key, variables=variables, stream=stream, element=element
            ),
            by,
        )
        return self.instance

    def stream(self, business_key: str | None) -> str | None:
        """The history stream of what belongs to a business key."""
        return None if business_key is None else self.environment.stream_of(business_key) or business_key

    def publish(self, message: str, payload: Mapping[str, object] | None = None, **keys: Any) -> bool:
        """Publish a message (`business_key`, `correlation_key`, `ttl`, `everywhere`); it may also start a process."""
        done = self.run(lambda tx: messages.publish(tx, message, payload=payload, **keys))
        self._notice()
        return done

    def signal(self, name: str, payload: Mapping[str, object] | None = None) -> None:
        """Broadcast a signal; it may also start processes."""
        self.run(lambda tx: messages.signal(tx, name, payload))
        self._notice()

    def _notice(self) -> None:
        """What a message has started is what the test is about, when there was nothing before."""
        if self.instance is None:
            self.instance = self.started()

    def claim(self, element: str, by: Actor | str, index: int = 0) -> None:
        """Take an open task. Raises Forbidden, Conflict."""
        task = self.task(element, index, by=self.actor(by).user)
        self.run(lambda tx: tasks.claim(tx, task.id), by)

    def complete(
        self,
        element: str,
        answers: Mapping[str, object] | None = None,
        *,
        by: Actor | str | None = None,
        index: int = 0,
    ) -> None:
        """Complete an open task; without `by` its assignee does it, else somebody of its groups.

        Raises Forbidden (not for this person, four eyes, recusal), Conflict, NotFound for a task that is not open.
        """
        task = self.task(element, index, by=None if by is None else self.actor(by).user)
        who = self.somebody(task) if by is None else by
        self.run(lambda tx: tasks.complete(tx, task.id, answers), who)

    def somebody(self, task: Any) -> Actor:
        """Who may do a task: its assignee, a person named for it, or else a stranger who is in its groups."""
        people = self.candidates(task.id)
        if task.assignee is not None:
            return self.actor(task.assignee)
        for user in people["user"]:
            if user not in people["never"]:
                return self.actor(user)
        if not people["group"]:
            raise Conflict("Expected somebody who may do '{task}', but it has no candidates", task=task.element_id)
        return Actor(f"somebody for {task.element_id}", frozenset(people["group"]))

    def travel(self, duration: timedelta | str | None = None, **parts: float) -> int:
        """Let time pass (`"PT4H"`, `hours=4`); what becomes due happens at its own instant. Returns how much did."""
        if isinstance(duration, str):
            return self.travel_to(due.instant(duration, self.clock.now()))
        return self.travel_to(self.clock.now() + (duration or timedelta(**parts)))

    def travel_to(self, at: datetime) -> int:
        """Let time pass until an instant; one without a zone is meant in Asia/Shanghai."""
        done = travel.travel(self.environment, at if at.tzinfo else at.replace(tzinfo=ZONE))
        self._notice()
        return done

    def retry(self, element: str) -> None:
        """Try again what became an incident."""
        incident = self._incident(element)
        self.run(lambda tx: incidents.retry(tx, incident.id))

    def resolve(self, element: str, note: str = "done by hand") -> None:
        """Go on after an incident as if the work had been done."""
        incident = self._incident(element)
        self.run(lambda tx: incidents.resolve(tx, incident.id, note))

    def _incident(self, element: str) -> Any:
        found = [row for row in self.rows(tables.incident) if row.element_id == element]
        if not found:
            raise NotFound(what="incident", id=element)
        return found[0]


def _no_value(host: object, *given: object, **named: object) -> object:
    raise Fault("Expected a value for a function that the house does not have, but the scenario gives none")
