"""Whatever text, whatever data: a value or a FeelError, never anything else and never for long."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine import feel
from engine.feel import YearsMonths, builtins, limits
from engine.feel.patterns import pattern

SCOPE = feel.Scope(datetime(2026, 5, 31, 18, 0, tzinfo=UTC), steps=2_000)
LONG = settings(deadline=timedelta(seconds=2), max_examples=300, suppress_health_check=[HealthCheck.too_slow])


def refusal(action):
    """The FeelError that an action raises, told in words, or None."""
    try:
        action()
    except feel.FeelError as error:
        str(error)  # the template fits its parameters
        return error
    return None


# --- any text ---------------------------------------------------------------------------------------------------------

WORDS = (
    "a", "b c", "客户", "😀", "for", "x", "in", "return", "some", "every", "satisfies", "if", "then", "else",
    "function", "(", ")", "[", "]", "{", "}", ":", ",", ".", "..", "+", "-", "*", "/", "**", "=", "!=", "<", "<=",
    ">", ">=", "->", "instance of", "context", "list", "not", "null", "true", '"s"', '"', "@", '@"2026-01-01"',
    "1", "2.5e3", ".5", "?", "//", "/*", "*/", "\n", " ", "between", "and", "or", "date and time", "\ud800", "\\",
    "\x00", "\u200d", "٣", "，",
)  # fmt: skip
soups = st.builds(str.join, st.sampled_from(["", " "]), st.lists(st.sampled_from(WORDS), max_size=25))
repeated = st.builds(
    lambda words, times: (" ".join(words) + " ") * times,
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=4),
    st.integers(200, 5_000),
)


@LONG
@given(soups | st.text(max_size=40) | repeated.map(lambda text: text[: limits.TEXT]))
@example("/* " * 3_000)
@example("< ?")
def test_any_text_compiles_or_says_where_it_is_wrong(text):
    for compile in (feel.compile, feel.compile_unary_tests):
        error = refusal(lambda compile=compile: compile(text, names=("b c", "客户 等级")))
        if error is not None and not isinstance(error, feel.TooMuch):
            assert error.position is not None, str(error)
            assert 1 <= error.position <= len(text) + 1


# --- any expression on any data ---------------------------------------------------------------------------------------

ATOMS = (
    "0", "-1", "2.5", "1e6144", "1e-6176", "9999999999999999999999999999999999", "true", "false", "null", "item",
    "count", '""', '"客户😀"', '"2026-05-31"', '"^a*(b)$"', '"smix"', '"$1"', '"[1..2]"', '"Asia/Shanghai"', '"P1D"',
    '@"2026-05-31"', '@"0001-01-01"', '@"9999-12-31"', '@"10:00:00"', '@"10:00:00Z"', '@"10:00:00@Europe/Berlin"',
    '@"0001-01-01T00:00:00+14:00"', '@"9999-12-31T23:59:59@America/New_York"', '@"0001-01-01T00:00:00@Asia/Shanghai"',
    '@"P1D"', '@"-P999999999D"', '@"PT0.000001S"', '@"P1Y2M"', '@"-P999999999Y"', "now()", "today()", "[]", "{}",
    "[1..5)", "(> 2)", '(< "a")', "function(x) x", "function(x, y) x < y", "a", "b", "c", "xs",
)  # fmt: skip
PARTS = (
    "year",
    "weekday",
    "hour",
    "second",
    "time offset",
    "timezone",
    "days",
    "seconds",
    "months",
    "start",
    "end",
    "a",
)
TYPES = ("number", "list<number>", "context<a: number>", "range<date>", "function<number> -> Any", "date and time")
OPERATORS = ("+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in")
FUNCTIONS = sorted(
    {(one.name, one.least, one.most or one.least + 2) for each in builtins.BUILTINS.values() for one in each}
)


def _larger(inner):
    pair, triple = st.tuples(inner, inner), st.tuples(inner, inner, inner)
    calls = st.sampled_from(FUNCTIONS).flatmap(
        lambda one: st.lists(inner, min_size=one[1], max_size=one[2]).map(lambda given: f"{one[0]}({', '.join(given)})")
    )
    return st.one_of(
        calls,
        calls,
        st.builds("({} {} {})".format, inner, st.sampled_from(OPERATORS), inner),
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        pair.map(lambda two: "{{a: {}, b c: {}}}".format(*two)),
        st.builds("({}).{}".format, inner, st.sampled_from(PARTS)),
        st.builds("({} instance of {})".format, inner.map("({})".format), st.sampled_from(TYPES)),
        pair.map(lambda two: "({})[{}]".format(*two)),
        pair.map(lambda two: "[{}..{}]".format(*two)),
        pair.map(lambda two: "(for x in {} return {})".format(*two)),
        pair.map(lambda two: "(some x in {} satisfies {})".format(*two)),
        triple.map(lambda three: "(if {} then {} else {})".format(*three)),
        triple.map(lambda three: "({} between {} and {})".format(*three)),
        triple.map(lambda three: "({} in (< {}, {}))".format(*three)),
        inner.map("-({})".format),
    )


expressions = st.recursive(st.sampled_from(ATOMS), _larger, max_leaves=8)
odd = st.sampled_from(
    [
        *(None, True, 0.1, float("nan"), Decimal("sNaN"), Decimal("-0"), 10**40, "", "x" * 200, "\ud800"),
        *(date.min, date.max, datetime.min, datetime.max, datetime.max.replace(tzinfo=UTC), time.max),  # noqa: DTZ901
        *(timedelta.max, timedelta.min, YearsMonths(10**9), feel.Range(None, Decimal(3), False, True)),
        *([1, "a", None], [[1], [2, [3]]], [{"a": 1}, {"a": None}], {"a": {"b": [1]}}),
    ]
)


@LONG
@given(expressions, st.fixed_dictionaries(dict.fromkeys(("a", "b", "c"), odd)), st.lists(odd, max_size=4))
def test_any_expression_on_any_data_gives_a_value_or_a_feel_error(text, context, xs):
    context["xs"] = xs
    refusal(lambda: feel.from_feel(feel.compile(text)(context, SCOPE)))
    refusal(lambda: feel.text(feel.compile(text)(context, SCOPE)))
    refusal(lambda: feel.compile_unary_tests(text)(context["a"], context, SCOPE))


# --- any pattern ------------------------------------------------------------------------------------------------------


@LONG
@given(
    st.text(alphabet="ab[]^-\\dwpPL{}()|*+?.$sS \n客1,Iis", max_size=20),
    st.sampled_from(["", "i", "m", "s", "x", "smix"]),
)
@example("[a-z-[aeiou]]", "i")
def test_any_pattern_is_one_or_none(expression, flags):
    compiled = pattern(expression, flags)
    if compiled is not None:
        assert compiled.search("aB1 客\n-") in (True, False, None)


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
def test_half_of_a_pair_is_no_text_for_a_pattern(text):
    context = {"x": text}
    assert feel.compile('matches(x, ".")')(context, SCOPE) is None
    assert feel.compile('replace(x, "a", "b")')(context, SCOPE) is None
    assert feel.compile('matches("a", x)')(context, SCOPE) is None
