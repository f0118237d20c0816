"""Process owners: the processes and their versions, to look at and to begin a draft from."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from flask import render_template, request
from werkzeug.wrappers import Response

from engine import definitions, drafts, overview, proposals, queries
from engine.errors import NotFound
from web import context, diagrams, studio_drafts, studio_files, studio_trials
from web.access import access
from web.studio_room import READERS, ROLES, deployed_file, room, sent

__all__ = ["room", "studio_drafts", "studio_files", "studio_trials"]


@room.get("")
@access(*ROLES)
def start() -> str:
    """All processes with their versions, one's drafts, one's proposals."""
    person = context.viewer().user
    with context.read() as connection:
        rows = queries.definitions(connection)
        facts = {
            "drafts": drafts.listed(connection, person),
            "proposals": proposals.listed(connection, by=person, limit=20),
            "deployments": overview.deployments(connection, limit=30),
            "current": proposals.current_deployment(connection),
        }
    processes = [list(versions) for _, versions in groupby(rows, attrgetter("key"))]
    return render_template("studio/start.html", processes=processes, **facts)


@room.get("/versions/<definition_id>")
@access(*READERS)
def version(definition_id: str) -> str:
    """One version of a process: its diagram, to read, its steps as a table, and the files deployed with it."""
    with context.read() as connection:
        row = next((row for row in queries.definitions(connection) if row.id == definition_id), None)
        if row is None:
            raise NotFound(what="process definition", id=definition_id)
        process = definitions.by_id(context.environment(), connection, definition_id).compiled.process
        files = sorted(queries.files(connection, row.deployment_id))
    nodes = [node for node in process.nodes.values() if node.kind in diagrams.PASSED]
    return render_template("studio/version.html", row=row, nodes=nodes, files=files)


@room.get("/versions/<definition_id>/diagram.xml")
@access(*READERS)
def diagram(definition_id: str) -> Response:
    """The diagram as it was deployed, byte for byte."""
    with context.read() as connection:
        return sent("diagram.bpmn", diagrams.source(connection, definition_id), download=False)


@room.get("/deployments/<deployment_id>/files/<name>")
@access(*READERS)
def deployed(deployment_id: str, name: str) -> Response:
    """One file of a deployment."""
    return sent(name, deployed_file(deployment_id, name), download=request.args.get("download") == "1")
