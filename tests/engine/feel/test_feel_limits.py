"""Hostile texts: each ends in a FeelError or null, within a moment, and says what the bound was."""

from __future__ import annotations

import time

import pytest

from engine import feel

MOMENT = 2.0  # seconds; all of these take a fraction of it

COMPILING = {
    "long text": "1 + " * 5_000 + "1",
    "brackets": "(" * 3_000 + "1" + ")" * 3_000,
    "lists": "[" * 60 + "]" * 60,
    "contexts": "{a: " * 60 + "1" + "}" * 60,
    "minus": "-" * 900 + "x",
    "additions": "1 + " * 900 + "1",
    "ifs": "if a then b else " * 300 + "c",
    "paths": "a" + ".b" * 900,
    "filters": "a" + "[1]" * 900,
    "quotes": '"' + "\\" * 999,
    "comment": "/* " * 999,
    "open name": "for " + "a " * 2_000,
    "spaces in a key": "{a" + " " * 9_900,
    "spaces in an iterator": "for a" + " " * 9_900,
    "spaces in a parameter": "function(a" + " " * 9_900,
    "spaces in an argument": "f(a" + " " * 9_900,
    "many words": "f(" + "a " * 4_900,
    "number": "1" * 6_500,
    "exponent": "1e999999999",
    "digits": "1e" + "9" * 5_000,
    "python": "__import__('os').system('id')",
    "attribute": "().__class__",
    "bytes": "\x00",
}


@pytest.mark.parametrize("text", COMPILING.values(), ids=COMPILING.keys())
def test_a_text_that_cannot_be_compiled(text):
    begin = time.perf_counter()
    with pytest.raises(feel.FeelError):
        feel.compile(text)
    assert time.perf_counter() - begin < MOMENT


EVALUATING = {
    "loop": "for i in 1..1000000000 return i",
    "nested loops": "for a in 1..999, b in 1..999, c in 1..999 return 1",
    "quantifier": "every i in 1..1000000000 satisfies true",
    "recursion": "{f: function(g) g(g), r: f(f)}.r",
    "wide recursion": "{f: function(g, n) if n = 0 then 1 else g(g, n - 1) + g(g, n - 1), r: f(f, 40)}.r",
    "doubling text": '{s: "0123456789", '
    + ", ".join(f"s{n}: {'s' if n == 0 else f's{n - 1}'} + {'s' if n == 0 else f's{n - 1}'}" for n in range(30))
    + "}",
    "doubling list": "{l: [1], "
    + ", ".join(f"l{n}: concatenate({f'l{n - 1}, l{n - 1}' if n else 'l, l'})" for n in range(30))
    + "}",
    "many big strings": '{s: string join(for i in 1..1000 return "0123456789"), r: for i in 1..9000 return s + "x"}',
    "joined": '{s: string join(for i in 1..1000 return "0123456789"), r: string join(for i in 1..5000 return s)}',
    "shared lists": "string({a: [1,1,1,1,1,1,1,1,1,1], "
    + ", ".join(f"a{n}: [{', '.join([f'a{n - 1}' if n else 'a'] * 10)}]" for n in range(9))
    + "})",
    "flattened": "flatten({a: [[],[],[],[],[],[],[],[],[],[]], "
    + ", ".join(f"a{n}: [{', '.join([f'a{n - 1}' if n else 'a'] * 10)}]" for n in range(9))
    + "}.a8)",
    "replacement": 'replace(string join(for i in 1..9000 return "aaaaaaaaaa"), "a", "bbbbbbbbbbbbbbbbbbbb")',
    "group bomb": f'replace(string join(for i in 1..9000 return "aaaaaaaaaa"), "(a+)", "{"$1" * 2_000}")',
    "split": 'split(string join(for i in 1..9000 return ",,,,,,,,,,"), ",")',
    "sort": "sort(for i in 1..9000 return -i, function(a, b) a < b)",
    "compared lists": "{l: for i in 1..5000 return i, r: for j in 1..5000 return l = l}",
    "summed lists": "{l: for i in 1..5000 return i, r: for j in 1..5000 return sum(l)}",
    "duplicates": "duplicate values(for i in 1..9000 return [i])",
    "deep value": "string(for i in 1..5000 return [partial])",
    "list of everything": "for i in 1..9999 return partial",
}


@pytest.mark.parametrize("text", EVALUATING.values(), ids=EVALUATING.keys())
def test_an_evaluation_that_needs_too_much(scope, text):
    expression = feel.compile(text)
    begin = time.perf_counter()
    with pytest.raises(feel.TooMuch):
        expression({}, scope)
    assert time.perf_counter() - begin < MOMENT


@pytest.mark.parametrize(
    "text",
    [
        "9 ** 9 ** 9 ** 9 ** 9",
        "2 ** 999999999999",
        "1e6000 * 1e6000",
        "(1 / 3) ** 99999999",
        "exp(exp(exp(10)))",
        "decimal(1, 999999999999)",
        '@"9999-12-31" + @"P999999999D"',
        '@"2026-01-01" + @"P99999999Y"',
        '@"P999999999D" * 999999999',
        'substring("abc", 1e30)',
        "[1, 2][1e300]",
        'matches("' + "a" * 5_000 + '", "(a*)*(a*)*b")',
        'matches("a", "((((a{99}){99}){99}){99}")',
        'matches("a", "' + "(" * 900 + ")" * 900 + '")',
        'number("' + "9" * 7_000 + '")',
        'range("[' + "1" * 5_000 + '..2]")',
        'range("[' + " " * 9_000 + '")',
        'duration("P99999999999999999999D")',
        'date("99999-01-01")',
        'time("10:00:00@../../etc/passwd")',
        'date and time("2026-01-01T00:00:00@' + "A" * 500 + '")',
    ],
)
def test_what_is_out_of_range_is_null_or_a_number_at_once(scope, text):
    begin = time.perf_counter()
    assert type(feel.compile(text)({}, scope)).__name__ in ("NoneType", "Decimal", "bool", "str", "list")
    assert time.perf_counter() - begin < MOMENT


def test_the_breach_names_the_figure(scope):
    with pytest.raises(feel.TooMuch, match="at most 20000 steps"):
        feel.compile("some i in 1..30000 satisfies false")({}, feel.Scope(scope.now, steps=20_000))
    with pytest.raises(feel.TooMuch, match="at most 100 steps"):
        feel.compile("for i in 1..101 return 1")({}, feel.Scope(scope.now, steps=100))


def test_values_of_the_caller_are_bounded_too(scope):
    with pytest.raises(feel.TooMuch, match="values"):
        feel.compile("count(xs)")({"xs": list(range(300_000))}, scope)
    deep: list[object] = []
    for _ in range(100):
        deep = [deep]
    with pytest.raises(feel.TooMuch, match="inside each other"):
        feel.compile("xs")({"xs": deep}, scope)
    circle: list[object] = []
    circle.append(circle)
    with pytest.raises(feel.TooMuch):
        feel.to_feel(circle)


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("1 +", 4, "Expected a value, but the expression ends at position 4"),
        ("a = = b", 5, "Expected a value, but found '=' at position 5"),
        ("1 + 客户 等级 = 1", 5, "an operator or a known name, but there is no '客户 等级' at position 5"),
        ("= string lenght(x)", 3, "no 'string lenght' at position 3; did you mean 'string length'?"),
        ('a = "b', 5, "a text that ends with a quote, from position 5 on"),
        ("cuont(x) > 1", 1, "there is no 'cuont' at position 1; did you mean 'count'?"),
        ("1 + unheard(2)", 5, "there is no 'unheard' at position 5"),
        ("substring(x)", 1, "Expected substring(string, start position, length), but got 1 arguments"),
        ("substring(s: x)", 1, "but got s at position 1"),
        ("a & b", 3, "found '&' at position 3"),
        ("{a: 1, a: 2}", 8, "'a' comes again at position 8"),
        ("1 /* never ends", 3, "a comment that ends with '*/', from position 3"),
        ("(!= 5)", 2, "'!=' at position 2 makes none"),
        ("f instance of function<> -> number", 29, "Expected '-> Any', but found 'number' at position 29"),
        ("x instance of list<>", 15, "what 'list' at position 15 is made of"),
        ("[" * 51, 51, "at most 50 open brackets"),
        ("x instance of nothing", 15, "'nothing' at position 15"),
        ('@"2026-02-30"', 1, "but found '2026-02-30' at position 1"),
        ("if a then b", 12, "Expected 'else'"),
        ("f(1, b: 2)", 1, "all arguments named"),
        ("", 1, "the expression ends at position 1"),
    ],
)
def test_an_error_says_where_and_what(text, position, message):
    with pytest.raises(feel.FeelError) as caught:
        feel.compile(text)
    assert caught.value.position == position
    assert message in str(caught.value)


def test_a_host_function_that_is_not_there_any_more(scope):
    expression = feel.compile("1 + gone(1)", functions={"gone"})
    with pytest.raises(feel.FeelError, match="'gone' at position 5"):
        expression({}, scope)


def test_a_host_function_says_what_it_does_not_take(evaluate):
    def after(start, days):
        return start + days

    for text in ("after(1)", "after(1, 2, 3)", "after(start: 1, weeks: 2)"):
        with pytest.raises(feel.FeelError, match=r"'after' takes, but got .* at position 5"):
            evaluate(f"1 + {text}", after=after)
    with pytest.raises(TypeError):  # an error of its own stays one
        evaluate("after(1, null)", after=after)


def test_a_host_function_must_give_a_value_feel_knows(evaluate):
    with pytest.raises(feel.FeelError, match="Python object"):
        evaluate("odd one()", odd_one=object)
