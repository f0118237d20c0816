"""The bank's figures: its goals, and its complaints by category, unit, channel and month, also for a spreadsheet."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request

from complaints import catalogue, metrics, statistics
from complaints.statistics import DIMENSIONS, Count, Month
from web import context, i18n, pages
from web.access import access

room = Blueprint("figures", __name__, url_prefix="/figures")
ROLES = ("supervisor", "compliance")
USUAL = 12
"""Months that are shown unless others are asked for."""


@room.get("/")
@access(*ROLES)
def shown() -> str | Response:
    """Months, and what narrows them, are parameters of the address; `form=csv` gives all cells for a spreadsheet."""
    now = context.environment().clock.now()
    last = Month.read(request.args["last"]) if request.args.get("last") else Month.of(now)
    first = Month.read(request.args["first"]) if request.args.get("first") else last.later(1 - USUAL)
    over = statistics.months(first, last)
    asked = {name: request.args.get(name, "").strip()[:40] for name in DIMENSIONS}
    narrowed = {name: text or None for name, text in asked.items()}
    scope = metrics.Scope(first.begin, last.later(1).begin, **narrowed)
    with context.read() as connection:
        counts = statistics.counted(connection, over, scope)
        if request.args.get("form") == "csv":
            return _sheet(counts)
        goals = _goals(connection, scope)
        options = {name: catalogue.options(connection, kind, i18n.locale()) for name, kind in DIMENSIONS.items()}
    by = request.args.get("by")
    by = by if by in DIMENSIONS else "category"
    table = statistics.crossed(counts, by)
    totals = [sum(of.get(str(month), 0) for of in table.values()) for month in over]
    chosen = {"first": str(first), "last": str(last), **asked}
    facts = {"goals": goals, "options": options, "by": by, "kind": DIMENSIONS[by], "totals": totals}
    months = [str(month) for month in over]
    return render_template("figures/page.html", table=table, months=months, asked=chosen, **facts)


def _goals(connection: Any, scope: metrics.Scope) -> list[dict[str, Any]]:
    """R29 to R31 and the limits: each share, its goal and how many complaints it judges."""
    now = context.environment().clock.now()
    response, solved = metrics.response(connection, now, scope), metrics.solved(connection, now, scope)
    limits, rated = metrics.within_limit(connection, now, scope), metrics.satisfied(connection, scope)
    judged = sum(limit.met + limit.late + limit.missing for limit in limits)
    shares: tuple[tuple[str, float | None, int], ...] = (
        ("response_24h", response.share, response.ended),
        ("within_limit", metrics.overall(limits), judged),
        ("resolved_48h", solved.share_first, solved.ended),
        ("satisfaction", rated.share, rated.answered),
    )
    return [{"name": name, "share": share, "goal": metrics.GOALS.get(name), "of": of} for name, share, of in shares]


def _sheet(counts: list[Count]) -> Response:
    texts = ("Month", "Category", "Responsible unit", "Channel", "Number of complaints")
    content = statistics.sheet(counts, pages.label, [i18n.gettext(text) for text in texts])
    answer = Response(content, mimetype="text/csv; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename="complaints.csv")
    return answer
