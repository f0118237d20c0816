"""FEEL host functions by name: reads that diagrams and decision tables may call, registered by the house above."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import Connection


@dataclass(frozen=True)
class Host:
    """What a host function may look at: the command's connection and instant (aware UTC), and the process instance."""

    connection: Connection
    now: datetime
    business_key: str | None
    instance_id: str | None


@dataclass
class Functions:
    """The registry. Use as a decorator: `@functions.function("working days after", parameters=("day", "n"))`."""

    by_name: dict[str, Callable[..., object]] = field(default_factory=dict)
    parameters: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def function(
        self, name: str, parameters: tuple[str, ...] = ()
    ) -> Callable[[Callable[..., object]], Callable[..., object]]:
        """Register a function under `name`; the first argument is the Host. Raises ValueError when it is taken."""

        def register(function: Callable[..., object]) -> Callable[..., object]:
            if name in self.by_name:
                raise ValueError(f"expected a new function name, but '{name}' is registered already")
            self.by_name[name] = function
            self.parameters[name] = parameters
            return function

        return register

    def bind(self, host: Host) -> dict[str, Callable[..., object]]:
        """The functions as FEEL calls them, the host already given."""
        return {name: partial(function, host) for name, function in self.by_name.items()}
