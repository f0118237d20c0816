"""What customers do without an account: file, follow by number and code, add material, rate (R11, R73, R74, R86).

Unknown numbers and wrong codes are answered alike; five failures lock the number, twenty the address, known or not.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

import engine.tables
from complaints import (
    catalogue,
    clocks,
    closing,
    dossier,
    evidence,
    letters,
    materials,
    notices,
    register,
    reviews,
    satisfaction,
    settings,
    tables,
    taskforms,
    throttle,
    withdrawal,
)
from complaints import survey as surveys
from complaints.materials import Wanted
from engine import definitions, messages
from engine.environment import Actor, Environment, Transaction
from engine.errors import Invalid, NotFound, Problem, Rejected
from engine.functions import Host

CUSTOMER = Actor("customer", system=True)
CHANNEL, PROCESS = "WEB", "ordinary"
FAILURES, ADDRESS_FAILURES, PAUSE = 5, 20, timedelta(minutes=30)
FORMS = ("portal-complaint", "add-material", "survey")
Locked = throttle.TooMany


class WrongCode(Rejected):
    """There is no complaint with this number and query code."""


@dataclass(frozen=True)
class Material:
    """What the customer added."""

    text: str
    at: datetime


@dataclass(frozen=True)
class StatusPage:
    """Where a complaint stands, in plain words; nothing internal."""

    number: str
    received_at: datetime
    stage: str
    stage_text: str
    next_step: str
    due_at: datetime | None
    provisional: bool
    handler: str
    phone: str
    reply: str | None
    reply_at: datetime | None
    materials: tuple[Material, ...]
    wanted: tuple[Wanted, ...]
    may_add: bool
    may_withdraw: bool
    being_checked: bool
    review: reviews.Right | None
    reviews: tuple[reviews.ReviewRow, ...]


def form_view(
    environment: Environment,
    connection: Connection,
    form: str,
    locale: str = "zh",
    case: Mapping[str, Any] | None = None,
) -> taskforms.Sheet:
    """A public form, `portal-complaint`, `add-material` or `survey`, ready to be shown. Raises NotFound.

    `case` is the little of the case that its questions depend on.
    """
    bundle = definitions.current(environment, connection, PROCESS).bundle
    if form not in FORMS or form not in bundle.forms:
        raise NotFound(what="form", id=form)
    host = Host(connection, environment.clock.now(), None, None)
    return taskforms.sheet(environment, host, None, bundle, form, {}, case or {}, locale=locale)


def file(
    environment: Environment, data: Mapping[str, Any], uploads: Sequence[evidence.Upload] = (), *, remote: str
) -> register.Receipt:
    """Take a complaint in; `Register` then waits for the channel's group. Raises Invalid with problems by field."""

    def work(tx: Transaction) -> register.Receipt:
        throttle.check(tx.connection, tx.now, _filing(remote))
        sheet = form_view(environment, tx.connection, "portal-complaint")
        typed = taskforms.checked(sheet, data, uploads)
        if not typed.get("consent"):
            raise Invalid("Some fields need your attention", (Problem("consent", "Please tick this box to go on."),))
        receipt = register.open_case(tx, {**typed, "channel": CHANNEL}, PROCESS, owner=None)
        dossier.submit(tx, receipt.number, dossier.Source("Portal", "portal-complaint"), typed, uploads)
        throttle.failed(tx, _filing(remote), ADDRESS_FAILURES, PAUSE)  # counted, so that a flood ends
        return receipt

    return environment.run(CUSTOMER, work)


def _filing(remote: str) -> str:
    return f"file:{remote}"


def look_up(environment: Environment, number: str, code: str, *, remote: str, locale: str = "zh") -> StatusPage:
    """The status of a complaint. Raises WrongCode, Locked."""
    with environment.read() as connection:
        keys = (f"code:{number[:40]}", f"code-from:{remote}")
        throttle.check(connection, environment.clock.now(), *keys)
        row = connection.execute(select(tables.complaint).where(tables.complaint.c.number == number)).first()
        right = hmac.compare_digest(register.code_hash(number, code), row.query_hash if row else "0" * 64)
        if row is not None and right:
            return _status(connection, row, locale, environment.clock.now())
    environment.run(CUSTOMER, lambda tx: _wrong(tx, keys, known=row is not None))
    raise WrongCode


def _wrong(tx: Transaction, keys: tuple[str, str], known: bool) -> None:
    locked = throttle.failed(tx, keys[0], FAILURES, PAUSE)
    throttle.failed(tx, keys[1], ADDRESS_FAILURES, PAUSE)
    tx.record("identity", "query-code-failed", key=keys[0] if known else None, locked=locked)


def _status(connection: Connection, row: Row[Any], locale: str, now: datetime) -> StatusPage:
    handler = letters.answerable(connection, row.number)
    stage = withdrawal.WITHDRAWN if row.withdrawn_at is not None else row.stage
    due = clocks.due(connection, row.number, "governing")
    reply = dossier.fields(connection, row.number).get("reply_text") if row.replied_at else None
    return StatusPage(
        row.number,
        row.received_at,
        stage,
        catalogue.label("stages", stage, locale),
        catalogue.NEXT[stage][locale.startswith("en")],
        due,
        due is not None and clocks.is_provisional(connection, row.number, due),
        handler.name if handler else settings.get(connection, "bank-name"),
        (handler.phone if handler else "") or settings.get(connection, "hotline"),
        reply,
        row.replied_at,
        _materials(connection, row.number),
        tuple(materials.wanted(connection, row.number)),
        row.closed_at is None,
        withdrawal.offered(connection, row.number),
        withdrawal.under_check(connection, row.number) is not None,
        reviews.right(connection, row.number, now),
        tuple(reviews.listed(connection, row.number)),
    )


def _materials(connection: Connection, number: str) -> tuple[Material, ...]:
    table = tables.wording
    query = select(table.c.text, table.c.at).where(table.c.number == number, table.c.kind == "material")
    return tuple(Material(row.text, row.at) for row in connection.execute(query.order_by(table.c.seq)))


def add_material(
    environment: Environment,
    number: str,
    code: str,
    text: str,
    uploads: Sequence[evidence.Upload] = (),
    *,
    remote: str,
) -> None:
    """Add words and files to an open complaint and tell whoever handles it. Raises as `look_up`; Invalid."""
    if not look_up(environment, number, code, remote=remote).may_add:
        raise Invalid("Expected an open complaint, but {number} is closed", number=number)

    def work(tx: Transaction) -> None:
        sheet = form_view(environment, tx.connection, "add-material")
        typed = taskforms.checked(sheet, {"material_text": text}, uploads)
        dossier.submit(tx, number, dossier.Source("Portal", "add-material"), typed, uploads)
        handler = letters.answerable(tx.connection, number)
        case = tables.complaint
        group = tx.connection.scalar(select(case.c.intake_group).where(case.c.number == number))
        addressee = handler.user if handler else f"group:{group}"
        notices.send(
            tx, number, "material", addressee, f"投诉 {number}:客户补充了材料", "请查看案卷中的补充说明和附件。"
        )

    environment.run(CUSTOMER, work)


def withdraw(environment: Environment, number: str, code: str, reason: str, *, remote: str) -> None:
    """Withdraw one's complaint: number and code are the evidence. Raises as `look_up`; Invalid, Conflict."""
    look_up(environment, number, code, remote=remote)
    environment.run(CUSTOMER, lambda tx: withdrawal.begin_by_customer(tx, number, reason))


def take_back(environment: Environment, number: str, code: str, *, remote: str) -> None:
    """Have the complaint handled after all, while the withdrawal is checked. Raises as `look_up`; Conflict."""
    look_up(environment, number, code, remote=remote)
    environment.run(CUSTOMER, lambda tx: withdrawal.take_back_by_customer(tx, number))


def ask_review(environment: Environment, number: str, code: str, request: str, *, remote: str) -> None:
    """Ask for a review of the decision (G5). Raises as `look_up` and `reviews.ask_online`."""
    look_up(environment, number, code, remote=remote)
    environment.run(CUSTOMER, lambda tx: reviews.ask_online(tx, number, request))


def survey_form(environment: Environment, connection: Connection, token: str, locale: str = "zh") -> taskforms.Sheet:
    """The questions of a link: about what mattered only those of its case. Raises NotFound as `answer`."""
    number = surveys.find(connection, token, environment.clock.now())
    if number is None:
        raise NotFound("This link has been used or has expired.")
    return form_view(environment, connection, "survey", locale, closing.asked(connection, number))


def answer(
    environment: Environment,
    token: str,
    expectation: int,
    perception: int,
    comment: str,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Keep an answer, with `more` to the optional questions, and close its link.

    Raises NotFound when it was used or has ended, Invalid off the scale.
    """
    given = {"expectation": expectation, "perception": perception}

    def work(tx: Transaction) -> None:
        sheet = survey_form(environment, tx.connection, token)
        typed = taskforms.checked(sheet, {**(more or {}), **given, "satisfaction_comment": comment or None}, ())
        number = surveys.use(tx, token)
        if number is None:
            raise NotFound("This link has been used or has expired.")
        dossier.submit(tx, number, dossier.Source("Survey", "survey"), closing.answered(typed))
        waiting = engine.tables.subscription
        asks = waiting.c.business_key == number, waiting.c.name == "survey-answered"
        if tx.connection.scalar(select(waiting.c.scope_id).where(*asks).limit(1)):
            messages.publish(
                tx,
                "survey-answered",
                business_key=number,
                payload=given,
                message_id=surveys.hashed(token),
                everywhere=True,
            )
        else:  # the call-back came first
            satisfaction.record(
                tx, number, "survey", "answered", expectation, perception, at=tx.now, by="customer", comment=comment
            )

    environment.run(CUSTOMER, work)
