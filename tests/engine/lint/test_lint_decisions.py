"""What lint says of decisions: only what is certain, with the rule numbers and an example input."""

from __future__ import annotations

import pytest
from support.lint import check

from engine.lint import Finding, notation

WITH_1 = "Rule 2 matches together with 1, e.g. "


def said(text: str) -> list[str]:
    """`code element: message` of the findings about an example."""
    return [f"{one.rule} {one.element}: {one.message}" for one in found(text)]


def found(text: str) -> list[Finding]:
    name, content = notation.file(text)
    return check(**{name.replace(".", "_"): content})


def table(policy: str, heads: str, *rules: str) -> str:
    return "\n".join((policy, heads, *rules))


@pytest.mark.parametrize(
    ("heads", "rules", "expected"),
    [
        ("x: number => y", ("< 5 => 1", "[5..9) => 2", ">= 9 => 3"), []),
        ("x: number => y", ("< 5 => 1", ">= 5 => 2", "7 => 3"), ["Rule 3 matches together with 2, e.g. x = 7"]),
        ("x: number => y", ("<= 5 => 1", ">= 5 => 2"), [WITH_1 + "x = 5"]),
        ("x: number => y", ("< 5 => 1", "> 4 => 2"), [WITH_1 + "x = 4.5"]),
        ("x: integer => y", ("< 5 => 1", "> 4 => 2"), []),
        ("x: string => y", ('"a" => 1', 'not("a") => 2'), []),
        ("x: string => y", ('not("a") => 1', 'not("b") => 2'), [WITH_1 + 'x = "other"']),
        ("x: string => y", ('< "m" => 1', '>= "m" => 2'), []),
        ("x: string => y", ('< "m" => 1', '"l" => 2'), [WITH_1 + 'x = "l"']),
        ("x: boolean => y", ("true => 1", "false => 2"), []),
        ("x: boolean => y", ("true => 1", "- => 2"), [WITH_1 + "x = true"]),
        (
            "x: date => y",
            ('< date("2026-05-01") => 1', '>= @"2026-05-01" => 2'),
            [],
        ),
        (
            "x: date => y",
            ('<= date("2026-05-01") => 1', '[date("2026-05-01")..date("2026-06-01")] => 2', '> @"2026-06-01" => 3'),
            [WITH_1 + 'x = date("2026-05-01")'],
        ),
        (
            "x: days and time duration => y",
            ('< duration("P1D") => 1', '>= duration("PT23H") => 2'),
            [WITH_1 + 'x = duration("PT23H")'],
        ),
        ("x: number | z: string => y", ("< 5 | - => 1", '>= 5 | "a" => 2', '>= 5 | not("a") => 3'), []),
        (
            "x: number | z: string => y",
            ('- | "a", "b" => 1', '> 3 | "b" => 2', "<= 3 | - => 3"),
            [
                WITH_1 + 'x = 4, z = "b"',
                'Rule 3 matches together with 1, e.g. x = 3, z = "a"',
            ],
        ),
        ("x: number => y", ("? > 3 and ? < 9 => 1", "? in (8, 12) => 2"), [WITH_1 + "x = 8"]),
        # the same value asked for twice is one value
        ("x: number | x: number => y", ("< 5 | > 7 => 1", "< 9 | > 7 => 2"), []),
    ],
)  # fmt: skip
def test_overlaps_of_unique_tables(heads: str, rules: tuple[str, ...], expected: list[str]) -> None:
    told = [one for one in found(table("UNIQUE", heads, *rules)) if one.rule == "dmn-overlap"]
    assert [one.message for one in told] == expected
    assert {one.severity for one in told} <= {"error"}


def test_findings_tell_the_line() -> None:
    text = notation.file(table("UNIQUE", "x: number => y", "< 5 => 1", "> 3 => 2", ") => 3"))[1]
    lines = text.replace(b"<rule", b"\n<rule")
    assert [(one.element, one.line) for one in check(t_dmn=lines)] == [("rule3/inputEntry", 4)]
    overlapping = lines.replace(b">)<", b">-<")
    assert [(one.element, one.line) for one in check(t_dmn=overlapping)] == [("rule2", 3), ("rule3", 4)]


def test_outputs_are_compared_as_the_type_of_their_column_has_them() -> None:
    text = table("ANY", "x: number => y: date", '- => "2026-05-01"', '- => @"2026-05-01"')
    assert said(text) == []


def test_an_equals_sign_before_an_input_expression_changes_nothing() -> None:
    text = notation.file(table("UNIQUE", "x: number => y", "< 5 => 1", "> 3 => 2"))[1].replace(
        b"<text>x<", b"<text>= x<"
    )
    assert [one.message for one in check(t_dmn=text)] == [WITH_1.replace("x =", "= x =") + "= x = 4"]


@pytest.mark.parametrize(
    ("heads", "rules"),
    [
        ("x * 2: number | x: number => y", ("< 5 | - => 1", "- | > 9 => 2")),  # not independent of each other
        ("f.a: number | f: number => y", ("< 5 | - => 1", "- | > 9 => 2")),
        ("x: number => y", ("< limit => 1", "> 3 => 2")),  # the limit decides
        ("x => y", ('list contains(?, "a") => 1', 'list contains(?, "b") => 2')),
        ("d.day: number => y", ("<= 31 => 1", "> 31 => 2")),
        ("x: time => y", ('< time("09:00:00") => 1', '> time("08:00:00") => 2')),
    ],
)
def test_what_cannot_be_analysed_is_not_claimed(heads: str, rules: tuple[str, ...]) -> None:
    told = found(table("UNIQUE", heads, *rules)) + found(table("FIRST", heads, *rules))
    assert [str(one) for one in told if one.rule in ("dmn-overlap", "dmn-unreachable")] == []


def test_a_cell_that_cannot_be_analysed_hides_no_other_overlap() -> None:
    rules = ("f(x) | < 5 => 1".replace("f(x)", 'starts with(?, "a")'), "- | < 3 => 2", "- | 2 => 3")
    told = said(table("UNIQUE", "x: string | n: number => y", *rules))
    assert told == [
        'dmn-overlap rule3: Rule 3 matches together with 2, e.g. x = "other", n = 2',
        'dmn-gap table: No rule matches e.g. x = "other", n = 5',
    ]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (("< 5 => 1", "> 3 => 1"), []),
        (("< 5 => 1", "> 3 => 1.0"), []),
        (("< 5 => 1", "> 3 => 2"), [("error", WITH_1 + "x = 4")]),
        (("< 5 => 1", "> 3 => true"), [("error", WITH_1 + "x = 4")]),
        (("< 5 => z", "> 3 => z"), []),
        (('< 5 => "2026-05-01"', '> 3 => @"2026-05-01"'), [("error", WITH_1 + "x = 4")]),
        (
            ("< 5 => z", "> 3 => 2"),
            [("warning", WITH_1 + "x = 4, and may give other outputs")],
        ),
    ],
)
def test_overlaps_of_any_tables_count_by_their_outputs(rules: tuple[str, ...], expected: list[tuple[str, str]]) -> None:
    told = [one for one in found(table("ANY", "x: number => y", *rules)) if one.rule == "dmn-overlap"]
    assert [(one.severity, one.message) for one in told] == expected


def test_inputs_that_other_decisions_make_may_never_come_together() -> None:
    text = """
    <decision id="r" name="risk"><literalExpression><text>if age &lt; 5 then 1 else 2</text></literalExpression></decision>
    <decision id="d" name="d"><informationRequirement><requiredDecision href="#r"/></informationRequirement>
      <decisionTable><input><inputExpression><text>risk</text></inputExpression></input>
        <input><inputExpression><text>age</text></inputExpression></input><output/>
        <rule id="one"><inputEntry><text>1</text></inputEntry><inputEntry><text>-</text></inputEntry>
          <outputEntry><text>1</text></outputEntry></rule>
        <rule id="two"><inputEntry><text>-</text></inputEntry><inputEntry><text>> 9</text></inputEntry>
          <outputEntry><text>1</text></outputEntry></rule></decisionTable></decision>"""  # noqa: E501
    told = [one for one in found(text) if one.rule == "dmn-overlap"]
    assert [(one.severity, one.message) for one in told] == [
        ("warning", "Rule 2 would match together with 1, should it be that risk = 1, age = 10")
    ]


@pytest.mark.parametrize(
    ("policy", "heads", "rules", "expected"),
    [
        ("UNIQUE", "x: number => y", ("< 5 => 1", "> 5 => 2"), "x = 5"),
        ("UNIQUE", "x: number => y", ("< 5 => 1", ">= 5 => 2"), None),
        ("FIRST", "x: number => y", ("< 5 => 1", "- => 2"), None),
        ("UNIQUE", "x: integer => y", ("<= 5 => 1", ">= 6 => 2"), None),
        ("UNIQUE", "x: number => y", ("<= 5 => 1", ">= 6 => 2"), "x = 5.5"),
        ("UNIQUE", "x: date => y", ('<= @"2026-05-01" => 1', '>= @"2026-05-02" => 2'), None),
        ("UNIQUE", "x: date => y", ('<= @"2026-05-01" => 1', '>= @"2026-05-03" => 2'), 'x = date("2026-05-02")'),
        ("UNIQUE", "x: string => y", ('"a" => 1', '"b" => 2'), 'x = "other"'),
        ("UNIQUE", 'x: string ("a", "b") => y', ('"a" => 1', '"b" => 2'), None),
        ("UNIQUE", "x: number ([0..9]) => y", ("<= 5 => 1", "> 5 => 2"), None),
        ("UNIQUE", "x: number ([0..9]) => y", ("< 0 => 1", "> 5 => 2"), "x = 0"),
        ("UNIQUE", "x: boolean | z: boolean => y", ("true | - => 1", "false | true => 2"), "x = false, z = false"),
        ("UNIQUE", 'x: string ("a") => y = 7', (), None),
        ("UNIQUE", "x: number => y = 7", ("< 5 => 1",), None),
        ("COLLECT", "x: number => y", ("< 5 => 1",), None),
        ("UNIQUE", "x: number => y", ("< 5 => 1", "f => 2"), None),
        ("UNIQUE", "x => y", ("< 5 => 1", ">= 5 => 2"), None),
    ],
)
def test_gaps(policy: str, heads: str, rules: tuple[str, ...], expected: str | None) -> None:
    told = [one.message for one in found(table(policy, heads, *rules)) if one.rule == "dmn-gap"]
    assert told == ([f"No rule matches e.g. {expected}"] if expected else [])


@pytest.mark.parametrize(
    ("policy", "heads", "rules", "expected"),
    [
        ("FIRST", "x: number => y", ("> 3 => 1", "> 5 => 2"), ["Rule 2 never counts"]),
        ("FIRST", "x: number => y", ("> 5 => 1", "> 3 => 2"), []),
        ("FIRST", "x: number => y", ("< 5 => 1", ">= 5 => 2", "7 => 3"), ["Rule 3 never counts"]),
        ("FIRST", "x: number => y", ("< 5 => 1", ">= 5 => 2", "- => 3"), []),  # null
        ("FIRST", "x: number => y", ("< 5 => 1", ">= 5 => 2", "not(3) => 3"), []),  # null is not 3
        ("FIRST", "x => y", ("< 5 => 1", ">= 5 => 2", "[3..9] => 3"), ["Rule 3 never counts"]),
        ("FIRST", "x: number => y", ("- => 1", "- => 2"), ["Rule 2 never counts"]),
        ("FIRST", "x: boolean | z: boolean => y", ("true | - => 1", "- | true => 2", "true | true => 3"), ["Rule 3"]),
        ("FIRST", 'x: string ("a") => y', ('"a" => 1', '"b" => 2', "- => 3"), ["Rule 2 matches no input"]),
        ("COLLECT", "x: number => y", ("? > 5 and ? < 3 => 1",), ["Rule 1 matches no input"]),
        ("COLLECT", "x: number => y", ("> 3 => 1", "> 5 => 2"), []),
        ("PRIORITY", 'x: number => y: string ("h", "l")', ('> 5 => "l"', '> 3 => "h"'), ["Rule 1 never counts"]),
        ("PRIORITY", 'x: number => y: string ("h", "l")', ('> 3 => "l"', '> 5 => "h"'), []),
        ("PRIORITY", 'x: number => y: string ("h", "l")', ('> 3 => "h"', '> 5 => "h"'), ["Rule 2 never counts"]),
        ("PRIORITY", 'x: number => y: string ("h", "l")', ('> 5 => "h"', '> 3 => "h"'), []),
        ("PRIORITY", 'x: number => y: string ("h", "l")', ("> 5 => z", '> 3 => "h"'), []),
        ("FIRST", 'x: date => y', ('> @"2026-05-01" => 1', '>= @"2026-05-02" => 2'), ["Rule 2 never counts"]),
        ("FIRST", 'x => y', ('<= @"2026-05-01" => 1', '>= @"2026-05-02" => 2', '> @"2026-05-01" => 3'), []),
    ],
)  # fmt: skip
def test_rules_that_never_count(policy: str, heads: str, rules: tuple[str, ...], expected: list[str]) -> None:
    told = [one.message for one in found(table(policy, heads, *rules)) if one.rule == "dmn-unreachable"]
    assert len(told) == len(expected)
    assert all(one.startswith(start) for one, start in zip(told, expected, strict=True))


@pytest.mark.parametrize(
    ("heads", "rule", "expected"),
    [
        ("x: number => y", '"a" => 1', "Rule 1 compares 'x', a number, with \"a\""),
        ("x: number => y", 'not("a") => 1', "Rule 1 compares 'x', a number, with \"a\""),
        ("x: integer => y", "1.5 => 1", None),
        ("x: string => y", "> 1 => 1", "Rule 1 compares 'x', a string, with 1"),
        ("x: boolean => y", '"true" => 1', "Rule 1 compares 'x', a boolean, with \"true\""),
        ("x: date => y", '"2026-05-01" => 1', "Rule 1 compares 'x', a date, with \"2026-05-01\""),
        ("x: date => y", 'date and time("2026-05-01T00:00:00") => 1', None),
        ("x => y", '"a", 1 => 1', None),
        ("x: number => y", "null => 1", None),
        ("x: number => y: string", '- => "a"', None),
        ("x: number => y: string", "- => 1", "Rule 1 gives 1 as 'y', which is not string"),
        ("x: number => y: string", "- => x", None),
        ('x: number => y: string ("a", "b")', '- => "c"', 'Rule 1 gives "c" as \'y\', which is not "a", "b"'),
        ("x: number => y: number = many", "- => 1", None),
        ('x: number => y: number = "many"', "- => 1", "The default of 'y' is \"many\", which is not number"),
    ],
)
def test_cells_that_do_not_fit_their_column(heads: str, rule: str, expected: str | None) -> None:
    told = [one for one in found(table("FIRST", heads, rule)) if one.rule == "dmn-type"]
    assert [one.message for one in told] == ([expected] if expected else [])
    assert {one.severity for one in told} <= {"error"}


DATA = '<inputData id="a" name="amount"/><inputData id="p" name="people"/>'
NEED = '<informationRequirement><requiredInput href="#{}"/></informationRequirement>'.format


@pytest.mark.parametrize(
    ("needs", "expression", "expected"),
    [
        ("ap", "amount + count(people)", []),
        ("a", "amount", ["dmn-unused p: No decision requires the input data 'people'"]),
        ("ap", "amount", ["dmn-unused d: 'people' is required, but not used"]),
        ("ap", "count(people) + amont", [
            "dmn-unknown-name d: The name 'amont' is not among the input data of the decision",
            "dmn-unused d: 'amount' is required, but not used",
        ]),
        ("ap", "people[age > amount].name", []),  # `age` may be an entry
        ("ap", "for p in people return p + amount", []),
        ("ap", "sort(people, function(a, b) a > b)[amount]", []),
    ],
)  # fmt: skip
def test_names_and_requirements_fit_together(needs: str, expression: str, expected: list[str]) -> None:
    body = f"<literalExpression><text>{expression.replace('<', '&lt;')}</text></literalExpression>"
    assert said(f'{DATA}<decision id="d" name="d">{"".join(map(NEED, needs))}{body}</decision>') == expected


def test_the_values_of_a_column_use_what_they_name() -> None:
    values = "<inputValues><text>{}</text></inputValues>"
    columns = f"<input><inputExpression><text>amount</text></inputExpression>{values}</input><output/>"
    needs = "".join(map(NEED, "ap"))
    text = f'{DATA}<decision id="d" name="d">{needs}<decisionTable>{columns}</decisionTable></decision>'
    assert said(text.format("[0..people]")) == []
    assert said(text.format("[0..9]")) == ["dmn-unused d: 'people' is required, but not used"]


def test_without_input_data_names_are_those_of_the_process() -> None:
    text = '<decision id="d" name="d"><literalExpression><text>amont</text></literalExpression></decision>'
    assert said(text) == []


def test_a_table_that_is_too_large_is_not_analysed_and_says_so() -> None:
    heads = " | ".join(f"x{n}: number" for n in range(10)) + " => y"
    rules = [" | ".join(f"> {n}" for _ in range(10)) + " => 1" for n in range(800)]
    assert said(table("UNIQUE", heads, *rules)) == [
        "dmn-gap table: The table is too large to look for all overlaps, gaps and rules that never count"
    ]


def test_tables_inside_other_expressions_are_looked_at_too() -> None:
    inner = notation.file("UNIQUE\nx: number => y\n< 5 => 1\n> 3 => 2\n")[1].decode()
    inner = inner[inner.index("<decisionTable") : inner.index("</decision>")]
    text = f'<decision id="d" name="d"><list>{inner}</list></decision>'
    assert said(text)[0] == "dmn-overlap rule2: Rule 2 would match together with 1, should it be that x = 4"
