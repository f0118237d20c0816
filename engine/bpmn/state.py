"""The state of a process instance as bytes: live tokens only, no specs, no variables, our own format and version.

`[version, [[id, spec name, state, remembered], …], remembered of the process]` as JSON. A reader of a newer engine
upgrades older versions; an unknown version is refused, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.tokens import Token, TokenGame
from engine.errors import Fault

VERSION = 2


@dataclass(frozen=True)
class LiveToken:
    """A token as pages see it: where it is, and whether it is parked with an incident."""

    id: str
    element: str
    scope: str | None
    container: bool
    parked: bool
    body: bool
    """Holds the items of a multi-instance, which are tokens of their own."""


def dump(game: TokenGame) -> bytes:
    """The bytes of all live tokens."""
    game.compact()
    rows = [[token.id.hex, token.task_spec.name, token._state, token.internal_data] for token in game.live()]
    return orjson.dumps([VERSION, rows, game.task_tree.internal_data])


def load(game: TokenGame, content: bytes) -> None:
    """Put the tokens back on their specs, as any process of the same or a later release would."""
    root, specs, tasks = game.task_tree, game.spec.task_specs, game.tasks
    rows, root.internal_data = _read(content)
    for hexadecimal, name, state, remembered in rows:
        token = Token(game, specs[name], root, state, UUID(hex=hexadecimal))
        token.internal_data = remembered
        tasks[token.id] = token


def tokens(content: bytes) -> list[LiveToken]:
    """What is live, read without specs."""
    return [
        LiveToken(
            id=str(UUID(hex=hexadecimal)),
            element=name.partition("#")[0],
            scope=remembered.get("scope"),
            container=state == TaskState.STARTED,
            parked="parked" in remembered,
            body="total" in remembered,
        )
        for hexadecimal, name, state, remembered in _read(content)[0]
        if "listens" not in remembered
    ]


def _read(content: bytes) -> tuple[list[list[Any]], dict[str, Any]]:
    version, rows, *more = orjson.loads(content)
    if version not in (1, VERSION):  # before 2 a process remembered nothing itself
        raise Fault("Expected a state of format {known}, but got {version}", known=VERSION, version=version)
    return rows, more[0] if more else {}
