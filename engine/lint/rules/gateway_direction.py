"""Gateways drawn against their direction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.model import GATEWAYS
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("gateway-direction")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<parallelGateway id="f" gatewayDirection="Diverging"/> <parallelGateway id="j" gatewayDirection="Converging"/>
<task id="a"/> <task id="b"/>
s -> f -> a -> j -> e
f -> b -> j
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<parallelGateway id="f" gatewayDirection="Converging"/> <parallelGateway id="j" gatewayDirection="Converging"/>
<task id="a"/> <task id="b"/>
s -> f -> a -> j -> e
f -> b -> j
"""
AT = "f"
DIRECTIONS = {"Converging": (True, False), "Diverging": (False, True), "Mixed": (True, True)}
"""Direction → whether several flows lead to the gateway, and whether several leave it."""


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A gateway that says it splits has one way in and several out, one that says it joins the reverse, and one that
    says it does both several of both; BPMN 8.4.9, gatewayDirection.
    """
    for process, node in nodes(bundle, *GATEWAYS):
        said = node.plain.get("gatewayDirection", "Unspecified")
        several = (len(process.incoming(node.id)) > 1, len(process.outgoing(node.id)) > 1)
        if said in DIRECTIONS and several != DIRECTIONS[said]:
            yield report.error(
                process,
                node,
                "The gateway is said to be {direction}, but {incoming} flows lead to it and {outgoing} leave it",
                "Draw the missing flows, or remove gatewayDirection.",
                direction=said,
                incoming=len(process.incoming(node.id)),
                outgoing=len(process.outgoing(node.id)),
            )
