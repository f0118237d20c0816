"""What a view needs from outside: the environment it runs commands in, the settings, and who is asking."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar, cast

from flask import current_app, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response

from complaints import aftercare as care
from complaints import casefile
from complaints.aftercare import Aftercare
from complaints.casefile_rows import CasePage
from complaints.viewer import SignedIn
from engine.environment import Environment, Transaction
from web import i18n
from web.settings import Settings

T = TypeVar("T")


def environment() -> Environment:
    """The environment that the application was made with."""
    return cast(Environment, current_app.extensions["environment"])


def settings() -> Settings:
    """The settings that the application was made with."""
    return cast(Settings, current_app.extensions["settings"])


def viewer() -> SignedIn:
    """Who has signed in. Only in views that are not public: the door has been passed there."""
    return cast(SignedIn, g.signed_in)


def visitor() -> SignedIn | None:
    """Who has signed in, or None."""
    return cast(SignedIn | None, g.get("signed_in"))


def run(work: Callable[[Transaction], T], *, reason: str | None = None) -> T:
    """One command in the viewer's name."""
    return environment().run(viewer().actor(reason), work)


def read() -> AbstractContextManager[Any]:
    """A connection for queries."""
    return environment().read()


def aftercare(connection: Any, number: str) -> Aftercare:
    """What a case's page says of the time beside and after the handling, as the viewer may see it."""
    now = environment().clock.now()
    return care.of(environment(), connection, viewer(), number, now, i18n.locale())


def case_page(connection: Any, number: str) -> CasePage:
    """The whole file of a case, as the viewer may see it now. Raises NotFound."""
    return casefile.case(connection, viewer(), number, environment().clock.now(), i18n.locale())


def remote() -> str:
    """The address that asks, for limits against guessing."""
    return request.remote_addr or "unknown"


def say(message: str, level: str = "success", **parameters: object) -> None:
    """A note that the next page shows: success, info, warning or danger."""
    flash(i18n.gettext(message, **parameters), level)


def back_to(endpoint: str, **values: Any) -> Response:
    """Go to a page after a change (303: the page is fetched with GET)."""
    return redirect(url_for(endpoint, **values), code=303)


def local_target(address: str | None) -> str | None:
    """An address to return to, only when it is a path of this site: no open redirect."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    return address if address.isprintable() and "\\" not in address else None
