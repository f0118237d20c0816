"""User tasks whose form is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("form-reference")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<userTask id="a" camunda:candidateGroups="clerks" camunda:formRef="ask"/>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<userTask id="a" camunda:candidateGroups="clerks" camunda:formRef="gone"/>
s -> a -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A task opens the form of its own deployment; without it nothing could be entered (BPMN 10.3.4, rendering)."""
    for process, node in nodes(bundle, "userTask"):
        reference = node.attributes.get("formRef")
        if "formKey" in node.attributes:
            yield report.error(
                process,
                node,
                "The form key '{key}' is not executed",
                "Draw the form as a .form file in the bundle and name it with camunda:formRef.",
                key=node.attributes["formKey"],
            )
        elif reference is not None and reference not in bundle.forms:
            yield report.error(
                process,
                node,
                "The form '{form}' is not in the bundle",
                "Add {form}.form to the bundle (on the command line: give its folder, too), or choose another form;"
                " its name is written literally.",
                form=reference,
            )
