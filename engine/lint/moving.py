"""Times that follow something which moves: what they name must be known, one thing, and taken as it is.

Only the registry of host functions knows which times move, so this is no rule of the diagrams alone; it tells its
findings under the rule `timer`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine import feel
from engine.bpmn.model import Node, Process
from engine.functions import Functions
from engine.lint.findings import Finding
from engine.lint.rules.report import nodes
from engine.lint.rules.timer import report

if TYPE_CHECKING:
    from engine.bundle import Bundle

SLOTS = {"timer": "timerKey", "dueDate": "dueKey"}
"""The times of a diagram, and the key that a diagram may give instead."""
ADVICE = "Name one of: {known}."


def check(bundle: Bundle, functions: Functions) -> Iterator[Finding]:
    """A timer or due date that cannot move with what it names is refused: it would silently stay where it is."""
    for process, node in nodes(bundle):
        compiled = bundle.processes[process.id]
        for (element, slot), value in compiled.values.items():
            kind, _, index = slot.partition(":")
            if element == node.id and kind in SLOTS and value.expression is not None:
                key = SLOTS[kind] + (f":{index}" if index else "")
                own = compiled.value(element, key) is not None
                yield from _time(process, node, value.expression, functions, own)


def _time(
    process: Process, node: Node, expression: feel.Expression, functions: Functions, own: bool
) -> Iterator[Finding]:
    asked = [(name, subject) for name, subject in expression.calls if name in functions.subjects]
    for name, subject in dict.fromkeys(asked):
        known = functions.subjects[name]
        if subject is not None and subject not in known:
            template = "'{name}' does not know {subject}"
            listed = ", ".join(sorted(known))
            yield report.error(process, node, template, ADVICE, name=name, subject=feel.text(subject), known=listed)
    if own or not asked:
        return
    if len({subject for _, subject in asked}) > 1:
        template = "The time follows two things, {subjects}, and can move with one only"
        advice = "Name one, or move it under a key of its own."
        subjects = ", ".join(sorted({str(feel.text(subject)) for _, subject in asked}))
        yield report.error(process, node, template, advice, subjects=subjects)
    elif expression.computed:
        template = "The time is computed from one that moves, and would not move with it"
        yield report.error(process, node, template, "Take the time as it is.")
