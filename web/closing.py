"""What the closing assessments say: causes by quarter, the outcome of both sides, what customers had come for."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from complaints import closing
from web import context
from web.access import access

room = Blueprint("closing", __name__, url_prefix="/closing")
ROLES = ("supervisor", "compliance")


@dataclass(frozen=True)
class Line:
    """A quarter of the table; `changes` are percentage points against the quarter before it."""

    quarter: closing.Quarter
    causes: closing.Causes
    outcomes: closing.Outcomes
    changes: dict[str, float | None]


@room.get("/")
@access(*ROLES)
def shown() -> str:
    """The last eight quarters, and one of them in detail."""
    with context.read() as connection:
        quarters = closing.quarters(context.environment().clock.now())
        causes = {one: closing.causes(connection, one.scope) for one in (*quarters, quarters[-1].before)}
        lines = [
            Line(one, causes[one], closing.outcomes(connection, one.scope), _changes(causes[one], causes[one.before]))
            for one in quarters
        ]
        chosen = next((line for line in lines if line.quarter.name == request.args.get("quarter")), lines[0])
        crossed = closing.crossed(connection, chosen.quarter.scope)
        gaps = closing.gaps(connection, chosen.quarter.scope)
    facts = {"tags": closing.CAUSES, "roots": closing.ROOTS, "matrix": closing.OUTCOMES}
    return render_template("closing/page.html", lines=lines, chosen=chosen, crossed=crossed, gaps=gaps, **facts)


def _changes(now: closing.Causes, before: closing.Causes) -> dict[str, float | None]:
    pairs = {code: (now.share(code), before.share(code)) for code in closing.CAUSES}
    return {
        code: None if this is None or last is None else round(100 * (this - last), 1)
        for code, (this, last) in pairs.items()
    }
