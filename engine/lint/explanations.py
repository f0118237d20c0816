"""Why there is a rule, with the smallest good and bad diagram: for `huiyin lint --explain`, docs/lint.md and SARIF."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from engine.lint.rules import RULES


@dataclass(frozen=True)
class Explanation:
    """`title` and `reason` are sentences; `good` and `bad` are written as `engine.lint.notation` reads them.

    `element` is the one that `bad` is about. What is found before there is a diagram has no diagrams.
    """

    code: str
    title: str
    reason: str
    good: str = ""
    bad: str = ""
    element: str = ""


READING = (
    Explanation(
        "unreadable",
        "Files that cannot be read.",
        "The file is no XML that is accepted: too large, too deep, with a document type, or not well-formed.",
    ),
    Explanation(
        "duplicate-key",
        "Two processes, decisions or forms with one id.",
        "A process, decision or form is found by its id; of two with the same one nobody could tell which is meant.",
    ),
    Explanation(
        "expression",
        "Expressions that are not FEEL.",
        "An expression that does not parse has no value (DMN 10.3); slot and position are told.",
        good='<startEvent id="s"/>\n<scriptTask id="a" scriptFormat="feel" camunda:resultVariable="x">\n'
        '  <script>1 + 1</script>\n</scriptTask>\n<endEvent id="e"/>\ns -> a -> e\n',
        bad='<startEvent id="s"/>\n<scriptTask id="a" scriptFormat="feel" camunda:resultVariable="x">\n'
        '  <script>1 +</script>\n</scriptTask>\n<endEvent id="e"/>\ns -> a -> e\n',
        element="a",
    ),
    Explanation(
        "decision",
        "Decisions that cannot be used.",
        "A decision or a cell of a table cannot be evaluated (DMN 8.3).",
    ),
    Explanation("form", "Forms that cannot be used.", "A form has an unsupported component or a wrong setting."),
)
"""What is found while the files are read, before there is a diagram to look at."""


@cache
def explanations() -> dict[str, Explanation]:
    """Every code that a finding can have, in the order in which findings are told."""
    rules = [_of(rule) for rule in RULES]
    return {explained.code: explained for explained in (*READING, *rules)}


def _of(rule: Callable[..., object]) -> Explanation:
    module = sys.modules[rule.__module__]
    return Explanation(
        code=module.report.rule,
        title=" ".join((module.__doc__ or "").split()),
        reason=" ".join((rule.__doc__ or "").split()),
        good=module.GOOD.strip("\n") + "\n",
        bad=module.BAD.strip("\n") + "\n",
        element=module.AT,
    )
