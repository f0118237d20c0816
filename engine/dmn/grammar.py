"""What we read of a DMN file, element by element; whatever else stands in it is refused by name.

Documentation (descriptions, knowledge sources, questions, drawings, extensions of other tools) changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn import xml

CAMUNDA = "camunda.org/schema"  # of other namespaces, these attributes could change what a table does
HARMLESS = frozenset({"versionTag", "historyTimeToLive", "diagramRelationId"})
EVERYWHERE = frozenset({"id", "label"})
NOTES = (
    "description extensionElements question allowedAnswers authorityRequirement knowledgeSource textAnnotation "
    "association group elementCollection performanceIndicator organizationUnit impactedPerformanceIndicator "
    "decisionMaker decisionOwner supportedObjective usingProcess usingTask"
)
BOXED = "literalExpression decisionTable context list relation functionDefinition invocation"
BOXED += " conditional filter for some every"
TESTS = ("text", "expressionLanguage")
LITERAL = ("text", "expressionLanguage typeRef")
ITEM = ("typeRef allowedValues typeConstraint itemComponent", "name typeLanguage isCollection")
FUNCTION = (f"formalParameter {BOXED}", "kind typeRef")
TYPED = (BOXED, "typeRef")
NAMED = ("", "name typeRef")
REFERENCE = ("", "href")
SHAPES: dict[str, tuple[str, str]] = {  # the elements and the attributes that an element may have
    "definitions": (
        "import itemDefinition inputData decision businessKnowledgeModel decisionService",
        "name namespace expressionLanguage typeLanguage exporter exporterVersion",
    ),
    "import": ("", "name namespace locationURI importType"),
    "itemDefinition": ITEM,
    "itemComponent": ITEM,
    "typeRef": ("", ""),
    "allowedValues": TESTS,
    "typeConstraint": TESTS,
    "inputData": ("variable", "name"),
    "variable": NAMED,
    "parameter": NAMED,
    "formalParameter": NAMED,
    "column": NAMED,
    "decision": (f"variable informationRequirement knowledgeRequirement {BOXED}", "name"),
    "informationRequirement": ("requiredDecision requiredInput", ""),
    "knowledgeRequirement": ("requiredKnowledge", ""),
    **dict.fromkeys(("requiredDecision", "requiredInput", "requiredKnowledge"), REFERENCE),
    "businessKnowledgeModel": ("variable encapsulatedLogic knowledgeRequirement", "name"),
    "encapsulatedLogic": FUNCTION,
    "functionDefinition": FUNCTION,
    "decisionService": ("variable outputDecision encapsulatedDecision inputDecision inputData", "name"),
    **dict.fromkeys(("outputDecision", "encapsulatedDecision", "inputDecision"), REFERENCE),
    "literalExpression": LITERAL,
    "decisionTable": (
        "input output annotation rule",
        "hitPolicy aggregation preferredOrientation outputLabel typeRef",
    ),
    "input": ("inputExpression inputValues", ""),
    "output": ("outputValues defaultOutputEntry", "name typeRef"),
    "annotation": ("", "name"),
    "rule": ("inputEntry outputEntry annotationEntry", ""),
    "inputExpression": LITERAL,
    "inputValues": TESTS,
    "outputValues": TESTS,
    "inputEntry": TESTS,
    "outputEntry": LITERAL,
    "defaultOutputEntry": LITERAL,
    "annotationEntry": ("text", ""),
    "text": ("", ""),
    "context": ("contextEntry", "typeRef"),
    "contextEntry": (f"variable {BOXED}", ""),
    "list": TYPED,
    "relation": ("column row", "typeRef"),
    "row": TYPED,
    "invocation": (f"binding {BOXED}", "typeRef"),
    "binding": (f"parameter {BOXED}", ""),
    "conditional": ("if then else", "typeRef"),
    **dict.fromkeys(("if", "then", "else", "in", "match", "return", "satisfies"), TYPED),
    "filter": ("in match", "typeRef"),
    "for": ("in return", "iteratorVariable typeRef"),
    "some": ("in satisfies", "iteratorVariable typeRef"),
    "every": ("in satisfies", "iteratorVariable typeRef"),
}
DOCUMENTATION = frozenset(NOTES.split())
ELEMENTS = {kind: frozenset(inside.split()) for kind, (inside, _) in SHAPES.items()}
ATTRIBUTES = {kind: EVERYWHERE.union(own.split()) for kind, (_, own) in SHAPES.items()}
SERVICE_INPUT = EVERYWHERE | {"href"}


def leftovers(root: xml.Element) -> Iterator[tuple[xml.Element, str, str]]:
    """What nobody reads: the element at which it stands, "element" or "attribute", and its name."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        kind = xml.local(element)
        yield from _attributes(element, SERVICE_INPUT if _refers(element) else ATTRIBUTES[kind])
        inside = []
        for child in xml.children(element):
            name = xml.local(child)
            if name in ELEMENTS[kind]:
                inside.append(child)
            elif name not in DOCUMENTATION:
                yield child, "element", name
        waiting += reversed(inside)


def _refers(element: xml.Element) -> bool:
    """Inside a decision service, `inputData` is a reference."""
    parent = element.getparent()
    return xml.local(element) == "inputData" and parent is not None and xml.local(parent) == "decisionService"


def _attributes(element: xml.Element, known: frozenset[str]) -> Iterator[tuple[xml.Element, str, str]]:
    for key, value in element.attrib.items():
        namespace, _, name = str(key).rpartition("}")
        if not namespace and name not in known:
            yield element, "attribute", name
        elif CAMUNDA in namespace and name not in HARMLESS and value:
            yield element, "attribute", f"camunda:{name}"
