"""Sign-in and sessions: kept on the server, a new random id at every sign-in, ended by idleness and by age.

The answer to a wrong password is the same for known, unknown, disabled and locked people, and takes as long: five
failures lock a user id for 15 minutes whether or not it exists (notes of R37; OWASP ASVS 6.3, 7.2–7.4).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from complaints import bodies, passwords, people, recusal, settings, tables, throttle
from complaints.viewer import SignedIn
from engine.environment import SYSTEM, Actor, Environment, Transaction
from engine.errors import Rejected

ATTEMPTS = "sign-in:"
FAILURES, PAUSE = 5, timedelta(minutes=15)
ADDRESS_FAILURES = 30
TOUCH = timedelta(minutes=1)
"""The time of last use is written at most this often: reading a page must not cost a write."""
DUMMY = "$argon2id$v=19$m=19456,t=2,p=1$oV4vczQruvm89lJjdMd8RQ$uDUjFsVfEelG153FJlNHaXMcmi6DMSmW0ixSkYHO/G4"


class SignInFailed(Rejected):
    """The user name or the password is wrong."""


def attempts_key(user: str) -> str:
    """The key under which failed sign-ins of a user id count."""
    return ATTEMPTS + user[:80]


def sign_in(
    environment: Environment, user: str, password: str, *, remote: str = "", old_token: str | None = None
) -> str:
    """Check a password and open a session; the token goes into the cookie. The old session of the browser ends.

    Raises SignInFailed, or throttle.TooMany while the user id or the address `remote` is locked.
    """
    keys = [attempts_key(user), *([f"address:{remote}"] if remote else [])]
    with environment.read() as connection:
        throttle.check(connection, environment.clock.now(), *keys)
        account = connection.execute(select(tables.account).where(tables.account.c.user == user)).first()
    fits = passwords.verified(account.password if account else DUMMY, password)
    if account is None or not fits or account.disabled_at is not None:
        environment.run(SYSTEM, lambda tx: _refuse(tx, user, account is not None, keys))
        raise SignInFailed
    token = secrets.token_urlsafe(32)
    environment.run(Actor(user), lambda tx: _open(tx, user, token, old_token))
    return token


def _refuse(tx: Transaction, user: str, known: bool, keys: list[str]) -> None:
    locked = throttle.failed(tx, keys[0], FAILURES, PAUSE)
    for key in keys[1:]:
        throttle.failed(tx, key, ADDRESS_FAILURES, PAUSE)
    # what was typed may be a password in the wrong field: only names that exist are written down
    tx.record("identity", "sign-in-failed", user=user if known else None, locked=locked)


def _open(tx: Transaction, user: str, token: str, old_token: str | None) -> None:
    throttle.clear(tx, attempts_key(user))
    if old_token:
        tx.connection.execute(delete(tables.session).where(tables.session.c.hash == _hash(old_token)))
    tx.connection.execute(delete(tables.session).where(tables.session.c.ends_at <= tx.now))
    ends = tx.now + timedelta(hours=int(settings.get(tx.connection, "session-hours")))
    tx.connection.execute(
        insert(tables.session).values(hash=_hash(token), user=user, created_at=tx.now, seen_at=tx.now, ends_at=ends)
    )
    tx.record("identity", "signed-in", user=user)


def resume(environment: Environment, token: str) -> SignedIn | None:
    """Who a cookie belongs to, with the roles and groups of this moment; None when the session has ended."""
    now = environment.clock.now()
    with environment.read() as connection:
        row = connection.execute(
            select(tables.session, tables.account.c.name, tables.account.c.unit, tables.account.c.must_change)
            .join(tables.account, tables.account.c.user == tables.session.c.user)
            .where(tables.session.c.hash == _hash(token), tables.session.c.ends_at > now)
            .where(tables.account.c.disabled_at.is_(None))
        ).first()
        if row is None or now - row.seen_at > timedelta(minutes=int(settings.get(connection, "session-idle-minutes"))):
            return None
        signed_in = person_at_work(connection, row.user, now, session=row.hash)
    if now - row.seen_at >= TOUCH:
        environment.store.write(
            lambda connection: connection.execute(
                update(tables.session).where(tables.session.c.hash == row.hash).values(seen_at=now)
            )
        )
    return signed_in


def person_at_work(connection: Connection, user: str, now: datetime, session: str | None = None) -> SignedIn:
    """A person with roles and candidate groups: of his roles, his unit, his memberships and the duty roster.

    Raises NotFound for an unknown user id.
    """
    account = connection.execute(select(tables.account).where(tables.account.c.user == user)).first()
    person = people.person(connection, user)
    roles = frozenset(connection.scalars(select(tables.account_role.c.role).where(tables.account_role.c.user == user)))
    groups = bodies.of(connection, user) | ({"duty"} if user in people.on_duty(connection, now) else set())
    covers = people.covered(connection, user, now)
    must_change = bool(account and account.must_change)
    interests = recusal.interests(connection, user, now)
    return SignedIn(user, person.name, person.unit, roles, groups, covers, must_change, session, interests)


def sign_out(environment: Environment, token: str) -> None:
    """End the session of a cookie."""

    def work(tx: Transaction) -> None:
        user = tx.connection.scalar(
            delete(tables.session).where(tables.session.c.hash == _hash(token)).returning(tables.session.c.user)
        )
        if user:
            tx.record("identity", "signed-out", user=user)

    environment.run(SYSTEM, work)


def end_all(tx: Transaction, user: str, keep: str | None = None) -> None:
    """End the sessions of a person, except the one with hash `keep`."""
    table = tables.session
    tx.connection.execute(delete(table).where(table.c.user == user, table.c.hash != (keep or "")))


def csrf(token: str) -> str:
    """The token that forms of this session must bring along."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
