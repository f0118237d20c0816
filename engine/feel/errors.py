"""The one error of FEEL: a text that cannot be compiled, or an evaluation that went over a bound."""

from __future__ import annotations

from engine import errors


class FeelError(errors.EngineError):
    """The expression cannot be used."""

    @property
    def position(self) -> int | None:
        """Where in the text (first character = 1), or None when the whole evaluation is meant."""
        position = self.parameters.get("position")
        return position if isinstance(position, int) else None


class TooMuch(FeelError):
    """Expected at most {limit} {what}, but the expression needs more."""
