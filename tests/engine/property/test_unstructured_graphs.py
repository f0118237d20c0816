"""Random graphs of gateways and activities with several flows: engine and token game agree after every step.

Three players of the same run must leave the same trace: one is restored after every step with freshly compiled specs,
as another process would be; one forgets what is over at every step; one never does.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import strategies as st
from support.engine import diagram, flow, process
from support.properties import examples
from support.token_game import Game, TooLong

from engine import feel, xml
from engine.bpmn import compiler, dialect, execution, instantiating, state
from engine.bpmn.compiler import Compiled
from engine.bpmn.execution import Execution
from engine.bpmn.tokens import Token
from engine.variables import Scopes

STEPS = 120
ROOT = "00000000-0000-0000-0000-000000000001"


def compiled(content: bytes) -> Compiled:
    (read,) = dialect.read(xml.read(content, frozenset({dialect.ROOT})), "graph.bpmn")
    made, problems = compiler.compile_process(read, frozenset())
    assert not problems
    return made


class Desk:
    """The engine around an execution, reduced to a list of open tasks and a trace."""

    scope = feel.Scope(now=datetime(2026, 5, 8, tzinfo=UTC), functions={})
    person = False
    steps = STEPS
    instances = 10

    def __init__(self) -> None:
        self.tasks: dict[str, str] = {}
        self.trace: list[tuple[str, str]] = []

    def record(self, kind: str, element: str, token: str, facts: dict[str, Any]) -> None:
        self.trace.append((kind, element))

    def task_row(self, x: Execution, token: Token) -> None:
        self.tasks[token.key] = token.task_spec.node.id

    def operate(self, x: Execution, token: Token) -> bool | None:
        raise AssertionError("there are no operations and events here")

    decide = pass_error = pass_escalation = send = wait_rows = operate


class Player:
    """One way to play: `restored` after every step, or kept in memory and compacted every so often."""

    def __init__(self, content: bytes, *, restored: bool, every: int) -> None:
        self.content, self.restored, self.every = content, restored, every
        self.desk, self.scopes = Desk(), Scopes(ROOT)
        self.x = self._execution(None)
        self.scopes.set((ROOT,), "pick", 0)
        instantiating.begin(self.x, "s")
        self._run()

    def _execution(self, content: bytes | None) -> Execution:
        return Execution(compiled(self.content), {"id": ROOT, "state": content}, self.scopes, self.desk)

    def _run(self) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(execution, "COMPACT_EVERY", self.every)
            self.x.run()
        if self.restored and self.x.outcome is None:
            content = state.dump(self.x.game)
            self.x = self._execution(content)
            assert state.dump(self.x.game) == content

    def complete(self, element: str, pick: int) -> None:
        key = next(key for key, name in self.desk.tasks.items() if name == element)
        del self.desk.tasks[key]
        self.x.steps = 0  # a command of its own
        self.scopes.set((ROOT,), "pick", pick)
        self.x.finish(self.x.token(key))
        self._run()

    def incidents(self) -> list[str]:
        return [element for kind, element in self.desk.trace if kind == "incident-created"]


KINDS = ["exclusive", "parallel", "parallel", "inclusive", "inclusive", "task", "task"]
CONDITIONS = {"exclusive": "pick = {}", "inclusive": "pick >= {}", "task": "pick = {}"}


@st.composite
def graphs(draw: st.DrawFn) -> bytes:
    """Start, some gateways and tasks with flows to anywhere, two ends."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=3, max_size=8))
    names = [f"{kind}{n}" for n, kind in enumerate(kinds)]
    joins = [name for name in names if name.startswith(("parallel", "inclusive"))]
    targets = st.sampled_from([*names, *joins, "e1", "e2"])
    parts = ['<bpmn:startEvent id="s"/><bpmn:endEvent id="e1"/><bpmn:endEvent id="e2"/>']
    flows = [flow("f", "s", names[0])]
    for name, kind in zip(names, kinds, strict=True):
        ways = draw(st.lists(targets, min_size=1, max_size=2 if kind == "task" else 3))
        ids = [f"{name}_{n}" for n in range(len(ways))]
        decides = kind in CONDITIONS and len(ways) > 1 and (kind != "task" or draw(st.booleans()))
        default = f'default="{ids[-1]}"' if decides else ""
        given = f'id="{name}" {default}'
        clerks = 'camunda:candidateGroups="clerks"'
        parts.append(f"<bpmn:userTask {given} {clerks}/>" if kind == "task" else f"<bpmn:{kind}Gateway {given}/>")
        for n, (identity, way) in enumerate(zip(ids, ways, strict=True)):
            condition = CONDITIONS[kind].format(n) if decides and identity != ids[-1] else None
            flows.append(flow(identity, name, way, condition))
    return diagram(process("".join(parts + flows)))


@settings(max_examples=examples(400), suppress_health_check=list(HealthCheck))
@given(graphs(), st.lists(st.tuples(st.integers(0, 99), st.integers(0, 2)), max_size=12))
def test_the_engine_agrees_with_the_token_game(content: bytes, actions: list[tuple[int, int]]) -> None:
    note(content.decode())
    players = [
        Player(content, restored=True, every=7),
        Player(content, restored=False, every=1),
        Player(content, restored=False, every=10**9),
    ]
    try:
        game = Game(content, STEPS)
        for number, pick in actions:
            _compare(game, players)
            if not game.open():
                break
            element = game.open()[number % len(game.open())]
            for player in players:
                player.complete(element, pick)
            game.complete(element, pick)
        _compare(game, players)
        event("completed" if game.completed else "deadlocked" if game.deadlocked else "open")
    except TooLong:
        event("endless")
        assert all(player.incidents() for player in players)


def _compare(game: Game, players: list[Player]) -> None:
    first = players[0]
    for player in players:
        assert sorted(player.desk.tasks.values()) == game.open()
        assert (player.x.outcome == "completed") == game.completed
        assert player.desk.trace == first.desk.trace
        assert bool(player.incidents()) == game.deadlocked
