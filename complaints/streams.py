"""The names of history streams that belong to cases."""

from __future__ import annotations


def of(number: str) -> str:
    """The stream of a case."""
    return f"case:{number}"
