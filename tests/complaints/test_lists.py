"""Inbox, board, search and history: filters, orders and pages."""

import csv
import io
import json
from datetime import timedelta

import pytest

from complaints import board, casework, contacts, inbox, notes, notices, search, supervision, trail
from complaints.board import BoardFilter
from complaints.inbox import InboxFilter
from complaints.trail import TrailFilter
from engine.errors import Forbidden, Invalid, NotFound


@pytest.fixture
def cases(bank):
    """Five complaints, a quarter of an hour apart, the third by letter."""
    numbers = []
    for n in range(5):
        changes = {"channel": "LETTER"} if n == 2 else {}
        user = "gao" if n == 2 else "lin"
        numbers.append(bank.register(user, demand=f"诉求{n}", verbatim=f"第{n}件投诉:排队太久。", **changes).number)
        bank.travel(minutes=15)
    return numbers


def test_inbox_of_a_group(bank, cases):
    rows = bank.ask("mei", inbox.groups).rows
    assert [row.number for row in rows] == [cases[n] for n in (0, 1, 3, 4)]
    row = rows[0]
    assert (row.name, row.element) == ("复核", "Review")
    assert row.name_en.startswith("Review")
    assert (row.subject, row.customer, row.channel) == ("第0件投诉:排队太久。", "王**", "PHONE")
    assert bank.ask("lin", inbox.mine).rows[0].element == "ContactCustomer"
    counts = bank.ask("mei", inbox.counts)
    assert (counts.mine, counts.groups) == (0, 4)


def test_inbox_pages(bank, cases):
    first = bank.ask("mei", inbox.groups, limit=3)
    second = bank.ask("mei", inbox.groups, after=first.next, limit=3)
    assert [row.number for row in first.rows + second.rows] == [cases[n] for n in (0, 1, 3, 4)]
    assert second.next is None
    with pytest.raises(Invalid):
        bank.ask("mei", inbox.groups, after="nonsense")


def test_a_task_offered_twice_is_listed_once(bank, cases):
    number = cases[2]
    rows = bank.ask("gao", inbox.groups, InboxFilter(text=number)).rows
    assert [row.element for row in rows] == ["Review"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (InboxFilter(text="第3件"), [3]),
        (InboxFilter(text="王小明"), [0, 1, 3, 4]),
        (InboxFilter(channel="WEB"), []),
        (InboxFilter(element="Review"), [0, 1, 3, 4]),
        (InboxFilter(group="callback"), []),
        (InboxFilter(level=1), []),
        (InboxFilter(sort="created"), [0, 1, 3, 4]),
        (InboxFilter(sort="priority"), [0, 1, 3, 4]),
        (InboxFilter(text="100%"), []),
    ],
)
def test_inbox_filters(bank, cases, filters, found):
    assert [row.number for row in bank.ask("mei", inbox.groups, filters).rows] == [cases[n] for n in found]


def test_claim_release_assign_delegate(bank, cases):
    task = bank.task(cases[0], "Review")
    bank.act("mei", casework.claim, task.id)
    assert [row.number for row in bank.ask("mei", inbox.mine).rows] == [cases[0]]
    bank.act("mei", casework.release, task.id)
    assert bank.ask("mei", inbox.mine).rows == ()
    with pytest.raises(Forbidden):
        bank.act("lin", casework.assign, task.id, "mei")
    with pytest.raises(NotFound):
        bank.act("gao", casework.assign, task.id, "nobody")
    bank.act("gao", casework.assign, task.id, "mei")
    bank.act("mei", casework.delegate, task.id, "li")
    bank.act("li", casework.give_back, task.id)
    assert bank.task(cases[0], "Review").assignee == "mei"


def test_a_draft_comes_back_without_personal_data(bank, cases):
    task = bank.task(cases[0], "Review")
    bank.act("mei", casework.save_draft, task.id, {"review_reason": "待核对", "customer_name": "王小明"})
    mei = bank.who("mei")
    with bank.environment.read() as connection:
        view = casework.task_view(bank.environment, connection, mei, task.id)
    assert view.initial["review_reason"] == "待核对"
    assert "customer_name" not in view.initial
    assert view.draft_saved_at == bank.now
    assert view.task.may_complete
    assert view.case.number == cases[0]


@pytest.mark.proves("R47")
def test_the_board_shows_the_least_time_first(bank, cases):
    bank.do("mei", cases[3], "Review", review_checks=["complete"], review_result="ok")
    bank.do("mei", cases[3], "Classify", subcategory="SQ.ATT", deviation_reason="按客户原话判断")
    rows = bank.ask("gao", board.open_cases).rows
    assert [row.number for row in rows] == [cases[n] for n in (3, 0, 1, 2, 4)]
    assert (rows[0].clock, rows[1].clock) == ("internal", "statutory")
    assert set(rows[0].clocks) == {"first-response", "target", "internal", "statutory", "silence"}
    for filters, found in (
        (BoardFilter(time_class="ordinary"), [cases[3]]),
        (BoardFilter(channel="LETTER"), [cases[2]]),
        (BoardFilter(due_before=bank.now), []),
    ):
        assert [row.number for row in bank.ask("gao", board.open_cases, filters).rows] == found
    first = bank.ask("gao", board.open_cases, limit=2)
    assert len(bank.ask("gao", board.open_cases, after=first.next, limit=50).rows) == 3


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [4, 3, 2, 1, 0]),
        ("ts-2026-000002", [1]),
        ("小明", [4, 3, 2, 1, 0]),
        ("5678", [4, 3, 2, 1, 0]),
        ("第4件投诉", [4]),
        ("没有这样的话", []),
        ("%", []),
    ],
)
def test_search(bank, cases, text, found):
    assert [row.number for row in bank.ask("gao", search.cases, text).rows] == [cases[n] for n in found]


def test_search_open_or_closed(bank, cases):
    assert len(bank.ask("gao", search.cases, "", closed=False).rows) == 5
    assert bank.ask("gao", search.cases, "", closed=True).rows == ()


def test_supervision_by_hand_tells_the_people_responsible(bank, cases):
    number = cases[0]
    with pytest.raises(Forbidden):
        bank.act("lin", supervision.raise_by_hand, number, 2, "客户再次来电催问")
    with pytest.raises(Invalid):
        bank.act("gao", supervision.raise_by_hand, number, 2, "")
    bank.act("gao", supervision.raise_by_hand, number, 2, "客户再次来电催问")
    assert bank.case(number).level == 2
    (notice,) = bank.ask("mei", notices.unread)
    assert notice.subject == f"催办:投诉 {number}"
    assert notice.body.endswith("客户再次来电催问")
    bank.act("mei", notices.read, notice.id)
    assert bank.ask("mei", notices.unread) == []
    assert len(bank.ask("lin", notices.unread)) == 1
    with pytest.raises(NotFound):
        bank.act("wang", notices.read, notice.id)


def test_notes_and_contacts(bank, cases):
    number = cases[0]
    bank.act("lin", notes.write, number, "客户情绪激动")
    with pytest.raises(Invalid):
        bank.act("lin", notes.write, number, " ")
    bank.act("lin", contacts.record, number, "call", "reached", bank.now, "已安抚")
    with pytest.raises(Invalid):
        bank.act("lin", contacts.record, number, "call", "reached", bank.now + timedelta(hours=1), "")
    with pytest.raises(Invalid):
        bank.act("lin", contacts.record, number, "pigeon", "reached", bank.now, "")
    assert bank.events(number)[-3:] == ["note-written", "contact-logged", "timer-moved"], "silence counts anew"
    assert bank.case(number).first_response is None


def test_a_history_is_filtered_and_exported(bank, cases):
    number = cases[0]
    bank.do("mei", number, "Review", review_checks=["complete"], review_result="ok")
    rows = bank.ask("he", trail.events, number).rows
    assert rows[0].kind == "registered"
    assert {row.actor for row in bank.ask("he", trail.events, number, TrailFilter(actor="mei")).rows} == {"mei"}
    (done,) = bank.ask("he", trail.events, number, TrailFilter(kind="task-completed", element="Review")).rows
    assert (done.element_name, done.facts["user"]) == ("复核", "mei")
    exported = "".join(bank.ask("he", lambda c, v: list(trail.export(c, v, number, "json"))))
    assert len(json.loads(exported)) == len(rows)
    lines = list(csv.reader(io.StringIO("".join(bank.ask("he", lambda c, v: list(trail.export(c, v, number, "csv")))))))
    assert len(lines) == len(rows) + 1
    bank.act("he", trail.exported, number, "csv", len(rows))
    assert bank.events(number)[-1] == "history-exported"
    page = bank.ask("he", trail.events, number, limit=5)
    assert len(bank.ask("he", trail.events, number, after=page.next).rows) == len(rows) - 5 + 1


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2", "@SUM", "\t=1", "|x", "%y"])
def test_no_cell_of_an_export_is_a_formula(text):
    assert trail.inert(text).startswith("'")
    assert trail.inert("普通文字") == "普通文字"
