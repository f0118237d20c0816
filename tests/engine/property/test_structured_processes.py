"""Random structured processes through the database: sequences, choices, forks, rework loops, subprocesses, repetition,
timers and messages at the border. After every command the engine and an independent token game agree on what is open.

The engine restores from the database at every command anyway; here each does so with everything compiled anew, and what
it restores must dump to the same bytes.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import strategies as st
from support.diagrams import boundary, node, parameters, property_, times
from support.engine import Story, diagram, flow, process, timer, user
from support.token_game import Game

from engine import bundle, instances, messages, scheduler, tables, tasks
from engine.advance import Tree
from engine.bpmn import state
from engine.environment import SYSTEM

Part = tuple[str, str, str]
"""Where the part begins, where it ends, and its XML."""
Block = Callable[["Names"], Part]


class Names:
    """Fresh ids, and a place for the messages that the process declares."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)
        self.messages: list[str] = []

    def __call__(self, prefix: str) -> str:
        return f"{prefix}{next(self.numbers)}"

    def border(self, host: str, kind: str, interrupting: bool) -> tuple[str, str]:
        """A timer at a minute of its own, or a message of its own; its id and XML."""
        identity = self("b")
        if kind == "message":
            self.messages.append(identity)
            definition = f'<bpmn:messageEventDefinition messageRef="M_{identity}"/>'
        else:
            hours = 1 + len(identity) % 3
            definition = timer("duration", f"PT{60 * hours + int(identity[1:])}M")
        return identity, boundary(identity, host, definition, interrupting)


WHERE = f"<bpmn:extensionElements>{property_('dueKey', '=path')}</bpmn:extensionElements>"
"""Every task says in which item of which repetition it is."""
DEEPER = parameters({"path": '=path + "/" + string(loopCounter)'})


def task(names: Names) -> Part:
    identity = names("t")
    return identity, identity, user(identity, inner=WHERE)


def automatic(names: Names) -> Part:
    identity = names("a")
    return identity, identity, f'<bpmn:task id="{identity}"/>'


def row(blocks: list[Block]) -> Block:
    def make(names: Names) -> Part:
        parts = [block(names) for block in blocks]
        links = "".join(flow(names("f"), a[1], b[0]) for a, b in itertools.pairwise(parts))
        return parts[0][0], parts[-1][1], "".join(part[2] for part in parts) + links

    return make


def split(kind: str, blocks: list[Block]) -> Block:
    def make(names: Names) -> Part:
        opening, closing, parts = names("g"), names("g"), [block(names) for block in blocks]
        ids = [names("f") for _ in parts]
        default = f'default="{ids[-1]}"' if kind == "exclusiveGateway" else ""
        xml = node(kind, opening, "", default) + node(kind, closing) + "".join(part[2] for part in parts)
        for number, (identity, part) in enumerate(zip(ids, parts, strict=True)):
            condition = f"pick = {number}" if default and identity != ids[-1] else None
            xml += flow(identity, opening, part[0], condition) + flow(names("f"), part[1], closing)
        return opening, closing, xml

    return make


def rework(block: Block) -> Block:
    def make(names: Names) -> Part:
        opening, closing = names("g"), names("g")
        first, last, xml = row([block, task])(names)
        out, back = names("f"), names("f")  # who leaves the loop draws the default himself
        xml += node("exclusiveGateway", opening) + node("exclusiveGateway", closing, "", f'default="{out}"')
        xml += flow(names("f"), opening, first) + flow(names("f"), last, closing)
        after = names("a")
        xml += f'<bpmn:task id="{after}"/>' + flow(back, closing, opening, "pick = 2") + flow(out, closing, after)
        return opening, after, xml

    return make


def inside(block: Block, names: Names) -> str:
    first, last, xml = block(names)
    start, end = names("s"), names("e")
    return (
        f'<bpmn:startEvent id="{start}"/><bpmn:endEvent id="{end}"/>{xml}'
        + flow(names("f"), start, first)
        + flow(names("f"), last, end)
    )


def activity(block: Block | None, borders: list[tuple[str, bool]], loop: tuple[int, bool] | None) -> Block:
    """A task or subprocess with borders: interrupting ones lead over a task to what follows, others to an end."""

    def make(names: Names) -> Part:
        identity, after = names("t" if block is None else "p"), names("g")
        repeated = "" if loop is None else times(*loop)
        if block is None:
            xml = user(identity, inner=WHERE + repeated)
        else:
            xml = node("subProcess", identity, inside(block, names) + repeated, "", DEEPER if loop else "")
        xml += node("exclusiveGateway", after) + flow(names("f"), identity, after)
        for kind, interrupting in borders:
            border, drawn = names.border(identity, kind, interrupting)
            then, _, way = task(names)
            target = after if interrupting else names("e")
            xml += drawn + way + flow(names("f"), border, then) + flow(names("f"), then, target)
            xml += "" if interrupting else f'<bpmn:endEvent id="{target}"/>'
        return identity, after, xml

    return make


BORDERS = st.lists(st.tuples(st.sampled_from(["timer", "message"]), st.booleans()), max_size=2)
LOOPS = st.none() | st.tuples(st.integers(1, 3), st.booleans())
SIMPLE = st.just(automatic) | st.builds(activity, st.none(), BORDERS, LOOPS)


def larger(blocks: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    some = st.lists(blocks, min_size=2, max_size=3)
    return (
        st.builds(row, some)
        | st.builds(split, st.sampled_from(["exclusiveGateway", "parallelGateway"]), some)
        | st.builds(rework, blocks)
        | st.builds(activity, blocks, BORDERS, LOOPS)
    )


BLOCKS = st.recursive(SIMPLE, larger, max_leaves=8)
KINDS = st.sampled_from(["complete", "complete", "travel", "publish", "publish"])
ACTIONS = st.lists(st.tuples(KINDS, st.integers(0, 99), st.integers(0, 2)), min_size=3, max_size=14)
instance_numbers = itertools.count(1)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(block=BLOCKS, actions=ACTIONS)
def test_the_engine_agrees_with_the_token_game(story: Story, block: Block, actions: list[tuple[str, int, int]]) -> None:
    _clear(story)
    names = Names()
    body = inside(block, names)
    declared = "".join(f'<bpmn:message id="M_{name}" name="{name}"/>' for name in names.messages)
    content = diagram(process(body), extra=declared)
    note(content.decode())
    key = f"K-{next(instance_numbers)}"
    story.deploy(content)
    root = story.run(
        lambda tx: instances.start(tx, "p", business_key=key, variables={"pick": 0, "path": ""}, stream=key)
    )
    game = Game(content)
    _compare(story, root, game)
    for action, number, pick in actions:
        _act(story, root, key, game, names, (action, number, pick))
        _compare(story, root, game)
        _restored(story, root)
    event("completed" if game.completed else "open")
    _clear(story)
    assert not [row for table in (tables.task, tables.timer, tables.subscription) for row in story.rows(table)]


def _clear(story: Story) -> None:
    """The example is over, also one that failed."""
    for row in story.rows(tables.instance):
        if row.outcome is None:
            story.run(lambda tx, root=row.id: instances.cancel(tx, root, "the example is over"))


def _act(story: Story, root: str, key: str, game: Game, names: Names, action: tuple[str, int, int]) -> None:
    kind, number, pick = action
    if kind == "travel":
        story.clock.travel(timedelta(hours=1 + number % 2))
        scheduler.work(story.environment)
        game.travel(60 * (1 + number % 2))
    elif kind == "publish" and (heard := sorted({b for _, _, b, _ in game.borders()} & {*names.messages})):
        name = heard[number % len(heard)]
        story.run(lambda tx: messages.publish(tx, name, business_key=key, everywhere=True))
        game.publish(f"M_{name}")
    elif game.tasks():
        element, path = game.tasks()[number % len(game.tasks())]
        task = next(row.id for row in story.rows(tables.task) if (row.element_id, row.due_key) == (element, path))
        story.run(lambda tx: tasks.complete(tx, task, {"pick": pick}))
        game.complete(element, pick, path)


def _compare(story: Story, root: str, game: Game) -> None:
    assert sorted((row.element_id, row.due_key) for row in story.rows(tables.task)) == game.tasks()
    assert (story.outcome(root) == "completed") == game.completed
    assert story.rows(tables.incident) == []
    borders = Counter(identity for _, _, identity, _ in game.borders())
    waiting = [row.element_id for table in (tables.timer, tables.subscription) for row in story.rows(table)]
    assert Counter(waiting) == borders


def _restored(story: Story, root: str) -> None:
    """Compiled anew, restored from the row, dumped: the same bytes."""
    bundle._compiled.cache_clear()
    story.environment.deployments.clear()
    if story.outcome(root) is None:

        def check(tx: object) -> None:
            x = Tree(tx, root).load(root)
            assert state.dump(x.game) == x.instance["state"]

        story.run(check, by=SYSTEM)
