"""How long decisions take: `python benchmarks/dmn.py [--quick] [--json]`. Goal: 500 rules within 2 ms.

p50 in µs of whole decisions, trace included, where the matching rule is the last one; of a decision at the end of a
chain of 20; of reading a file; and of what lint does to look for overlaps and gaps in 500 rules over 10 columns.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine import dmn, feel
from engine.dmn.analysis import analyse

SPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"
CONTEXT = {"kind": "kind 499", "amount": 499_500, "level": "high"}


def table(rules: int, policy: str) -> bytes:
    """A table of so many rules over a text, a number range and a list of texts."""
    rows = "".join(
        f'<rule id="r{n}"><inputEntry><text>"kind {n}", "other {n}"</text></inputEntry>'
        f"<inputEntry><text>[{n * 1000}..{n * 1000 + 1000})</text></inputEntry>"
        f"<inputEntry><text>{'-' if n % 2 else 'not(&quot;low&quot;)'}</text></inputEntry>"
        f"<outputEntry><text>{n}</text></outputEntry></rule>"
        for n in range(rules)
    )
    inputs = "".join(
        f'<input id="{name}"><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for name, kind in (("kind", "string"), ("amount", "number"), ("level", "string"))
    )
    return (
        f'<definitions xmlns="{SPACE}" id="f"><decision id="d" name="d">'
        f'<decisionTable hitPolicy="{policy}">{inputs}<output id="o" name="out"/>{rows}</decisionTable>'
        "</decision></definitions>"
    ).encode()


def chain(length: int) -> bytes:
    """So many decisions, each requiring the one before."""
    need = '<informationRequirement><requiredDecision href="#d{}"/></informationRequirement>'.format
    decisions = "".join(
        f'<decision id="d{n}" name="d{n}">{need(n - 1) if n else ""}<literalExpression>'
        f"<text>{f'd{n - 1} + 1' if n else 'amount'}</text></literalExpression></decision>"
        for n in range(length)
    )
    return f'<definitions xmlns="{SPACE}" id="f">{decisions}</definitions>'.encode()


def wide(rules: int, columns: int) -> bytes:
    """So many rules over ranges of numbers, each rule about two of the columns and overlapping few others."""
    inputs = "".join(
        f'<input><inputExpression typeRef="number"><text>x{n}</text></inputExpression></input>' for n in range(columns)
    )
    rows = "".join(
        "<rule>"
        + "".join(
            f"<inputEntry><text>{f'[{n % 25}..{n % 25 + 1})' if at in (n % columns, n // columns % columns) else '-'}"
            "</text></inputEntry>"
            for at in range(columns)
        )
        + f"<outputEntry><text>{n}</text></outputEntry></rule>"
        for n in range(rules)
    )
    decision = f'<decision id="d" name="d"><decisionTable>{inputs}<output/>{rows}</decisionTable></decision>'
    return f'<definitions xmlns="{SPACE}" id="f">{decision}</definitions>'.encode()


def microseconds(work: Callable[[], object], rounds: int) -> float:
    """The median time of a call."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter_ns()
        work()
        times.append((time.perf_counter_ns() - begin) / 1000)
    return round(statistics.median(times), 1)


def measure(quick: bool) -> dict[str, float]:
    """p50 in µs per case."""
    rounds = 100 if quick else 2000
    scope = feel.Scope(datetime(2026, 5, 31, 9, tzinfo=UTC))
    results = {}
    for rules, policy in ((10, "UNIQUE"), (500, "UNIQUE"), (500, "FIRST"), (500, "COLLECT")):
        model = dmn.read(table(rules, policy))
        context = CONTEXT if rules == 500 else {"kind": "kind 9", "amount": 9_500, "level": "high"}
        assert dmn.decide(model, "d", context, scope).rows == [{"out": rules - 1}]
        results[f"{rules} rules {policy}"] = microseconds(
            lambda m=model, c=context: dmn.decide(m, "d", c, scope), rounds
        )  # type: ignore[misc]
    twenty = dmn.read(chain(20))
    assert dmn.decide(twenty, "d19", CONTEXT, scope).value == CONTEXT["amount"] + 19
    results["a chain of 20"] = microseconds(lambda: dmn.decide(twenty, "d19", CONTEXT, scope), rounds)
    data = table(500, "UNIQUE")
    results["read 500 rules"] = microseconds(lambda: dmn.read(data), 3)
    model = dmn.read(wide(500, 10))
    grid = model.decisions["d"].table
    analyse(grid, model.names)
    assert analyse(grid, model.names).complete
    results["lint 500 x 10"] = microseconds(lambda: analyse.__wrapped__(grid, model.names), 3)
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
    for name, value in results.items():
        sys.stdout.write(f"{name:18}{value:12.1f} µs\n")


if __name__ == "__main__":
    main()
