"""What can go wrong with a decision: the file cannot be used, or an evaluation breaks the rules of its table."""

from __future__ import annotations

from engine import errors


class ModelError(errors.Invalid):
    """The decision model cannot be used."""


class DecisionError(errors.EngineError):
    """The decision could not be made."""
