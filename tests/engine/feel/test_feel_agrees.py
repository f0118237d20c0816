"""What FEEL computes agrees with Python's decimal, datetime and re wherever both mean the same."""

from __future__ import annotations

import calendar
import decimal
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import feel
from engine.feel import YearsMonths
from engine.feel.numbers import CONTEXT
from engine.feel.patterns import pattern

SCOPE = feel.Scope(datetime(2026, 5, 31, 18, 0, tzinfo=UTC))
LONG = settings(deadline=timedelta(seconds=2), max_examples=200)

# --- arithmetic against decimal ---------------------------------------------------------------------------------------

numbers = st.decimals(allow_nan=False, allow_infinity=False) | st.integers(-(10**36), 10**36).map(Decimal)
WIDE = decimal.Context(prec=200, Emin=-99_999, Emax=99_999)


@LONG
@given(numbers, numbers, st.sampled_from(["+", "-", "*", "/"]))
def test_arithmetic_is_decimal_of_34_digits(a, b, symbol):
    a, b = feel.to_feel(a), feel.to_feel(b)
    operation = {"+": CONTEXT.add, "-": CONTEXT.subtract, "*": CONTEXT.multiply, "/": CONTEXT.divide}[symbol]
    try:
        expected = None if a is None or b is None else operation(a, b)
    except decimal.DecimalException:
        expected = None
    assert feel.compile(f"a {symbol} b")({"a": a, "b": b}, SCOPE) == expected


small = st.decimals(min_value=-(10**9), max_value=10**9, places=3)


@LONG
@given(small, small.filter(bool))
def test_modulo_is_what_floor_leaves(a, b):
    expected = a - b * WIDE.divide(a, b).to_integral_value(decimal.ROUND_FLOOR)
    assert feel.compile("modulo(a, b)")({"a": a, "b": b}, SCOPE) == expected


ROUND = {
    "round up": decimal.ROUND_UP, "round down": decimal.ROUND_DOWN, "floor": decimal.ROUND_FLOOR,
    "ceiling": decimal.ROUND_CEILING, "round half up": decimal.ROUND_HALF_UP,
    "round half down": decimal.ROUND_HALF_DOWN, "decimal": decimal.ROUND_HALF_EVEN,
}  # fmt: skip


@LONG
@given(small, st.integers(-8, 8), st.sampled_from(sorted(ROUND)))
def test_rounding_is_that_of_decimal(n, scale, name):
    expected = n.quantize(Decimal((0, (1,), -scale)), ROUND[name])
    assert feel.compile(f"{name}(n, s)")({"n": n, "s": scale}, SCOPE) == expected


# --- dates against datetime -------------------------------------------------------------------------------------------

zones = (
    st.none()
    | st.just(UTC)
    | st.sampled_from([timezone(timedelta(hours=8)), timezone(-timedelta(hours=3, minutes=30))])
)
named = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]).map(ZoneInfo)
moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=zones | named)  # noqa: DTZ001
spans = st.timedeltas(timedelta(days=-5_000), timedelta(days=5_000))


@LONG
@given(moments, spans)
def test_a_moment_and_a_span_later_are_a_span_apart(at, span):
    later = feel.compile("at + span")({"at": at, "span": span}, SCOPE)
    context = {"at": at, "later": later, "span": span}
    assert feel.compile("later - at = span")(context, SCOPE) is True
    assert feel.compile("later - span = at")(context, SCOPE) is True
    assert feel.compile('(later > at) = (span > @"PT0S")')(context, SCOPE) is True


@LONG
@given(moments.filter(lambda at: at.tzinfo), moments.filter(lambda at: at.tzinfo))
def test_moments_are_ordered_as_in_real_time(a, b):
    context = {"a": a, "b": b}
    real = a.astimezone(UTC), b.astimezone(UTC)
    assert feel.compile("a < b")(context, SCOPE) is (real[0] < real[1])
    assert feel.compile("a = b")(context, SCOPE) is (real[0] == real[1])
    assert feel.compile("a - b")(context, SCOPE) == real[0] - real[1]


@LONG
@given(st.dates(date(1000, 1, 1), date(8000, 1, 1)), st.integers(-9_000, 9_000))
def test_months_later_is_the_same_day_or_the_last(day, months):
    later = feel.compile("day + months")({"day": day, "months": YearsMonths(months)}, SCOPE)
    index = day.year * 12 + day.month - 1 + months
    assert (later.year, later.month) == (index // 12, index % 12 + 1)
    assert later.day == min(day.day, calendar.monthrange(later.year, later.month)[1])


@LONG
@given(moments)
def test_a_moment_is_its_text_and_its_parts(at):
    for text in (
        "date and time(string(at)) = at",
        "date and time(date(at), time(at)) = at",
        "is(date and time(string(at)), at)",
        "at.year = date(at).year and at.weekday = date(at).weekday and at.second = time(at).second",
        'day of year(at) = (date(at) - date(at.year, 1, 1)) / @"P1D" + 1',
    ):
        assert feel.compile(text)({"at": at.replace(fold=0)}, SCOPE) is True, text


@LONG
@given(st.dates(), st.dates())
def test_whole_months_between_two_days(a, b):
    months = feel.compile("years and months duration(a, b)")({"a": a, "b": b}, SCOPE).months
    back = feel.compile("years and months duration(b, a)")({"a": a, "b": b}, SCOPE).months
    assert months == -back
    assert abs(months) <= abs((b.year - a.year) * 12 + b.month - a.month)


# --- patterns against re ----------------------------------------------------------------------------------------------

CLASSES = ("[a-c]", "[^b]", "[a\\-c]", "[\\d_]", "\\d", "\\.", "a", "b", "-", "_", "(?:ab|b)", "(a)", "客")
pieces = st.builds(str.__add__, st.sampled_from(CLASSES), st.sampled_from(["", "", "*", "+", "?", "{1,2}", "*?"]))
patterns = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "^"]),
    st.lists(pieces, min_size=1, max_size=5).map("".join),
    st.sampled_from(["", "\\Z"]),
)


@LONG
@given(patterns, st.text(alphabet="abc1_-.客\n", max_size=12))
def test_patterns_find_what_python_finds(expression, text):
    compiled = pattern(expression.replace("\\Z", "$"), "")
    assert compiled is not None
    wanted = re.search(expression, text)
    assert compiled.search(text) is (wanted is not None)
    if re.search(expression, "") is None:
        assert [found.group(0) for found in compiled.all(text)] == [found[0] for found in re.finditer(expression, text)]
