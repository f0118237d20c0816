"""Attributes and elements that have no effect here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("unsupported-construct")
GOOD = """
<startEvent id="s"/> <task id="a"/> <endEvent id="e"/>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <task id="a" startQuantity="2"/> <endEvent id="e"/>
s -> a -> e
"""
AT = "a"
HARMLESS = frozenset(
    {
        "camunda:historyTimeToLive",
        "camunda:isStartableInTasklist",
        "camunda:versionTag",
        "camunda:modelerTemplate",
        "camunda:modelerTemplateVersion",
    }
)
DRAWN = frozenset({"dataStoreReference"})
ADVICE = {
    "listener": "Listeners run code of another engine; draw a service task with a registered operation.",
    "code": 'Only registered operations are called: camunda:type="external" with camunda:topic.',
    "form": "Draw the form as a .form file in the bundle and name it with camunda:formRef.",
    "binding": "Decisions and forms bind to their own deployment, calls also to the latest version or a number.",
    "mapping": "Write the value as text or as a FEEL expression that begins with '='.",
    "people": "Name people with camunda:candidateGroups, camunda:candidateUsers or camunda:assignee.",
    "data": "Data flow into an activity when it begins and out of it when it ends, not between.",
    "compensation": "Who undoes always waits until all is undone; remove the attribute.",
    "other": "Remove it, or draw what it means with elements that are executed (docs/dialect.md).",
}
TOPICS = {
    **dict.fromkeys(("camunda:executionListener", "camunda:taskListener", "camunda:eventListener"), "listener"),
    **dict.fromkeys(("camunda:class", "camunda:expression", "camunda:delegateExpression"), "code"),
    **dict.fromkeys(("camunda:connector", "camunda:field", "camunda:type", "camunda:resource", "operationRef"), "code"),
    **dict.fromkeys(("camunda:formData", "camunda:formHandlerClass", "camunda:formProperty"), "form"),
    **dict.fromkeys(("camunda:formRefBinding", "camunda:formRefVersion", "camunda:decisionRefBinding"), "binding"),
    **dict.fromkeys(("camunda:decisionRefVersion", "camunda:decisionRefTenantId"), "binding"),
    "camunda:calledElementBinding": "binding",
    **dict.fromkeys(("camunda:calledElementTenantId", "camunda:calledElementVersionTag"), "binding"),
    **dict.fromkeys(("camunda:script", "camunda:list", "camunda:map"), "mapping"),
    **dict.fromkeys(("performer", "humanPerformer", "potentialOwner", "resourceRole"), "people"),
    **dict.fromkeys(("camunda:candidateStarterGroups", "camunda:candidateStarterUsers"), "people"),
    **dict.fromkeys(("whileExecutingInputRefs", "whileExecutingOutputRefs"), "data"),
    "waitForCompletion": "compensation",
}


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """Whatever the engine does not read is refused by name, so that nobody relies on it (BPMN 2, conformance)."""
    for process in processes(bundle):
        for oddity in process.oddities:
            if oddity.what in HARMLESS:
                yield report.warning(
                    process,
                    oddity.id,
                    "'{what}' has no effect here",
                    "Nothing needs to be done.",
                    what=oddity.what,
                )
            elif oddity.what in DRAWN:
                yield report.warning(
                    process,
                    oddity.id,
                    "'{what}' is only drawn, it holds no data here",
                    "Read and write what lies outside with service tasks that call registered operations.",
                    what=oddity.what,
                )
            elif oddity.kind == "attribute":
                yield report.error(
                    process,
                    oddity.id,
                    'The attribute {what}="{value}" is not executed',
                    _advice(oddity.what),
                    what=oddity.what,
                    value=oddity.value,
                )
            elif oddity.kind == "element":
                yield report.error(
                    process,
                    oddity.id,
                    "The element '{what}' is not executed",
                    _advice(oddity.what),
                    what=oddity.what,
                )


def _advice(what: str) -> str:
    return ADVICE[TOPICS.get(what, "other")]
