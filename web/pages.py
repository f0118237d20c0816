"""What every template may use: texts, dates, addresses of static files and actions, and who is reading."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, request, url_for
from markupsafe import Markup

from complaints import catalogue, inbox, settings
from web import context, i18n, menu, words

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
    return Markup('<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>').format(classes, asset(ICONS), name)


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
    """The name of a code (channel, product, subcategory, …) in the reader's language."""
    return catalogue.label(kind, code, i18n.locale()) if code else ""


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
    )
    app.jinja_env.filters.update(instant=i18n.instant, day=i18n.day, remaining=i18n.remaining, explain=i18n.explain)
    app.context_processor(_reader)


def _reader() -> dict[str, Any]:
    person = context.visitor()
    return {
        "viewer": person,
        "locale": i18n.locale(),
        "now": context.environment().clock.now(),
        "entries": list(menu.of(person)) if person else [],
    }
