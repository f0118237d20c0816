"""Numbers without gaps, what is immutable, files by content, roles (R3, R6, R7, R34, R43–R45, R52)."""

import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from complaints import demo, evidence, letters, people, register, tables
from engine import queries
from engine.errors import Conflict, Forbidden, Invalid


def test_numbers_have_no_gaps_although_commands_fail(bank):
    assert bank.register().number == "TS-2026-000001"
    with pytest.raises(Invalid):
        bank.register(demand=None)
    with pytest.raises(Invalid):
        bank.register(received_at=bank.now + timedelta(minutes=1))
    assert bank.register().number == "TS-2026-000002"
    bank.clock.travel_to(bank.now.replace(year=2027, month=1, day=4))
    assert bank.register().number == "TS-2027-000001"


def test_receipt_may_lie_before_registration_never_after(bank):
    number = bank.register(received_at=bank.now - timedelta(days=2)).number
    case = bank.case(number)
    assert case.received_at == bank.now - timedelta(days=2)
    assert case.registered_at == bank.now


@pytest.mark.proves("R43", "R52")
@pytest.mark.parametrize(
    ("channel", "group"),
    [("PHONE", "95566"), ("EMAIL", "95566"), ("WEB", "95566"), ("VISIT", "gonghui"), ("LETTER", "gonghui")],
)
def test_the_channel_decides_the_group(bank, channel, group):
    number = bank.register(channel=channel).number
    assert bank.case(number).intake_group == group


@pytest.mark.proves("R52")
def test_the_body_that_takes_visits_is_named_by_data(bank):
    """Today's banks call it the department of consumer protection; no diagram and no code names it."""
    number = bank.register(channel="VISIT").number
    name = "消费者权益保护部"
    bank.environment.run(bank.who("admin").actor(), lambda tx: people.amend_unit(tx, "gonghui", name=name))
    with bank.environment.read() as connection:
        assert letters.intake_name(connection, number) == name
    assert bank.case(bank.register(channel="VISIT").number).intake_group == "gonghui"


@pytest.mark.parametrize("user", ["he", "admin", "owner", "sun"])
def test_registering_needs_the_role(bank, user):
    with pytest.raises(Forbidden):
        bank.register(user)


def test_an_external_number_registers_once(bank):
    lin = bank.who("lin")
    data = {
        "channel": "PHONE",
        "received_at": bank.now,
        "matter_kind": "complaint",
        "urgency": "normal",
        "customer_name": "李四",
        "verbatim": "排队时间太长,希望改进。",
        "demand": "改进",
    }
    bank.environment.run(lin.actor(), lambda tx: register.register(tx, lin, data, external="OLD-7"))
    with pytest.raises(Conflict):
        bank.environment.run(lin.actor(), lambda tx: register.register(tx, lin, data, external="OLD-7"))


def test_the_customers_words_stand_in_no_variable_and_no_event(bank):
    import engine.tables

    number = bank.register().number
    with bank.environment.read() as connection:
        variables = [row.text or "" for row in connection.execute(select(engine.tables.variable.c.text))]
        bodies = list(connection.scalars(select(engine.tables.event.c.body)))
        kept = connection.scalar(select(tables.entry.c.data).where(tables.entry.c.number == number))
    for text in [*variables, *bodies, kept]:
        assert "王小明" not in text
        assert "13812345678" not in text
    assert not any("柜员态度很差" in text for text in [*variables, *bodies])


def test_a_portal_case_and_a_clerks_case_share_one_numbering_on_both_databases(bank):
    numbers = [bank.register().number for _ in range(3)]
    with bank.environment.read() as connection:
        assert [task.business_key for task in queries.tasks_of(connection, numbers[2])] == [numbers[2]] * 2


def office(**members):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ({"[Content_Types].xml": b"<Types/>"} | members).items():
            archive.writestr(name, content)
    return target.getvalue()


@pytest.fixture
def vault(tmp_path):
    return evidence.Vault(tmp_path, megabytes=1)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ"),
        ("a.svg", b"<svg/>"),
        ("a.html", b"<html>"),
        ("a.png", b"<html>"),
        ("a.pdf", b"PK\x03\x04"),
        ("a.jpg", b""),
        ("a.txt", b"a\0b"),
        ("a.txt", b"x" * (1024 * 1024 + 1)),
        ("a.docx", b"PK not a zip"),
        ("a.docx", office(**{"word/vbaProject.bin": b"macro"})),
        ("a.xlsx", office(**{"bomb.xml": b"0" * 30_000_000})),
        ("a\u202egnp.txt", b"text"),
        (".png", b"\x89PNG\r\n\x1a\n"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_leaves_nothing(vault, name, content):
    with pytest.raises(Invalid):
        evidence.receive(vault, name, io.BytesIO(content))
    assert [path for path in vault.folder.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("name", "content", "shown"),
    [
        ("../../etc/录音.txt", "你好".encode("gb18030"), "录音.txt"),
        (r"C:\temp\a.pdf", b"%PDF-1.7", "a.pdf"),
        ("a.docx", office(**{"word/document.xml": b"<w/>"}), "a.docx"),
    ],
)
def test_a_good_file_is_kept_under_a_random_name(vault, name, content, shown):
    upload = evidence.receive(vault, name, io.BytesIO(content), "field")
    assert upload.name == shown
    path = vault.path(upload.stored)
    assert path.read_bytes() == content
    assert shown not in str(path)
    assert vault.folder in path.parents


def test_the_demo_bank_has_cases_in_every_stage(bank):
    seen = []
    with pytest.raises(Conflict):
        demo.load(bank.environment, "demo password")
    assert seen == []
