"""People sign in, guess wrong, get locked out, change what they may."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

import engine.tables
from complaints import accounts, passwords, people, sessions, tables, throttle
from complaints.viewer import SignedIn
from engine.clock import TravelClock
from engine.environment import SYSTEM, Environment
from engine.errors import Forbidden, Invalid
from engine.store import Store

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
PASSWORD = "correct horse battery"


@pytest.fixture
def bank(database_url):
    store = Store(database_url)
    tables.metadata.create_all(store.database)
    environment = Environment(store, clock=TravelClock(MONDAY))
    password = passwords.hash_password(PASSWORD)

    def work(tx):
        people.create_unit(tx, "head", "总行", "head-office")
        people.create_unit(tx, "95566", "客户服务中心", "hotline", parent="head")
        accounts.create(tx, "lin", "林晓", password, unit="95566", phone="010-1", roles=["handler"], must_change=False)
        accounts.create(tx, "admin", "管理员", password, roles=["administrator"], must_change=False)

    environment.run(SYSTEM, work)
    yield environment
    store.close()


def kinds(environment, stream):
    table = engine.tables.event
    with environment.read() as connection:
        return connection.scalars(select(table.c.kind).where(table.c.stream == stream).order_by(table.c.seq)).all()


def test_a_person_signs_in_with_roles_and_groups(bank):
    token = sessions.sign_in(bank, "lin", PASSWORD)
    lin = sessions.resume(bank, token)
    assert (lin.user, lin.name, lin.unit) == ("lin", "林晓", "95566")
    assert lin.roles == {"handler"}
    assert lin.groups == {"unit:95566", "95566"}
    assert kinds(bank, "identity")[-1] == "signed-in"


def test_the_duty_roster_adds_a_group_while_it_lasts(bank):
    bank.run(SYSTEM, lambda tx: people.roster(tx, "lin", MONDAY, MONDAY + timedelta(hours=1)))
    token = sessions.sign_in(bank, "lin", PASSWORD)
    assert "duty" in sessions.resume(bank, token).groups
    bank.clock.travel(timedelta(minutes=20))
    sessions.resume(bank, token)
    bank.clock.travel(timedelta(minutes=25))
    sessions.resume(bank, token)
    bank.clock.travel(timedelta(minutes=25))
    assert "duty" not in sessions.resume(bank, token).groups


@pytest.mark.parametrize("user", ["lin", "nobody"])
def test_five_wrong_passwords_lock_known_and_unknown_alike(bank, user):
    for _ in range(5):
        with pytest.raises(sessions.SignInFailed):
            sessions.sign_in(bank, user, "wrong")
    with pytest.raises(throttle.TooMany) as error:
        sessions.sign_in(bank, user, PASSWORD)
    assert error.value.parameters == {"minutes": 15}
    bank.clock.travel(timedelta(minutes=15, seconds=1))
    if user == "lin":
        assert sessions.sign_in(bank, user, PASSWORD)
    else:
        with pytest.raises(sessions.SignInFailed):
            sessions.sign_in(bank, user, PASSWORD)


def test_an_administrator_unlocks(bank):
    for _ in range(5):
        with pytest.raises(sessions.SignInFailed):
            sessions.sign_in(bank, "lin", "wrong")
    admin = SignedIn("admin", "管理员", roles=frozenset({"administrator"}))
    with bank.read() as connection:
        assert [row.locked_until is not None for row in accounts.listed(connection, admin).rows] == [False, True]
    bank.run(admin.actor(), lambda tx: accounts.unlock(tx, "lin"))
    assert sessions.sign_in(bank, "lin", PASSWORD)


def test_sessions_end_by_idleness_age_and_sign_out(bank):
    idle = sessions.sign_in(bank, "lin", PASSWORD)
    bank.clock.travel(timedelta(minutes=31))
    assert sessions.resume(bank, idle) is None
    busy = sessions.sign_in(bank, "lin", PASSWORD)
    for _ in range(35):
        bank.clock.travel(timedelta(minutes=20))
        assert sessions.resume(bank, busy)
    bank.clock.travel(timedelta(minutes=20))
    assert sessions.resume(bank, busy) is None
    left = sessions.sign_in(bank, "lin", PASSWORD)
    sessions.sign_out(bank, left)
    assert sessions.resume(bank, left) is None
    assert kinds(bank, "identity")[-1] == "signed-out"


def test_a_new_sign_in_has_a_new_id_and_ends_the_old_one(bank):
    first = sessions.sign_in(bank, "lin", PASSWORD)
    second = sessions.sign_in(bank, "lin", PASSWORD, old_token=first)
    assert first != second
    assert sessions.resume(bank, first) is None
    assert sessions.csrf(first) != sessions.csrf(second)


def test_a_new_password_ends_the_other_sessions(bank):
    other, own = sessions.sign_in(bank, "lin", PASSWORD), sessions.sign_in(bank, "lin", PASSWORD)
    lin = sessions.resume(bank, own)
    with pytest.raises(Invalid):
        accounts.change_password(bank, lin, "wrong", "a new long password")
    with pytest.raises(Invalid):
        accounts.change_password(bank, lin, PASSWORD, "short")
    accounts.change_password(bank, lin, PASSWORD, "a new long password")
    assert sessions.resume(bank, own)
    assert sessions.resume(bank, other) is None
    assert sessions.sign_in(bank, "lin", "a new long password")


def test_a_reset_password_must_be_changed(bank):
    admin = sessions.resume(bank, sessions.sign_in(bank, "admin", PASSWORD))
    password = accounts.reset_password(bank, admin, "lin")
    assert sessions.resume(bank, sessions.sign_in(bank, "lin", password)).must_change


def test_a_disabled_person_is_out_at_once(bank):
    token = sessions.sign_in(bank, "lin", PASSWORD)
    bank.run(SYSTEM, lambda tx: accounts.disable(tx, "lin"))
    assert sessions.resume(bank, token) is None
    with pytest.raises(sessions.SignInFailed):
        sessions.sign_in(bank, "lin", PASSWORD)


def test_nobody_changes_his_own_rights(bank):
    admin = SignedIn("admin", "管理员", roles=frozenset({"administrator"}))
    with pytest.raises(Forbidden):
        bank.run(admin.actor(), lambda tx: accounts.grant(tx, "admin", "compliance"))
    bank.run(admin.actor(), lambda tx: accounts.grant(tx, "lin", "supervisor"))
    assert kinds(bank, "rights")[-1] == "role-granted"
    lin = sessions.resume(bank, sessions.sign_in(bank, "lin", PASSWORD))
    assert lin.has("supervisor")
    assert "supervision" in lin.groups


def test_responsibility_has_dates(bank):
    later = MONDAY + timedelta(days=30)
    bank.run(SYSTEM, lambda tx: people.appoint(tx, "95566", "contact_a", "lin", MONDAY))
    bank.run(SYSTEM, lambda tx: people.appoint(tx, "95566", "contact_a", "admin", later))
    with bank.read() as connection:
        assert people.responsible(connection, "95566", "contact_a", MONDAY) == "lin"
        assert people.responsible(connection, "95566", "contact_a", later - timedelta(seconds=1)) == "lin"
        assert people.responsible(connection, "95566", "contact_a", later) == "admin"
        assert ("95566", "leader") in people.gaps(connection, MONDAY)
        assert ("95566", "contact_a") not in people.gaps(connection, MONDAY)
        assert people.below(connection, "head") == {"head", "95566"}
