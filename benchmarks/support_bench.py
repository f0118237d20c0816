"""What the benchmarks share: a database of either kind, counted statements, measured commands, printed figures."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event

from engine.store import Store

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support import postgres


def arguments(description: str) -> argparse.Namespace:
    """`--quick` for a smoke run, `--json` for machines, `--database` for one kind only."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="few rounds, to see that it works")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append", help="default: both")
    return parser.parse_args()


@contextmanager
def databases(kinds: list[str] | None) -> Iterator[list[tuple[str, str]]]:
    """(kind, URL of a fresh database) of each kind that is installed; PostgreSQL syncs to disk, as a bank's does."""
    home = Path(tempfile.mkdtemp())
    binaries = postgres.binaries()
    found = [("sqlite", f"sqlite:///{home}/bench.db")]
    try:
        if binaries is not None and "postgresql" in (kinds or ["postgresql"]):
            (home / "server").mkdir()
            home.chmod(0o755)
            postgres.SETTINGS.update(fsync="on", synchronous_commit="on", full_page_writes="on")
            server = postgres.running(home / "server", binaries, os.getpid())
            found.append(("postgresql", server.create("bench")))
        yield [pair for pair in found if pair[0] in (kinds or ["sqlite", "postgresql"])]
    finally:
        postgres.stop(home / "server", binaries)
        shutil.rmtree(home, ignore_errors=True)


@dataclass
class Meter:
    """Counts statements and commits of a store, and measures commands."""

    store: Store
    statements: int = 0
    commits: int = 0
    taken: dict[str, list[tuple[float, float, int, int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        event.listen(self.store.database, "before_cursor_execute", self._statement)
        event.listen(self.store.database, "commit", self._commit)

    def _statement(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        self.statements += not statement.startswith("BEGIN")

    def _commit(self, connection: Any) -> None:
        self.commits += 1

    def measure(self, name: str, work: Callable[[], object]) -> None:
        """Run `work` and keep CPU ms, wall ms, statements and commits under `name`."""
        self.statements = self.commits = 0
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        spent = (time.process_time() - cpu) * 1e3, (time.perf_counter() - wall) * 1e3
        self.taken.setdefault(name, []).append((*spent, self.statements, self.commits))

    def figures(self, name: str) -> dict[str, float]:
        """p50 and p95 CPU ms, p50 wall ms, and the largest number of statements and commits."""
        rows = self.taken[name]
        cpu = [row[0] for row in rows]
        return {
            "cpu_ms_p50": round(percentile(cpu, 50), 2),
            "cpu_ms_p95": round(percentile(cpu, 95), 2),
            "wall_ms_p50": round(statistics.median(row[1] for row in rows), 2),
            "sql": max(row[2] for row in rows),
            "commits": max(row[3] for row in rows),
        }


def percentile(values: list[float], n: int) -> float:
    """The n-th percentile, nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * n / 100))]


def show(result: dict[str, Any], as_json: bool) -> None:
    """Print the result, nested keys as indented lines."""
    if as_json:
        sys.stdout.write(json.dumps(result) + "\n")
        return
    for key, value in _lines(result, 0):
        sys.stdout.write(f"{key:44s} {value}\n")


def _lines(value: dict[str, Any], level: int) -> Iterator[tuple[str, str]]:
    for key, inner in value.items():
        label = "  " * level + str(key)
        if isinstance(inner, dict) and any(isinstance(part, dict) for part in inner.values()):
            yield label, ""
            yield from _lines(inner, level + 1)
        elif isinstance(inner, dict):
            yield label, "  ".join(f"{name}={part}" for name, part in inner.items())
        else:
            yield label, str(inner)
