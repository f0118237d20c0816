"""Asking a deployed decision table from outside a diagram: that of the instance's own version, else the current one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, select

from engine import definitions, dmn, feel, tables
from engine.environment import Environment
from engine.errors import NotFound

PROCESS = "ordinary"


def entry(
    environment: Environment,
    connection: Connection,
    decision: str,
    context: Mapping[str, object],
    now: datetime,
    instance_id: str | None = None,
) -> object:
    """The single output of a decision that calls no host functions, None when no rule fits. Raises NotFound."""
    return dmn.shape(_value(environment, connection, decision, context, now, instance_id), "singleEntry")


def _value(
    environment: Environment,
    connection: Connection,
    decision: str,
    context: Mapping[str, object],
    now: datetime,
    instance_id: str | None,
) -> object:
    version = connection.scalar(select(tables.instance.c.definition_id).where(tables.instance.c.id == instance_id))
    if version:
        definition = definitions.by_id(environment, connection, version)
    else:
        definition = definitions.current(environment, connection, PROCESS)
    model = definition.bundle.decisions.get(decision)
    if model is None:
        raise NotFound(what="decision", id=decision)
    result = dmn.decide(model, decision, feel.to_feel(dict(context)), feel.Scope(now=now, functions={}))
    return result.value


def limits(
    environment: Environment, connection: Connection, subcategory: str, now: datetime, instance_id: str | None = None
) -> Mapping[str, Any] | None:
    """Class and limits of a subcategory: time_class, target_days, limit_days, statutory_days (R25, R26)."""
    context = {"subcategory": subcategory}
    found = dmn.shape(_value(environment, connection, "time-limits", context, now, instance_id), "singleResult")
    return cast(Mapping[str, Any], feel.from_feel(found)) if found is not None else None


def intake_group(
    environment: Environment, connection: Connection, channel: str, now: datetime, instance_id: str | None = None
) -> str:
    """The group that registers, reviews, classifies and distributes what comes in by a channel (R43, R52)."""
    group = entry(environment, connection, "intake-routing", {"channel": channel}, now, instance_id)
    if group is None:
        raise NotFound(what="intake group", id=channel)
    return str(group)
