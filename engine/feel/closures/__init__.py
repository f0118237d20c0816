"""Syntax tree to closures, a module per family of nodes."""

from __future__ import annotations

from engine.feel.closures import calls, logic, loops, structures, tests, types
from engine.feel.closures.core import Closure, Compiler

__all__ = ["FAMILIES", "Closure", "Compiler"]

FAMILIES = (calls, logic, loops, structures, tests, types)
