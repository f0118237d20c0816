"""Passwords: argon2id with 19 MiB, two rounds (25 ms), so that a stolen table is of little use."""

from __future__ import annotations

import secrets

import argon2

from engine.errors import Invalid

_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
SHORTEST, LONGEST = 8, 128
COMMON = frozenset({"12345678", "123456789", "1234567890", "87654321", "password", "passw0rd", "qwertyui", "admin123"})
"""The longest that is hashed at all: hashing must not become a way to keep the server busy."""


def hash_password(password: str) -> str:
    """Check the policy and hash; slow on purpose, so call it before the command. Raises Invalid."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid("Expected a password of {shortest} to {longest} characters", shortest=SHORTEST, longest=LONGEST)
    if password.lower() in COMMON or len(set(password)) < 4:
        raise Invalid("Expected a password that is not easily guessed")
    return hashed(password)


def hashed(password: str) -> str:
    """Hash without asking whether the password is good: for random ones."""
    return _HASHER.hash(password)


def one_time() -> str:
    """A random first password, to be shown once."""
    return secrets.token_urlsafe(12)


def verified(stored: str, password: str) -> bool:
    """Whether a password fits; the time does not depend on how wrong it is."""
    try:
        return len(password) <= LONGEST and _HASHER.verify(stored, password)
    except argon2.exceptions.VerifyMismatchError:
        return False
