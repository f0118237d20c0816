"""Who keeps away from a case and why: declared by oneself, recorded and taken back by a supervisor (G7)."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from complaints import assignment, casefile, declarations, people, recusal
from engine.environment import Transaction
from web import context
from web.access import access

room = Blueprint("recusals", __name__)
READERS = ("handler", "supervisor", "leader", "compliance")
WORKERS = ("handler", "supervisor", "leader")


@room.get("/cases/<number>/recusals")
@access(*READERS)
def case(number: str) -> str:
    """The grounds of a case, and what was recorded about it."""
    now = context.environment().clock.now()
    with context.read() as connection:
        head = casefile.summary(connection, context.viewer(), number)
        grounds = recusal.of(connection, number, now)
        flags = declarations.flags(connection, context.viewer(), number)
        names = people.names(connection, [ground.user for ground in grounds])
    supervising = context.viewer().has(*declarations.SUPERVISING)
    facts = {"grounds": grounds, "flags": flags, "names": names, "kinds": declarations.GROUNDS}
    return render_template("case/recusals.html", number=number, summary=head, supervising=supervising, **facts)


@room.post("/cases/<number>/recusals")
@access(*WORKERS)
def declare(number: str) -> Response:
    """Keep oneself, or as a supervisor somebody, away; his tasks of the case go to others in the same command."""
    user = request.form.get("user", "").strip()[:80] or context.viewer().user
    ground, note = request.form.get("ground", ""), request.form.get("note", "")[:1000]

    def work(tx: Transaction) -> None:
        declarations.declare(tx, context.viewer(), number, ground, note, user)
        assignment.withdraw(tx, number, user)

    context.run(work)
    context.say("{user} keeps away from this case.", user=user)
    return context.back_to("recusals.case", number=number)


@room.delete("/cases/<number>/recusals/<flag_id>")
@access(*WORKERS)
def lift(number: str, flag_id: str) -> Response:
    """Take a recorded reason back."""
    why = request.form.get("why", "")[:1000]
    context.run(lambda tx: declarations.lift(tx, context.viewer(), flag_id, why))
    context.say("The recusal has been taken back.")
    return context.back_to("recusals.case", number=number)


@room.get("/recusals")
@access("compliance", "supervisor")
def listed() -> str:
    """Every recorded recusal, for compliance."""
    after = request.args.get("after")
    with context.read() as connection:
        page = declarations.all_flags(connection, context.viewer(), after)
    return render_template("compliance/recusals.html", page=page, after=after)
