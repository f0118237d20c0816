"""How long compiled FEEL takes: `python benchmarks/feel.py [--quick] [--json]`. Goal: a typical condition within 5 µs.

Beside each stands CPython's own `eval` of the same condition, compiled before too, on the same values.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine import feel

CASES: dict[str, tuple[str, str]] = {
    "equality": ('outcome = "ok"', 'outcome == "ok"'),
    "condition": ('level = "high" and amount > 1000 or urgent', 'level == "high" and amount > 1000 or urgent'),
    "membership": ('channel in ("web", "letter", "phone")', 'channel in ("web", "letter", "phone")'),
    "arithmetic": ("amount * 0.05 + 10 > limit", "amount * rate + 10 > limit"),
    "path": ('customer.grade = "VIP" and customer.age >= 60', 'customer["grade"] == "VIP" and customer["age"] >= 60'),
    "Chinese": ('投诉等级 = "重大" and 金额 >= 50000', '投诉等级 == "重大" and 金额 >= 50000'),
    "date": ("filed < today()", "filed < today"),
    "call": ('starts with(channel, "w")', 'channel.startswith("w")'),
    "filter": ("count(items[price > 10]) > 1", 'len([i for i in items if i["price"] > 10]) > 1'),
    "loop": ("sum(for i in 1..20 return i * 2)", "sum([i * 2 for i in range(1, 21)])"),
}
CONTEXT: dict[str, object] = {
    "outcome": "ok", "level": "low", "amount": Decimal(2500), "urgent": True, "channel": "letter",
    "rate": Decimal("0.05"), "limit": Decimal(100), "customer": {"grade": "VIP", "age": Decimal(70)},
    "投诉等级": "重大", "金额": Decimal(80000), "filed": date(2026, 5, 1), "today": date(2026, 5, 31),
    "items": [{"price": Decimal(n)} for n in range(8, 14)],
}  # fmt: skip


def microseconds(work: Callable[[], object], rounds: int, repeats: int) -> float:
    """The time of one call in the best of `repeats` measurements of `rounds` calls, so that other work counts less."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter_ns()
        for _ in range(rounds):
            work()
        times.append((time.perf_counter_ns() - begin) / rounds / 1000)
    return min(times)


def measure(quick: bool) -> dict[str, dict[str, float]]:
    """µs per case, ours and CPython's, and of compiling a text that is not cached."""
    rounds, repeats = (200, 5) if quick else (2000, 15)
    scope = feel.Scope(datetime(2026, 5, 31, 9, tzinfo=UTC))
    results = {}
    for name, (text, python) in CASES.items():
        expression, code = feel.compile(text), compile(python, "<python>", "eval")
        ours = microseconds(lambda expression=expression: expression(CONTEXT, scope), rounds, repeats)  # type: ignore[misc]
        theirs = microseconds(lambda code=code: eval(code, {}, CONTEXT), rounds, repeats)  # type: ignore[misc]
        results[name] = {"feel": round(ours, 2), "python": round(theirs, 2)}
    fresh = iter(range(10**9))
    compiling = microseconds(lambda: feel.compile(f'level = "high" and amount > {next(fresh)}'), rounds // 10, repeats)
    results["compile"] = {"feel": round(compiling, 2)}
    return results


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args()
    results = measure(options.quick)
    if options.json:
        sys.stdout.write(json.dumps(results) + "\n")
        return
    for name, row in results.items():
        sys.stdout.write(f"{name:12}" + "".join(f"{value:10.2f} µs {kind}" for kind, value in row.items()) + "\n")


if __name__ == "__main__":
    main()
