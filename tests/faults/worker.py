"""Nodes that work until they are killed: complete open tasks, fire what is due, write down what was acknowledged.

Run by test_crash.py: `worker.py URL ACKNOWLEDGED KILLS [broken]` forks two of them, kills one at random instants and
forks it again, then lets them finish and prints the number of kills. `broken` commits state and history one after the
other, as an engine must not: the harness has to find out.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from sqlalchemy import select

from engine import compose, history, scheduler, tables, tasks
from engine.environment import Actor, Environment, Transaction
from engine.errors import Rejected
from engine.store import Store

CLERK = Actor("clerk", frozenset({"clerks"}))
BEGAN, BEGINNING = datetime(2026, 5, 8, 9, tzinfo=UTC), time.time()
HOUR_A_SECOND = 3600


class FastClock:
    """An hour passes every second, the same in all children."""

    def now(self) -> datetime:
        return BEGAN + timedelta(seconds=(time.time() - BEGINNING) * HOUR_A_SECOND)


WORKERS = 2
LONGEST = 120.0  # seconds


def supervise(url: str, acknowledged: Path, kills: int, broken: bool) -> int:
    """Fork, kill and fork again; returns how many were killed before all was done."""
    chance = random.Random(7)
    deadline, killed = time.monotonic() + LONGEST, 0
    children = [_fork(url, acknowledged, broken) for _ in range(WORKERS)]
    while killed < kills and time.monotonic() < deadline:
        _let_work(acknowledged, deadline)
        time.sleep(chance.uniform(0.0, 0.1))
        chosen = chance.randrange(WORKERS)
        if os.waitpid(children[chosen], os.WNOHANG)[0]:
            break  # it found nothing more to do
        os.kill(children[chosen], signal.SIGKILL)
        os.waitpid(children[chosen], 0)
        killed += 1
        children[chosen] = _fork(url, acknowledged, broken)
    last = _fork(url, acknowledged, broken)
    os.waitpid(last, 0)
    return killed


def _let_work(acknowledged: Path, deadline: float) -> None:
    """Wait until somebody completes a task, so that kills hit work and not the start of a process, however slow."""
    before = acknowledged.stat().st_size
    while acknowledged.stat().st_size == before and time.monotonic() < deadline:
        time.sleep(0.002)
        if os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return  # it found nothing more to do


def _fork(url: str, acknowledged: Path, broken: bool) -> int:
    child = os.fork()
    if child == 0:
        signal.alarm(int(LONGEST))  # whatever happens, no child outlives the test
        try:
            work(url, acknowledged, broken)
        finally:
            os._exit(0)
    return child


def work(url: str, acknowledged: Path, broken: bool) -> None:
    """Complete tasks until none is left."""
    environment = compose.environment(Store(url, pool_size=2), clock=FastClock())
    environment.operations.operation("note")(_note)
    if broken:
        environment.run = lambda actor, work: _run_in_two_parts(environment, actor, work)  # type: ignore[method-assign]
    chance = random.Random(os.getpid())
    with acknowledged.open("a") as file:
        while True:
            scheduler.work(environment)
            with environment.read() as connection:
                open_tasks = list(connection.execute(select(tables.task.c.id)).scalars())
                waiting = connection.execute(select(tables.timer.c.id)).first()
            if not open_tasks and waiting is None:
                return
            if not open_tasks:
                continue  # a timer is on its way
            task = chance.choice(open_tasks)
            try:
                environment.run(CLERK, lambda tx, task=task: tasks.complete(tx, task, {"n": 1}))
            except Rejected:
                continue  # another worker was faster
            file.write(task + "\n")
            file.flush()


def _note(call: Any) -> None:
    call.tx.record("effects", "noted", instance=call.instance_id)


def _run_in_two_parts(environment: Environment, actor: Actor, work: Any) -> Any:
    def first(connection: Any) -> Any:
        tx = Transaction(environment, connection, actor)
        result = work(tx)
        return result, tx

    begun = time.monotonic()
    result, tx = environment.store.write(first)
    time.sleep(5 * (time.monotonic() - begun))  # so long that most kills fall between the two commits
    environment.store.write(lambda connection: history.write(connection, tx.events))
    return result


if __name__ == "__main__":
    done = supervise(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), "broken" in sys.argv)
    sys.stdout.write(f"{done}\n")
