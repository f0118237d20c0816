"""The demo bank's cases, played through the commands of the pages: who does which step, with what, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

import engine.tables
from complaints import casework, demo_answers, directory, people, register, sessions, tables
from engine import messages, queries, timers
from engine.environment import Environment
from engine.errors import NotFound
from engine.queries import TaskView

Row = Mapping[str, str]
CASES = 24
PAUSE = timedelta(minutes=50)
DEPTHS = (16, 5, 16, 3, 12, 16, 9, 0, 16, 13, 6, 2, 16, 11, 4, 14, 16, 15, 1, 12, 5, 9, 3, 2)
"""How many steps each case takes; the youngest cases come last."""
INTAKE = {"VISIT": ("gao", "hua"), "LETTER": ("gao", "hua"), "BOOK": ("gao", "hua"), "FORWARDED": ("gao", "hua")}
MEDIA = ("bai", "ma")
OTHERS = ("lin", "mei")
STEPS: tuple[str | tuple[str, ...], ...] = (
    "ContactCustomer",
    "Review",
    "Classify",
    "Distribute",
    "Accept",
    "Investigate",
    "JointConclusion",  # only with several units
    ("Improve", "DetermineNature"),  # only for a complex complaint
    "Propose",
    "ApproveReply",
    "Reply",
    "CallBack",
    "ReviewDissatisfaction",
    "Report",
    "ReviewReport",
    "FileDossier",
)


@dataclass
class Story:
    """A case, its text and the two people who took it in."""

    row: Row
    number: str
    clerks: tuple[str, str]


def play(
    environment: Environment,
    rows: Sequence[Row],
    until: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Register cases evenly up to `until` and take each as far as DEPTHS says, firing timers on the way."""
    chosen = [row for row in rows if row["subcategory"][:2] in ("SQ", "OP") and row["channel"] != "FORWARDED"][:CASES]
    start = environment.clock.now() + timedelta(hours=1)
    gap = (until - timedelta(hours=1) - start) / len(chosen)
    stories: dict[int, Story] = {}
    plan = sorted(_plan(start, gap, len(chosen), until))
    for done, (at, n, step) in enumerate(plan):
        _travel(environment, at)
        if step < 0:
            stories[n] = _register(environment, chosen[n])
        else:
            _step(environment, stories[n], STEPS[step])
        if progress is not None:
            progress(done + 1, len(plan))
    _travel(environment, until)


def _plan(start: datetime, gap: timedelta, count: int, until: datetime) -> Iterable[tuple[datetime, int, int]]:
    for n in range(count):
        begin = start + n * gap
        for step in range(-1, DEPTHS[n % len(DEPTHS)]):
            at = begin + (step + 1) * PAUSE
            if at < until:
                yield at, n, step


def _travel(environment: Environment, to: datetime) -> None:
    """Let the time of the story pass; what becomes due fires at its own instant."""
    clock: Any = environment.clock
    while (due := timers.next_due(environment)) is not None and due <= to:
        clock.travel_to(max(due, clock.now()))
        timers.fire_due(environment)
    clock.travel_to(to)
    messages.deliver_due(environment)


def _register(environment: Environment, row: Row) -> Story:
    clerks = MEDIA if row["channel"] == "MEDIA" else INTAKE.get(row["channel"], OTHERS)
    with environment.read() as connection:
        clerk = sessions.person_at_work(connection, clerks[0], environment.clock.now())
        units = {unit.name: unit.code for unit in people.units(connection)}
    data = {
        "channel": row["channel"],
        "received_at": environment.clock.now() - timedelta(minutes=20),
        "matter_kind": "complaint",
        "urgency": "normal",
        "anonymous": not row["customer_name"],
        "customer_name": row["customer_name"] or None,
        "customer_phone": row["phone"] or None,
        "verbatim": row["text"],
        "expected": row["expected"] or None,
        "demand": row["demand"] or row["text"][:40],
        "product": row["product"] or None,
        "branch": units.get(row["branch"]),
        "amount": row["amount"] or None,
    }
    if data["anonymous"]:
        del data["customer_name"], data["customer_phone"]
    receipt = environment.run(clerk.actor(), lambda tx: register.register(tx, clerk, data))
    return Story(row, receipt.number, clerks)


def _step(environment: Environment, story: Story, step: str | tuple[str, ...]) -> None:
    """Complete a step of a case if it is open."""
    with environment.read() as connection:
        open_tasks = [task for task in queries.tasks_of(connection, story.number) if task.element_id.startswith(step)]
    for task in open_tasks:
        _complete(environment, story, task)


def _complete(environment: Environment, story: Story, task: TaskView) -> None:
    with environment.read() as connection:
        user = _doer(connection, story, task, environment.clock.now())
        person = sessions.person_at_work(connection, user, environment.clock.now())
        view = casework.task_view(environment, connection, person, task.id)
    data = demo_answers.answer(task.element_id, story.row, story.number, view.initial, environment.clock.now(), user)
    environment.run(person.actor(), lambda tx: casework.complete_task(tx, person, task.id, data))


def _doer(connection: Any, story: Story, task: TaskView, now: datetime) -> str:
    if task.assignee:
        return task.assignee
    first, second = story.clerks
    on_duty = sorted(people.on_duty(connection, now))
    cast = {
        "ContactCustomer": on_duty[0] if on_duty else first,
        "CallBack": "hua",
        "ReviewDissatisfaction": "gao",
        "ReviewReport": "gao",
    }
    if task.element_id in cast:
        return cast[task.element_id]
    if task.element_id in ("Improve", "DetermineNature"):
        return _of_department(connection, story, task, now)
    if task.element_id in ("Propose", "Reply", "Report", "Accept", "Investigate", "JointConclusion"):
        table = tables.slip
        query = select(table.c.contact_b, table.c.contact_a).where(table.c.number == story.number, table.c.lead)
        row = connection.execute(query).first()
        if row is None:
            raise NotFound(what="transfer slip", id=story.number)
        return str(row.contact_b if task.element_id in ("Propose", "Reply") else row.contact_a)
    return second


def _of_department(connection: Any, story: Story, task: TaskView, now: datetime) -> str:
    """The contact of the department to whose group the task is offered."""
    candidate = engine.tables.candidate
    query = select(candidate.c.value).where(candidate.c.task_id == task.id, candidate.c.kind == "group")
    unit = str(connection.scalar(query)).removeprefix("unit:")
    return str(directory.contact(connection, story.number, unit, "A", now))
