"""DMN: decision tables and their kin, read once, then decided as often as needed, each time with a trace."""

from __future__ import annotations

from engine.dmn.decide import Result, decide
from engine.dmn.errors import DecisionError, ModelError
from engine.dmn.files import Read, read_files
from engine.dmn.model import Decision, Model
from engine.dmn.reader import read
from engine.dmn.shape import MODES, shape
from engine.dmn.xml import ROOTS, lines

__all__ = [
    "MODES",
    "ROOTS",
    "Decision",
    "DecisionError",
    "Model",
    "ModelError",
    "Read",
    "Result",
    "decide",
    "lines",
    "read",
    "read_files",
    "shape",
]
