"""Asking a deployed decision table from outside a diagram: that of the instance's own version, else the current one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, select

from engine import definitions, dmn, feel, tables
from engine.environment import Environment
from engine.errors import NotFound
from engine.prepared import prepared

PROCESS = "ordinary"


def entries(
    environment: Environment, connection: Connection, decision: str, context: Mapping[str, object], now: datetime
) -> list[object]:
    """The single output of every rule that fits, in the order of the table. Raises NotFound."""
    result = _decide(environment, connection, decision, context, now)
    if result is None:
        raise NotFound(what="decision", id=decision)
    return list(dmn.shape(result.value, "collectEntries"))


def entry(
    environment: Environment,
    connection: Connection,
    decision: str,
    context: Mapping[str, object],
    now: datetime,
    instance_id: str | None = None,
) -> object:
    """The single output of a decision that calls no host functions, None when no rule fits. Raises NotFound."""
    result = _decide(environment, connection, decision, context, now, instance_id)
    if result is None:
        raise NotFound(what="decision", id=decision)
    return dmn.shape(result.value, "singleEntry")


def rules(
    environment: Environment, connection: Connection, decision: str, context: Mapping[str, object], now: datetime
) -> list[dict[str, Any]]:
    """The outputs of every rule that fits, as contexts; none where the current version does not know the decision."""
    result = _decide(environment, connection, decision, context, now)
    return [] if result is None else list(dmn.shape(result, "resultList"))


def _decide(
    environment: Environment,
    connection: Connection,
    decision: str,
    context: Mapping[str, object],
    now: datetime,
    instance_id: str | None = None,
) -> dmn.Result | None:
    version = connection.scalar(*_version(instance_id)) if instance_id else None
    if version:
        definition = definitions.by_id(environment, connection, version)
    else:
        definition = definitions.current(environment, connection, PROCESS)
    model = definition.bundle.decisions.get(decision)
    if model is None:
        return None
    return dmn.decide(model, decision, feel.to_feel(dict(context)), feel.Scope(now=now, functions={}))


def limits(
    environment: Environment, connection: Connection, subcategory: str, now: datetime, instance_id: str | None = None
) -> Mapping[str, Any] | None:
    """Class and limits of a subcategory: time_class, target_days, limit_days, statutory_days (R25, R26)."""
    result = _decide(environment, connection, "time-limits", {"subcategory": subcategory}, now, instance_id)
    if result is None:
        raise NotFound(what="decision", id="time-limits")
    found = dmn.shape(result.value, "singleResult")
    return cast(Mapping[str, Any], feel.from_feel(found)) if found is not None else None


@prepared
def _version(instance: Any) -> Any:
    return select(tables.instance.c.definition_id).where(tables.instance.c.id == instance)


def intake_group(
    environment: Environment, connection: Connection, channel: str, now: datetime, instance_id: str | None = None
) -> str:
    """The group that registers, reviews, classifies and distributes what comes in by a channel (R43, R52)."""
    group = entry(environment, connection, "intake-routing", {"channel": channel}, now, instance_id)
    if group is None:
        raise NotFound(what="intake group", id=channel)
    return str(group)
