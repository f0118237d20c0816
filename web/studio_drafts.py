"""A draft as a whole: what it holds, what it changes, what lint says, and the proposal that it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from engine import bundle, changes, definitions, drafts, proposals, queries
from engine.lint import Finding
from web import context, control_changes, studio_options
from web.access import access
from web.studio_room import ROLES, deployed_file, room


@dataclass(frozen=True)
class Listed:
    """A file of a draft: `change` against the deployment below it is added, changed, removed or nothing."""

    name: str
    kind: str
    change: str
    title: str


@dataclass(frozen=True)
class Opened:
    """A draft with its files and those of the deployment that it is based on."""

    draft: drafts.Draft
    files: Mapping[str, bytes]
    base: Mapping[str, bytes]

    @classmethod
    def read(cls, connection: Any, draft_id: str) -> Opened:
        """One's own draft. Raises NotFound."""
        draft = drafts.get(connection, draft_id, context.viewer().user)
        base = queries.files(connection, draft.based_on) if draft.based_on else {}
        return cls(draft, drafts.files(connection, draft_id), base)

    def listed(self) -> list[Listed]:
        """All files of both: diagrams, then decision tables, then forms, each by name."""
        found = [self._listed(name) for name in {*self.files, *self.base}]
        return sorted(found, key=lambda file: (studio_options.ORDER.index(file.kind), file.name))

    def _listed(self, name: str) -> Listed:
        now, before = self.files.get(name), self.base.get(name)
        change = "added" if before is None else "removed" if now is None else "changed" if now != before else ""
        return Listed(name, bundle.kind_of(name), change, studio_options.title(name, now or before or b""))


def findings(files: Mapping[str, bytes]) -> list[Finding]:
    """What lint says about a bundle, errors first."""
    found = definitions.check(context.environment(), files)
    return sorted(found, key=lambda finding: finding.severity != "error")


@room.post("/drafts")
@access(*ROLES)
def create() -> Response:
    """Begin a draft from a deployment."""
    name, based_on = request.form.get("name", "").strip(), request.form.get("deployment") or None
    draft_id = context.run(lambda tx: drafts.create(tx, name, based_on))
    return context.back_to("studio.draft", draft_id=draft_id)


@room.get("/drafts/<draft_id>")
@access(*ROLES)
def draft(draft_id: str) -> str:
    """The files of the draft, what lint says, and the form to propose it."""
    with context.read() as connection:
        opened = Opened.read(connection, draft_id)
        current = proposals.current_deployment(connection)
    files = opened.listed()
    found = findings(opened.files)
    facts = {"files": files, "findings": found, "changed": [file for file in files if file.change]}
    facts["errors"] = sum(finding.severity == "error" for finding in found)
    return render_template("studio/draft.html", draft=opened.draft, current=current, **facts)


@room.get("/drafts/<draft_id>/changes")
@access(*ROLES)
def differences(draft_id: str) -> str:
    """What the draft changes, as the administrator will see it."""
    with context.read() as connection:
        opened = Opened.read(connection, draft_id)
    found = changes.compare(opened.base, opened.files)
    return render_template("studio/changes.html", draft=opened.draft, changes=found)


@room.get("/drafts/<draft_id>/files/<name>/difference.json")
@access(*ROLES)
def difference(draft_id: str, name: str) -> dict[str, Any]:
    """What the two diagrams mark."""
    with context.read() as connection:
        opened = Opened.read(connection, draft_id)
    return control_changes.marks_of(name, opened.base, opened.files)


@room.put("/drafts/<draft_id>")
@access(*ROLES)
def rename(draft_id: str) -> Response:
    """Give the draft another name."""
    name = request.form.get("name", "").strip()
    context.run(lambda tx: drafts.rename(tx, draft_id, name))
    return context.back_to("studio.draft", draft_id=draft_id)


@room.delete("/drafts/<draft_id>")
@access(*ROLES)
def discard(draft_id: str) -> Response:
    """Throw the draft away."""
    context.run(lambda tx: drafts.discard(tx, draft_id))
    context.say("The draft is gone.")
    return context.back_to("studio.start")


@room.post("/drafts/<draft_id>/restored/<name>")
@access(*ROLES)
def restore(draft_id: str, name: str) -> Response:
    """Take a file back to what the deployment below has."""
    with context.read() as connection:
        based_on = drafts.get(connection, draft_id, context.viewer().user).based_on
    content = deployed_file(based_on or "", name)
    context.run(lambda tx: drafts.put(tx, draft_id, name, content))
    context.say("{name} is as in the deployment again.", name=name)
    return context.back_to("studio.draft", draft_id=draft_id)


@room.post("/drafts/<draft_id>/proposal")
@access(*ROLES)
def propose(draft_id: str) -> Response:
    """Freeze the draft as a proposal for the administrators. Refused with all findings when one is an error."""
    comment = request.form.get("comment", "")
    proposal_id = context.run(lambda tx: proposals.propose(tx, draft_id, comment))
    context.say("The proposal waits for an administrator.")
    return context.back_to("studio.proposal", proposal_id=proposal_id)


@room.get("/proposals/<proposal_id>")
@access(*ROLES)
def proposal(proposal_id: str) -> str:
    """A proposal with what it changes and what was decided."""
    with context.read() as connection:
        row = proposals.get(connection, proposal_id)
        old = queries.files(connection, row.based_on) if row.based_on else {}
        found = changes.compare(old, proposals.files(connection, proposal_id))
    facts = {"figures": control_changes.figures(found), "old_id": row.based_on, "stale": False}
    return render_template("control/proposal.html", proposal=row, changes=found, **facts)


@room.delete("/proposals/<proposal_id>")
@access(*ROLES)
def withdraw(proposal_id: str) -> Response:
    """Take one's own proposal back."""
    context.run(lambda tx: proposals.withdraw(tx, proposal_id))
    context.say("The proposal has been withdrawn.")
    return context.back_to("studio.proposal", proposal_id=proposal_id)
