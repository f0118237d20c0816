"""The settings: from the environment (`HUIYIN_PORT=80`), else from an INI file (`port = 80`), else a default.

`python -m web.settings` prints `docs/settings.md`.
"""

from __future__ import annotations

import configparser
import dataclasses
import sys
import tempfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from engine import calendar
from engine.errors import EngineError, Invalid, Problem
from web import settings_values as values

PREFIX = "HUIYIN_"


def _setting(name: str, parse: values.Parse, default: str, shape: str, meaning: str, secret: bool = False) -> Any:
    about = {"name": name, "parse": parse, "default": default, "shape": shape, "meaning": meaning, "secret": secret}
    return dataclasses.field(metadata=about, repr=not secret)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """What the bank can set without touching code; made by `load`, which checks every value."""

    data_dir: Path = _setting(
        "data_dir",
        values.folder,
        "var",
        "folder",
        "Where the embedded database, uploaded evidence, keys and backups are kept.",
    )
    database_url: str = _setting(
        "database_url",
        values.optional(values.database),
        "",
        "sqlite:///… or postgresql://…",
        "The database. Without it: `huiyin.db` in the data folder.",
        secret=True,  # it may hold a password
    )
    host: str = _setting(
        "host", values.text, "127.0.0.1", "address", "The address to listen on; `0.0.0.0` is every one of this machine."
    )
    port: int = _setting(
        "port", values.number(0, 65535), "8000", "0 to 65535", "The port to listen on; 0 takes a free one."
    )
    threads: int = _setting(
        "threads", values.number(1, 256), "8", "1 to 256", "How many requests are answered at the same time."
    )
    base_url: str = _setting(
        "base_url",
        values.optional(values.address("http", "https")),
        "",
        "http(s)://…",
        "The address that people reach the pages by, used in mails and letters; with https, cookies are sent over "
        "https only. Without it: host and port.",
    )
    own_secret_key: str = _setting(
        "secret_key",
        values.optional(values.secret),
        "",
        "32 characters or more",
        "Signs the session cookies. Without it: generated once into `secret.key` in the data folder.",
        secret=True,
    )
    seal_key_file: Path | None = _setting(
        "seal_key_file",
        values.optional(values.folder, None),
        "",
        "file",
        "The key that seals the history; keep it, and a copy of it, away from the database. Without it: `seal.key` in "
        "the data folder, generated once.",
    )
    session_idle_minutes: int = _setting(
        "session_idle_minutes",
        values.number(1, 1440),
        "30",
        "1 to 1440",
        "After how many minutes without a click one has to sign in again.",
    )
    session_hours: int = _setting(
        "session_hours", values.number(1, 72), "12", "1 to 72", "After how many hours one has to sign in again anyway."
    )
    demo_password: str = _setting(
        "demo_password",
        values.optional(values.password),
        "",
        "8 characters or more",
        "The password of the demo bank's accounts. Without it: generated, and printed once.",
        secret=True,
    )
    service_hours: calendar.ServiceHours = _setting(
        "service_hours",
        values.hours,
        "09:00-12:00,13:00-18:00",
        "HH:MM-HH:MM,…",
        "The hours of a working day that count for limits in working hours and for reminders.",
    )
    scheduler: bool = _setting(
        "scheduler",
        values.switch,
        "on",
        "on, off",
        "Whether this process also runs timers and jobs; another one must where it is off.",
    )
    upload_mb: int = _setting(
        "upload_mb", values.number(1, 200), "20", "1 to 200", "The largest file that may be uploaded, in megabytes."
    )
    smtp_url: str = _setting(
        "smtp_url",
        values.optional(values.address("smtp", "smtps")),
        "",
        "smtp://user:password@host:port",
        "The mail server; `smtps` for TLS from the start. Without it: mails stay in the outbox, marked as not sent.",
        secret=True,
    )
    mail_from: str = _setting("mail_from", values.text, "huiyin@localhost", "mail address", "The sender of mails.")
    sms_url: str = _setting(
        "sms_url",
        values.optional(values.address("http", "https")),
        "",
        "http(s)://…",
        "The provider's address for text messages and enterprise chat. Without it: they stay in the outbox, marked as "
        "not sent.",
        secret=True,
    )

    chosen: frozenset[str] = frozenset()
    """The fields that were set, by environment or file; the others have their defaults."""

    @classmethod
    def load(cls, environ: Mapping[str, str], file: Path | None = None) -> Settings:
        """Read the settings; `file` is an INI file, else the one that `HUIYIN_CONFIG` names; empty counts as absent.

        Raises `Invalid` with one problem per wrong value.
        """
        named = environ.get(f"{PREFIX}CONFIG", "")
        given, problems = _from_file(file or (Path(named) if named else None))
        parsed: dict[str, Any] = {}
        chosen = set()
        for field in _fields():
            text = environ.get(_variable(field)) or given.get(field.metadata["name"])
            if text:
                chosen.add(field.name)
            try:
                parsed[field.name] = field.metadata["parse"](text or field.metadata["default"])
            except EngineError as error:
                shown = "***" if field.metadata["secret"] else text
                problems.append(Problem(_variable(field), error.template, {**error.parameters, "value": shown}))
        if problems:
            raise Invalid("The settings are not right", problems=tuple(problems))
        parsed["database_url"] = parsed["database_url"] or f"sqlite:///{parsed['data_dir'] / 'huiyin.db'}"
        parsed["base_url"] = parsed["base_url"] or f"http://{parsed['host']}:{parsed['port']}"
        return cls(**parsed, chosen=frozenset(chosen))

    @property
    def https(self) -> bool:
        """Whether people reach the pages by https."""
        return self.base_url.startswith("https:")

    @cached_property
    def secret_key(self) -> str:
        """The key of the session cookies, generated on first use where none is set."""
        return self.own_secret_key or values.kept(self.data_dir / "secret.key").decode()

    @cached_property
    def seal_key(self) -> bytes:
        """The key of the history's seal, generated on first use where there is none."""
        return values.kept(self.seal_key_file or self.data_dir / "seal.key")

    def prepare(self) -> None:
        """Make the data folder. Raises `Invalid` with the reason where it cannot be written."""
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=self.data_dir).close()
        except OSError as error:
            raise values.unwritable(self.data_dir, error) from error


def _fields() -> list[dataclasses.Field[Any]]:
    """What can be set; `chosen` only remembers what was."""
    return [field for field in dataclasses.fields(Settings) if field.metadata]


def _from_file(file: Path | None) -> tuple[dict[str, str], list[Problem]]:
    if file is None:
        return {}, []
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(file.read_text(encoding="utf-8"), str(file))
        given = dict(parser["huiyin"])
    except (OSError, UnicodeDecodeError, configparser.Error, KeyError) as error:
        template = "Expected an INI file with a section [huiyin], but: {reason}"
        return {}, [Problem(str(file), template, {"reason": str(error).replace("\n", " ")})]
    known = {field.metadata["name"] for field in _fields()}
    template = "Expected the name of a setting, but got '{value}'"
    return given, [Problem(str(file), template, {"value": name}) for name in given.keys() - known]


def _variable(field: dataclasses.Field[Any]) -> str:
    return PREFIX + str(field.metadata["name"]).upper()


def markdown() -> str:
    """The text of `docs/settings.md`."""
    return "\n".join([INTRODUCTION, *map(_row, _fields()), BESIDE])


def _row(field: dataclasses.Field[Any]) -> str:
    default = f"`{field.metadata['default']}`" if field.metadata["default"] else "none"
    return f"| `{_variable(field)}` | {field.metadata['shape']} | {default} | {field.metadata['meaning']} |"


INTRODUCTION = """\
# Settings

Settings come from the environment, else from the file that `HUIYIN_CONFIG` names, else from the defaults below. The
file is an INI file with one section; its names are those of the environment in small letters and without the prefix:

```ini
[huiyin]
port = 8080
database_url = postgresql://huiyin@db.example/huiyin
```

A wrong value is refused at the start, by name, with what was expected. What the bank decides about its work (limits,
addressees, percentages) is not here but in decision tables.

| setting | values | default | meaning |
|---|---|---|---|"""

BESIDE = """
Beside these, and only in the environment: `HUIYIN_CONFIG` names the file; `HUIYIN_DEBUG=1` shows where an error of the
command line comes from; `HUIYIN_REQUIRE_ALL=1` makes a test fail where Chromium or PostgreSQL is missing.
"""

if __name__ == "__main__":
    sys.stdout.write(markdown())
