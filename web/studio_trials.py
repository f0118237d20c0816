"""Playing the scenarios against a draft: a thread plays them on temporary databases, the page asks how far it is."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from flask import current_app, render_template, request
from werkzeug.wrappers import Response

from complaints import catalogue
from complaints import testing as bank
from engine import drafts, testing
from engine.errors import Invalid, NotFound, Problem
from web import context, i18n
from web.access import access
from web.studio_drafts import Opened
from web.studio_room import ROLES, room, sent

log = logging.getLogger(__name__)
KEPT = 20
LARGEST = 1_000_000


@dataclass
class Trial:
    """The scenarios of one draft being played; `files` are those of the draft as they were, and the scenarios."""

    id: str
    draft: drafts.Draft
    files: Mapping[str, bytes]
    started_at: datetime
    done: int = 0
    total: int = 0
    report: testing.Report | None = None
    problems: tuple[Problem, ...] = ()
    """Why scenarios, or the whole bundle, could not be played."""
    failed: bool = False
    thread: threading.Thread | None = field(default=None, repr=False)

    @property
    def bundle(self) -> dict[str, bytes]:
        """The files without the scenarios."""
        return {name: content for name, content in self.files.items() if not name.endswith(testing.ENDING)}

    @property
    def running(self) -> bool:
        """Whether it is still under way."""
        return self.report is None and not self.failed

    def work(self) -> None:
        """Play what can be played; what cannot is told."""
        try:
            self.report = testing.Suite(self._playable(), bank.Bank()).run(self.progress)
        except Invalid as error:  # the bundle has errors: nothing can be played
            self.problems += error.problems
            self.report = testing.Report()
        except Exception:  # nobody waits for this thread: the page tells that it failed, the log says why
            log.exception("trial %s failed", self.id)
            self.failed = True

    def _playable(self) -> dict[str, bytes]:
        """The files without the scenarios that do not fit this draft."""
        bundle, fitting = self.bundle, {}
        for name in self.files.keys() - bundle.keys():
            try:
                testing.Suite(bundle | {name: self.files[name]}, bank.Bank())
                fitting[name] = self.files[name]
            except testing.BadScenario as error:
                self.problems += error.problems
        return bundle | fitting

    def progress(self, done: int, total: int) -> None:
        """How far the play is."""
        self.done, self.total = done, total


def _trials() -> dict[str, Trial]:
    found: dict[str, Trial] = current_app.extensions.setdefault("trials", {})
    return found


def _trial(trial_id: str) -> Trial:
    """One's own trial, as it stands now: it may end while the page is made. Raises NotFound."""
    found = _trials().get(trial_id)
    if found is None or found.draft.owner != context.viewer().user:
        raise NotFound(what="trial", id=trial_id)
    return copy(found)


@room.post("/drafts/<draft_id>/trials")
@access(*ROLES)
def begin_trial(draft_id: str) -> Response:
    """Play the shipped scenarios, and those that are sent along, against the draft as it is now.

    One trial at a time: pressing twice shows the same, but another one that still runs is never shown in its place.
    """
    with context.read() as connection:
        opened = Opened.read(connection, draft_id)
    files = {**opened.files, **_shipped(), **_sent()}
    trial = running_trial()
    if trial is None:
        trial = _begin(opened.draft, files)
    elif (trial.draft.id, trial.files) != (draft_id, files):
        name, at = trial.draft.name, trial.started_at
        template = (
            "Nothing has been played: the scenarios of {name} of {at} are still being played. Wait until they end."
        )
        context.say(template, "warning", name=name, at=i18n.instant(at))
        return context.back_to("studio.draft", draft_id=draft_id)
    return context.back_to("studio.trial", trial_id=trial.id)


def _begin(draft: drafts.Draft, files: Mapping[str, bytes]) -> Trial:
    trials = _trials()
    trial = Trial(secrets.token_hex(8), draft, files, context.environment().clock.now())
    trial.thread = threading.Thread(target=trial.work, name=f"trial-{trial.id}", daemon=True)
    for old in list(trials)[: -(KEPT - 1)]:
        trials.pop(old, None)
    trials[trial.id] = trial
    trial.thread.start()
    return trial


@room.app_template_global()
def running_trial() -> Trial | None:
    """The viewer's own trial that is under way, of whichever draft."""
    user = context.viewer().user
    return next((one for one in list(_trials().values()) if one.running and one.draft.owner == user), None)


def _shipped() -> dict[str, bytes]:
    files = testing.files_of(catalogue.FOLDER)
    return {name: content for name, content in files.items() if name.endswith(testing.ENDING)}


def _sent() -> dict[str, bytes]:
    found = {}
    for file in request.files.getlist("scenarios"):
        name = PurePosixPath((file.filename or "").replace("\\", "/")).name
        if name and not name.endswith(testing.ENDING):
            raise Invalid("Expected a file name like 'approval.scenario.yaml', but got '{name}'", name=name)
        if name:
            found[name] = file.read(LARGEST + 1)
    return found


@room.get("/trials/<trial_id>")
@access(*ROLES)
def trial(trial_id: str) -> str:
    """How far it is, or what came out: each scenario, and what of each diagram was executed."""
    found = _trial(trial_id)
    outcomes = sorted(found.report.outcomes, key=lambda outcome: outcome.ok) if found.report else []
    covered = sorted(found.report.coverage.values(), key=lambda one: one.process) if found.report else []
    facts: dict[str, Any] = {"outcomes": outcomes, "covered": covered, "told": i18n.explain}
    with context.read() as connection:
        now = drafts.files(connection, found.draft.id)
    facts["changed"] = bool(now) and now != found.bundle
    return render_template("studio/trial.html", trial=found, **facts)


@room.get("/trials/<trial_id>/diagrams/<name>")
@access(*ROLES)
def trial_diagram(trial_id: str, name: str) -> Response:
    """A diagram as it was played."""
    content = _trial(trial_id).files.get(name)
    if content is None:
        raise NotFound(what="file", id=name)
    return sent(name, content, download=False)


@room.get("/trials/<trial_id>/coverage/<key>.json")
@access(*ROLES)
def trial_coverage(trial_id: str, key: str) -> dict[str, Any]:
    """What web/static/js/viewer.js colours: the nodes that were reached and the flows that were taken."""
    report = _trial(trial_id).report
    covered = report.coverage.get(key) if report else None
    if covered is None:
        raise NotFound(what="process", id=key)
    done = {"state": "done", "count": 0, "tokens": 0, "label": ""}
    return {
        "elements": dict.fromkeys(sorted(covered.nodes & covered.executed), done),
        "flows": sorted(covered.flows & covered.executed),
    }
