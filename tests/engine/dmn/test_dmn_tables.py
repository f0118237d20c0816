"""Decision tables: hit policies, columns, violations, and the trace that goes into history."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from engine import dmn, feel

SHARE = [("< 10", "1"), ("[5..20]", "2"), ("> 15", "3")]
LEVELS = [("> 0", '"low"'), ("> 10", '"high"'), ("> 5", '"middle"'), ("> 10", '"high"')]
ORDER = '"high", "middle", "low"'


@pytest.mark.parametrize(
    ("policy", "attributes", "amount", "expected"),
    [
        ("UNIQUE", {}, 2, 1),
        ("UNIQUE", {}, 30, 3),
        ("FIRST", {}, 7, 1),
        ("FIRST", {}, 17, 2),
        ("ANY", {}, 2, 1),
        ("RULE ORDER", {}, 7, [1, 2]),
        ("COLLECT", {}, 17, [2, 3]),
        ("COLLECT", {"aggregation": "SUM"}, 17, 5),
        ("COLLECT", {"aggregation": "COUNT"}, 17, 2),
        ("COLLECT", {"aggregation": "MIN"}, 17, 2),
        ("COLLECT", {"aggregation": "MAX"}, 17, 3),
        ("UNIQUE", {}, None, None),
        ("FIRST", {}, None, None),
        ("COLLECT", {}, None, []),
        ("COLLECT", {"aggregation": "SUM"}, None, None),
        ("COLLECT", {"aggregation": "COUNT"}, None, 0),
    ],
)
def test_hit_policies(decide, table, policy, attributes, amount, expected):
    xml = table(["amount"], ["share"], SHARE, policy, **attributes)
    assert feel.from_feel(decide(xml, {"amount": amount}).value) == expected


@pytest.mark.parametrize(
    ("policy", "amount", "expected"),
    [
        ("PRIORITY", 20, "high"),
        ("PRIORITY", 7, "middle"),
        ("PRIORITY", 0, None),
        ("OUTPUT ORDER", 20, ["high", "high", "middle", "low"]),
        ("OUTPUT ORDER", 3, ["low"]),
        ("OUTPUT ORDER", 0, []),
    ],
)
def test_priorities_follow_the_listed_output_values(decide, table, policy, amount, expected):
    xml = table(["amount"], [("level", ORDER)], LEVELS, policy)
    assert decide(xml, {"amount": amount}).value == expected


def test_several_outputs_make_a_context_and_empty_cells_null(decide, table):
    xml = table(["kind"], ["level", "days"], [('"基金"', '"重大"', "15"), ('"保险"', '"一般"', "")])
    assert decide(xml, {"kind": "基金"}).value == {"level": "重大", "days": 15}
    assert decide(xml, {"kind": "保险"}).value == {"level": "一般", "days": None}
    assert decide(xml, {"kind": "其他"}).value is None


def test_the_default_output_counts_when_no_rule_matches(decide, table):
    outputs = [("level", "", '"一般"'), ("days", "", "10 + 5")]
    xml = table(["kind"], outputs, [('"基金"', '"重大"', "30")])
    assert decide(xml, {"kind": "其他"}).value == {"level": "一般", "days": 15}
    assert decide(xml, {"kind": "其他"}).trace[-1]["rules"] == []
    collected = table(["kind"], [("level", "", '"一般"')], [('"基金"', '"重大"')], "COLLECT")
    assert decide(collected, {}).value == ["一般"]


def test_a_default_output_is_of_the_type_and_among_the_values_too(decide, table):
    xml = table(["x"], [("day", "", 'if x > 2 then "2026-05-31" else "late"')], [("1", "")])
    xml = xml.replace('name="day"', 'name="day" typeRef="date"')
    assert decide(xml, {"x": 3}).value == date(2026, 5, 31)
    with pytest.raises(dmn.DecisionError, match="Expected a date as 'day' of 'A decision', but got late"):
        decide(xml, {"x": 2})
    with pytest.raises(dmn.DecisionError, match="Expected one of \"a\",\"b\" as 'level' of 'A decision', but got c"):
        decide(table(["x"], [("level", '"a","b"', '"c"')], [("1", '"a"')]), {"x": 2})


def test_cells_are_unary_tests_and_outputs_expressions(decide, table):
    rules = [
        ('"a","b"', "-", '"list"'),
        ('not("a","b","c")', "", '"negated " + kind'),
        ("-", "? > 3 and ? < limit", "n * 2"),
    ]
    xml = table(["kind", "n"], ["result"], rules, "RULE ORDER")
    assert decide(xml, {"kind": "b", "n": 1}).value == ["list"]
    assert decide(xml, {"kind": "z", "n": 5, "limit": 9}).value == ["negated z", 10]
    assert decide(xml, {"kind": "c", "n": 10, "limit": 9}).value == []


def test_columns_convert_by_their_type(decide, table):
    xml = table([("due", "date")], ["late"], [('< date("2026-06-01")', "true"), ('>= date("2026-06-01")', "false")])
    for due in ("2026-05-31", date(2026, 5, 31), datetime(2026, 5, 31, 8, tzinfo=UTC)):
        assert decide(xml, {"due": due}).value is True
    assert decide(xml, {"due": datetime(2026, 5, 31, 16, tzinfo=UTC)}).value is False, "already June in Shanghai"
    assert decide(xml, {"due": None}).value is None


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        ("string", "a", True),
        ("string", 1, False),
        ("number", 1.5, True),
        ("number", "1", False),
        ("integer", 1, True),
        ("integer", 1.5, False),
        ("boolean", True, True),
        ("boolean", "true", False),
        ("date", "2026-05-31", True),
        ("date", "31.5.2026", False),
        ("dateTime", date(2026, 5, 31), True),
        ("dayTimeDuration", "P1D", True),
        ("yearMonthDuration", "P1D", False),
        ("Any", "a", True),
        ("number", None, True),
    ],
)
def test_an_input_of_the_wrong_type_is_refused(decide, table, kind, value, fits):
    xml = table([("x", kind)], ["out"], [("-", "1")])
    if fits:
        assert decide(xml, {"x": value}).value == 1
    else:
        with pytest.raises(dmn.DecisionError, match="as input 'x' of decision 'A decision', but got"):
            decide(xml, {"x": value})


def test_input_values_bound_what_may_come_in(decide, table):
    xml = table([("kind", "string", '"a","b"')], ["out"], [('"a"', "1"), ("-", "2")], "FIRST")
    assert decide(xml, {"kind": "a"}).value == 1
    assert decide(xml, {"kind": None}).value == 2, "an absent value is no wrong value"
    with pytest.raises(dmn.DecisionError, match='Expected one of "a","b" as input \'kind\''):
        decide(xml, {"kind": "c"})


def test_output_values_bound_what_may_come_out(decide, table):
    xml = table(["x"], [("level", '"a","b"')], [("1", '"a"'), ("2", '"c"')])
    assert decide(xml, {"x": 1}).value == "a"
    with pytest.raises(dmn.DecisionError, match="but rule 2 gave c"):
        decide(xml, {"x": 2})


def test_violations_name_decision_and_rules(decide, table):
    with pytest.raises(dmn.DecisionError, match="at most one rule of decision 'A decision' to match, but rules 1, 2"):
        decide(table(["x"], ["out"], SHARE), {"x": 7})
    with pytest.raises(dmn.DecisionError, match="rules 2, 3 differ"):
        decide(table(["x"], ["out"], SHARE, "ANY"), {"x": 17})
    same = table(["x"], ["out"], [("> 1", "1"), ("> 2", "1.0")], "ANY")
    assert decide(same, {"x": 3}).value == 1
    with pytest.raises(dmn.DecisionError, match="can be aggregated"):
        decide(table(["x"], ["out"], [("-", '"text"')], "COLLECT", aggregation="SUM"), {})
    unlisted = table(["x"], [("out", '"a", "b"')], [("-", '"a"'), ("-", "null")], "PRIORITY")
    with pytest.raises(dmn.DecisionError, match="rules 1, 2 give others"):
        decide(unlisted, {})


def test_the_trace_tells_inputs_rules_and_outputs(decide, table):
    xml = table(["kind", "due"], ["level"], [('"a"', "-", '"x"'), ("-", "-", '"y"')], "COLLECT", name="分级")
    trace = decide(xml, {"kind": "a", "due": date(2026, 5, 31)}).trace
    assert trace == [
        {
            "decision": "d",
            "name": "分级",
            "inputs": [{"name": "kind", "value": "a"}, {"name": "due", "value": "2026-05-31"}],
            "rules": [{"number": 1, "id": "d-r1"}, {"number": 2, "id": "d-r2"}],
            "outputs": ["x", "y"],
        }
    ]
    json.dumps(trace)


def test_annotations_of_matched_rules_stand_in_the_trace(decide, table):
    xml = table(["x"], ["out"], [("1", "2")])
    xml = xml.replace('<rule id="d-r1">', '<annotation name="依据"/><rule id="d-r1">')
    xml = xml.replace("</rule>", "<annotationEntry><text>办法第12条</text></annotationEntry></rule>")
    assert decide(xml, {"x": 1}).trace[0]["rules"] == [
        {"number": 1, "id": "d-r1", "annotations": {"依据": "办法第12条"}}
    ]


def test_host_functions_and_names_with_spaces_can_be_used(dmn_file, table, scope):
    mine = feel.Scope(scope.now, functions={"working days": lambda start: 3})
    xml = table(["working days(filed at)"], ["out"], [("<= 3", "客户 等级")])
    model = dmn.read(dmn_file(xml), names={"filed at", "客户 等级"}, functions=mine.functions)
    assert model.decisions["d"].inputs == {"filed at", "客户 等级"}
    assert dmn.decide(model, "d", {"filed at": date(2026, 5, 31), "客户 等级": "VIP"}, mine).value == "VIP"


def test_an_unknown_decision_is_refused(decide, table):
    with pytest.raises(dmn.DecisionError, match="no 'other' in the model"):
        decide(table(["x"], ["out"], [("-", "1")]), {}, id="other")


def test_a_decision_shares_one_bound_of_steps(dmn_file, table, scope):
    xml = table(["x"], ["out"], [(f"count(for i in 1..{9_000 + n} return i) > ?", "1") for n in range(9)], "COLLECT")
    with pytest.raises(feel.TooMuch, match="steps"):
        dmn.decide(dmn.read(dmn_file(xml)), "d", {"x": 1}, scope)


SHAPES = {
    "none": ([], {"singleEntry": None, "singleResult": None, "collectEntries": [], "resultList": []}),
    "one": (
        [1],
        {"singleEntry": 1, "singleResult": {"out": 1}, "collectEntries": [1], "resultList": [{"out": 1}]},
    ),
    "two": ([1, 2], {"collectEntries": [1, 2], "resultList": [{"out": 1}, {"out": 2}]}),
}


@pytest.mark.parametrize(("values", "expected"), SHAPES.values(), ids=SHAPES.keys())
def test_shapes_of_a_result(decide, table, values, expected):
    xml = table(["x"], ["out"], [("-", str(value)) for value in values] + [("1", "9")], "RULE ORDER")
    result = decide(xml, {"x": 0})
    for mode in dmn.MODES:
        if mode in expected:
            assert dmn.shape(result, mode) == expected[mode]
        else:
            with pytest.raises(dmn.DecisionError, match="one rule at most"):
                dmn.shape(result, mode)


def test_shapes_of_several_outputs_aggregates_and_bare_values(decide, table):
    several = decide(table(["x"], ["a", "b"], [("-", "1", "2")]), {})
    assert dmn.shape(several, "singleResult") == {"a": 1, "b": 2}
    for mode in ("singleEntry", "collectEntries"):
        with pytest.raises(dmn.DecisionError, match="Expected one output"):
            dmn.shape(several, mode)
    total = decide(table(["x"], ["sum"], [("-", "1"), ("-", "2")], "COLLECT", aggregation="SUM"), {})
    assert dmn.shape(total, "singleEntry") == 3
    assert dmn.shape(total, "singleResult") == {"sum": 3}
    assert dmn.shape([1, 2], "collectEntries") == [1, 2]
    assert dmn.shape({"a": 1}, "singleEntry") == 1
    with pytest.raises(dmn.DecisionError, match="but got 'other'"):
        dmn.shape(several, "other")
