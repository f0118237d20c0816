"""All rules, in the order in which their findings are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.operations import Operations

if TYPE_CHECKING:  # the bundle stands a floor above
    from engine.bundle import Bundle

RULES: tuple[Callable[[Bundle, Operations], Iterator[Finding]], ...] = ()
