"""Taking a complaint in: number, case, clocks, acknowledgement and process in one command (R3, R6, R27, R34)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

import engine.tables
from complaints import (
    casework,
    clocks,
    clockwork,
    decisions,
    dossier,
    evidence,
    golive,
    letters,
    masking,
    media,
    numbering,
    owners,
    silence,
    streams,
    tables,
    taskforms,
    taskpages,
)
from complaints.viewer import SignedIn
from engine import instances, rows, tasks
from engine.columns import FAR
from engine.environment import Transaction
from engine.errors import Conflict, Invalid, Problem
from engine.prepared import prepared

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without what is easily confused when read over the telephone."""
SUBJECT = 40


@dataclass(frozen=True)
class Receipt:
    """What the customer gets; the query code is shown once and only its hash is kept."""

    number: str
    query_code: str
    first_response_due: datetime | None


def register(
    tx: Transaction,
    signed_in: SignedIn,
    data: Mapping[str, Any],
    *,
    key: str = "ordinary",
    task_element: str = "Register",
    uploads: Sequence[evidence.Upload] = (),
    external: str | None = None,
) -> Receipt:
    """Register what a clerk was told: case, process and its first task, completed with the clerk's form.

    Raises Invalid with problems by field, Forbidden without the role, Conflict when `external` is registered already.
    """
    signed_in.require("handler", "supervisor")
    sheet = taskpages.start_sheet(tx.environment, tx.connection, signed_in, key, task_element)
    typed = taskforms.checked(sheet, data, uploads)
    receipt = open_case(tx, typed, key, owner=signed_in.user, external=external)
    tasks.assign(tx, tx.connection.execute(*_begun(receipt.number, task_element)).one().id, signed_in.user)
    begun = tx.connection.execute(*_begun(receipt.number, task_element)).one()
    casework.finish(tx, signed_in, begun, sheet, typed, uploads)
    return receipt


@prepared
def _begun(number: Any, element: Any) -> Any:
    task = engine.tables.task
    return select(task).where(task.c.business_key == number, task.c.element_id == element)


def open_case(
    tx: Transaction, data: Mapping[str, Any], key: str, *, owner: str | None, external: str | None = None
) -> Receipt:
    """A new case and its process, started; the first task is open. `data` has passed its form."""
    received = data.get("received_at") or tx.now
    _check_new(tx, received, external)
    number, code = numbering.take(tx, "TS"), _query_code()
    channel = str(data["channel"])
    group = decisions.intake_group(tx.environment, tx.connection, channel, tx.now)
    answers = owner or owners.choose(tx.connection, group, number, tx.now)
    own = {"number": number, "query_hash": code_hash(number, code), "external": external}
    _insert(tx, received, data, **own, process=key, intake_group=group, first_owner=owner, owner=answers)
    rows.add(tx.connection, tables.party, {"number": number})
    tx.record(streams.of(number), "registered", number=number, channel=channel, received_at=received, external=external)
    owners.record(tx, number, None, answers, "registered")
    golive.admit(tx, number, channel)
    clockwork.begin(tx, number)
    dossier.set_party(tx, number, data)
    instances.start(tx, key, business_key=number, stream=streams.of(number), variables={"channel": channel})
    silence.watch(tx, number)
    instances.start_when(tx, {"channel": channel, "process": key}, business_key=number, stream=streams.of(number))
    if key != media.PROCESS:  # nobody has complained
        letters.to_customer(tx, number, "acknowledgement", secret={"query_code": code})
    return Receipt(number, code, clocks.due(tx.connection, number, "first-response"))


def _insert(tx: Transaction, received: datetime, data: Mapping[str, Any], **own: str | None) -> None:
    row = {
        "kind": data.get("matter_kind") or "complaint",
        "channel": str(data["channel"]),
        "received_at": received,
        "registered_at": tx.now,
        "registered_by": tx.actor.user,
        "subject": subject(data),
        "branch": data.get("branch"),
        "stage": "received",
        "due_at": FAR,
    }
    rows.add(tx.connection, tables.complaint, row | own)


def _check_new(tx: Transaction, received: datetime, external: str | None) -> None:
    if received > tx.now:
        raise Invalid(
            "Some fields need your attention",
            (Problem("received_at", "This lies in the future; please give a time that has passed."),),
        )
    if external is not None and tx.connection.scalar(*_registered(external)):
        raise Conflict("The complaint '{external}' is registered already", external=external)


@prepared
def _registered(external: Any) -> Any:
    return select(tables.complaint.c.number).where(tables.complaint.c.external == external)


def subject(data: Mapping[str, Any]) -> str:
    """The beginning of what the customer said, without personal data: what lists show."""
    words = " ".join(str(data.get(dossier.ORIGINAL) or data.get("demand") or "").split())
    customer = str(data.get("customer_name") or "")
    if len(customer) > 1:
        words = words.replace(customer, masking.name(customer))
    text = masking.text(words)
    return text if len(text) <= SUBJECT else text[: SUBJECT - 1] + "…"


def _query_code() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


def code_hash(number: str, code: str) -> str:
    """What is kept of a query code; case, spaces and hyphens do not matter."""
    plain = "".join(code.upper().replace("-", "").split())
    return hmac.new(number.encode(), plain.encode(), hashlib.sha256).hexdigest()
