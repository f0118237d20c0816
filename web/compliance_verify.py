"""Verifying the history with one click: a thread does the work, the page asks how far it is."""

from __future__ import annotations

import logging
import secrets
import threading
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app, render_template, request
from werkzeug.wrappers import Response

from complaints import scope, streams, trail
from complaints.viewer import SignedIn
from engine import breaks, verify
from engine.environment import Environment
from engine.errors import NotFound
from web import context, i18n
from web.access import access
from web.compliance_room import ROLES, room

log = logging.getLogger(__name__)
KEPT = 20
SHOWN = 50


@dataclass
class Run:
    """One verification: of everything, or of the history of the case `number`."""

    id: str
    number: str | None
    viewer: SignedIn
    started_at: datetime
    done: int = 0
    total: int = 0
    report: breaks.Report | None = None
    failed: bool = False
    thread: threading.Thread | None = field(default=None, repr=False)

    @property
    def running(self) -> bool:
        """Whether it is still under way."""
        return self.report is None and not self.failed

    def work(self, environment: Environment) -> None:
        """Verify, and record that it was done and what came out."""
        try:
            report = verify.verify(environment, self.progress, streams.of(self.number) if self.number else None)
            facts: dict[str, Any] = {"scope": self.number or "everything", "events": report.events, "ok": report.ok}
            first = str(report.breaks[0]) if report.breaks else None
            environment.run(
                self.viewer.actor(), lambda tx: tx.record("verification", "history-verified", first=first, **facts)
            )
            self.report = report
        except Exception:  # nobody waits for this thread: the page tells that it failed, the log says why
            log.exception("verification %s failed", self.id)
            self.failed = True

    def progress(self, done: int, total: int) -> None:
        """How far the verification is."""
        self.done, self.total = done, total


def _runs() -> dict[str, Run]:
    found: dict[str, Run] = current_app.extensions.setdefault("verifications", {})
    return found


def recent() -> list[Run]:
    """The last runs on this server, the newest first."""
    return list(_runs().values())[::-1]


@room.post("/verifications")
@access(*ROLES)
def begin() -> Response:
    """Start a verification; one of the same that is still running is shown instead."""
    number, viewer, environment = request.form.get("number") or None, context.viewer(), context.environment()
    if number:
        with context.read() as connection:
            scope.require(connection, viewer, number)
    runs = _runs()
    run = next((run for run in list(runs.values()) if run.running and run.number == number), None)
    if run is None:
        run = Run(secrets.token_hex(8), number, viewer, environment.clock.now())
        run.thread = threading.Thread(target=run.work, args=(environment,), name=f"verify-{run.id}", daemon=True)
        for old in list(runs)[: -(KEPT - 1)]:
            runs.pop(old, None)
        runs[run.id] = run
        run.thread.start()
    return context.back_to("compliance.verification", run_id=run.id)


def _run(run_id: str) -> Run:
    try:
        return _runs()[run_id]
    except KeyError:
        raise NotFound(what="verification", id=run_id)


@room.get("/verifications/<run_id>")
@access(*ROLES)
def verification(run_id: str) -> str:
    """How far it is, or what it found: the first broken event of each history, and what differs."""
    run = copy(_run(run_id))  # as it stands now: it may end while the page is made
    return render_template("compliance/verification.html", run=run, broken=_broken(run))


def _broken(run: Run) -> list[dict[str, Any]]:
    found = []
    for broken in run.report.breaks[:SHOWN] if run.report else ():
        number = broken.stream.partition(":")[2] if broken.stream.startswith(streams.of("")) else ""
        told = i18n.gettext(broken.template, **broken.parameters)
        found.append({"stream": broken.stream, "number": number, "seq": broken.seq, "kind": broken.kind, "text": told})
    for entry in found[:5]:
        entry["event"] = _event(run.viewer, entry)
    return found


def _event(viewer: SignedIn, entry: dict[str, Any]) -> trail.EventRow | None:
    """The event as it stands in the table now, so that one sees what was changed."""
    after: str | None = None
    with context.read() as connection:
        while entry["number"]:
            try:
                page = trail.events(connection, viewer, entry["number"], after=after, limit=500, locale=i18n.locale())
            except (NotFound, ValueError):  # the case is gone, or what stands there is no JSON any more
                return None
            for row in page.rows:
                if row.seq == entry["seq"] and row.stream == entry["stream"]:
                    return row
            if (after := page.next) is None:
                return None
    return None
