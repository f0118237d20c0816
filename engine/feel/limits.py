"""What one expression may cost. Each breach is a FeelError that names the figure."""

from __future__ import annotations

TEXT = 10_000  # characters of an expression
BRACKETS = 50  # brackets open at the same time
NESTING = 100  # levels of the syntax tree
CALLS = 50  # function calls inside each other
STEPS = 20_000  # iterations, calls and units of bulk work per evaluation
LIST = 10_000  # items of a list
STRING = 100_000  # characters of a string
NODES = 200_000  # values inside a value that is handed in or out
DEPTH = 60  # lists and contexts inside each other, handed in or out
PATTERN = 1_000  # characters of a regular expression
