"""Who answers for a case and of which kind it is: changed from the page of the case."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from complaints import catalogue, kinds, owners, withdrawal
from complaints.casefile_rows import CasePage
from engine.errors import Invalid
from web import context, i18n
from web.access import access
from web.case_room import WORKERS, room


def offered(connection: Any, case: CasePage) -> dict[str, Any]:
    """What the forms on the page of a case offer: people to hand over to, kinds to change to, subcategories."""
    if case.summary.closed_at is not None:
        return {}
    found: dict[str, Any] = {}
    if context.viewer().has("supervisor"):
        people = owners.candidates(connection, case.summary.number)
        found["people"] = [(user, name) for user, name in people if user != case.summary.owner]
    if context.viewer().has(*WORKERS):
        found["withdraw"] = withdrawal.offered(connection, case.summary.number)
        found["take_back"] = any(row.outcome is None for row in case.withdrawals)
        found["kinds"] = [
            (kind.code, catalogue.label("kinds", kind.code, i18n.locale()))
            for kind in kinds.offered(connection, case.summary.number)
        ]
        found["subcategories"] = catalogue.options(connection, "subcategories", i18n.locale())
    return found


@room.post("/owner")
@access("supervisor")
def hand_over(number: str) -> Response:
    """Give the case to somebody else, with a reason."""
    user, reason = request.form.get("user", "").strip(), request.form.get("reason", "").strip()
    if not user:
        raise Invalid("Choose who is to answer for the case.")
    context.run(lambda tx: owners.hand_over(tx, context.viewer(), number, user, reason))
    context.say("The case has been handed over; whoever is concerned has been told.")
    return context.back_to("case.page", number=number)


@room.post("/kind")
@access(*WORKERS)
def change_kind(number: str) -> Response:
    """Change the kind of the complaint, with a reason and, where it needs one, another subcategory."""
    kind, reason = request.form.get("kind", ""), request.form.get("reason", "")
    subcategory = request.form.get("subcategory", "") or None
    context.run(lambda tx: kinds.change(tx, context.viewer(), number, kind, reason, subcategory))
    context.say("The kind of the complaint has been changed; the work goes on where it stands.")
    return context.back_to("case.page", number=number)
