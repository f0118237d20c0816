"""The built-in functions of FEEL, a module per family."""

from __future__ import annotations

from engine.feel.builtins import contexts, conversion, dates, lists, numeric, ranges, statistics, strings
from engine.feel.builtins.registry import BUILTINS, Signature, apply, as_value, choose

__all__ = ["BUILTINS", "NAMES", "Signature", "apply", "as_value", "choose"]

FAMILIES = (contexts, conversion, dates, lists, numeric, ranges, statistics, strings)
NAMES = frozenset(BUILTINS)
