"""The first page of a handler's inbox, cases joined, with 1 000 and 100 000 open tasks: the work must be the same.

Work is counted by the database itself: rows that the plan has read on PostgreSQL, virtual-machine steps on SQLite.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, event, insert

from complaints import inbox
from complaints import tables as cases
from complaints.viewer import SignedIn
from engine import tables
from engine.store import Store

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "tests")]

from support_bench import arguments, databases, percentile, show  # noqa: E402

NOW = datetime(2026, 5, 8, 1, tzinfo=UTC)
GROUPS = [f"unit:{n:03d}" for n in range(40)]
VIEWER = SignedIn("person7", "七号", roles=frozenset({"handler"}), groups=frozenset(GROUPS[:3]))
DIAGRAM = (Path(__file__).parent / "rework.bpmn").read_bytes()
SIZES = {"1k": 1_000, "100k": 100_000}


def main() -> None:
    options = arguments(__doc__ or "")
    sizes = {"1k": 1_000, "10k": 10_000} if options.quick else SIZES
    with databases(options.database) as found:
        show({kind: run(kind, url, sizes) for kind, url in found}, options.json)


def run(kind: str, url: str, sizes: dict[str, int]) -> dict[str, Any]:
    """Fill up to each size in turn and measure the first pages there."""
    store = Store(url)
    tables.metadata.create_all(store.database)
    result: dict[str, Any] = {}
    filled = 0
    for label, size in sizes.items():
        store.write(lambda connection, low=filled, high=size: _fill(connection, low, high))
        filled = size
        with store.read() as connection:
            connection.exec_driver_sql("ANALYZE")
        result[label] = {
            "mine": _measure(store, kind, lambda c: inbox.mine(c, VIEWER, limit=20)),
            "groups": _measure(store, kind, lambda c: inbox.groups(c, VIEWER, limit=20)),
        }
    store.close()
    return result


def _fill(connection: Connection, low: int, high: int) -> None:
    chance = random.Random(low)
    if low == 0:
        parent = {"id": "d", "name": "d", "sha256": "", "deployed_at": NOW, "deployed_by": "bench"}
        connection.execute(insert(tables.deployment), parent)
        connection.execute(
            insert(tables.resource),
            {"id": "r", "deployment_id": "d", "name": "r", "kind": "bpmn", "sha256": "", "content": DIAGRAM},
        )
        connection.execute(
            insert(tables.definition),
            {"id": "d", "key": "p", "version": 1, "name": "p", "deployment_id": "d", "resource_id": "r"},
        )
        connection.execute(
            insert(tables.instance),
            {"id": "i", "root_id": "i", "definition_id": "d", "stream": "i", "started_at": NOW, "started_by": "b"},
        )
    for start in range(low, high, 5_000):
        numbers = range(start, min(start + 5_000, high))
        rows = [_task(n, chance) for n in numbers]
        connection.execute(insert(tables.task), rows)
        connection.execute(insert(cases.complaint), [_case(row) for row in rows])
        connection.execute(insert(cases.party), [{"number": row["business_key"], "name": "王小明"} for row in rows])
        connection.execute(
            insert(tables.candidate),
            [
                {
                    "task_id": row["id"],
                    "kind": "group",
                    "value": chance.choice(GROUPS),
                    "due_at": row["due_at"],
                    "claimed": row["assignee"] is not None,
                }
                for row in rows
            ],
        )


def _case(task: dict[str, Any]) -> dict[str, Any]:
    times = dict.fromkeys(("received_at", "registered_at"), NOW)
    known = {"kind": "complaint", "process": "ordinary", "channel": "PHONE", "registered_by": "lin", "query_hash": ""}
    place = {"subject": "柜员态度很差", "intake_group": "95566", "stage": "investigating", "due_at": task["due_at"]}
    return {"number": task["business_key"], **times, **known, **place}


def _task(n: int, chance: random.Random) -> dict[str, Any]:
    return {
        "id": str(UUID(int=chance.getrandbits(128))),
        "instance_id": "i",
        "root_id": "i",
        "definition_id": "d",
        "element_id": "work",
        "name": "work",
        "business_key": f"K-{n}",
        "stream": "i",
        "created_at": NOW,
        "assignee": f"person{chance.randrange(20)}" if chance.random() < 0.5 else None,
        "due_at": NOW + timedelta(minutes=chance.randrange(20_000)),
        "priority": 50,
    }


def _measure(store: Store, kind: str, query: Any) -> dict[str, Any]:
    with store.read() as connection:
        spent = []
        for _ in range(30):
            start = time.perf_counter()
            page = query(connection)
            spent.append((time.perf_counter() - start) * 1e3)
        work = _vm_steps(connection, query) if kind == "sqlite" else _rows_read(connection, query)
    unit = "vm_steps" if kind == "sqlite" else "rows_read"
    return {
        "ms_p50": round(percentile(spent, 50), 2),
        "ms_p95": round(percentile(spent, 95), 2),
        unit: work,
        "tasks": len(page.rows),
    }


def _vm_steps(connection: Connection, query: Any) -> int:
    steps = [0]

    def step() -> int:
        steps[0] += 1
        return 0

    raw: Any = connection.connection.driver_connection
    raw.set_progress_handler(step, 1)
    query(connection)
    raw.set_progress_handler(None, 0)
    return steps[0]


def _rows_read(connection: Connection, query: Any) -> int:
    statements: list[tuple[str, Any]] = []

    def keep(conn: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        statements.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", keep)
    query(connection)
    event.remove(connection, "before_cursor_execute", keep)
    cursor = connection.connection.cursor()
    total = 0
    for statement, parameters in statements:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + statement, parameters)
        total += _leaves(cursor.fetchone()[0][0]["Plan"])
    return total


def _leaves(plan: dict[str, Any]) -> int:
    inner = plan.get("Plans", [])
    if inner:
        return sum(_leaves(part) for part in inner)
    return int((plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"])


if __name__ == "__main__":
    main()
