"""Coverage: which nodes and flows of the diagrams were executed, and which were not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from engine.bpmn.model import Process
from engine.testing import trail

CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway"})
LEFT = frozenset({"element-passed", "element-left", "items-ended", "task-completed"})


@dataclass
class Coverage:
    """How much of one process was executed: its nodes and its sequence flows, each counted once."""

    process: str
    file: str
    nodes: frozenset[str]
    flows: frozenset[str]
    name: str = ""
    name_en: str = ""
    executed: set[str] = field(default_factory=set)
    """Ids of nodes and flows that a token has reached or taken."""

    @classmethod
    def of(cls, process: Process) -> Coverage:
        """Nothing of the process has been executed yet."""
        english = process.properties.get("name_en", "")
        return cls(process.id, process.file, frozenset(process.nodes), frozenset(process.flows), process.name, english)

    def mark(self, ids: Iterable[str]) -> None:
        """These were executed; what is no node or flow of this version does not count."""
        self.executed.update((self.nodes | self.flows).intersection(ids))

    @property
    def total(self) -> int:
        """How many nodes and flows there are."""
        return len(self.nodes) + len(self.flows)

    @property
    def percent(self) -> float:
        """Executed of all, in percent; a process without nodes is covered."""
        return percent(len(self.executed), self.total)

    @property
    def missed(self) -> list[str]:
        """The nodes, then the flows that were not executed, by id."""
        return [*sorted(self.nodes - self.executed), *sorted(self.flows - self.executed)]


def percent(executed: int, total: int) -> float:
    """A share in percent, with one decimal, never rounded up to 100."""
    return 100.0 if executed == total else int(1000 * executed / total) / 10


def overall(covered: Iterable[Coverage]) -> float:
    """Executed of all, over several processes, in percent."""
    found = list(covered)
    return percent(sum(len(one.executed) for one in found), sum(one.total for one in found))


def collect(connection: Connection, definitions: Mapping[str, Process], into: Mapping[str, Coverage]) -> None:
    """Add what the history of a database says was executed; `definitions` are processes by definition id.

    A token that came to a node names its flow, a join also those of the tokens that it took together.
    """
    left: dict[tuple[str, str, str], set[str]] = {}
    for happened in trail.events(connection):
        process = definitions.get(happened.definition)
        if process is None or happened.kind not in trail.VISITS or happened.element not in process.nodes:
            continue
        joined = happened.facts.get("joined", ())
        into[process.id].mark((happened.element, happened.facts.get("via", ""), *joined))
        left.setdefault((happened.token, happened.definition, happened.element), set()).add(happened.kind)
    for (_, definition, element), kinds in left.items():
        process = definitions[definition]
        into[process.id].mark(_certain(process, element, kinds))


def _certain(process: Process, element: str, kinds: set[str]) -> list[str]:
    """The flows that a token which was here must have taken, or that had tokens for it to go on."""
    node = process.nodes[element]
    if not kinds & LEFT or "incident-created" in kinds or (node.loop is not None and "items-ended" not in kinds):
        return []
    leaving = process.outgoing(element)
    chosen = [flow.id for flow in leaving if flow.condition is None and flow.id != node.default]
    return chosen if node.kind not in CHOOSING or len(leaving) == 1 else []
