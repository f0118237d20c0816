"""What the values of settings may look like, and the secrets that are made up where none is set."""

from __future__ import annotations

import contextlib
import re
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from engine import calendar
from engine.errors import EngineError, Invalid

Parse = Callable[[str], Any]


class Wrong(EngineError):
    """Expected something else, but got '{value}'."""  # the loader, who knows what may be shown, gives the value


def text(value: str) -> str:
    return value


def folder(value: str) -> Path:
    return Path(value).expanduser().resolve()


def number(lowest: int, highest: int) -> Parse:
    def parse(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", value) or not lowest <= int(value) <= highest:
            raise Wrong(
                "Expected a whole number from {lowest} to {highest}, but got '{value}'", lowest=lowest, highest=highest
            )
        return int(value)

    return parse


def switch(value: str) -> bool:
    if value.lower() not in ("on", "off"):
        raise Wrong("Expected 'on' or 'off', but got '{value}'")
    return value.lower() == "on"


def secret(value: str) -> str:
    if len(value) < 32:
        raise Wrong("Expected at least 32 characters, but got '{value}'")
    return value


def password(value: str) -> str:
    if len(value) < 8:
        raise Wrong("Expected at least 8 characters, but got '{value}'")
    return value


def address(*schemes: str) -> Parse:
    def parse(value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in schemes or not parts.hostname:
            begins = " / ".join(f"{scheme}://" for scheme in schemes)
            raise Wrong("Expected an address that begins with {begins}, but got '{value}'", begins=begins)
        return value.rstrip("/")

    return parse


def database(value: str) -> str:
    value = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", value)
    if not value.startswith("postgresql+psycopg://") and not re.match(r"sqlite:///(?!:memory:)[^/]|sqlite:////", value):
        raise Wrong("Expected postgresql://user:password@host/name or sqlite:///file.db, but got '{value}'")
    return value


def hours(value: str) -> calendar.ServiceHours:
    return calendar.ServiceHours.parse(value)


def optional(parse: Parse, absent: object = "") -> Parse:
    return lambda value: parse(value) if value else absent


def kept(file: Path) -> bytes:
    """The secret in `file`, generated if there is none; two processes that start at once end up with the same one."""
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}") as fresh:  # made with mode 0600
                fresh.write(secrets.token_urlsafe(48).encode())
                fresh.flush()
                with contextlib.suppress(FileExistsError):
                    file.hardlink_to(fresh.name)
        return file.read_bytes().strip()
    except OSError as error:
        raise unwritable(file, error) from error


def unwritable(path: Path, error: OSError) -> Invalid:
    template = "Expected '{path}' to be readable and writable, but: {reason}"
    return Invalid(template, path=str(path), reason=error.strerror or str(error))
