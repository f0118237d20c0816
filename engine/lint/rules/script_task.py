"""Scripts in another language, or without a result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("script-task")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<scriptTask id="a" scriptFormat="feel" camunda:resultVariable="x"><script>1 + 1</script></scriptTask>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<scriptTask id="a" scriptFormat="javascript" camunda:resultVariable="x"><script>1 + 1</script></scriptTask>
s -> a -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A script is one FEEL expression whose value becomes a variable; no other code ever runs (BPMN 10.3.3)."""
    for process, node in nodes(bundle, "scriptTask"):
        written = node.plain.get("scriptFormat", "")
        if written.lower() != "feel":
            yield report.error(
                process,
                node,
                "Scripts in '{format}' are not executed",
                "Write the script in FEEL and set its format to feel.",
                format=written,
            )
        if not node.script:
            yield report.error(process, node, "The script is empty", "Write a FEEL expression.")
        if not node.attributes.get("resultVariable", "").strip():
            yield report.error(
                process, node, "The script has no result variable", "Say in which variable its value is kept."
            )
