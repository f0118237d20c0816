"""The first page: each role starts where its work is."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from web import context, menu
from web.access import public

room = Blueprint("home", __name__)


@room.get("/")
@public
def start() -> Response:
    """Customers to the portal, people of the bank to the first entry of their menu."""
    person = context.visitor()
    if person is None:
        return context.back_to("portal.welcome")
    return context.back_to(menu.first(person))
