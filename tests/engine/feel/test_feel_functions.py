"""The built-in functions, as tables of (expression, expected)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from engine import feel
from engine.feel import Range, YearsMonths, builtins


def table(*rows):
    return pytest.mark.parametrize(("text", "expected"), rows, ids=[row[0] for row in rows])


@table(
    ('string length("回音😀")', 3),
    ('substring("foobar", 3)', "obar"),
    ('substring("foobar", 3, 2)', "ob"),
    ('substring("foobar", -2)', "ar"),
    ('substring("foobar", 0)', None),
    ('upper case("aBc")', "ABC"),
    ('lower case("aBc")', "abc"),
    ('trim("  a ")', "a"),
    ('substring before("foobar", "bar")', "foo"),
    ('substring before("foobar", "x")', ""),
    ('substring after("foobar", "o")', "obar"),
    ('contains("投诉等级", "等级")', True),
    ('contains(null, "a")', None),
    ('contains(["foobar"], "oba")', True),
    ('starts with("foobar", "foo")', True),
    ('ends with("foobar", "r")', True),
    ('string join(["a", null, "b"], "、")', "a、b"),
    ('string join(["a", 1])', None),
    ('matches("TS-2026-000123", "^TS-\\d{4}-\\d+$")', True),
    ('matches("ABC", "b", "i")', True),
    ('matches("a", "(")', None),
    ('matches("a", "(?=a)")', None),
    ('replace("13800138000", "(\\d{3})\\d{4}(\\d{4})", "$1****$2")', "138****8000"),
    ('replace("a.b", "\\.", "\\$")', "a$b"),
    ('replace("客户张三", "张.", "某")', "客户某"),
    ('replace("abc", "x*", "-")', None),
    ('split("a;b;;c", ";")', ["a", "b", "", "c"]),
    ('split("一 二", "\\s")', ["一", "二"]),
    ('is blank("  ")', True),
)
def test_strings(evaluate, text, expected):
    assert evaluate(text) == feel.to_feel(expected)


@table(
    ("decimal(1/3, 2)", Decimal("0.33")),
    ("decimal(2.5, 0)", 2),
    ("decimal(1250, -2)", 1200),
    ("floor(-1.5)", -2),
    ("floor(1.56, 1)", Decimal("1.5")),
    ("ceiling(1.2)", 2),
    ("round up(-5.5, 0)", -6),
    ("round down(5.5, 0)", 5),
    ("round half up(2.5, 0)", 3),
    ("round half down(2.5, 0)", 2),
    ("abs(-1)", 1),
    ('abs(@"-P1D")', timedelta(days=1)),
    ("modulo(-12, 5)", 3),
    ("modulo(12, -5)", -3),
    ("modulo(10.1, 4.5)", Decimal("1.1")),
    ("modulo(1, 0)", None),
    ("sqrt(16)", 4),
    ("sqrt(-1)", None),
    ("log(1)", 0),
    ("log(0)", None),
    ("exp(0)", 1),
    ("exp(99999)", None),
    ("odd(3)", True),
    ("even(-2)", True),
    ('floor("1")', None),
)
def test_numbers(evaluate, text, expected):
    assert evaluate(text) == expected


@table(
    ("list contains([1, null], null)", True),
    ("count([1, [2]])", 2),
    ("count(null)", None),
    ("is empty([])", True),
    ("sublist([1, 2, 3], 2)", [2, 3]),
    ("sublist([1, 2, 3], -2, 1)", [2]),
    ("append([1], 2, [3])", [1, 2, [3]]),
    ("concatenate([1], [2, 3], 4)", [1, 2, 3, 4]),
    ("insert before([1, 3], 2, 2)", [1, 2, 3]),
    ("remove([1, 2, 3], -1)", [1, 2]),
    ("remove([1], 2)", None),
    ("reverse([1, 2])", [2, 1]),
    ("index of([1, 2, 1], 1)", [1, 3]),
    ("union([1, 2], [2, 3])", [1, 2, 3]),
    ("distinct values([1, 1.0, [2], [2], null, null])", [1, [2], None]),
    ("duplicate values([1, 2, 1, 1])", [1]),
    ("flatten([[1, [2]], [], [[3]], 4])", [1, 2, 3, 4]),
    ("sort([3, 1, 2])", [1, 2, 3]),
    ("sort([{n: 2}, {n: 1}], function(a, b) a.n < b.n)", [{"n": 1}, {"n": 2}]),
    ("list replace([1, 2], 2, 9)", [1, 9]),
    ("list replace([1, 2, 3], function(item, new) item < 3, 0)", [0, 0, 3]),
    ("partition([1, 2, 3], 2)", [[1, 2], [3]]),
    ("min(3, 1, 2)", 1),
    ('max(["a", "c", "b"])', "c"),
    ('max([@"2026-01-01", @"2026-02-01"])', date(2026, 2, 1)),
    ('min(1, "a")', None),
    ("min([])", None),
    ("sum([1, 2, 3])", 6),
    ("sum([])", None),
    ('sum([1, "a"])', None),
    ("mean(1, 2)", Decimal("1.5")),
    ("median([4, 1, 3, 2])", Decimal("2.5")),
    ("median([3, 1, 2])", 2),
    ("stddev([2, 4, 7, 5])", Decimal("2.081665999466132735282297706979931")),
    ("mode([1, 3, 3, 1, 2])", [1, 3]),
    ("product([2, 3, 4])", 24),
    ("all([true, null])", None),
    ("all([true, false, null])", False),
    ("any([false, null, true])", True),
    ("any([])", False),
)
def test_lists(evaluate, text, expected):
    assert evaluate(text) == feel.to_feel(expected)


@table(
    ("string(1.10)", "1.10"),
    ("string(1e3)", "1000"),
    ('string([1, "a", null, {a b: true}])', '[1, "a", null, {"a b": true}]'),
    ("string([1..2))", "[1..2)"),
    ("string(null)", None),
    ('string(@"2026-05-31T08:00:00+08:00")', "2026-05-31T08:00:00+08:00"),
    ('string(@"P1DT2H3.5S")', "P1DT2H3.5S"),
    ('string(@"-P14M")', "-P1Y2M"),
    ('string(@"PT0S")', "PT0S"),
    ('number("1,234.5", ",", ".")', Decimal("1234.5")),
    ('number("1 234,5", " ", ",")', Decimal("1234.5")),
    ('number("abc")', None),
    ('number("Infinity")', None),
    ("not(null)", None),
    ("is(1, 1.0)", True),
    ("is defined(unknown)", False),
    ("get or else(unknown, 5)", 5),
    ('range("[1..5)")', Range(Decimal(1), Decimal(5), True, False)),
    ('range("[@\\"2026-01-01\\"..@\\"2026-12-31\\"]").start', date(2026, 1, 1)),
    ('range("1..5")', None),
    ('get value({a: 1}, "a")', 1),
    ('get value({a: {b: 2}}, ["a", "b"])', 2),
    ("get entries({a: 1})", [{"key": "a", "value": Decimal(1)}]),
    ('context([{key: "a", value: 1}])', {"a": Decimal(1)}),
    ('context([{key: "a", value: 1}, {key: "a", value: 2}])', None),
    ('context put({a: 1}, "b", 2)', {"a": Decimal(1), "b": Decimal(2)}),
    ('context put({a: {x: 1}}, ["a", "b"], 2).a', {"x": Decimal(1), "b": Decimal(2)}),
    ("context merge([{a: 1}, {a: 2, b: 3}])", {"a": Decimal(2), "b": Decimal(3)}),
)
def test_conversion_and_contexts(evaluate, text, expected):
    assert evaluate(text) == expected


@table(
    ('date("2026-02-29")', None),
    ("date(2026, 5, 31)", date(2026, 5, 31)),
    ("date(2026, 13, 1)", None),
    ('date(@"2026-05-31T23:00:00Z")', date(2026, 5, 31)),
    ("date(now())", date(2026, 6, 1)),
    ('date and time("2026-05-31")', datetime(2026, 5, 31)),  # noqa: DTZ001
    ('date and time("2026-05-31T24:00:00")', datetime(2026, 6, 1)),  # noqa: DTZ001  (XML Schema's end of the day)
    ('date and time(@"2026-05-31", @"10:00:00Z")', datetime(2026, 5, 31, 10, tzinfo=UTC)),
    ('date and time(@"2026-05-31T10:00:00Z", "Asia/Shanghai").hour', 18),
    ('time("08:30")', time(8, 30)),
    ('time("25:00:00")', None),
    ('time(14, 20, 1.5, @"PT1H")', time(14, 20, 1, 500_000, timezone(timedelta(hours=1)))),
    ('time(@"2026-05-31T10:00:00")', time(10)),
    ('duration("P1Y1D")', None),
    ('duration("P2W")', timedelta(days=14)),
    ('duration("P")', None),
    ('years and months duration(@"2024-02-29", @"2026-02-28")', YearsMonths(23)),
    ('years and months duration(@"2026-05-31", @"2025-05-31")', YearsMonths(-12)),
    ('day of year(@"2026-12-31")', 365),
    ('day of week(@"2026-05-31")', "Sunday"),
    ('month of year(@"2026-05-31")', "May"),
    ('week of year(@"2026-01-01")', 1),
    ('last day of month(@"2026-02-10")', date(2026, 2, 28)),
)
def test_dates(evaluate, text, expected):
    assert evaluate(text) == expected


@table(
    ("before(1, 10)", True),
    ("before([1..5), [5..10])", True),
    ("before([1..5], [5..10])", False),
    ("after([5..10], 4)", True),
    ("meets([1..5], [5..10])", True),
    ("met by([5..10], [1..5))", False),
    ("overlaps([1..5], [3..8])", True),
    ("overlaps([1..3), [3..8])", False),
    ("overlaps before([1..5], [3..8])", True),
    ("overlaps after([3..8], [1..5])", True),
    ("finishes(10, [1..10])", True),
    ("finished by([1..10], [5..10])", True),
    ("includes([1..10], 5)", True),
    ("includes([1..10), 10)", False),
    ("during([4..6], [1..10])", True),
    ("starts(1, [1..10])", True),
    ("started by((1..10], (1..5])", True),
    ("coincides([1..5], [1..5])", True),
    ('before(1, "a")', None),
)
def test_ranges(evaluate, text, expected):
    assert evaluate(text) is expected


def test_every_function_takes_null_without_failing(evaluate):
    """Null in, null or some value out, but never an error: policies must not break on an unanswered question."""
    for name, signatures in builtins.BUILTINS.items():
        for signature in signatures:
            evaluate(f"{name}({', '.join(['null'] * signature.least)})")


def test_every_function_takes_its_parameters_by_name(evaluate):
    for name, signatures in builtins.BUILTINS.items():
        for signature in signatures:
            if signature.most is not None:
                named = ", ".join(f"{parameter.name}: null" for parameter in signature.parameters)
                evaluate(f"{name}({named})")
