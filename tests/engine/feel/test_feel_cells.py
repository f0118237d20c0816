"""Unary tests: what the cells of a decision table say about an input."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine import feel


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("-", None, True),
        ("", 1, True),
        (' "a" , "b" ', "b", True),
        ('"a","b"', "c", False),
        ('"a","b"', None, False),
        ('"a","b"', 1, None),
        ('not("x")', "y", True),
        ('not("x")', "x", False),
        ('not("x", "y")', "y", False),
        ('not("x")', None, True),
        ("not(> 5)", 7, False),
        ("not([1..5])", 7, True),
        ("> 5", 6, True),
        ("> 5", None, None),
        ("> 5", "a", None),
        ("<= 5", 5, True),
        ("!= 5", 4, True),
        ("= 5", 5, True),
        ("< 3, > 5", 6, True),
        ("[1..5)", 5, False),
        ("(1..5]", 5, True),
        ("]1..5[", 1, False),
        ("[low..high]", 3, True),
        ("-5", -5, True),
        ("1, 2, 3", 3, True),
        ("5", 5, True),
        ("true", True, True),
        ("true", None, False),
        ("false", False, True),
        ("null", None, True),
        ("null", 1, False),
        ("low", 1, True),
        ("low + 1", 2, True),
        ("> low", 2, True),
        ("list", 2, True),
        ("list", 9, False),
        ('["甲", "乙"]', "乙", True),
        ("? > 3 and ? < 5", 4, True),
        ("? > 3 and ? < 5", 6, False),
        ('contains(?, "基金")', "基金投诉", True),
        ("some x in list satisfies x = ?", 2, True),
        ("count(?) > 1", [1, 2], True),
        ("high > low", 99, True),
        ("high < low", 99, None),
        ('@"2026-05-31"', date(2026, 5, 31), True),
        ('> date("2026-01-01")', date(2026, 5, 31), True),
        ('[date("2026-01-01")..date("2026-12-31")]', date(2026, 5, 31), True),
        ("not(true)", False, True),
    ],
)
def test_a_cell(scope, text, value, expected):
    context = {"low": 1, "high": 5, "list": [1, 2]}
    assert feel.compile_unary_tests(text)(value, context, scope) is expected


@pytest.mark.parametrize(
    "text", ['"a" "b"', "not(", "[1..5", '"a",', "> ", "1 > 2 > 3", "客户 等级", "unknown(1)", '? = "', "- 5 -"]
)
def test_a_cell_that_is_none_is_refused(text):
    with pytest.raises(feel.FeelError, match="position"):
        feel.compile_unary_tests(text)


def test_a_function_called_not_inside_a_longer_condition_is_no_negated_cell(scope):
    assert feel.compile_unary_tests("not(? > 5) and ? > 1")(Decimal(3), {}, scope) is True
