"""The diagram of a running or finished instance: its source, its state for the viewer, and the same as a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from complaints import people
from engine import definitions, errors, queries
from web import context, i18n

PASSED = frozenset(
    {
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
    }
)
"""Kinds that people think of as steps; gateways and events stay in the diagram."""


@dataclass(frozen=True)
class Step:
    """One step of the table beside the diagram: a canvas cannot be read aloud."""

    id: str
    name: str
    state: str
    count: int
    started_at: datetime | None
    ended_at: datetime | None
    actor: str


def source(connection: Any, definition_id: str) -> bytes:
    """The XML of a diagram as it was uploaded. Raises NotFound."""
    found = queries.resource(connection, definition_id)
    if found is None:
        raise errors.NotFound(what="process definition", id=definition_id)
    return found[1]


def state(connection: Any, instance_id: str) -> dict[str, Any]:
    """What web/static/js/viewer.js draws: how each element stands, its tokens and rounds, and the flows taken."""
    activities, flows = queries.activities(connection, instance_id)
    names = people.names(connection, {activity.actor for activity in activities if activity.actor})
    elements = {}
    for activity in activities:
        elements[activity.element_id] = {
            "state": activity.state,
            "count": activity.count,
            "tokens": activity.tokens,
            "label": names.get(activity.actor or "", ""),
        }
    return {"elements": elements, "flows": flows}


def steps(connection: Any, instance_id: str, definition_id: str) -> list[Step]:
    """The steps of the process in the order of the diagram: open, done so many times, or still to come."""
    process = definitions.by_id(context.environment(), connection, definition_id).compiled.process
    activities = {activity.element_id: activity for activity in queries.activities(connection, instance_id)[0]}
    names = people.names(connection, {activity.actor for activity in activities.values() if activity.actor})
    found = []
    for node in process.nodes.values():
        if node.kind not in PASSED:
            continue
        name = i18n.twin(node.name, node.properties.get("name_en")) or node.id
        if activity := activities.get(node.id):
            actor = names.get(activity.actor or "", activity.actor or "")
            times = (activity.started_at, activity.ended_at)
            found.append(Step(node.id, name, activity.state, activity.count, *times, actor))
        else:
            found.append(Step(node.id, name, "", 0, None, None, ""))
    return found
