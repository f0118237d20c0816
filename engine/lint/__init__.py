"""Checks before deployment: a rule a file. A bundle with an error changes nothing; all findings are told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.lint.findings import Finding, Refused
from engine.lint.rules import RULES
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

__all__ = ["Finding", "Refused", "check"]


def check(bundle: Bundle, operations: Operations) -> list[Finding]:
    """Run every rule over the bundle."""
    return [finding for rule in RULES for finding in rule(bundle, operations)]
