"""The media have it: who is told, one voice, a note each day until it is quiet, the customer beside (R14, R58, R68)."""

from __future__ import annotations

from datetime import datetime, timedelta

import orjson
import pytest
from sqlalchemy import select, update
from support.diagrams import node
from support.engine import chain, diagram, flow, process, user

import engine.tables
from complaints import (
    accounts,
    archive,
    board,
    casefile,
    casework,
    clocks,
    house,
    inbox,
    kinds,
    media,
    media_log,
    passwords,
    people,
    reconcile,
    register,
    tables,
)
from engine import definitions, messages
from engine.clock import ZONE
from engine.environment import SYSTEM
from engine.errors import Conflict, Forbidden, Invalid

PASSWORD = passwords.hashed("correct horse battery")
RECORD = {
    "outlet": "江城晚报",
    "journalist": "陈记者 010-1234",
    "report_url": "https://news.example/1",
    "reach": "local",
}
FACTS = {"media_facts": "客户等候约一百分钟,情况属实。", "media_risk": "medium"}
WORDS = {"statement_kind": "statement", "statement_text": "我行已受理客户诉求,正在核实。", "spokesperson": "马主任"}
SILENCE = {"statement_kind": "none", "no_statement_reason": "事实尚未核实完毕"}
ARTICLE = {"channel": "MEDIA", "branch": "west", "verbatim": "某网站报道我行网点排长队,没有提到客户。", **RECORD}
PUBLIC = ("media.bpmn", "media-statement.bpmn", "archive.bpmn")
NAMES = ("withdrawn", "handled")
MESSAGES = "".join(f'<bpmn:message id="{name}" name="{name}"/>' for name in NAMES)


def of_message(name: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{name}"/>'


CUSTOMER = process(
    chain(
        ("Register", user("Register", 'camunda:candidateGroups="office,95566" camunda:formRef="register"')),
        ("Answer", user("Answer", 'camunda:candidateGroups="95566"')),
        end=of_message("handled"),
    )
    + node(
        "subProcess",
        "Withdrawal",
        f'<bpmn:startEvent id="Withdrew">{of_message("withdrawn")}</bpmn:startEvent><bpmn:endEvent id="Gone"/>'
        + flow("w", "Withdrew", "Gone"),
        'triggeredByEvent="true"',
    ),
    "ordinary",
)
"""The customer's side in short: registered, answered (which leaves the archive to media), or withdrawn."""


@pytest.fixture
def press(bank):
    """The bank with people in its Office, the leaders in their place, and a short process for the customer's side."""

    def work(tx):
        for name, shown, roles in (
            ("bai", "白宣", ("handler",)),
            ("ma", "马主任", ("handler", "leader")),
            ("hu", "胡文", ("handler",)),
        ):
            accounts.create(tx, name, shown, PASSWORD, unit="office", roles=roles, must_change=False)
        people.appoint(tx, "office", "leader", "ma", tx.now - timedelta(days=1))
        files = {name: content for name, content in house.bundle().items() if name in PUBLIC or ".bpmn" not in name}
        definitions.deploy(tx, "huiyin", files | {"ordinary.bpmn": diagram(CUSTOMER, extra=MESSAGES)})

    bank.environment.run(SYSTEM, work)
    return bank


@pytest.fixture
def number(press):
    return press.register("bai", channel="MEDIA").number


def told(bank, number, template):
    table = tables.notice
    query = select(table.c.kind, table.c.value, table.c.at).where(
        table.c.number == number, table.c.template == template
    )
    with bank.environment.read() as connection:
        return sorted((row.kind, row.value, row.at) for row in connection.execute(query))


def instances(bank, number):
    """Process → how it ended, or that it is open."""
    instance, definition = engine.tables.instance, engine.tables.definition
    query = (
        select(definition.c.key, instance.c.outcome)
        .join(definition, definition.c.id == instance.c.definition_id)
        .where(instance.c.business_key == number, instance.c.parent_id.is_(None))
    )
    with bank.environment.read() as connection:
        return {key: outcome or "open" for key, outcome in connection.execute(query)}


def record(bank, number, by="bai"):
    return bank.ask(by, media_log.record, number, bank.now)


def answer(bank, number):
    """The customer is answered: his side has ended."""
    bank.do("lin", number, "Answer")
    messages.deliver_due(bank.environment)


def publish(bank, number, name, **options):
    bank.environment.run(SYSTEM, lambda tx: messages.publish(tx, name, business_key=number, **options))


def speak(bank, number, words=WORDS, author="bai", approver="ma"):
    """A statement from the draft to its release, or the decision to be silent."""
    bank.do(author, number, "DraftStatement", **words)
    bank.do(approver, number, "ApproveStatement", statement_decision="approve")
    if words is WORDS:
        bank.do("hu", number, "ReleaseStatement", released_at=bank.now, released_where="官网")


def note(bank, number, assessment="calm", **more):
    bank.do("bai", number, "SituationNote", assessment=assessment, situation="今日情况见清单。", **more)


def five_o_clock(bank, days=0):
    day = bank.now.astimezone(ZONE) + timedelta(days=days)
    bank.travel(to=day.replace(hour=17, minute=0, second=0, microsecond=0))


def to_quiet(bank, number):
    bank.do("bai", number, "RecordReport", **RECORD)
    bank.do("bai", number, "FactSheet", **FACTS)
    speak(bank, number)
    for day in range(4):
        five_o_clock(bank, days=min(day, 1))
        note(bank, number)


def facts(bank, number, kind):
    table = engine.tables.event
    query = select(table.c.body, table.c.at).where(table.c.stream == f"case:{number}", table.c.kind == kind)
    with bank.environment.read() as connection:
        return [orjson.loads(row.body) | {"at": row.at} for row in connection.execute(query.order_by(table.c.seq))]


@pytest.mark.proves("R14")
@pytest.mark.proves("R68")
def test_the_office_and_the_leaders_are_told_at_once(press, number):
    assert press.case(number).intake_group == "office"
    assert press.steps(number) == ["Answer", "FactSheet", "RecordReport"]
    assert told(press, number, "media-alarm") == [
        ("group", "office", press.now),
        ("user", "boss", press.now),
        ("user", "sun", press.now),
    ]
    assert [fact["at"] for fact in facts(press, number, "media-begun")] == [press.now]
    found = record(press, number)
    assert (found.customer, found.facts_due) == ("open", press.now + timedelta(hours=2))
    assert press.task(number, "FactSheet").due_at == press.now + timedelta(hours=2)
    assert press.task(number, "RecordReport").due_at == press.now + timedelta(minutes=30)
    for page in (press.ask("gao", board_row, number), press.ask("bai", inbox_row, number)):
        assert page.media
    for name in ("bai", "sun", "boss"):
        assert press.ask(name, summary, number).media, "who is told can look"


def board_row(connection, person, number):
    return next(row for row in board.open_cases(connection, person).rows if row.number == number)


def inbox_row(connection, person, number):
    return next(row for row in inbox.groups(connection, person).rows if row.number == number)


def summary(connection, person, number):
    return casefile.summary(connection, person, number)


def test_another_channel_has_no_public_matter(press):
    other = press.register("lin").number
    assert press.steps(other) == ["Answer"]
    assert record(press, other, by="lin") is None
    assert not press.ask("gao", board_row, other).media


@pytest.mark.proves("R14")
@pytest.mark.proves("R58")
def test_an_ordinary_employee_neither_releases_nor_closes(press, number):
    press.do("bai", number, "RecordReport", **RECORD)
    press.do("bai", number, "FactSheet", **FACTS)
    press.do("bai", number, "DraftStatement", **WORDS)
    press.do("ma", number, "ApproveStatement", statement_decision="approve")
    hand(press, number, "ReleaseStatement", "mei")
    with pytest.raises(Forbidden, match="only the Office"):
        press.do("mei", number, "ReleaseStatement", released_at=press.now, released_where="微博")
    hand(press, number, "ReleaseStatement", "hu")
    press.do("hu", number, "ReleaseStatement", released_at=press.now, released_where="官网")
    for day in range(4):
        five_o_clock(press, days=min(day, 1))
        note(press, number)
    answer(press, number)
    assert press.steps(number) == ["FileDossier"]
    hand(press, number, "FileDossier", "mei")
    with pytest.raises(Forbidden, match="only the Office"):
        press.do("mei", number, "FileDossier", archive_checks=["register"])
    assert press.case(number).closed_at is None


def hand(bank, number, step, to):
    """A supervisor hands a task to somebody, as he may."""
    bank.act("gao", casework.assign, bank.task(number, step).id, to)


@pytest.mark.proves("R58")
def test_a_statement_is_approved_by_another_and_returned_with_a_reason(press, number):
    press.do("bai", number, "RecordReport", **RECORD)
    press.do("bai", number, "FactSheet", **FACTS)
    press.do("ma", number, "DraftStatement", **WORDS)
    assert press.task(number, "ApproveStatement").assignee == "boss", "the leader wrote it, so the one above decides"
    with pytest.raises(Invalid):
        press.do("boss", number, "ApproveStatement", statement_decision="return")
    press.do("boss", number, "ApproveStatement", statement_decision="return", statement_comment="请写明已受理")
    press.do("bai", number, "DraftStatement", **WORDS)
    assert press.task(number, "ApproveStatement").assignee == "ma"
    with pytest.raises(Forbidden, match="four eyes"):
        hand(press, number, "ApproveStatement", "bai")
    hand(press, number, "ApproveStatement", "boss")
    press.do("boss", number, "ApproveStatement", statement_decision="approve")
    press.do("bai", number, "ReleaseStatement", released_at=press.now, released_where="官网")
    first, second = record(press, number).statements
    assert (first.seq, first.version, first.author, first.approver, first.decision) == (1, 1, "ma", "boss", "return")
    assert (first.comment, first.released_at) == ("请写明已受理", None)
    assert (second.version, second.author, second.approver, second.released_by) == (2, "bai", "boss", "bai")
    (released,) = facts(press, number, "statement-released")
    assert (released["author"], released["approver"]) == ("bai", "boss")


@pytest.mark.proves("R58")
def test_no_release_can_be_written_without_another_approver(press, number):
    press.do("bai", number, "RecordReport", **RECORD)
    press.do("bai", number, "FactSheet", **FACTS)
    press.do("bai", number, "DraftStatement", **WORDS)
    table = tables.media_statement
    for values in ({"released_at": press.now}, {"approver": "bai", "decision": "approve"}):
        with pytest.raises(Exception, match=r"(?i)check"):
            press.environment.run(SYSTEM, lambda tx, values=values: tx.connection.execute(update(table).values(values)))


@pytest.mark.proves("R68")
def test_the_leaders_learn_of_a_late_fact_sheet_and_a_late_note(press, number):
    press.do("bai", number, "RecordReport", **RECORD)
    begun = press.now
    press.travel(hours=1, minutes=59, seconds=59)
    assert told(press, number, "media-facts-late") == []
    press.travel(seconds=1)
    late = begun + timedelta(hours=2)
    assert told(press, number, "media-facts-late") == [("user", "boss", late), ("user", "sun", late)]
    press.do("bai", number, "FactSheet", **FACTS)
    five_o_clock(press)
    assert press.task(number, "SituationNote").due_at == press.now + timedelta(hours=2)
    press.travel(hours=1, minutes=59, seconds=59)
    assert told(press, number, "media-note-late") == []
    press.travel(seconds=1)
    assert [row[1] for row in told(press, number, "media-note-late")] == ["boss", "sun"]
    note(press, number)
    assert len(record(press, number).notes) == 1


@pytest.mark.proves("R68")
def test_a_note_every_natural_day_until_it_is_quiet(press, number):
    """Monday to Sunday: a new report on Wednesday begins the three quiet days anew."""
    press.do("bai", number, "RecordReport", **RECORD)
    press.do("bai", number, "FactSheet", **FACTS)
    speak(press, number)
    written = []
    for day in range(6):
        five_o_clock(press, days=min(day, 1))
        written.append((press.now.astimezone(ZONE).isoweekday(), press.now.astimezone(ZONE).hour))
        found = {
            "found_outlet": "江城电视台",
            "found_published_at": press.now,
            "found_tone": "neutral",
            "found_reach": "local",
        }
        note(press, number, reports_found=[found] if day == 2 else [])
        assert (record(press, number).quiet_at is None) == (day < 5)
    assert written == [(1, 17), (2, 17), (3, 17), (4, 17), (5, 17), (6, 17)]
    found = record(press, number)
    assert found.quiet_at == press.now == datetime(2026, 3, 7, 17, tzinfo=ZONE)
    assert [row.outlet for row in found.reports] == ["江城晚报", "江城电视台"]
    assert [row.reports for row in found.notes] == [0, 0, 1, 0, 0, 0]
    assert press.steps(number) == ["Answer"]


@pytest.mark.parametrize(("reach", "days"), [("regional", 5), ("national", 7)])
def test_a_wider_reach_is_watched_longer(press, number, reach, days):
    press.do("bai", number, "RecordReport", **RECORD | {"reach": reach})
    press.do("bai", number, "FactSheet", **FACTS)
    speak(press, number, SILENCE)
    for day in range(days + 1):
        assert record(press, number).quiet_at is None
        five_o_clock(press, days=min(day, 1))
        note(press, number)
    assert record(press, number).quiet_at == press.now


def test_it_is_not_quiet_while_it_rises_or_a_statement_is_in_work(press, number):
    press.do("bai", number, "RecordReport", **RECORD)
    press.do("bai", number, "FactSheet", **FACTS)
    for day in range(5):
        five_o_clock(press, days=min(day, 1))
        note(press, number)
    assert record(press, number).quiet_at is None, "nothing has been decided to be said yet"
    speak(press, number)
    five_o_clock(press, days=1)
    note(press, number, assessment="rising")
    assert record(press, number).quiet_at is None
    five_o_clock(press, days=1)
    note(press, number)
    assert record(press, number).quiet_at == press.now


@pytest.mark.proves("R58")
def test_further_statements_until_it_is_quiet(press, number):
    with pytest.raises(Forbidden):
        press.act("lin", media.want_statement, number)
    press.act("bai", media.want_statement, number)
    assert press.steps(number) == ["Answer", "DraftStatement", "FactSheet", "RecordReport"]
    speak(press, number, SILENCE)
    to_quiet(press, number)
    assert [(row.seq, row.version, row.kind) for row in record(press, number).statements] == [
        (1, 1, "none"),
        (2, 1, "statement"),
    ]
    with pytest.raises(Conflict):
        press.act("bai", media.want_statement, number)
    assert press.steps(number) == ["Answer"]


def test_the_journalists_deadline_is_that_of_the_statement(press, number):
    asked = press.now + timedelta(hours=3)
    press.do("bai", number, "RecordReport", **RECORD | {"answer_asked_by": asked})
    press.do("bai", number, "FactSheet", **FACTS)
    assert press.task(number, "DraftStatement").due_at == asked
    assert record(press, number).answer_due == asked
    speak(press, number)
    assert record(press, number).answer_due is None


@pytest.mark.proves("R68")
def test_the_join_waits_for_the_customer_when_the_log_is_closed_first(press, number, monkeypatch):
    to_quiet(press, number)
    assert press.steps(number) == ["Answer"]
    assert instances(press, number) == {"ordinary": "open", "media": "open", "keep-informed": "open"}
    answer(press, number)
    assert press.steps(number) == ["FileDossier"]
    assert instances(press, number) == {"ordinary": "completed", "media": "open", "keep-informed": "open"}
    press.do("bai", number, "FileDossier", archive_checks=["register"])
    assert press.steps(number) == ["FileDossier"], "the customer's part of the dossier is asked for too"
    (incomplete,) = facts(press, number, "dossier-incomplete")
    assert "report" in incomplete["missing"]
    assert not [code for code in incomplete["missing"] if code.startswith("media")]


@pytest.mark.proves("R68")
def test_the_join_waits_for_the_log_when_the_customer_is_answered_first(press, number):
    answer(press, number)
    assert instances(press, number) == {"ordinary": "completed", "media": "open", "keep-informed": "open"}
    assert press.steps(number) == ["FactSheet", "RecordReport"]
    with press.environment.read() as connection:
        missing = [item.code for item in archive.missing(press.environment, connection, number, press.now)]
    assert missing[-4:] == ["media-record", "media-facts", "media-statement", "media-log"]
    to_quiet(press, number)
    assert press.steps(number) == ["FileDossier"]


def test_media_take_up_a_complaint_that_is_handled(press):
    number = press.register("lin").number
    press.act("lin", kinds.change, number, "media", "晚报来电核实")
    assert press.steps(number) == ["Answer", "FactSheet", "RecordReport"]
    assert [row[1] for row in told(press, number, "media-alarm")] == ["office", "boss", "sun"]
    assert press.ask("hu", summary, number).channel == "PHONE"
    to_quiet(press, number)
    answer(press, number)
    task = press.task(number, "FileDossier")
    with press.environment.read() as connection:
        candidate = engine.tables.candidate
        query = select(candidate.c.value).where(candidate.c.task_id == task.id)
        assert list(connection.scalars(query)) == ["office"], "not the group of the telephone"


def test_media_that_come_after_the_customers_side_do_not_hang(press):
    number = press.register("lin").number
    answer(press, number)
    press.act("gao", kinds.change, number, "media", "结案前见报")
    assert record(press, number, by="bai").customer == "none"
    to_quiet(press, number)
    assert press.steps(number) == ["FileDossier"]
    assert press.incidents() == []


def test_a_withdrawal_ends_the_customers_side_only(press, number):
    values = {"withdrawn_at": press.now}
    of_case = tables.complaint.c.number == number
    press.environment.run(
        SYSTEM, lambda tx: tx.connection.execute(update(tables.complaint).where(of_case).values(values))
    )
    publish(press, number, "withdrawn", everywhere=True)
    assert instances(press, number) == {"ordinary": "completed", "media": "open", "keep-informed": "open"}
    assert press.steps(number) == ["FactSheet", "RecordReport"]
    assert record(press, number).customer == "withdrawn"
    assert told(press, number, "media-withdrawn") == [("group", "office", press.now)]
    to_quiet(press, number)
    press.do("bai", number, "FileDossier", archive_checks=["register"])
    assert set(instances(press, number).values()) == {"completed"}
    assert press.case(number).closed_at == press.now
    assert press.verified()


def test_after_a_withdrawal_a_violation_is_still_investigated(press, number):
    values = {"subcategory": "OP.VIOL"}
    of_case = tables.complaint.c.number == number
    press.environment.run(
        SYSTEM, lambda tx: tx.connection.execute(update(tables.complaint).where(of_case).values(values))
    )
    publish(press, number, "withdrawn", everywhere=True)
    to_quiet(press, number)
    assert press.steps(number) == []
    publish(press, number, "handled")
    assert press.steps(number) == ["FileDossier"]


def test_a_press_report_without_a_customer(press):
    data = {"received_at": press.now, **ARTICLE}
    number = press.act("bai", register.register, data, key="media", task_element="ReportArticle").number
    assert instances(press, number) == {"media": "open", "keep-informed": "completed"}
    assert press.steps(number) == ["FactSheet", "RecordReport"]
    found = record(press, number)
    assert (found.customer, [row.outlet for row in found.reports]) == ("none", ["江城晚报"])
    with press.environment.read() as connection:
        found = clocks.of(connection, number, press.now)
        assert {(clock.name, clock.stopped_at, clock.state) for clock in found} == {
            (name, press.now, "cancelled") for name in ("first-response", "statutory", "silence")
        }
        assert reconcile.of(connection, number) == []
    to_quiet(press, number)
    assert len(record(press, number).reports) == 1, "the Office's record replaces what was written down at first"
    press.do("bai", number, "FileDossier", archive_checks=["register"])
    case = press.case(number)
    assert (case.closed_at, case.archive_no) == (press.now, "DA-2026-000001")
    assert press.incidents() == []
    assert press.verified()
