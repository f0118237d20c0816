"""Who does what (R75): for each user task of the deployed diagrams the role, how a person is named, and who stands in.

R responsible (who does it), A accountable (who answers for it), C consulted, I informed: read from the diagram, never
kept beside it. Who may not do it (four eyes, recusal) stands with it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, fields

from sqlalchemy import Connection

from complaints import people, trail
from engine import definitions, queries
from engine.bpmn.model import Node, Process
from engine.environment import Environment


@dataclass(frozen=True)
class Duty:
    """A user task: `groups` and `users` may do it, `assignee` names a person, `deputy` says how another steps in."""

    process: str
    process_name: str
    process_name_en: str
    element: str
    name: str
    name_en: str
    lane: str
    lane_en: str
    groups: str
    users: str
    assignee: str
    deputy: str
    apart: str
    excluded: str

    @property
    def complete(self) -> bool:
        """Whether somebody is named for it: a role, people or a rule; a lane only where it is called like a group."""
        return bool(self.groups or self.users or self.assignee or self.lane in people.GROUPS)


def table(environment: Environment, connection: Connection) -> list[Duty]:
    """Every user task of the current version of every process, in the order of the diagrams."""
    found = []
    for row in queries.definitions(connection):
        if row.is_current:
            process = definitions.by_id(environment, connection, row.id).compiled.process
            found += [_duty(process, node) for node in process.nodes.values() if node.kind == "userTask"]
    return found


def _duty(process: Process, node: Node) -> Duty:
    rule = {name: _plain(node.attributes.get(name, "")) for name in ("candidateGroups", "candidateUsers", "assignee")}
    groups = rule["candidateGroups"]
    return Duty(
        process.id,
        process.name,
        process.properties.get("name_en", ""),
        node.id,
        node.name or node.id,
        node.properties.get("name_en", ""),
        node.lane or "",
        process.lanes.get(node.lane or "", {}).get("name_en", ""),
        groups,
        rule["candidateUsers"],
        rule["assignee"],
        deputy(rule["assignee"], groups),
        node.properties.get("notSameAs", ""),
        _plain(node.properties.get("excludedUsers", "")),
    )


def deputy(assignee: str, groups: str) -> str:
    """By which rule somebody else has the task when the named person is away: a code of the page's words."""
    if "contact(" in assignee:
        return "contact-b"
    if assignee:
        return "deputy-or-group" if groups else "deputy"
    return "group" if groups else ""


def _plain(text: str | None) -> str:
    return (text or "").removeprefix("=").strip()


def incomplete(duties: Iterable[Duty]) -> list[Duty]:
    """The tasks for which nobody is named."""
    return [duty for duty in duties if not duty.complete]


def sheet(duties: Iterable[Duty]) -> str:
    """The table as CSV for a spreadsheet, formulas made harmless."""
    names = [field.name for field in fields(Duty)]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    for duty in duties:
        writer.writerow([trail.inert(getattr(duty, name)) for name in names])
    return "\ufeff" + out.getvalue()
