"""What lies on the board of the token game."""

from __future__ import annotations

from dataclasses import dataclass, field

from support.token_game.sheet import WAITS, Definition, Sheet


@dataclass(eq=False)
class Scope:
    """One running level: the process, or the inside of a subprocess that a token is in."""

    sheet: Sheet
    path: str = ""
    """Which item of which repetition it is, e.g. `/1/0`."""
    owner: Item | None = None
    activities: list[Activity] = field(default_factory=list)
    listeners: list[Wait] = field(default_factory=list)
    """The event subprocesses that may still begin."""
    memory: list[Done] = field(default_factory=list)
    """What was completed and can be compensated, in the order of completion."""
    later: list[str] = field(default_factory=list)
    """What has not begun of a sequential ad-hoc subprocess."""
    closing: bool = False
    """An ad-hoc subprocess that begins nothing more."""
    over: bool = False

    @property
    def above(self) -> Scope | None:
        return None if self.owner is None else self.owner.activity.scope

    @property
    def handles_for_its_scope(self) -> bool:
        """The inside of an event subprocess, unless it undoes something completed."""
        if self.sheet.element.get("triggeredByEvent") != "true":
            return False
        (start,) = self.sheet.starts()
        return Definition("compensate", None) not in self.sheet.definitions(start)


@dataclass(eq=False)
class Token:
    """It stands on a flow before its node, or (without a flow) at a node that begins by itself."""

    scope: Scope
    node: str
    flow: str | None = None
    arrived: bool = False
    """It has had its turn and waits in a join for others."""
    heard: bool = False
    """It stands in an event that has come, at a border or behind an event-based gateway."""


@dataclass(eq=False)
class Activity:
    """A node that a token rests in: an activity, an event that waits, or one that throws."""

    scope: Scope
    node: str
    items: list[Item] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    """Its boundary events, or what an event waits for."""
    left: int = 0
    """Items of a sequence that have not begun."""
    begun: int = 0
    completed: int = 0
    memory: list[Done] = field(default_factory=list)
    """What of it can be compensated once the whole has completed."""
    to_throw: list[Definition] = field(default_factory=list)
    undo: list[Undo] = field(default_factory=list)
    """What a compensation has still to do."""
    failed: bool = False
    """An error that nobody caught: an incident."""


@dataclass(eq=False)
class Item:
    """One run of an activity; repeated ones have several. Without an inside it is a task of a person."""

    activity: Activity
    node: str
    sheet: Sheet
    path: str
    inside: Scope | None = None


@dataclass(eq=False)
class Wait:
    """An event that waits: at the border of an activity, in the flow, or as the start of an event subprocess."""

    node: str
    sheet: Sheet
    """Where the event is drawn."""
    place: str
    """`border`, `catch` or `listener`."""
    scope: Scope
    host: Activity | None
    since: int
    number: int
    """The order in which events began to wait."""
    missing: list[Definition] = field(init=False)
    """What it still waits for."""
    was_true: set[Definition] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.missing = [*self.sheet.definitions(self.node)]

    @property
    def interrupting(self) -> bool:
        attribute = {"border": "cancelActivity", "listener": "isInterrupting"}.get(self.place, "")
        return self.sheet.is_(self.node, attribute, "true")

    @property
    def visible(self) -> list[Definition]:
        """What somebody outside can make fire, or the clock."""
        return [d for d in self.missing if d.kind in WAITS - {"conditional"}]


@dataclass(eq=False)
class Done:
    """A completed activity that can be compensated."""

    sheet: Sheet
    node: str
    path: str
    memory: list[Done]
    """What was remembered inside it."""
    number: int = 0
    """The order of completion."""


@dataclass(frozen=True, eq=False)
class Undo:
    """One step of a compensation: this node of this sheet, seeing what its activity saw, with what was done in it."""

    sheet: Sheet
    node: str
    path: str
    memory: list[Done]
