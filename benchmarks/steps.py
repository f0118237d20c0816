"""What a step costs: start, complete and timer, per database; and completing a task in a rework loop, round by round.

`engine_ms_p50` is restore + advance + dump of a state in memory, without SQL and history; `cpu_ms` is the whole command
in this process; `bytes` is the stored state and variables.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine import compose, definitions, instances, tables, tasks, timers
from engine.advance import Tree
from engine.bpmn import state
from engine.clock import TravelClock
from engine.environment import SYSTEM, Actor, Environment, Transaction
from engine.store import Store

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "tests")]

from support_bench import Meter, arguments, databases, percentile, show  # noqa: E402

CLERK = Actor("clerk", frozenset({"clerks"}))
DIAGRAM = (Path(__file__).parent / "rework.bpmn").read_bytes()
ROUNDS = (1, 50, 150)


def main() -> None:
    options = arguments(__doc__ or "")
    rounds = 20 if options.quick else 160
    with databases(options.database) as found:
        show({kind: run(url, rounds) for kind, url in found}, options.json)


def run(url: str, rounds: int) -> dict[str, Any]:
    """All figures of one database."""
    clock = TravelClock(datetime(2026, 5, 8, 1, tzinfo=UTC))
    store = Store(url)
    tables.metadata.create_all(store.database)
    environment = compose.environment(store, clock=clock)
    environment.run(SYSTEM, lambda tx: definitions.deploy(tx, "bench", {"rework.bpmn": DIAGRAM}))
    environment.run(CLERK, lambda tx: instances.start(tx, "rework", variables={"n": 0}))  # warm
    meter = Meter(store)
    for _ in range(rounds):
        meter.measure("start", lambda: environment.run(CLERK, lambda tx: instances.start(tx, "rework", stream="bench")))
    root = environment.run(CLERK, lambda tx: instances.start(tx, "rework", variables={"n": 0, "status": "new"}))
    loop = _loop(environment, meter, root, rounds)
    clock.travel(timedelta(hours=5))
    for _ in range(rounds):
        meter.measure("timer", lambda: timers.fire_due(environment, limit=1))
    commands = {name: meter.figures(name) for name in ("start", "complete", "timer")}
    commands["complete"]["engine_ms_p50"] = loop.pop("engine_ms_p50")
    store.close()
    return {**commands, "rework": loop}


def _loop(environment: Environment, meter: Meter, root: str, rounds: int) -> dict[str, Any]:
    by_round: dict[str, Any] = {}
    engine: list[float] = []
    for n in range(1, rounds + 1):
        first = len(meter.taken.get("complete", []))
        for element, variables in (
            ("draft", {"n": n, "status": f"by round {n}"}),
            ("check", {}),
            ("decide", {"ok": False}),
        ):
            task = _task(environment, root, element)
            engine.append(_engine_ms(environment, root, task))
            meter.measure(
                "complete", lambda t=task, v=variables: environment.run(CLERK, lambda tx: tasks.complete(tx, t, v))
            )
        if n in ROUNDS:
            spent = [row[0] for row in meter.taken["complete"][first:]]
            by_round[f"round_{n}"] = {"cpu_ms": round(sum(spent) / len(spent), 2), "bytes": _bytes(environment, root)}
    return {**by_round, "engine_ms_p50": round(percentile(engine, 50), 3)}


def _task(environment: Environment, root: str, element: str) -> str:
    with environment.read() as connection:
        query = select(tables.task.c.id).where(tables.task.c.root_id == root, tables.task.c.element_id == element)
        return str(connection.execute(query).scalar_one())


def _engine_ms(environment: Environment, root: str, task: str) -> float:
    """Restore, complete in memory, dump; nothing is written, so the real command after it does the same work."""
    spent: list[float] = []

    class Undo(Exception):
        pass

    def work(tx: Transaction) -> None:
        tree = Tree(tx, root)
        x = tree.load(root)  # rows are read here, outside the measured part
        content, row, scopes, host = x.instance["state"], x.instance, x.scopes, x.host
        start = time.process_time()
        again = type(x)(x.compiled, row | {"state": content}, scopes, host)
        token = again.token(task)
        again.finish(token)
        again.run()
        state.dump(again.game)
        spent.append((time.process_time() - start) * 1e3)
        raise Undo

    try:
        environment.run(CLERK, work)
    except Undo:
        return spent[0]
    raise AssertionError


def _bytes(environment: Environment, root: str) -> int:
    with environment.read() as connection:
        state_bytes = connection.execute(
            select(tables.instance.c.state).where(tables.instance.c.id == root)
        ).scalar_one()
        texts = connection.execute(
            select(tables.variable.c.text).where(tables.variable.c.instance_id == root)
        ).scalars()
        return len(state_bytes) + sum(len(text or "") for text in texts)


if __name__ == "__main__":
    main()
