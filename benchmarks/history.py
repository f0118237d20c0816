"""How fast history is written, sealed and verified: `python benchmarks/history.py [--quick] [--json] [--database URL]`.

The cases have 40 events each, as an ordinary case has, sealed ten times while they grow. Without --database it works on
an SQLite file in a temporary folder; another database has to be empty and stays filled.
"""

from __future__ import annotations

import json
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click

from engine import seal, tables, verify
from engine.environment import Actor, Environment, Transaction
from engine.store import Store

LI = Actor("li")
PER_CASE, SEALS, PER_COMMAND = 40, 10, 250
FACTS = {"old": None, "new": "同意", "form": {"outcome": "ok", "text": "客户反映网点排队时间过长，要求答复。" * 8}}


@click.command()
@click.option("--quick", is_flag=True, help="20 000 events instead of 300 000.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--database", help="URL of an empty database; an SQLite file of its own otherwise.")
def main(quick: bool, as_json: bool, database: str | None) -> None:
    """Measure how fast history is written, sealed and verified."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(database or f"sqlite:///{Path(folder, 'history.db')}")
        tables.metadata.create_all(store.database)
        figures = measure(Environment(store, seal_key=b"k" * 32), 20_000 if quick else 300_000)
        store.close()
    if as_json:
        click.echo(json.dumps(figures))
        return
    for name, figure in figures.items():
        click.echo(f"{name:>24} {figure:>12,}" if isinstance(figure, int) else f"{name:>24} {figure:>12}")


def measure(environment: Environment, events: int) -> dict[str, int | str]:
    """The figures of one database, as events a second unless the name says otherwise."""
    single = 200
    alone = _seconds(lambda: [_write(environment, ["bench:single"], 1) for _ in range(single)])
    streams = [f"bench:{n:06}" for n in range(events // PER_CASE)]
    written = sealed = 0.0
    for _ in range(SEALS):
        written += _seconds(lambda: _grow(environment, streams, PER_CASE // SEALS))
        sealed += _seconds(lambda: seal.seal(environment))
    report = verify.verify(environment)
    if not report.ok:
        raise click.ClickException("\n".join(map(str, report.breaks)))
    return {
        "database": environment.store.database.dialect.name,
        "events": report.events,
        "commands_per_second": round(single / alone),
        "write_per_second": round(events / written),
        "seal_heads_per_second": round(len(streams) * SEALS / sealed),
        "verify_per_second": round(report.events / report.seconds),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _grow(environment: Environment, streams: list[str], events: int) -> None:
    for start in range(0, len(streams), PER_COMMAND):
        _write(environment, streams[start : start + PER_COMMAND], events)


def _write(environment: Environment, streams: list[str], events: int) -> None:
    def work(tx: Transaction) -> None:
        for stream in streams:
            for _ in range(events):
                tx.record(stream, "task-completed", instance="i" * 36, element="Review", task="t" * 36, **FACTS)

    environment.run(LI, work)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
