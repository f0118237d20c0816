"""What a test looks at: open tasks, people, path, variables, incidents, decisions, history, coverage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine import definitions, queries, tables
from engine.environment import Environment
from engine.errors import NotFound
from engine.testing import coverage, expectations, trail
from engine.testing.doubles import Called, Doubles

Rows = list[Any]


class NotOpen(NotFound):
    """Expected an open task at '{element}', but open are [{open}]."""


class Looks:
    """The looking half of a story: everything is read from the database, nothing is remembered."""

    environment: Environment
    doubles: Doubles
    instance: str | None
    """The instance that the story is about: the one that was started last."""

    @property
    def calls(self) -> list[Called]:
        """The calls of operations so far, with their inputs."""
        return self.doubles.calls

    def rows(self, table: Any) -> Rows:
        """All rows of a table."""
        with self.environment.read() as connection:
            return list(connection.execute(select(table)))

    def open(self) -> list[str]:
        """The element ids of all open tasks, sorted."""
        return sorted(row.element_id for row in self.rows(tables.task))

    def task(self, element: str, index: int = 0, *, by: str | None = None) -> Any:
        """An open task; of several at one element the one created first is number 0. Raises NotOpen.

        `by` looks first among those that this person has.
        """
        found = [row for row in self.rows(tables.task) if row.element_id == element]
        created = self._created([row.id for row in found])
        found.sort(key=lambda row: created[row.id])
        if by is not None:
            found = [row for row in found if row.assignee == by] or found
        if index >= len(found):
            raise NotOpen(element=element, open=", ".join(self.open()))
        return found[index]

    def _created(self, ids: list[str]) -> dict[str, tuple[str, int]]:
        """In which order tasks were created: history knows it also of those of one command."""
        event = tables.event
        query = select(event.c.task_id, event.c.stream, event.c.seq).where(event.c.kind == "task-created")
        with self.environment.read() as connection:
            rows = connection.execute(query.where(event.c.task_id.in_(ids))).all()
        return {row.task_id: (row.stream, row.seq) for row in rows}

    def waiting(self) -> list[str]:
        """Where the processes wait: open tasks, timers, messages and signals, jobs, incidents, by element."""
        waits = (tables.task, tables.timer, tables.subscription, tables.job, tables.incident)
        return sorted({row.element_id for table in waits for row in self.rows(table)})

    def the(self, instance: str | None) -> str:
        """The instance that is meant: the given one, else the one that the story is about. Raises NotFound."""
        if instance is None and self.instance is None:
            raise NotFound(what="process instance", id="-")
        return instance or self.instance or ""

    def started(self, process: str | None = None) -> str | None:
        """The first instance that was started (of a process, if given) and not called; None when there is none."""
        instance, definition = tables.instance, tables.definition
        query = select(instance.c.id).join(definition, definition.c.id == instance.c.definition_id)
        query = query.where(instance.c.parent_id.is_(None)).order_by(instance.c.started_at, instance.c.id)
        with self.environment.read() as connection:
            found: str | None = connection.execute(
                query if process is None else query.where(definition.c.key == process)
            ).scalar()
        return found

    def outcome(self, instance_id: str) -> str | None:
        """How an instance has ended (completed, failed, cancelled), None while it runs."""
        found: list[str | None] = [row.outcome for row in self.rows(tables.instance) if row.id == instance_id]
        return found[0]

    def path(self, instance: str | None = None) -> list[str]:
        """The elements in the order in which tokens reached them."""
        with self.environment.read() as connection:
            return trail.path(connection, self.the(instance))

    def executed(self) -> set[str]:
        """The elements that were reached in any instance."""
        with self.environment.read() as connection:
            return {one.element for one in trail.events(connection) if one.kind in trail.VISITS}

    def values(self, instance: str | None = None) -> dict[str, object]:
        """The variables of an instance by name: FEEL values while it runs, as history keeps them after its end."""
        identity = self.the(instance)
        with self.environment.read() as connection:
            row = connection.execute(select(tables.instance).where(tables.instance.c.id == identity)).one()
            if row.outcome is None:
                return queries.variables(connection, identity)
            process = definitions.by_id(self.environment, connection, row.definition_id).compiled.process
            return trail.variables(connection, identity, process)

    def incidents(self) -> list[tuple[str, str]]:
        """The open incidents: element and message, sorted."""
        return sorted((row.element_id, row.message) for row in self.rows(tables.incident))

    def decisions(self) -> dict[str, Any]:
        """The last outputs of each decision that was made."""
        with self.environment.read() as connection:
            return trail.decisions(connection)

    def people_of(self, element: str) -> dict[str, Any]:
        """Who may do an open task: `assignee`, `groups`, `users`, and `never` (recusal), each sorted."""
        task = self.task(element)
        found = self.candidates(task.id)
        return {"assignee": task.assignee, "groups": found["group"], "users": found["user"], "never": found["never"]}

    def candidates(self, task_id: str) -> dict[str, list[str]]:
        """The candidates of a task by kind (group, user, never), sorted."""
        found: dict[str, list[str]] = {"group": [], "user": [], "never": []}
        for row in self.rows(tables.candidate):
            if row.task_id == task_id:
                found[row.kind].append(row.value)
        return {kind: sorted(values) for kind, values in found.items()}

    def history(self, *kinds: str, stream: str | None = None) -> list[str]:
        """`kind element` of the events of a stream (that of the story's instance by default), or of some kinds only."""
        event = tables.event
        query = select(event.c.kind, event.c.element_id).where(event.c.stream == self._stream(stream))
        with self.environment.read() as connection:
            rows = connection.execute(query.order_by(event.c.seq)).all()
        return [f"{kind} {element or ''}".strip() for kind, element in rows if not kinds or kind in kinds]

    def facts(self, kind: str, stream: str | None = None) -> list[Mapping[str, Any]]:
        """The bodies of the events of a kind, in order."""
        event = tables.event
        query = select(event.c.body).where(event.c.stream == self._stream(stream), event.c.kind == kind)
        with self.environment.read() as connection:
            return [queries.facts_of(body) for body in connection.execute(query.order_by(event.c.seq)).scalars()]

    def _stream(self, stream: str | None) -> str:
        return stream or next(row.stream for row in self.rows(tables.instance) if row.id == self.the(None))

    def expect(self, instance: str | None = None, **expected: Any) -> None:
        """Compare with what is and raise NotAsExpected (an AssertionError) with all differences.

        `open`: element ids of the open tasks, in any order. `path`: the elements that tokens reached, in order.
        `passed`, `not_passed`: elements that were, or were not, reached in any instance. `variables`: values by name.
        `ended`: true, false, or the outcome. `incidents`: elements, or what each says. `decisions`: outputs by id.
        `called`: operations with some of their inputs. `people`: assignee, groups, users, never of open tasks.
        Raises TypeError for another word.
        """
        if unknown := sorted(expected.keys() - set(expectations.KEYS)):
            raise TypeError(f"expected some of {', '.join(expectations.KEYS)}, but got {', '.join(unknown)}")
        if problems := expectations.differences(self, expected, instance):
            raise expectations.NotAsExpected(problems)

    def coverage(self) -> dict[str, coverage.Coverage]:
        """How much of each deployed process was executed so far, by process key."""
        with self.environment.read() as connection:
            versions = [row.id for row in queries.definitions(connection)]
            known = [definitions.by_id(self.environment, connection, version) for version in versions]
            processes = {definition.id: definition.compiled.process for definition in known}
            found = {process.id: coverage.Coverage.of(process) for process in reversed(processes.values())}
            coverage.collect(connection, processes, found)
        return found
