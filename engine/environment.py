"""What the engine is handed from outside, and how a command runs in it."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from engine import history
from engine.clock import Clock, SystemClock
from engine.functions import Functions
from engine.operations import Operations
from engine.store import Store

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Actor:
    """Who acts: a person with groups, or the system itself (timers, jobs, imports), and for whom and why."""

    user: str
    groups: frozenset[str] = frozenset()
    on_behalf_of: str | None = None
    reason: str | None = None
    system: bool = False


SYSTEM = Actor("system", system=True)


@dataclass(frozen=True)
class Limits:
    """Bounds of the engine; each breach is an incident or a refusal that names the figure (design §3, Bounds)."""

    steps: int = 10_000
    instances: int = 1_000
    call_depth: int = 10
    timer_years: int = 10
    cycle_seconds: int = 60
    data_bytes: int = 1_000_000
    hops: int = 100
    """Messages and signals in a row, each sent because of the one before it, without a person or a minute between."""
    message_days: int = 30
    """How long a message that flows to another pool waits for its receiver."""


class Sender(Protocol):
    """Brings one outbox entry to the outside and returns the provider's receipt. Raises to be tried again."""

    def __call__(self, address: str, subject: str, body: str, key: str) -> str: ...


class Transaction:
    """One command: everything it writes is committed together with its history, or not at all."""

    def __init__(self, environment: Environment, connection: Connection, actor: Actor) -> None:
        self.environment = environment
        self.connection = connection
        self.actor = actor
        self.now: datetime = environment.clock.now()
        self.events: list[history.Event] = []
        self.deliveries: list[str] = []
        self.locked: set[str] = set()
        self.hops = 0
        """How many messages in a row have led to this command."""

    def record(
        self,
        stream: str,
        kind: str,
        *,
        instance: str | None = None,
        definition: str | None = None,
        element: str | None = None,
        task: str | None = None,
        **facts: Any,
    ) -> None:
        """Append one event to the history of `stream`; facts may hold old, new and why."""
        if self.actor.reason and "why" not in facts:
            facts["why"] = self.actor.reason
        self.events.append(
            history.Event(
                stream,
                kind,
                self.now,
                self.actor.user,
                self.actor.on_behalf_of,
                instance,
                definition,
                element,
                task,
                history.canonical(facts),
            )
        )

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo rows and events of the block when it raises; PostgreSQL lets go of the locks it took, too."""
        events, deliveries, locked = len(self.events), len(self.deliveries), set(self.locked)
        try:
            with self.environment.store.savepoint(self.connection):
                yield
        except BaseException:
            del self.events[events:], self.deliveries[deliveries:]
            self.locked &= locked
            raise


@dataclass
class Environment:
    """A database, a clock, and what the house above gives the engine: operations, FEEL functions, senders, bounds."""

    store: Store
    clock: Clock = field(default_factory=SystemClock)
    operations: Operations = field(default_factory=Operations)
    functions: Functions = field(default_factory=Functions)
    senders: dict[str, Sender] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    seal_key: bytes = b""
    node: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    deliver: Callable[[Environment, str], object] | None = None
    """Brings one delivery row to its call tree; engine/compose.py gives it, since it stands floors above."""
    stream_of: Callable[[str], str | None] = lambda business_key: None
    """The history stream of what a message starts for a business key; None gives the instance a stream of its own."""
    deployments: dict[str, Any] = field(default_factory=dict)
    """Compiled deployments by id, filled by engine/definitions.py; immutable, so threads share them."""

    def __post_init__(self) -> None:
        self._thread = threading.local()  # what its command has sent waits there

    def run(self, actor: Actor, work: Callable[[Transaction], T]) -> T:
        """Run one command: begin, work, write history, commit. Lost races are tried again; errors leave nothing."""

        def command(connection: Connection) -> tuple[T, Transaction]:
            tx = Transaction(self, connection, actor)
            result = work(tx)
            if tx.events:
                history.write(connection, tx.events)
            return result, tx

        result, tx = self.store.write(command)
        self._deliver_all(tx.deliveries)
        return result

    def _deliver_all(self, deliveries: list[str]) -> None:
        """Deliver what a command has sent, and what is sent by that: one after the other, never inside each other."""
        waiting: deque[str] | None = getattr(self._thread, "waiting", None)
        if waiting is not None:
            waiting.extend(deliveries)
            return
        self._thread.waiting = waiting = deque(deliveries)
        try:
            while waiting:
                self._deliver(waiting.popleft())
        finally:
            self._thread.waiting = None

    def _deliver(self, delivery: str) -> None:
        """Deliver at once; a delivery that fails stays a row that the scheduler tries again."""
        try:
            if self.deliver is not None:
                self.deliver(self, delivery)
        except Exception:
            log.exception("delivery %s failed and will be tried again", delivery)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading."""
        with self.store.read() as connection:
            yield connection
