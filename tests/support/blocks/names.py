"""Fresh ids for the parts of a random process, and what the process must declare."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from support.diagrams import parameters, property_
from support.engine import timer

Part = tuple[str, str, str]
"""Where the part begins, where it ends, and its XML."""
Block = Callable[["Names"], Part]

SIGNALS, ERRORS, ESCALATIONS = ("S1", "S2"), ("E1", "E2"), ("C1", "C2")
DECLARED = "".join(
    [f'<bpmn:signal id="{name}" name="{name}"/>' for name in SIGNALS]
    + [f'<bpmn:error id="{name}" errorCode="{name}"/>' for name in ERRORS]
    + [f'<bpmn:escalation id="{name}" escalationCode="{name}"/>' for name in ESCALATIONS]
)
CLERKS = 'camunda:candidateGroups="clerks"'
WHERE = property_("dueKey", "=path")
"""Every task says in which item of which repetition it is."""
DEEPER = parameters({"path": '=path + "/" + string(loopCounter)'})


@dataclass
class Level:
    """What stands in the process or subprocess that is being drawn."""

    kind: str
    undoable: list[str] = field(default_factory=list)
    """Activities that can be compensated by name."""


class Names:
    """Ids are numbered; messages belong to one event each, signals, errors and escalations are shared."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)
        self.messages: list[str] = []
        self.levels: list[Level] = []

    def __call__(self, prefix: str) -> str:
        return f"{prefix}{next(self.numbers)}"

    @property
    def declared(self) -> str:
        return DECLARED + "".join(f'<bpmn:message id="{name}" name="{name}"/>' for name in self.messages)

    def message(self) -> str:
        self.messages.append(self("m"))
        return self.messages[-1]

    def definition(self, kind: str, which: int) -> str:
        """What an event waits for or throws. Timers end at a second of their own."""
        if kind == "timer":
            return timer("duration", f"PT{3600 * (1 + which) + next(self.numbers)}S")
        if kind == "conditional":
            condition = f"<bpmn:condition>pick = {1 + which}</bpmn:condition>"
            return f"<bpmn:conditionalEventDefinition>{condition}</bpmn:conditionalEventDefinition>"
        if kind == "multiple":
            return self.definition("message", which) + self.definition("signal", which)
        if kind == "message":
            return f'<bpmn:messageEventDefinition messageRef="{self.message()}"/>'
        if kind in ("any error", "any escalation"):
            return f"<bpmn:{kind.removeprefix('any ')}EventDefinition/>"
        pool = {"signal": SIGNALS, "error": ERRORS, "escalation": ESCALATIONS}.get(kind)
        reference = f' {kind}Ref="{pool[which]}"' if pool else ""
        return f"<bpmn:{kind}EventDefinition{reference}/>"
