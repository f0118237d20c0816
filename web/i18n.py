"""The languages of the pages: English msgids in the code, Chinese in `translations/zh/*.po`, merged at the start.

A msgid has named places in braces (`"Claimed by {name}"`) like the templates of the engine's errors, so that
one function translates both.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path

from babel.messages import pofile
from flask import g, has_request_context, request, session

from engine import calendar, clock, errors

FOLDER = Path(__file__).parent / "translations"
LOCALES = ("zh", "en")
DEFAULT = "zh"


class _Places(dict[str, object]):
    """A place without a value shows its own name: a message that is slightly wrong beats an error about an error."""

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


@cache
def catalogue(locale: str) -> Mapping[str, str]:
    """All translations into `locale`: the files of its folder in alphabetical order, the first one wins."""
    texts: dict[str, str] = {}
    for path in sorted((FOLDER / locale).glob("*.po")):
        with path.open("rb") as file:
            for message in pofile.read_po(file, locale=locale):
                msgid, msgstr = _first(message.id), _first(message.string)
                if msgid and msgstr and not message.fuzzy:
                    texts.setdefault(msgid, msgstr)
    return texts


def _first(text: str | Sequence[str] | None) -> str:
    """A text, or the first of its plural forms."""
    return text if isinstance(text, str) else text[0] if text else ""


def locale() -> str:
    """The language of this request: chosen by the switch, else Chinese. On the command line: that of the terminal."""
    if not has_request_context():
        return DEFAULT if os.environ.get("LANG", "").startswith("zh") else "en"
    if "locale" not in g:
        chosen = session.get("locale") or request.cookies.get("locale")
        g.locale = chosen if chosen in LOCALES else DEFAULT
    return str(g.locale)


def gettext(msgid: str, **parameters: object) -> str:
    """`msgid` in the language of the request, its places filled."""
    text = catalogue(locale()).get(msgid, msgid)
    return text.format_map(_Places(parameters)) if parameters else text


def ngettext(singular: str, plural: str, n: int, **parameters: object) -> str:
    """Like `gettext` for a count `n` (also the place {n}); Chinese has one form, found under the singular."""
    text = catalogue(locale()).get(singular) or (singular if n == 1 else plural)
    return text.format_map(_Places(parameters, n=n))


def twin(chinese: str | None, english: str | None) -> str:
    """Data that people see is Chinese with an English twin; where the twin is missing, English readers see Chinese."""
    return (english or chinese or "") if locale() == "en" else (chinese or english or "")


def explain(error: errors.EngineError | errors.Problem, **better: object) -> str:
    """What an error or a problem says, in the language of the request; `better` values replace its own."""
    shown = {name: _plain(value) for name, value in error.parameters.items()}
    return gettext(error.template, **{**shown, **better})


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(str(_plain(item)) for item in value)
    return value.isoformat() if isinstance(value, date) else gettext(value) if isinstance(value, str) else value


def instant(at: datetime | None, pattern: str = "%Y-%m-%d %H:%M") -> str:
    """An instant as people in the bank read it: local time, to the minute."""
    return at.astimezone(clock.ZONE).strftime(pattern) if at else ""


WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def day(at: datetime | date | None) -> str:
    """A day with its weekday."""
    if at is None:
        return ""
    local = at.astimezone(clock.ZONE).date() if isinstance(at, datetime) else at
    return f"{local.isoformat()} {gettext(WEEKDAYS[local.weekday()])}"


def deadline(at: datetime | None) -> str:
    """When a limit ends: an end at midnight is read as 24:00 of the day before (D15)."""
    if at is None:
        return ""
    last = calendar.last_day(at)
    return instant(at) if last == calendar.local_day(at) else f"{last.isoformat()} 24:00"


def last_day(at: datetime | None) -> str:
    """The last day of a limit, with its weekday."""
    return day(calendar.last_day(at)) if at else ""


def remaining(due: datetime, now: datetime) -> str:
    """The time left until `due`, or past it, in the same words as `clocks.js`."""
    minutes = int(abs((due - now).total_seconds()) // 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        span = gettext("{d}d {h}h", d=days, h=hours) if hours and days < 4 else gettext("{d}d", d=days)
    elif hours:
        span = gettext("{h}h {m}min", h=hours, m=rest) if rest else gettext("{h}h", h=hours)
    else:
        span = gettext("{m}min", m=rest)
    return gettext("left {span}", span=span) if due > now else gettext("overdue {span}", span=span)


def ascii_json(value: object) -> str:
    """JSON for a header, which holds ASCII only."""
    return json.dumps(value, ensure_ascii=True)
