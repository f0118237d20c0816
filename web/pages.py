"""What every template may use: texts, dates, addresses of static files and actions, and who is reading."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, request, url_for
from markupsafe import Markup

from complaints import catalogue, inbox, labels, people, settings
from web import context, i18n, menu, render, words

STATIC = Path(__file__).parent / "static"
ICONS = "vendor/tabler-icons-3.51.0/icons.svg"


@cache
def _version(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]


def asset(name: str) -> str:
    """The address of a static file with the hash of its content, so that browsers may keep it for a year."""
    return url_for("static", filename=name, v=_version(name))


def icon(name: str, classes: str = "") -> Markup:
    """A picture from the sprite, silent for screen readers: the text beside it says the same."""
    return Markup('<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>').format(
        classes, asset(ICONS), name
    )


def action(endpoint: str, method: str, **values: Any) -> str:
    """The address for a form that means PUT, PATCH or DELETE; browsers can only POST (web/security.py)."""
    query = {"_method": method}
    return f"{url_for(endpoint, _method=method, **values)}?{urlencode(query)}"


def here(**changes: Any) -> str:
    """This page's address with other parameters; None takes one away."""
    values = {**request.args.to_dict(), **changes}
    kept = {name: value for name, value in values.items() if value not in (None, "")}
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def label(kind: str, code: str | None) -> str:
    """The name of a code (channel, product, unit, stage, …) in the reader's language."""
    if not code:
        return ""
    if kind == "units":
        return units().get(code, code)
    return catalogue.label(kind, code, i18n.locale())


def units() -> dict[str, str]:
    """The names of all units, read once for a page."""
    if "units" not in g:
        with context.read() as connection:
            g.units = {unit.code: i18n.twin(unit.name, unit.name_en) for unit in people.units(connection)}
    return g.units  # type: ignore[no-any-return]


def person(user: str | None) -> str:
    """The name of a person, read once for a page; the system and unknown people by their id."""
    if not user:
        return ""
    if user == "system":
        return i18n.gettext("the system")
    known: dict[str, str] = g.setdefault("people", {})
    if user not in known:
        with context.read() as connection:
            known[user] = people.names(connection, [user]).get(user, user)
    return known[user]


def process(definition_id: str) -> str:
    """The name of a process in the reader's language."""
    with context.read() as connection:
        return labels.process(connection, definition_id, i18n.locale())


def step(definition_id: str, element: str) -> str:
    """The name of a step in the reader's language; its id where it has none."""
    with context.read() as connection:
        return labels.step(connection, definition_id, element, i18n.locale())


def size(octets: int) -> str:
    """The size of a file as people say it."""
    return f"{octets / 2**20:.1f} MB" if octets >= 2**20 else f"{max(1, octets // 1024)} KB"


def counts() -> inbox.Counts | None:
    """Figures beside the menu, read once for a page."""
    person = context.visitor()
    if person is None:
        return None
    if "counts" not in g:
        with context.read() as connection:
            g.counts = inbox.counts(connection, person)
    return g.counts  # type: ignore[no-any-return]


def bank() -> str:
    """The bank's name, read once for a page."""
    if "bank" not in g:
        with context.read() as connection:
            g.bank = settings.get(connection, "bank-name")
    return str(g.bank)


STAGES = ("received", "registered", "classified", "distributed", "handling", "replied", "closed")
"""The stages of a case in their order, as the customer sees them too."""
MARKUP = re.compile(r"^#{1,6} |[*_`]{1,2}", re.MULTILINE)


def plain_text(text: str) -> str:
    """The words of a static text: the form editor writes Markdown, and no markup of a file goes into a page."""
    return MARKUP.sub("", text)


def clock_limit(clock: Any) -> str:
    """How long a clock runs, in its own measure."""
    n = clock.limit
    measures = {
        "hours": i18n.ngettext("{n} hour", "{n} hours", n),
        "working-days": i18n.ngettext("{n} working day", "{n} working days", n),
        "natural-days": i18n.ngettext("{n} day", "{n} days", n),
    }
    return measures.get(clock.measure, "")


def clock_name(clock: Any) -> str:
    """The name of a clock; of a slip or a step with its number or name."""
    kind, _, rest = str(clock.name).partition(":")
    return f"{words.word('clock', kind)} {rest}".strip()


def moment(text: str) -> str:
    """An instant that came as text (from the session), as people read it."""
    return i18n.instant(datetime.fromisoformat(text))


def install(app: Flask) -> None:
    """Give all of it to the templates."""
    app.jinja_env.globals.update(
        _=i18n.gettext,
        ngettext=i18n.ngettext,
        twin=i18n.twin,
        asset=asset,
        icon=icon,
        action=action,
        here=here,
        label=label,
        counts=counts,
        bank=bank,
        word=words.word,
        person=person,
        process=process,
        step=step,
        size=size,
        widths=render.widths,
        decides=render.decides,
        plain_text=plain_text,
        clock_limit=clock_limit,
        clock_name=clock_name,
        STAGES=STAGES,
    )
    app.jinja_env.filters.update(
        instant=i18n.instant,
        day=i18n.day,
        deadline=i18n.deadline,
        last_day=i18n.last_day,
        remaining=i18n.remaining,
        moment=moment,
    )
    app.context_processor(_reader)


def _reader() -> dict[str, Any]:
    person = context.visitor()
    entries = list(menu.of(person)) if person else []
    return {
        "viewer": person,
        "locale": i18n.locale(),
        "now": context.environment().clock.now(),
        "entries": entries,
        "menu_entry": menu.shown(entries, request.endpoint or ""),
    }
