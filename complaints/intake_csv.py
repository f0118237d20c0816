"""Complaints from a CSV file, registered through the form of the intake desk.

A row is known by its external number, so that a file may be read as often as one likes: what is registered already is
passed over, and a run that broke off is simply repeated. Rows that do not fit are told in `NAME.errors.csv` beside the
file and keep nobody else waiting.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, update

import engine.tables
from complaints import (
    casework,
    catalogue,
    intake_csv_mapping,
    intake_csv_reader,
    register,
    sessions,
    tables,
    taskforms,
    taskpages,
    trail,
)
from complaints.intake_csv_mapping import Entry, Plan
from complaints.viewer import SignedIn
from engine import tasks
from engine.environment import Actor, Environment, Transaction
from engine.errors import Invalid, Problem

BATCH = 25
"""Rows in one command: the counter of the case numbers is locked as long, so that other desks wait a moment only."""
PROCESS, ELEMENT = "ordinary", "Register"
IMPORT = SignedIn("import", "导入", roles=frozenset({"handler"}))
LISTS = ("channels", "products", "branches", "subcategories")
FIELDS = {"channel": "channels", "product": "products", "branch": "branches", "subcategory": "subcategories"}
SHOWN = 200
Progress = Callable[[int, int], None]


@dataclass
class Result:
    """How many rows were registered, known before, or wrong; `errors` is the file that tells why."""

    registered: int = 0
    known: int = 0
    wrong: int = 0
    errors: Path | None = None


@dataclass(frozen=True)
class Desk:
    """Who registers: a person (`user`), whose first contact with the customer it is (R34), or nobody in particular."""

    mapping: Plan
    lists: intake_csv_mapping.Lists
    user: str | None

    def actor(self) -> Actor:
        """The engine's view of who registers."""
        return Actor(self.user) if self.user else Actor(IMPORT.user, system=True)

    def entry(self, line: intake_csv_reader.Line) -> Entry:
        """The complaint of a line. Raises Invalid."""
        if line.flaw is not None:
            raise Invalid("This row cannot be read", (line.flaw,))
        return self.mapping.entry(line, self.lists)


@dataclass
class Batch:
    """What became of some rows."""

    registered: list[str] = field(default_factory=list)
    known: int = 0
    wrong: list[tuple[intake_csv_reader.Line, Invalid]] = field(default_factory=list)


def load(
    environment: Environment,
    file: Path,
    *,
    mapping: Path | None = None,
    limit: int | None = None,
    user: str | None = None,
    progress: Progress | None = None,
) -> Result:
    """Register the rows of `file`, the first `limit` of them, by `user` or in the name of the import.

    Without `mapping` the shipped one is taken that fits the columns. Raises Invalid when file or mapping cannot be
    used, NotFound and Forbidden for a user who may not register.
    """
    plan = intake_csv_mapping.read(mapping or intake_csv_mapping.shipped(file))
    table = intake_csv_reader.open_table(file, plan.columns)
    with environment.read() as connection:
        desk = Desk(plan, lists(connection), user)
    total, result, path = min(limit or table.total, table.total), Result(), file.with_suffix(".errors.csv")
    path.unlink(missing_ok=True)
    done = 0
    for lines in _batches(islice(table.lines(), limit)):
        batch = environment.run(desk.actor(), lambda tx, lines=lines: _register_all(tx, desk, lines))  # type: ignore[misc]
        result.registered += len(batch.registered)
        result.known += batch.known
        result.wrong += len(batch.wrong)
        if batch.wrong:
            result.errors = path
            _tell(path, plan, batch.wrong)
        done += len(lines)
        if progress is not None:
            progress(done, total)
    return result


def lists(connection: Connection) -> dict[str, list[tuple[str, str]]]:
    """The choices of the register form, by the name of the list and by that of the field."""
    found = {key: catalogue.options(connection, key) for key in LISTS}
    return found | {name: found[key] for name, key in FIELDS.items()}


def _batches(lines: Iterator[intake_csv_reader.Line]) -> Iterator[list[intake_csv_reader.Line]]:
    while batch := list(islice(lines, BATCH)):
        yield batch


def _register_all(tx: Transaction, desk: Desk, lines: Sequence[intake_csv_reader.Line]) -> Batch:
    """One command: each row in a savepoint, so that a wrong one takes nothing with it."""
    batch = Batch()
    entries: list[Entry] = []
    for line in lines:
        try:
            entries.append(desk.entry(line))
        except Invalid as error:
            batch.wrong.append((line, error))
    known = _known(tx.connection, [entry.external for entry in entries])
    person = sessions.person_at_work(tx.connection, desk.user, tx.now) if desk.user else None
    for entry in entries:
        if entry.external in known:
            batch.known += 1
            continue
        try:
            with tx.savepoint():
                receipt = _register(tx, person, entry)
        except Invalid as error:
            batch.wrong.append((entry.line, error))
            continue
        known.add(entry.external)  # a file may hold a row twice
        batch.registered.append(receipt.number)
    return batch


def _known(connection: Connection, numbers: Sequence[str]) -> set[str]:
    column = tables.complaint.c.external
    return {str(number) for number in connection.scalars(select(column).where(column.in_(numbers)))}


def _register(tx: Transaction, person: SignedIn | None, entry: Entry) -> register.Receipt:
    if person is not None:
        return register.register(tx, person, entry.data, external=entry.external)
    sheet = taskpages.start_sheet(tx.environment, tx.connection, IMPORT, PROCESS, ELEMENT)
    typed = taskforms.checked(sheet, entry.data, ())
    receipt = register.open_case(tx, typed, PROCESS, owner=None, external=entry.external)
    task = engine.tables.task
    query = select(task).where(task.c.business_key == receipt.number, task.c.element_id == ELEMENT)
    tasks.assign(tx, tx.connection.execute(query).one().id, IMPORT.user)
    casework.finish(tx, IMPORT, tx.connection.execute(query).one(), sheet, typed, ())
    # nobody has spoken with this customer: whoever does so first becomes the first owner (R34)
    case = tables.complaint
    tx.connection.execute(update(case).where(case.c.number == receipt.number).values(first_owner=None))
    return receipt


def _tell(path: Path, mapping: Plan, wrong: Sequence[tuple[intake_csv_reader.Line, Invalid]]) -> None:
    """Add rows to the file of errors; its cells are harmless in a spreadsheet."""
    new = not path.exists()
    with path.open("a", encoding="utf-8-sig" if new else "utf-8", newline="") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(("row", "column", "field", "value", "expected"))
        for line, error in wrong:
            for problem in error.problems or (Problem("", error.template, error.parameters),):
                writer.writerow(_complaint(mapping, line.number, line.cells, problem))


def _complaint(mapping: Plan, number: int, cells: Mapping[str, str], problem: Problem) -> tuple[Any, ...]:
    name = problem.where.partition(".")[0]
    column = mapping.column_of(name)
    value = "\n".join(cells.get(part, "") for part in column.split(" + "))[:SHOWN]
    expected = problem.template.format(**problem.parameters)
    return number, *map(trail.inert, (column, name, value, expected))
