"""FEEL host functions by name: reads that diagrams and decision tables may call, registered by the house above."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import Connection


@dataclass(frozen=True)
class Followed:
    """A time that may move later, as a host function gave it: of what, and the key by which its followers are found.

    `stopped`: it stands still now, so that whoever follows it waits until it is revived.
    """

    subject: str
    key: str
    at: datetime
    stopped: bool


@dataclass(frozen=True)
class Host:
    """What a host function may look at: the command's connection and instant (aware UTC), and the process instance."""

    connection: Connection
    now: datetime
    business_key: str | None
    instance_id: str | None
    followed: list[Followed] = field(default_factory=list, compare=False)

    def follow(self, subject: str, key: str, at: datetime, *, stopped: bool = False) -> datetime:
        """Give a time that may move: a timer or a due date that is this very time takes the key, and moves with it."""
        self.followed.append(Followed(subject, key, at, stopped))
        return at


@dataclass
class Functions:
    """The registry. Use as a decorator: `@functions.function("working days after", parameters=("day", "n"))`."""

    by_name: dict[str, Callable[..., object]] = field(default_factory=dict)
    parameters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    subjects: dict[str, frozenset[str]] = field(default_factory=dict)
    """Of functions whose times are followed: what their first argument may name."""

    def function(
        self, name: str, parameters: tuple[str, ...] = (), subjects: Iterable[str] = ()
    ) -> Callable[[Callable[..., object]], Callable[..., object]]:
        """Register a function under `name`; the first argument is the Host. Raises ValueError when it is taken.

        `subjects`: what may be named of those whose times move; lint refuses a timer that names another one, or two.
        """

        def register(function: Callable[..., object]) -> Callable[..., object]:
            if name in self.by_name:
                raise ValueError(f"expected a new function name, but '{name}' is registered already")
            self.by_name[name] = function
            self.parameters[name] = parameters
            if subjects:
                self.subjects[name] = frozenset(subjects)
            return function

        return register

    def bind(self, host: Host) -> Mapping[str, Callable[..., object]]:
        """The functions as FEEL calls them, the host already given."""
        return _Bound(self.by_name, host)


class _Bound(Mapping[str, Callable[..., object]]):
    """Most of them are never called: each gets its host when it is looked up."""

    def __init__(self, functions: Mapping[str, Callable[..., object]], host: Host) -> None:
        self._functions, self._host = functions, host

    def __getitem__(self, name: str) -> Callable[..., object]:
        return partial(self._functions[name], self._host)

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)
