"""Random decision tables: the engine agrees with a slow evaluator on all hit policies, and whatever lint claims of
overlaps, gaps and rules that never count is what trying all values shows, no more and no less.
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import event, given, settings
from hypothesis import strategies as st
from support.slow_tables import CONSTANTS, Cell, Comparison, SlowTable, points

from engine import dmn, feel
from engine.dmn.analysis import analyse

SCOPE = feel.Scope(datetime(2026, 5, 31, 18, 0, tzinfo=UTC))
ORDERED = ("number", "integer", "string", "date")
POLICIES = (
    *((name, "") for name in ("UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT")),
    *(("COLLECT", name) for name in ("SUM", "COUNT", "MIN", "MAX")),
)
OUTPUTS = (1, 2, 3)


@st.composite
def comparisons(draw: st.DrawFn, kind: str) -> Comparison:
    constants = CONSTANTS[kind]
    operators = ("=", "!=") if kind == "boolean" else ("=", "=", "!=", "<", "<=", ">", ">=", "[", "(")
    operator = draw(st.sampled_from(operators))
    low = draw(st.sampled_from(constants))
    if operator not in "[(":
        return Comparison(operator, low)
    high = draw(st.sampled_from([one for one in constants if one >= low]))
    return Comparison(operator, low, high, draw(st.sampled_from("])")))


@st.composite
def cells(draw: st.DrawFn, kind: str) -> Cell:
    if draw(st.integers(0, 3)) == 0:
        return Cell(())
    return Cell(tuple(draw(st.lists(comparisons(kind), min_size=1, max_size=2))), draw(st.booleans()))


@st.composite
def slow_tables(draw: st.DrawFn, policies: tuple[tuple[str, str], ...] = POLICIES) -> SlowTable:
    policy, aggregation = draw(st.sampled_from(policies))
    kinds = tuple(draw(st.lists(st.sampled_from(tuple(CONSTANTS)), min_size=1, max_size=3)))
    outputs = st.sampled_from(OUTPUTS)
    rule = st.tuples(st.tuples(*(cells(kind) for kind in kinds)), outputs)
    rules = tuple(draw(st.lists(rule, min_size=1, max_size=5)))
    order = tuple(draw(st.permutations(OUTPUTS)))
    default = draw(st.sampled_from((None, None, 2))) if not aggregation else None
    return SlowTable(policy, aggregation, kinds, rules, order, default)


@settings(max_examples=200)
@given(table=slow_tables(), data=st.data())
def test_the_engine_decides_as_the_slow_evaluator_does(table: SlowTable, data: st.DataObject) -> None:
    model = dmn.read(table.file())
    for _ in range(8):
        values = [data.draw(st.sampled_from([None, *points(kind)])) for kind in table.types]
        expected = table.decide(values)
        event(table.policy if expected else "nothing")
        context = {f"x{at}": value for at, value in enumerate(values)}
        try:
            result = dmn.decide(model, "d", context, SCOPE)
        except dmn.DecisionError:
            assert expected == "violated"
            continue
        assert result.value == expected
        if table.policy != "FIRST":
            assert [rule["number"] - 1 for rule in result.trace[0]["rules"]] == table.matches(values)


def read(table: SlowTable) -> tuple[dmn.Model, object]:
    model = dmn.read(table.file())
    found = model.decisions["d"].table
    assert found is not None
    return model, analyse(found, model.names)


def everything(table: SlowTable, absent: bool) -> list[tuple[object, ...]]:
    """All combinations of points, also with absent inputs."""
    return list(itertools.product(*([*points(kind), *([None] if absent else [])] for kind in table.types)))


@settings(max_examples=100)
@given(table=slow_tables((("UNIQUE", ""), ("ANY", ""))))
def test_overlaps_are_those_that_trying_shows(table: SlowTable) -> None:
    analysis = read(table)[1]
    claimed = {(other.number - 1, one.rule.number - 1) for one in analysis.overlaps for other in one.others}
    shown = {pair for values in everything(table, True) for pair in itertools.combinations(table.matches(values), 2)}
    if table.policy == "ANY":
        shown = {(a, b) for a, b in shown if table.rules[a][1] != table.rules[b][1]}
    assert claimed == shown


@settings(max_examples=100)
@given(table=slow_tables((("UNIQUE", ""), ("FIRST", ""), ("PRIORITY", ""))))
def test_a_gap_is_claimed_when_there_is_one(table: SlowTable) -> None:
    model, analysis = read(table)
    shown = table.default is None and any(not table.matches(values) for values in everything(table, False))
    assert (analysis.gap is not None) == shown
    if analysis.gap is not None:
        given_values = dict(part.split(" = ", 1) for part in analysis.gap.split(", "))
        context = {name: feel.compile(text)({}, SCOPE) for name, text in given_values.items()}
        assert dmn.decide(model, "d", context, SCOPE).trace[0]["rules"] == []


@settings(max_examples=100)
@given(table=slow_tables((("FIRST", ""), ("PRIORITY", ""), ("COLLECT", ""))))
def test_rules_never_count_when_trying_never_shows_them(table: SlowTable) -> None:
    analysis = read(table)[1]
    found = [table.matches(values) for values in everything(table, True)]
    never = {at for at in range(len(table.rules)) if not any(at in one for one in found)}
    hidden: set[int] = set()
    if table.policy == "FIRST":
        hidden = set(range(len(table.rules))) - {one[0] for one in found if one} - never
    elif table.policy == "PRIORITY":
        place = [table.outputs.index(output) for _, output in table.rules]
        counting = {min(one, key=lambda at: (place[at], at)) for one in found if one}  # of equal ones the first
        hidden = set(range(len(table.rules))) - counting - never
    assert {one.number - 1 for one in analysis.never} == never
    assert {one.number - 1 for one in analysis.hidden} == hidden


def test_the_largest_and_smallest_numbers_lose_no_place() -> None:
    """34 digits: one more than 1E40 is 1E40, so the sample beyond it has to lie further away."""
    big = Decimal("1E40")
    low, high = (Cell((Comparison(operator, big),)) for operator in ("<", ">"))
    table = SlowTable(
        "FIRST", "", ("number",), (((low,), 1), ((Cell((Comparison("=", big),)),), 2), ((high,), 3)), OUTPUTS
    )
    analysis = read(table)[1]
    assert (analysis.never, analysis.hidden, analysis.gap) == ((), (), None)
