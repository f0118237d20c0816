"""The house put together: an engine that knows our operations and functions, and the bundle that the product ships."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import forms
from complaints import catalogue, functions, operations, reconciliation, streams
from engine import compose
from engine.clock import Clock, SystemClock
from engine.environment import Environment, Sender
from engine.functions import Functions
from engine.store import Store

CHORES = ((reconciliation.nightly, 600),)
"""What the scheduler does beside the engine's work, with the seconds between two looks."""


def environment(
    at: str | Store,
    *,
    clock: Clock | None = None,
    seal_key: bytes = b"",
    senders: Mapping[str, Sender] | None = None,
    durable: bool = True,
) -> Environment:
    """An environment with everything that the diagrams call, on an open database or on the one at an URL.

    `durable` as in `Store`.
    """
    registry = Functions()
    made = compose.environment(
        Store(at, durable=durable) if isinstance(at, str) else at,
        clock=clock or SystemClock(),
        operations=operations.registry(),
        functions=registry,
        senders=dict(senders or {}),
        seal_key=seal_key,
        stream_of=streams.of,
    )
    functions.register(registry, made)
    return made


def bundle() -> dict[str, bytes]:
    """The shipped diagrams, decisions and forms by file name, ready to deploy."""
    folders = (catalogue.FOLDER, Path(forms.__path__[0]))
    kinds = (".bpmn", ".dmn", ".form")
    return {
        path.name: path.read_bytes() for folder in folders for path in sorted(folder.iterdir()) if path.suffix in kinds
    }
