"""The reply on a 转(督)办单 in six elements (R60–R66).

Elements 1 to 3 are written by the unit. Element 4 comes from the call-back or survey, 5 is computed from the case, 6
comes from the directory at the moment of signing; nobody types them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, func, select

from complaints import actions, clocks, dossier, letters, people, satisfaction, streams, tables
from engine import calendar, rows
from engine.environment import Transaction
from engine.errors import Fault
from engine.prepared import prepared

FORM, ELEMENT = "six-elements", "Report"
JUSTIFIED = {"yes": "属实", "partly": "部分属实", "no": "不属实"}
CLOCKS = {
    "first-response": "首次响应",
    "target": "目标时限",
    "internal": "内部时限",
    "statutory": "法定时限",
    "sender": "转来期限",
    "credit-report": "征信异议时限",
}
STATES = {
    "met": "按时",
    "late": "超时",
    "attempted": "已三次联系未果",
    "running": "进行中",
    "amber": "临近",
    "red": "已逾期",
    "paused": "已暂停",
    "withdrawn": "因撤诉终止",
    "merged": "已并案",
    "ended": "已终止",
    "cancelled": "不适用",
}
COMPUTED = ("element_satisfaction", "element_times", "element_handler")
WRITTEN = (
    "verified_facts",
    "justified",
    "responsibility",
    "responsible_persons",
    "no_responsibility_reason",
    "lessons",
    "actions",
    "cause_tags",
    "dimensions",
    "bank_outcome",
)


@dataclass(frozen=True)
class Element:
    """One of the six, with the reviewer's remark where it was found insufficient."""

    text: str
    returned: bool
    remark: str


@dataclass(frozen=True)
class Report:
    """A signed report; `body` holds the written elements and the computed ones, `marks` the reviewer's by element."""

    version: int
    body: dict[str, Any]
    elements: list[Element]
    signed_at: datetime
    signed_by: str
    signed_by_name: str
    marks: dict[str, Any] | None
    reviewed_at: datetime | None
    reviewed_by: str | None


def shown(connection: Connection, number: str, user: str, now: datetime) -> dict[str, str]:
    """The three computed elements as `user` would sign them now."""
    person = people.person(connection, user)
    case = connection.execute(*_case(number)).one()
    return {
        "element_satisfaction": _satisfaction(connection, case),
        "element_times": _times(connection, case, now),
        "element_handler": f"{person.name} {person.phone}".strip(),
    }


@prepared
def _case(number: Any) -> Any:
    """A case, and when the first of its units has accepted it."""
    case, slip = tables.complaint, tables.slip
    accepted = select(func.min(slip.c.accepted_at)).where(slip.c.number == case.c.number).scalar_subquery()
    return select(case, accepted.label("accepted_at")).where(case.c.number == number)


def _satisfaction(connection: Connection, case: Row[Any]) -> str:
    outcome = case.satisfaction
    if outcome is None:
        return "尚无评价"
    given = satisfaction.listed(connection, case.number)
    answer = next((row for row in reversed(given) if row.outcome), None)
    if answer is None or outcome == "unreachable":
        return f"{satisfaction.LABELS[outcome]}(回访{len(given)}次)"
    source = {"call": "回访", "survey": "问卷"}[answer.source]
    ratio = f",预期/感知比 {answer.ratio.normalize():f}" if answer.ratio is not None else ""
    return f"{satisfaction.LABELS[outcome]}({source},{letters.minute(answer.at)}{ratio})"


def _times(connection: Connection, case: Row[Any], now: datetime) -> str:
    begin, end = calendar.local_day(case.received_at), calendar.local_day(case.closed_at or case.replied_at or now)
    working = calendar.current(connection).working_days_between(begin, end)
    lines = [("接到投诉", case.received_at), ("登记", case.registered_at), ("承办单位接收", case.accepted_at)]
    lines += [("答复客户", case.replied_at), ("办结", case.closed_at)]
    told = ";".join(f"{name} {letters.minute(at)}" for name, at in lines if at)
    judged = [clock for clock in clocks.of(connection, case.number, now) if clock.name in CLOCKS]
    statuses = ";".join(f"{CLOCKS[clock.name]}{STATES[clock.state]}" for clock in judged)
    return f"{told};历时 {working} 个工作日、{(end - begin).days} 个自然日;{statuses}"


def sign(tx: Transaction, number: str) -> int:
    """Fix the report just submitted, with the computed elements of this moment; returns its version."""
    written = dossier.latest(tx.connection, number, ELEMENT)
    if written is None:
        raise Fault("Expected a submitted report of case {number}, but there is none", number=number)
    newest = _newest(tx.connection, number)
    version = newest.version + 1 if newest else 1
    body = {name: written.data.get(name) for name in WRITTEN} | shown(tx.connection, number, written.by, tx.now)
    text = orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()
    row = {"number": number, "version": version, "body": text, "signed_at": tx.now, "signed_by": written.by}
    rows.add(tx.connection, tables.report, row)
    actions.replace(tx, number, written.data.get("actions") or [])
    computed = {name: body[name] for name in COMPUTED}
    tx.record(streams.of(number), "report-signed", version=version, by=written.by, **computed)
    return version


def review(tx: Transaction, number: str, data: Mapping[str, Any]) -> None:
    """Keep the reviewer's marks with the newest report."""
    newest = _newest(tx.connection, number)
    if newest is None:
        return
    marks = {name: value for name, value in data.items() if name.startswith(("mark_", "report_"))}
    values = {"marks": orjson.dumps(marks).decode(), "reviewed_at": tx.now, "reviewed_by": tx.actor.user}
    rows.change(tx.connection, tables.report, {"number": number, "version": newest.version}, **values)
    tx.record(streams.of(number), "report-reviewed", version=newest.version, marks=marks)


def _newest(connection: Connection, number: str) -> Row[Any] | None:
    return connection.execute(*_newest_of(number)).first()


@prepared
def _newest_of(number: Any) -> Any:
    table = tables.report
    return select(table).where(table.c.number == number).order_by(table.c.version.desc()).limit(1)


def report(connection: Connection, number: str, *, confidential: bool = True) -> Report | None:
    """The newest signed report of a case; without `confidential` the persons responsible are left out (R62)."""
    row = _newest(connection, number)
    if row is None:
        return None
    body, marks = orjson.loads(row.body), orjson.loads(row.marks) if row.marks else None
    if not confidential:
        body |= {"responsible_persons": [], "no_responsibility_reason": "******"}
    name = people.names(connection, [row.signed_by])[row.signed_by]
    return Report(
        version=row.version,
        body=body,
        elements=_elements(body, marks or {}),
        signed_at=row.signed_at,
        signed_by=row.signed_by,
        signed_by_name=name,
        marks=marks,
        reviewed_at=row.reviewed_at,
        reviewed_by=row.reviewed_by,
    )


def _elements(body: Mapping[str, Any], marks: Mapping[str, Any]) -> list[Element]:
    people_named = [
        " ".join(str(value) for value in person.values() if value) for person in body["responsible_persons"] or ()
    ]
    measures = [" ".join(str(value) for value in action.values() if value) for action in body["actions"] or ()]
    texts = (
        f"{body['verified_facts'] or ''}\n{JUSTIFIED.get(body['justified'] or '', '')}",
        "\n".join(people_named) or body["no_responsibility_reason"] or "",
        "\n".join([body["lessons"] or "", *measures]),
        *(str(body[name] or "") for name in COMPUTED),
    )
    comment = str(marks.get("report_comment") or "")
    returned = [marks.get(f"mark_{n}") == "insufficient" for n in range(1, 7)]
    return [Element(text.strip(), bad, comment if bad else "") for text, bad in zip(texts, returned, strict=True)]
