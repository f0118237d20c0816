"""Deployments and process definitions: immutable bundles, versions per process key, and which version is current.

A running process instance stays on its version, with its decisions and forms. The uploaded bytes are kept as they came,
with their SHA-256; what runs is compiled from them once and shared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, bindparam, func, insert, select, update

from engine import bundle as bundles
from engine import feel, starting, tables
from engine.bpmn.compiler import Compiled
from engine.bundle import Bundle
from engine.environment import Environment, Transaction
from engine.errors import Conflict, Fault, NotFound
from engine.lint import Finding, Refused
from engine.prepared import Prepared
from engine.rows import upsert

STREAM = starting.STREAM
NEWEST = 2**31 - 1
"""No version has a higher number: what the column holds."""
_SUSPENDED = Prepared(select(tables.definition.c.suspended_at).where(tables.definition.c.id == bindparam("i")))
_CURRENT = Prepared(
    select(tables.definition.c.id, tables.definition.c.suspended_at)
    .join(tables.current_definition, tables.current_definition.c.definition_id == tables.definition.c.id)
    .where(tables.current_definition.c.key == bindparam("k"))
)


@dataclass(frozen=True)
class Definition:
    """One version of a process, ready to run."""

    id: str
    key: str
    version: int
    name: str
    compiled: Compiled
    bundle: Bundle


@dataclass(frozen=True)
class Deployment:
    """What a deployment has made: its id, the definition ids by process key, warnings; `new` is False for a repeat."""

    id: str
    definitions: Mapping[str, str]
    findings: tuple[Finding, ...]
    new: bool


def check(environment: Environment, files: Mapping[str, bytes]) -> list[Finding]:
    """Everything that lint finds in a bundle, without deploying it."""
    return bundles.read(files, environment.functions, environment.operations)[1]


def deploy(tx: Transaction, name: str, files: Mapping[str, bytes], comment: str = "") -> Deployment:
    """Deploy a bundle and make its processes current. Raises lint.Refused with all findings; then nothing has changed.

    The same bundle as the newest deployment of this name is not deployed again (duplicate filter).
    """
    environment = tx.environment
    bundle, findings = bundles.read(files, environment.functions, environment.operations)
    if any(finding.severity == "error" for finding in findings):
        raise Refused(findings)
    sha256 = bundles.fingerprint(files)
    if (known := _newest(tx.connection, name)) is not None and known.sha256 == sha256:
        return Deployment(known.id, _ids(tx.connection, known.id), tuple(findings), False)
    deployment_id = str(uuid4())
    row = {"id": deployment_id, "name": name, "sha256": sha256, "comment": comment}
    tx.connection.execute(insert(tables.deployment), row | {"deployed_at": tx.now, "deployed_by": tx.actor.user})
    resources = _store_files(tx, deployment_id, files)
    made = {key: _define(tx, bundle, key, deployment_id, resources) for key in sorted(bundle.processes)}
    tx.record(
        STREAM, "deployed", deployment=deployment_id, name=name, comment=comment, sha256=sha256, files=sorted(files)
    )
    make_current(tx, *made.values())
    return Deployment(deployment_id, made, tuple(findings), True)


def _newest(connection: Connection, name: str) -> Any:
    deployment = tables.deployment
    query = select(deployment.c.id, deployment.c.sha256).where(deployment.c.name == name)
    return connection.execute(query.order_by(deployment.c.deployed_at.desc(), deployment.c.id).limit(1)).first()


def _ids(connection: Connection, deployment_id: str) -> dict[str, str]:
    definition = tables.definition
    query = select(definition.c.key, definition.c.id).where(definition.c.deployment_id == deployment_id)
    return {str(row.key): str(row.id) for row in connection.execute(query)}


def _store_files(tx: Transaction, deployment_id: str, files: Mapping[str, bytes]) -> dict[str, str]:
    rows: list[dict[str, Any]] = [
        {
            "id": str(uuid4()),
            "deployment_id": deployment_id,
            "name": name,
            "kind": bundles.kind_of(name),
            "sha256": hashlib.sha256(content).hexdigest(),
            "content": content,
        }
        for name, content in files.items()
    ]
    tx.connection.execute(insert(tables.resource), rows)
    return {row["name"]: row["id"] for row in rows}


def _define(tx: Transaction, bundle: Bundle, key: str, deployment_id: str, resources: dict[str, str]) -> str:
    definition = tables.definition
    process = bundle.processes[key].process
    version = tx.connection.execute(select(func.max(definition.c.version)).where(definition.c.key == key)).scalar()
    row = {
        "id": str(uuid4()),
        "key": key,
        "version": (version or 0) + 1,
        "name": process.name,
        "deployment_id": deployment_id,
        "resource_id": resources[process.file],
    }
    tx.connection.execute(insert(definition), row)
    return str(row["id"])


def make_current(tx: Transaction, *definition_ids: str) -> None:
    """New process instances start on these versions, one per process; also the way back to earlier ones.

    Raises NotFound, or lint.Refused when a message or timer of a version cannot start it.
    """
    definitions = [by_id(tx.environment, tx.connection, definition_id) for definition_id in definition_ids]
    current = tables.current_definition
    for definition in definitions:
        old = tx.connection.execute(select(current.c.definition_id).where(current.c.key == definition.key)).scalar()
        upsert(tx.connection, current, [{"key": definition.key, "definition_id": definition.id}], ("key",))
        key, version = definition.key, definition.version
        tx.record(STREAM, "made-current", definition=definition.id, process=key, version=version, old=old)
        starting.disarm(tx, definition.key)  # before the others: a message may move from one of them to another
    for definition in definitions:
        starting.arm(tx, definition.id, definition.compiled)


def suspend(tx: Transaction, definition_id: str) -> None:
    """No command on instances of this version, and nothing starts it, until it is activated again."""
    _suspend(tx, definition_id, "definition-suspended", tx.now)


def activate(tx: Transaction, definition_id: str) -> None:
    """Undo `suspend`. What timers would have started meanwhile is skipped. Raises lint.Refused when another process
    has taken over a message that starts this one.
    """
    _suspend(tx, definition_id, "definition-activated", None)
    table = tables.current_definition
    if tx.connection.execute(select(table.c.key).where(table.c.definition_id == definition_id)).first():
        definition = by_id(tx.environment, tx.connection, definition_id)
        starting.listen(tx, definition_id, definition.compiled)
        starting.skip_missed(tx, definition_id)


def _suspend(tx: Transaction, definition_id: str, kind: str, at: Any) -> None:
    definition = tables.definition
    changed = tx.connection.execute(update(definition).where(definition.c.id == definition_id).values(suspended_at=at))
    if changed.rowcount != 1:
        raise NotFound(what="process definition", id=definition_id)
    tx.record(STREAM, kind, definition=definition_id)


def current(environment: Environment, connection: Connection, key: str) -> Definition:
    """The current version of a process. Raises NotFound, or Conflict when it is suspended."""
    row = connection.execute(_CURRENT, {"k": key}).first()
    if row is None:
        raise NotFound(what="process", id=key)
    return _unless_suspended(by_id(environment, connection, row.id), row.suspended_at)


def active(environment: Environment, connection: Connection, definition_id: str) -> Definition:
    """A version on which something may start. Raises NotFound, or Conflict when it is suspended."""
    definition = by_id(environment, connection, definition_id)
    return _unless_suspended(definition, connection.execute(_SUSPENDED, {"i": definition_id}).scalar())


def _unless_suspended(definition: Definition, suspended_at: datetime | None) -> Definition:
    if suspended_at is not None:
        raise Conflict("The process '{key}' is suspended", key=definition.key)
    return definition


def by_id(environment: Environment, connection: Connection, definition_id: str) -> Definition:
    """A version by its id, compiled at most once per node of the installation. Raises NotFound."""
    found = environment.deployments.get(definition_id)
    if found is None:
        table = tables.definition
        deployment_id = connection.execute(select(table.c.deployment_id).where(table.c.id == definition_id)).scalar()
        if deployment_id is None:
            raise NotFound(what="process definition", id=definition_id)
        _compile(environment, connection, deployment_id)
        found = environment.deployments[definition_id]
    definition: Definition = found
    return definition


def _compile(environment: Environment, connection: Connection, deployment_id: str) -> None:
    resource, definition = tables.resource, tables.definition
    query = select(resource.c.name, resource.c.content).where(resource.c.deployment_id == deployment_id)
    files = {row.name: bytes(row.content) for row in connection.execute(query)}
    rows = connection.execute(select(definition).where(definition.c.deployment_id == deployment_id)).all()
    ids = {row.key: row.id for row in rows}
    bundle = bundles.restore(files, environment.functions, deployment_id, ids)
    for row in rows:
        compiled = bundle.processes[row.key]
        environment.deployments[row.id] = Definition(row.id, row.key, row.version, row.name, compiled, bundle)


def called(
    environment: Environment,
    connection: Connection,
    caller: Mapping[str, Any],
    key: object,
    binding: str = "deployment",
    version: object = None,
) -> Definition:
    """The process that a call activity calls, as things are now (camunda:calledElementBinding).

    `deployment` is that of the caller's own bundle, `latest` the current one, `version` a version by its number. Raises
    Fault when it is not there, Conflict when it is suspended.
    """
    if not isinstance(key, str) or not key:
        raise Fault("Expected the id of a process to call, but got {value}", value=feel.from_feel(key))
    if binding == "latest":
        table = tables.current_definition
        found = connection.execute(select(table.c.definition_id).where(table.c.key == key)).scalar()
        missing = Fault("Expected the process '{key}', but it is not deployed", key=key)
    elif binding == "version":
        number = _version(version)
        of = tables.definition
        query = select(of.c.id).where(of.c.key == key, of.c.version == number)
        found = connection.execute(query).scalar()
        missing = Fault("Expected version {version} of the process '{key}', but there is none", key=key, version=number)
    else:
        found = by_id(environment, connection, caller["definition_id"]).bundle.definitions.get(key)
        missing = Fault("Expected the process '{key}' in the deployment, but it is not there", key=key)
    if found is None:
        raise missing
    return active(environment, connection, found)


def _version(value: object) -> int:
    with suppress(ValueError, ArithmeticError):
        number = Decimal(str(value))
        if number == number.to_integral_value() and 0 < number <= NEWEST:
            return int(number)
    raise Fault("Expected the number of a version, but got {value}", value=feel.from_feel(value))
