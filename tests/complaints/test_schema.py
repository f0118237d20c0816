"""The migrations make the very tables that the program expects, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from alembic import command, op
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import column, func, select, table, text

from complaints import schema, tables
from engine.calendar_table import calendar_day
from engine.columns import Instant
from engine.store import Store

NOW = datetime(2026, 5, 8, tzinfo=UTC)


def test_migrations_equal_the_metadata(database_url):
    assert schema.revision(database_url) is None
    assert not schema.is_current(database_url)
    schema.upgrade(database_url)
    assert schema.is_current(database_url)
    store = Store(database_url)
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        assert compare_metadata(context, tables.metadata) == []
        assert connection.scalar(select(func.count()).select_from(calendar_day)) > 2000
    store.close()


def test_a_second_upgrade_changes_nothing(database_url):
    schema.upgrade(database_url)
    before = schema.revision(database_url)
    schema.upgrade(database_url)
    assert schema.revision(database_url) == before


def test_an_upgrade_that_fails_leaves_nothing(database_url, monkeypatch):
    create, made = op.create_table, []

    def break_off(name, *columns, **options):
        if len(made) == 30:
            raise RuntimeError("the power went out")
        made.append(name)
        return create(name, *columns, **options)

    monkeypatch.setattr(op, "create_table", break_off)
    with pytest.raises(RuntimeError):
        schema.upgrade(database_url)
    monkeypatch.undo()
    assert schema.revision(database_url) is None
    schema.upgrade(database_url)
    assert schema.is_current(database_url)


def test_what_started_processes_and_what_was_on_its_way_moves_along(database_url):
    store = Store(database_url)
    store.write(lambda connection: command.upgrade(schema._config(connection), "0009"))
    on_its_way = {"id": "m", "kind": "message", "name": "begin", "payload": "{}", "published_by": "amy"}
    at = {"published_at": NOW, "expires_at": NOW}

    def fill(connection):
        for name, key in (("message:begin", "p"), ("signal:message:x", "q")):
            row = {"name": name, "key": key, "element_id": "s"}
            connection.execute(text("INSERT INTO start_message VALUES (:name, :key, :element_id)"), row)
        connection.execute(
            table("message", *map(column, on_its_way), *(column(c, Instant) for c in at)).insert(), on_its_way | at
        )
        moving = table("delivery", column("id"), column("message"), column("root_id"), column("due_at", Instant))
        for identity, root in (("d1", None), ("d2", "r")):
            connection.execute(moving.insert(), {"id": identity, "message": "m", "root_id": root, "due_at": NOW})

    store.write(fill)
    schema.upgrade(database_url)
    with store.read() as connection:
        starts, delivery, message = (
            tables.metadata.tables["start_event"],
            tables.metadata.tables["delivery"],
            tables.metadata.tables["message"],
        )
        rows = {
            (row.key, row.element_id, row.position, row.kind, row.name) for row in connection.execute(select(starts))
        }
        assert rows == {("p", "s", 0, "message", "begin"), ("q", "s", 0, "signal", "message:x")}
        assert {row.id: row.process for row in connection.execute(select(delivery))} == {"d1": "p", "d2": None}
        assert connection.execute(select(message.c.hops, message.c.process)).all() == [(0, None)]
    store.close()


def test_open_cases_get_the_watch_on_silence_from_their_last_contact(database_url):
    store = Store(database_url)
    store.write(lambda connection: command.upgrade(schema._config(connection), "0011"))
    words = ("kind", "process", "channel", "intake_group", "registered_by", "subject", "stage", "query_hash")
    times = ("received_at", "registered_at", "due_at")
    days = [date(2026, 12, 21) + timedelta(n) for n in range(20)]
    asked, friday = datetime(2026, 12, 21, 16, 30, tzinfo=UTC), datetime(2026, 12, 25, 1, tzinfo=UTC)
    monday = friday + timedelta(days=3)

    def fill(connection):
        for day in days:
            working = day.weekday() < 5 and day.day != 1
            row = {"day": day, "working": working, "kind": "workday" if working else "holiday"}
            row |= {"status": "official" if day.year == 2026 else "provisional", "source": "test", "loaded_by": "test"}
            connection.execute(calendar_day.insert(), row | {"loaded_at": NOW})
        columns = [column(name) for name in ("number", *words)]
        complaint = table("complaint", *columns, *(column(name, Instant) for name in (*times, "closed_at")))
        for number, closed in (("silent", None), ("heard", None), ("closed", monday)):
            row = {"number": number, "closed_at": closed}
            connection.execute(complaint.insert(), row | dict.fromkeys(words, "x") | dict.fromkeys(times, asked))
        said = ("id", "number", "purpose", "method", "outcome", "by")
        contact = table("contact", *map(column, said), *(column(name, Instant) for name in ("contacted_at", "at")))
        calls = (("heard", "reached", asked), ("heard", "reached", friday), ("heard", "not-reached", monday))
        for number, (case, outcome, at) in enumerate(calls):
            row = {"id": str(number), "number": case, "outcome": outcome, "contacted_at": at, "at": at}
            connection.execute(contact.insert(), dict.fromkeys(said, "x") | row)

    store.write(fill)
    schema.upgrade(database_url)
    clock = tables.clock
    with store.read() as connection:
        query = select(clock.c.number, clock.c.started_at, clock.c.due_at, clock.c.provisional, clock.c.limit)
        found = {row.number: row[1:] for row in connection.execute(query.where(clock.c.name == "silence"))}
    store.close()
    midnight = datetime(2026, 12, 29, 16, tzinfo=UTC)
    assert found == {
        "silent": (asked, midnight, False, 5),  # half past midnight of the 22nd in Shanghai: until the 29th, 24:00
        "heard": (friday, datetime(2027, 1, 4, 16, tzinfo=UTC), True, 5),
    }


def test_open_cases_get_the_owner_whom_the_rules_would_have_given_them(database_url):
    store = Store(database_url)
    store.write(lambda connection: command.upgrade(schema._config(connection), "0010"))
    words = ("kind", "process", "channel", "registered_by", "subject", "stage", "query_hash")
    times = ("received_at", "registered_at", "due_at")
    nobody = ("name", "password")
    cases = (
        ("heard", "95566", "lin", None),
        ("led", "office", None, None),
        ("joined", "95566", None, None),
        ("lost", "discipline", None, None),
        ("closed", "office", None, NOW),
    )

    def fill(connection):
        unit = table("unit", *map(column, ("code", "name", "kind", "level")))
        for code in ("office", "95566"):
            connection.execute(unit.insert(), {"code": code, "name": code, "kind": "office", "level": 2})
        account = table("account", column("user"), column("created_at", Instant), *map(column, nobody))
        for user in ("lin", "mei", "bao"):
            connection.execute(account.insert(), {"user": user, "created_at": NOW} | dict.fromkeys(nobody, user))
        membership = table("membership", column("user"), column("group"))
        connection.execute(membership.insert(), [{"user": user, "group": "95566"} for user in ("mei", "lin")])
        office = table("responsibility", *map(column, ("unit", "kind", "user")), column("valid_from", Instant))
        for kind, user in (("contact_a", "mei"), ("leader", "bao")):
            row = {"unit": "office", "kind": kind, "user": user, "valid_from": NOW}
            connection.execute(office.insert(), row)
        columns = [column(name) for name in ("number", "intake_group", "first_owner", *words)]
        complaint = table("complaint", *columns, *(column(name, Instant) for name in (*times, "closed_at")))
        for number, group, first, closed in cases:
            row = {"number": number, "intake_group": group, "first_owner": first, "closed_at": closed}
            connection.execute(complaint.insert(), row | dict.fromkeys(words, "x") | dict.fromkeys(times, NOW))

    store.write(fill)
    schema.upgrade(database_url)
    with store.read() as connection:
        found = dict(connection.execute(select(tables.complaint.c.number, tables.complaint.c.owner)).all())
    store.close()
    assert found == {"heard": "lin", "led": "bao", "joined": "lin", "lost": None, "closed": None}
