"""Gateways: one way, all ways, or the way of the first event (BPMN 10.6, 13.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine.bpmn import inclusive, listening, parking
from engine.bpmn.elements import Element
from engine.bpmn.model import Node
from engine.errors import Conflict, Fault

if TYPE_CHECKING:
    from engine.bpmn.compiler import Compiled
    from engine.bpmn.execution import Execution
    from engine.bpmn.tokens import Token


class ExclusiveGateway(Element):
    """One flow: the first whose condition holds, as written, else the default (BPMN 13.4.2)."""

    def choose(self, token: Token, x: Execution) -> list[str]:
        if len(self.flows) == 1:
            return [*self.flows]
        for flow in self.flows:
            if flow != self.node.default and x.holds(token, flow):
                return [flow]
        if self.node.default is None:
            raise Fault("No condition at gateway '{element}' holds and there is no default", element=self.node.id)
        return [self.node.default]


class Join(Element):
    """A gateway that may wait for several tokens and goes on with one."""

    joins = True

    def waiting(self, token: Token, x: Execution) -> list[Token]:
        """The tokens that wait at this gateway in the same scope, the longest waiting first."""
        scope = token.internal_data.get("scope")
        return [
            other for other in x.game.at(self) if inclusive.waits(other) and other.internal_data.get("scope") == scope
        ]

    def mates(self, token: Token, x: Execution) -> list[Token]:
        """The longest waiting token of each other filled flow."""
        found: dict[str | None, Token] = {token.internal_data.get("via"): token}
        for other in self.waiting(token, x):
            if "via" in other.internal_data:  # the second phase of a complex gateway came by none
                found.setdefault(other.internal_data["via"], other)
        return [other for other in found.values() if other is not token]

    def merge(self, token: Token, mates: list[Token], x: Execution) -> None:
        """Take the others away; history tells by which flows they came."""
        for mate in mates:
            x.consume(mate)
        if mates:
            token.internal_data["joined"] = sorted(mate.internal_data["via"] for mate in mates)

    def resolve(self, token: Token, x: Execution) -> None:
        if inclusive.waits(token):  # else it has met its mates already: who waits now belongs to the next round
            self.merge(token, self.mates(token, x), x)
        x.finish(token)

    def leave(self, token: Token, x: Execution) -> None:
        remembered = token.internal_data
        x.record("element-passed", token, via=remembered.get("via"), joined=remembered.get("joined"))
        x.follow(token)


class ParallelGateway(Join):
    """Waits for one token on each incoming flow and takes one from each; surplus tokens stay (BPMN 13.4.1)."""

    def __init__(self, compiled: Compiled, node: Node) -> None:
        super().__init__(compiled, node)
        self.entries = tuple(flow.id for flow in compiled.process.incoming(node.id))

    def arrive(self, token: Token, x: Execution) -> bool:
        mates = self.mates(token, x)
        if len(mates) + 1 < len(self.entries):
            return False
        self.merge(token, mates, x)
        return True

    def choose(self, token: Token, x: Execution) -> list[str]:
        return [*self.flows]


class InclusiveGateway(Join):
    """Takes every way whose condition holds, and waits for all tokens that can still come (BPMN 10.6.3, 13.4.3)."""

    def arrive(self, token: Token, x: Execution) -> bool:
        return len(x.compiled.process.incoming(self.node.id)) < 2

    def look(self, token: Token, x: Execution) -> bool:
        """The longest waiting token: does it go on, with those that came by other flows?"""
        together = self.mates(token, x)
        if inclusive.more_can_come(x, token, {other.internal_data["via"] for other in (token, *together)}):
            return False
        self.merge(token, together, x)
        parking.unpark(x, token)
        token._ready()
        return True

    def choose(self, token: Token, x: Execution) -> list[str]:
        return [*self.flows] if len(self.flows) == 1 else super().choose(token, x)


class ComplexGateway(Join):
    """Goes on as soon as its activation condition holds, once for all who come together (BPMN 10.6.5, 13.4.5).

    `activationCount` counts the tokens that wait. After it has gone on, a token of its own (`reset`: the flows that
    took part) takes in who can still come by the other flows, and goes where conditions hold now that `waitingForStart`
    is false; then the gateway begins anew.
    """

    def arrive(self, token: Token, x: Execution) -> bool:
        waiting = self.waiting(token, x)
        if any("reset" in other.internal_data for other in waiting):
            return False
        condition = x.compiled.value(self.node.id, "activation")
        counted = {**x.context(token), "activationCount": len({*waiting, token})}
        if condition is None or condition(counted, x.host.scope) is not True:
            return False
        mates = self.mates(token, x)
        filled = sorted(other.internal_data["via"] for other in (token, *mates))
        self.merge(token, mates, x)
        if len(filled) < len(x.compiled.process.incoming(self.node.id)):
            rest = x.task_tree.spawn(self, scope=token.internal_data.get("scope"), reset=filled)
            rest._set_state(TaskState.WAITING)
        return True

    def look(self, token: Token, x: Execution) -> bool:
        """Has everybody come who can? Then the second phase ends, and who came too often begins the next round."""
        waiting = self.waiting(token, x)
        reset = next((other for other in waiting if "reset" in other.internal_data), None)
        if reset is None:
            return False
        waiting.remove(reset)
        came: dict[str, Token] = {}
        for other in waiting:
            if other.internal_data["via"] not in reset.internal_data["reset"]:
                came.setdefault(other.internal_data["via"], other)
        if inclusive.more_can_come(x, reset, {*reset.internal_data["reset"], *came}):
            return False
        self.merge(reset, [*came.values()], x)
        for other in waiting:
            if other.live:
                x.enqueue(other)
        reset._ready()
        return True

    def choose(self, token: Token, x: Execution) -> list[str]:
        starting = "reset" not in token.internal_data
        seen = {**x.context(token), "waitingForStart": starting}
        conditions = {flow: x.compiled.value(flow, "condition") for flow in self.flows if flow != self.node.default}
        chosen = [flow for flow, holds in conditions.items() if holds is None or holds(seen, x.host.scope) is True]
        if chosen or not starting:
            return chosen
        if self.node.default is None:
            raise Fault("No condition at gateway '{element}' holds and there is no default", element=self.node.id)
        return [self.node.default]


class EventBasedGateway(Element):
    """Waits for the first of the events behind it (BPMN 13.4.4)."""

    def arrive(self, token: Token, x: Execution) -> bool:
        self.say_entered(token, x)
        position = 0
        for flow in self.flows:
            target = x.compiled.process.nodes[x.compiled.process.flows[flow].target]
            listening.listen(x, token, target, position)
            position += len(target.events)
        return False

    def trigger(self, token: Token, x: Execution, element: str, position: int, last: bool) -> None:
        token.internal_data["fired"] = element
        x.finish(token)

    def choose(self, token: Token, x: Execution) -> list[str]:
        flows = x.compiled.process.flows
        return [flow for flow in self.flows if flows[flow].target == token.internal_data["fired"]]

    def resolve(self, token: Token, x: Execution) -> None:
        if "fired" not in token.internal_data:
            raise Conflict("None of the events behind '{element}' has happened: retry instead", element=self.node.id)
        x.finish(token)

    def leave(self, token: Token, x: Execution) -> None:
        x.record("element-left", token, via=token.internal_data.get("via"))
        x.follow(token)
