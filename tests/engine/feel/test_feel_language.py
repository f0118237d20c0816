"""The language: what each construct gives, as tables of (expression, context, expected)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine import feel
from engine.feel import Range, YearsMonths

PEOPLE = [{"name": "李雷", "age": 30}, {"name": "韩梅梅", "age": 17}, {"name": "Jim", "age": 45}]


def table(*rows):
    return pytest.mark.parametrize(("text", "context", "expected"), rows, ids=[row[0] for row in rows])


@table(
    ("1", {}, 1),
    (".5", {}, Decimal("0.5")),
    ("1.5e3", {}, 1500),
    ("-3", {}, -3),
    ("--3", {}, 3),
    ('"a\\"b\\n\\u56de\\uD83D\\uDE00"', {}, 'a"b\n回😀'),
    ('"\\d+"', {}, "\\d+"),
    ("true", {}, True),
    ("null", {}, None),
    ("= 1 + 1", {}, 2),
    ("1 // one\n + /* two */ 2", {}, 3),
    ('@"2026-05-31"', {}, date(2026, 5, 31)),
    ('@"2026-05-31T08:30:00+08:00"', {}, datetime.fromisoformat("2026-05-31T08:30:00+08:00")),
    ('@"08:30:00Z"', {}, time(8, 30, tzinfo=UTC)),
    ('@"P1Y2M"', {}, YearsMonths(14)),
    ('@"-P1DT2H"', {}, -timedelta(days=1, hours=2)),
    ("[1, [2], []]", {}, [1, [2], []]),
    ('{a: 1, "b c": 2, 客户 等级: 3}', {}, {"a": 1, "b c": 2, "客户 等级": 3}),
    ("[1..3)", {}, Range(Decimal(1), Decimal(3), True, False)),
    ("]1..3[", {}, Range(Decimal(1), Decimal(3), False, False)),
    ("(1..3]", {}, Range(Decimal(1), Decimal(3), False, True)),
)
def test_literals(evaluate, text, context, expected):
    assert evaluate(text, context) == feel.to_feel(expected)


@table(
    ("1 + 2 * 3", {}, 7),
    ("(1 + 2) * 3", {}, 9),
    ("10 - 4 - 3", {}, 3),
    ("2 ** 3 ** 2", {}, 64),
    ("-2 ** 2", {}, 4),
    ("2 ** -1", {}, Decimal("0.5")),
    ("0.1 + 0.2 = 0.3", {}, True),
    ("1 / 3", {}, Decimal("0.3333333333333333333333333333333333")),
    ("1 / 0", {}, None),
    ("9 ** 9999", {}, None),
    ("1 + null", {}, None),
    ('1 + "a"', {}, None),
    ("-x", {"x": "text"}, None),
    ('"a" + "b"', {}, "ab"),
    ("x * 1.10", {"x": 100}, Decimal("110.00")),
    ("x + y", {"x": 0.1, "y": 1}, Decimal("1.1")),
)
def test_arithmetic(evaluate, text, context, expected):
    assert evaluate(text, context) == expected


@table(
    ('@"2026-01-31" + @"P1M"', {}, date(2026, 2, 28)),
    ('@"2024-02-29" - @"P1Y"', {}, date(2023, 2, 28)),
    ('@"2026-05-31" + duration("PT36H")', {}, date(2026, 6, 1)),
    ('@"2026-05-31" - @"2026-05-01"', {}, timedelta(days=30)),
    ('@"2026-05-31T10:00:00" - @"PT11H"', {}, datetime(2026, 5, 30, 23)),  # noqa: DTZ001
    ('@"2026-05-31T10:00:00Z" - @"2026-05-31T10:00:00+08:00"', {}, timedelta(hours=8)),
    ('@"2026-05-31T00:00:00" - @"2026-05-30"', {}, timedelta(days=1)),
    ('@"23:30:00" + @"PT1H"', {}, time(0, 30)),
    ('@"10:00:00" - @"09:00:00"', {}, timedelta(hours=1)),
    ('@"P1D" * 1.5', {}, timedelta(hours=36)),
    ('2 * @"P1Y"', {}, YearsMonths(24)),
    ('@"P1D" / @"PT6H"', {}, 4),
    ('@"P1Y" / 5', {}, YearsMonths(2)),
    ('@"P1Y" + @"P1D"', {}, None),
    ('@"P1D" / 0', {}, None),
    ('@"9999-12-31" + @"P1D"', {}, None),
    ('-@"P1Y"', {}, YearsMonths(-12)),
    ('@"2026-05-31" + 1', {}, None),
    # clocks went forward in Berlin that night: one hour of real time is two on the wall
    ('string(@"2026-03-29T01:30:00@Europe/Berlin" + @"PT1H")', {}, "2026-03-29T03:30:00@Europe/Berlin"),
)
def test_arithmetic_with_dates(evaluate, text, context, expected):
    assert evaluate(text, context) == expected


@table(
    ("1 = 1.0", {}, True),
    ('1 = "1"', {}, None),
    ("null = null", {}, True),
    ("1 = null", {}, False),
    ("1 != null", {}, True),
    ("null < 1", {}, None),
    ('"a" < "b"', {}, True),
    ("true < false", {}, None),
    ("[1, 2] = [1, 2]", {}, True),
    ("[1, 2] = [2, 1]", {}, False),
    ("{a: 1, b: 2} = {b: 2, a: 1}", {}, True),
    ("[1..2] = [1..2)", {}, False),
    ('@"2026-05-31" < @"2026-06-01"', {}, True),
    ('@"P1Y" = @"P12M"', {}, True),
    ('@"P1Y" < @"P400D"', {}, None),
    ('@"10:00:00Z" = @"18:00:00+08:00"', {}, True),
    ('@"2026-05-31T10:00:00Z" = @"2026-05-31T18:00:00+08:00"', {}, True),
    ('@"2026-05-31T18:00:00" = @"2026-05-31T10:00:00Z"', {}, True),  # without an offset it is Shanghai's
    ('@"2026-05-31" = @"2026-05-31T00:00:00"', {}, True),
    ("due < today()", {"due": datetime(2026, 5, 31, 15, 59, tzinfo=UTC)}, True),
    ("due < today()", {"due": datetime(2026, 5, 31, 16, 0, tzinfo=UTC)}, False),
    ("x between 1 and 3", {"x": 3}, True),
    ("x between 1 and 3 and false", {"x": 3}, False),
    ("x between null and 3", {"x": 4}, False),
    ("x between null and 3", {"x": 2}, None),
)
def test_comparison(evaluate, text, context, expected):
    assert evaluate(text, context) is expected


@table(
    ("5 in [1..5]", {}, True),
    ("5 in [1..5)", {}, False),
    ("1 in ]1..5]", {}, False),
    ("5 in (> 3)", {}, True),
    ("5 in > 3", {}, True),
    ("5 in (< 3, > 4)", {}, True),
    ("5 in (1, 2, 5)", {}, True),
    ("5 in (1)", {}, False),
    ("5 in [1, 5]", {}, True),
    ("5 in [[1..2], [4..6]]", {}, True),
    ('"a" in ("b", "a")', {}, True),
    ("null in [1..5]", {}, None),
    ('"a" in [1..5]', {}, None),
    ("x in xs", {"x": "乙", "xs": ["甲", "乙"]}, True),
    ("x in xs", {"x": 1, "xs": None}, False),
    ('@"2026-05-31" in [@"2026-05-01"..@"2026-05-31"]', {}, True),
    ("[1] in [[1], [2]]", {}, True),
    ("not(5 in [1..5])", {}, False),
)
def test_in(evaluate, text, context, expected):
    assert evaluate(text, context) is expected


TRUTH = (True, False, None, "no boolean")


def conjunction(a, b):
    if a is False or b is False:
        return False
    return True if a is True and b is True else None


@pytest.mark.parametrize("a", TRUTH)
@pytest.mark.parametrize("b", TRUTH)
def test_logic_has_three_values(evaluate, a, b):
    invert = {True: False, False: True}
    context = {"a": a, "b": b, "t": True, "f": False}
    assert evaluate("a and b", context) is conjunction(a, b)
    assert evaluate("a and b and t", context) is conjunction(a, b)
    disjunction = invert.get(conjunction(invert.get(a), invert.get(b)))
    assert evaluate("a or b", context) is disjunction
    assert evaluate("a or b or f", context) is disjunction


@table(
    ("if 1 < 2 then 3 else 4", {}, 3),
    ("if null then 3 else 4", {}, 4),
    ('if "true" then 3 else 4', {}, 4),
    ("if a then if b then 1 else 2 else 3", {"a": True, "b": False}, 2),
    ("(if a then 1 else 2) + 1", {"a": True}, 2),
    ("for i in 1..3 return i * i", {}, [1, 4, 9]),
    ("for i in 3..1 return i", {}, [3, 2, 1]),
    ("for i in [1..3) return i", {}, [1, 2]),
    ("for i in [1, 2], j in [i, 10] return i * j", {}, [1, 10, 4, 20]),
    ("for i in [1, 2] return for j in 1..i return j", {}, [[1], [1, 2]]),
    ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", {}, [1, 1, 2, 6, 24]),
    ('for d in @"2026-05-30"..@"2026-06-01" return d.day', {}, [30, 31, 1]),
    ("for x in null return x", {}, None),
    ("for x in 5 return x", {}, [5]),
    ("for 一 项 in [1, 2] return 一 项 + 1", {}, [2, 3]),
    ("some x in [1, 2] satisfies x > 1", {}, True),
    ("every x in [1, 2] satisfies x > 1", {}, False),
    ("every x in [] satisfies false", {}, True),
    ("some x in [] satisfies true", {}, False),
    ("some x in [1, null] satisfies x > 5", {}, None),
    ("some x in [1, 2], y in [2, 3] satisfies x + y = 5", {}, True),
)
def test_control(evaluate, text, context, expected):
    assert evaluate(text, context) == expected


@table(
    ("people[age >= 18].name", {"people": PEOPLE}, ["李雷", "Jim"]),
    ("people[item.age < 18][1].name", {"people": PEOPLE}, "韩梅梅"),
    ("people[age > limit].name", {"people": PEOPLE, "limit": 40}, ["Jim"]),
    ("people[-1].name", {"people": PEOPLE}, "Jim"),
    ("people[4]", {"people": PEOPLE}, None),
    ("[1, 2, 3][item > 1]", {}, [2, 3]),
    ("[1, 2, 3][n]", {"n": 2}, 2),
    ("5[1]", {}, 5),
    ("5[item > 6]", {}, []),
    ("null[1]", {}, None),
    ("null[item > 1]", {}, []),
    ("[null, 1][item = null]", {}, [None]),
    ("[{item: 1}, {item: 2}][item > 1]", {}, [{"item": 2}]),
    ("{a: {b: 1}}.a.b", {}, 1),
    ("{a: 1}.b", {}, None),
    ("nothing.at.all", {}, None),
    ("[{a: 1}, {b: 2}].a", {}, [1, None]),
    ("{a: 1, b: a + 1, c: b * 2}.c", {}, 4),
    ("{客户 等级: 3, x: 客户 等级 + 1}.x", {}, 4),
    ("p.first name", {"p": {"first name": "Lei"}}, "Lei"),
    ("p.first name = q.最后 名 and true", {"p": {"first name": 1}, "q": {"最后 名": 1}}, True),
    ("if p.in order then 1 else 2", {"p": {"in order": True}}, 1),
    ("(x[1])[y]", {"x": [[7, 8]], "y": 2}, 8),
)
def test_lists_and_contexts(evaluate, text, context, expected):
    assert evaluate(text, context) == feel.to_feel(expected)


@table(
    ('@"2026-05-31".year', {}, 2026),
    ('@"2026-05-31".weekday', {}, 7),
    ('@"2026-05-31T08:09:10".minute', {}, 9),
    ('@"2026-05-31T08:09:10+08:00".time offset', {}, timedelta(hours=8)),
    ('@"2026-05-31T08:09:10@Asia/Shanghai".timezone', {}, "Asia/Shanghai"),
    ('@"P1DT2H3M4S".hours', {}, 2),
    ('@"-P1DT2H".days', {}, -1),
    ('@"P1Y2M".months', {}, 2),
    ('@"-P1Y2M".years', {}, -1),
    ("[1..5).end", {}, 5),
    ("[1..5).end included", {}, False),
    ("due.hour", {"due": datetime(2026, 5, 31, 16, tzinfo=UTC)}, 0),
    ('"text".year', {}, None),
)
def test_properties(evaluate, text, context, expected):
    assert evaluate(text, context) == expected


@table(
    ("(function(a, b) a + b)(1, 2)", {}, 3),
    ("{f: function(x) x * 2, r: f(4)}.r", {}, 8),
    ("{f: function(x, y) x - y, r: f(y: 1, x: 5)}.r", {}, 4),
    ("{f: function(x) x * n, n: 3, r: f(2)}.r", {"n": 10}, 20),
    ('{f: function(x: number) x, r: f("a")}.r', {}, None),
    ("{f: function(x) x, r: f(1, 2)}.r", {}, None),
    ("sort([3, 1, 2], function(x, y) x > y)", {}, [3, 2, 1]),
    ('substring(string: "foobar", start position: 4)', {}, "bar"),
    ("{count: 7, n: count([1, 2])}.n", {}, 2),
    ("1 instance of number", {}, True),
    ("null instance of Any", {}, False),
    ("[1, 2] instance of list<number>", {}, True),
    ('[1, "a"] instance of list<number>', {}, False),
    ('@"P1D" instance of days and time duration', {}, True),
    ('@"2026-05-31T10:00:00" instance of date', {}, False),
    ("[1..2] instance of range<number>", {}, True),
    ("{a: 1} instance of context and true", {}, True),
)
def test_functions_and_types(evaluate, text, context, expected):
    assert evaluate(text, context) == expected


def test_names_with_spaces_are_found_by_the_longest_known_name(evaluate):
    context = {"a": 1, "a b": 2, "a b c": 3, "c": 9, "first-contact": 5, "first": 7, "客户 等级": "VIP", "contact": 2}
    names = context.keys()
    assert evaluate("a b c", context, names) == 3
    assert evaluate("a b + c", context, names) == 11
    assert evaluate("a  b", context, names) == 2
    assert evaluate("first-contact", context, names) == 5
    assert evaluate("first - contact", context, names) == 5
    assert evaluate('客户 等级 = "VIP"', context, names) is True
    assert feel.compile("a b + 客户 等级 + other", names).names == {"a b", "客户 等级", "other"}


def test_a_name_does_not_end_inside_a_word(evaluate):
    assert evaluate("ab", {"a": 1, "ab": 2}, names={"a"}) == 2
    assert evaluate("客户等级x", {"客户等级": 1, "客户等级x": 2}, names={"客户等级"}) == 2


def test_free_names_do_not_hold_what_the_text_binds():
    text = "for i in xs return {k: i + y, r: some z in k satisfies z > limit, f: function(q) q + k}"
    assert feel.compile(text).names == {"xs", "y", "limit"}
    assert feel.compile_unary_tests("? > limit").names == {"limit"}
    assert feel.compile("people[age > 18].name").names == {"people", "age"}, "an entry or a variable, who knows"


def test_unknown_names_are_null_and_a_variable_may_be_called_like_a_function(evaluate):
    assert evaluate("unknown") is None
    assert evaluate("date", {"date": 5}) == 5
    assert evaluate('date("2026-05-31")', {"date": 5}) == date(2026, 5, 31)


def test_host_functions_get_feel_values_and_give_any(evaluate):
    seen = []

    def working_day(start, days):
        seen.append((start, days))
        return {"until": date(2026, 6, 3), "n": 3, "at": datetime(2026, 6, 2, 16, tzinfo=UTC)}

    text = 'working day(@"2026-05-31", 3)'
    assert evaluate(f"{text}.n", working_day=working_day) == Decimal(3)
    assert evaluate(f"{text}.at.day", working_day=working_day) == 3, "shown in the local zone"
    assert evaluate('working day(days: 3, start: @"2026-05-31").until', working_day=working_day) == date(2026, 6, 3)
    assert seen[0] == seen[2] == (date(2026, 5, 31), Decimal(3))


def test_a_host_function_may_have_a_chinese_name(scope):
    mine = feel.Scope(scope.now, functions={"工作日 之后": lambda n: n + 1})
    assert feel.compile("工作日 之后(2) = 3", functions=mine.functions)({}, mine) is True


def test_the_present_is_that_of_the_scope_in_its_zone(evaluate):
    assert evaluate("now()") == datetime(2026, 6, 1, 2, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert evaluate("today()") == date(2026, 6, 1)


def test_compiled_texts_are_cached():
    assert feel.compile("a + 12345") is feel.compile("a + 12345")
