"""Strategies for whole processes, with a flag for each construct."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import strategies as st
from support.blocks import activities, events, flows
from support.blocks.activities import Loop
from support.blocks.names import Block, Names
from support.engine import diagram, process

ON = {
    "inclusive": True,
    "signal": True,
    "conditional": True,
    "multiple": True,
    "parallel multiple": True,
    "error": True,
    "escalation": True,
    "terminate": True,
    "event subprocess": True,
    "link": True,
    "standard loop": True,
    "compensation": True,
    "transaction": True,
    "ad-hoc": True,
    "flows of activities": True,
    "events": True,
}
"""What is drawn. Everything is on; a developer may switch off what he is not interested in."""


def among(**kinds: str) -> list[str]:
    """The kinds whose construct is on: `message="", signal="signal"`."""
    return [kind.replace("_", " ") for kind, construct in kinds.items() if not construct or ON[construct]]


SMALL = st.integers(0, 1)
HEARD = {"message": "", "timer": "", "signal": "signal", "conditional": "conditional", "multiple": "multiple"}
CAUGHT = {"error": "error", "any_error": "error", "escalation": "escalation", "any_escalation": "escalation"}
AT_TASKS = st.lists(st.tuples(st.sampled_from(among(**HEARD)), SMALL, st.booleans()), max_size=2)
AT_LEVELS = st.lists(st.tuples(st.sampled_from(among(**HEARD, **CAUGHT)), SMALL, st.booleans()), max_size=2)
LOOP_KINDS = among(parallel="", sequential="", **{"while": "standard loop", "until": "standard loop"})
LOOPS = st.none() | st.builds(Loop, st.sampled_from(LOOP_KINDS), st.integers(1, 3), st.booleans())
UNDO = st.sampled_from(["", "task", "automatic", "subprocess"] if ON["compensation"] else [""])
WAITING = st.sampled_from(among(**HEARD, parallel_multiple="parallel multiple", receive=""))
CHOSEN = st.lists(
    st.tuples(
        st.sampled_from(among(message="", timer="", signal="signal", conditional="conditional", receive="")), SMALL
    ),
    min_size=2,
    max_size=3,
    unique=True,
).filter(lambda chosen: len({(kind, 0 if kind == "timer" else which) for kind, which in chosen}) > 1)
THROWN = st.lists(
    st.sampled_from(among(none="", signal="signal", escalation="escalation", compensate="compensation")),
    min_size=1,
    max_size=2 if ON["multiple"] else 1,
)
ENDS = among(
    terminate="terminate",
    error="error",
    signal="signal",
    escalation="escalation",
    compensate="compensation",
    cancel="transaction",
)
BEFORE = st.sampled_from([flows.task, flows.automatic])
BODY = (
    st.sampled_from([flows.task, flows.row([flows.task, flows.automatic])])
    | st.builds(events.throw, THROWN, SMALL, st.booleans())
    | st.builds(events.abrupt, st.sampled_from(ENDS), SMALL)
)


def _listeners(**kinds: str) -> st.SearchStrategy[list[tuple[activities.Event, Block]]]:
    events_ = st.tuples(st.sampled_from(among(**kinds)), SMALL, st.booleans())
    return st.lists(st.tuples(events_, BODY), max_size=2 if ON["event subprocess"] else 0)


LISTENERS = _listeners(**HEARD, **CAUGHT)
INSIDE = _listeners(**HEARD, **CAUGHT, compensate="compensation")
"""A process is never undone as a whole, a subprocess may be."""
SIMPLE = [
    st.just(flows.automatic),
    st.builds(activities.activity, st.none(), AT_TASKS, LOOPS, UNDO),
    st.builds(activities.activity, st.none(), AT_TASKS, LOOPS, UNDO),
]
if ON["events"]:
    SIMPLE += [
        st.builds(events.catch, WAITING, SMALL),
        st.builds(events.throw, THROWN, SMALL, st.booleans(), BEFORE),
        st.builds(events.abrupt, st.sampled_from(ENDS), SMALL, BEFORE),
    ]
GATEWAYS = st.sampled_from(among(exclusiveGateway="", parallelGateway="", inclusiveGateway="inclusive"))


def larger(blocks: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    some = st.lists(blocks, min_size=2, max_size=3)
    found = [
        st.builds(flows.row, some),
        st.builds(flows.split, GATEWAYS, some),
        st.builds(flows.rework, blocks),
        st.builds(activities.activity, blocks, AT_LEVELS, LOOPS, UNDO, st.just("subProcess"), INSIDE),
        st.builds(events.choice, CHOSEN, blocks),
    ]
    found += [*_made_for_each_other(blocks)]
    if ON["flows of activities"]:
        found.append(st.builds(flows.fan, st.sampled_from(["all", "default", "conditions"]), some))
    if ON["link"]:
        found.append(st.builds(flows.jump, blocks))
    if ON["transaction"]:
        cancelled = st.builds(lambda block: flows.row([block, events.abrupt("cancel", 0)]), blocks)
        found.append(
            st.builds(activities.activity, cancelled, AT_LEVELS, st.none(), UNDO, st.just("transaction"), INSIDE)
        )
    if ON["ad-hoc"]:
        content = st.lists(st.none() | blocks, min_size=1, max_size=3)
        order, condition = st.sampled_from(["Parallel", "Sequential"]), st.sampled_from(["", "pick = 2"])
        found.append(st.builds(activities.ad_hoc, content, order, condition, st.booleans()))
    return _one_of(found)


def _one_of(found: list[st.SearchStrategy[Block]]) -> st.SearchStrategy[Block]:
    """One of them, but short where hypothesis writes it down: what is nested ten times would fill megabytes."""
    chosen = st.one_of(found)

    @st.composite
    def block(draw: st.DrawFn) -> Block:
        return draw(chosen)

    return block()


def _made_for_each_other(blocks: st.SearchStrategy[Block]) -> Iterator[st.SearchStrategy[Block]]:
    """What is thrown meets who catches it more often than by chance."""

    def rescued(block: Block, thrown: tuple[str, int], interrupting: bool, inside: bool, loop: Loop | None) -> Block:
        event = (*thrown, interrupting)
        body = flows.row([block, events.abrupt(*thrown)])
        listeners = [(event, flows.task)] if inside else []
        return activities.activity(body, [event], loop, "task", "subProcess", listeners)

    def regretted(block: Block, undo: str, loop: Loop | None, by_name: bool, deeper: Block) -> Block:
        listeners = [] if undo or not ON["event subprocess"] else [(("compensate", 0, True), deeper)]
        whole = activities.activity(block, [], loop, undo, "subProcess", listeners)
        before, after = (activities.activity(None, [], None, "task") for _ in range(2))
        return flows.row([before, whole, after, events.throw(["compensate"], 0, by_name, flows.automatic)])

    def repaired(block: Block, undo: str, thrown: tuple[str, int], interrupting: bool, then: Block) -> Block:
        first, last = activities.activity(block, [], None, undo), events.abrupt(*thrown)
        repair = flows.row([then, events.throw(["compensate"], 0, False)])
        listeners = [((*thrown, interrupting), repair)]
        return activities.activity(flows.row([first, last]), [], None, "", "subProcess", listeners)

    def withdrawn(block: Block, undo: str, loop: Loop | None) -> Block:
        body = flows.row([activities.activity(block, [], loop, undo), events.abrupt("cancel", 0)])
        return activities.activity(body, [], None, "", "transaction")

    kinds = among(error="error", escalation="escalation", signal="signal")
    if kinds and ON["event subprocess"] and ON["compensation"]:
        yield st.builds(
            repaired, blocks, UNDO, st.tuples(st.sampled_from(kinds), SMALL), st.booleans(), st.one_of(SIMPLE)
        )
    if ON["transaction"] and ON["compensation"]:
        yield st.builds(withdrawn, blocks, UNDO, LOOPS)
    if kinds:
        yield st.builds(rescued, blocks, st.tuples(st.sampled_from(kinds), SMALL), st.booleans(), st.booleans(), LOOPS)
    if ON["compensation"]:
        deeper = st.sampled_from([flows.task, events.throw(["compensate"], 0, False)])
        yield st.builds(regretted, blocks, UNDO, LOOPS, st.booleans(), deeper)


BLOCKS = st.recursive(_one_of(SIMPLE), larger, max_leaves=8)


@dataclass(frozen=True)
class Drawn:
    """A process and the messages that it knows."""

    block: Block
    listeners: list[tuple[activities.Event, Block]]

    def content(self, key: str) -> bytes:
        names = Names()
        body = activities.inside(self.block, names, "process", self.listeners)
        return diagram(process(body, key), extra=names.declared)


PROCESSES = st.builds(Drawn, BLOCKS, LISTENERS)
