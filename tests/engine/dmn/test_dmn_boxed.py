"""The boxed conditional, filter and iterators of DMN 1.4 mean what FEEL says; types are checked wherever declared."""

from __future__ import annotations

from datetime import date

import pytest

from engine import dmn, feel

PEOPLE = [{"name": "王", "age": 30}, {"name": "李", "age": 12}, {"name": "张", "age": 45}]


def lit(text, attributes=""):
    return f"<literalExpression {attributes}><text>{text.replace('<', '&lt;')}</text></literalExpression>"


def boxed(kind, attributes="", **parts):
    inside = "".join(f"<{name.strip('_')}>{body}</{name.strip('_')}>" for name, body in parts.items())
    return f"<{kind} {attributes}>{inside}</{kind}>"


def decision(xml):
    return f'<decision id="d" name="d">{xml}</decision>'


def loop(kind, variable, domain, body):
    part = "return" if kind == "for" else "satisfies"
    return boxed(kind, f'iteratorVariable="{variable}"', **{"in": lit(domain), part: body})


@pytest.mark.parametrize(("x", "expected"), [(5, "big"), (1, "small"), (None, "small")])
def test_a_conditional_takes_else_unless_it_is_true(decide, x, expected):
    xml = boxed("conditional", **{"if": lit("x > 3"), "then": lit('"big"'), "else": lit('"small"')})
    assert decide(decision(xml), {"x": x}).value == expected


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        (loop("for", "p", "people", lit("p.age + base")), "for p in people return p.age + base"),
        (loop("for", "i", "1..4", lit("i * i")).replace("1..4", "[1..4]"), "for i in [1..4] return i * i"),
        (loop("for", "i", "[1, 2, 3]", lit("count(partial) + i")), "for i in [1, 2, 3] return count(partial) + i"),
        (loop("for", "i", "nothing", lit("i")), "for i in nothing return i"),
        (loop("for", "i", "7", lit("i")), "for i in 7 return i"),
        (loop("some", "p", "people", lit("p.age > 40")), "some p in people satisfies p.age > 40"),
        (loop("every", "p", "people", lit("p.age > 40")), "every p in people satisfies p.age > 40"),
        (loop("every", "p", "[]", lit("false")), "every p in [] satisfies false"),
        (loop("some", "p", "[null]", lit("p > 1")), "some p in [null] satisfies p > 1"),
        (boxed("filter", **{"in": lit("people"), "match": lit("age >= 18")}), "people[age >= 18]"),
        (boxed("filter", **{"in": lit("people"), "match": lit("item.age < base")}), "people[item.age < base]"),
        (boxed("filter", **{"in": lit("people"), "match": lit("-1")}), "people[-1]"),
        (boxed("filter", **{"in": lit("nothing"), "match": lit("true")}), "nothing[true]"),
        (boxed("filter", **{"in": lit("5"), "match": lit("item = 5")}), "5[item = 5]"),
    ],
)  # fmt: skip
def test_iterators_and_filters_agree_with_feel(decide, scope, xml, text):
    context = {"people": PEOPLE, "base": 20, "nothing": None}
    assert decide(decision(xml), context).value == feel.compile(text)(feel.to_feel(context), scope)


def test_boxed_expressions_nest(decide, table):
    inside = table(["p.age"], ["kind"], [("< 18", '"child"'), (">= 18", '"adult"')])
    inside = inside[inside.index("<decisionTable") : inside.index("</decision>")]
    result = decide(decision(loop("for", "p", "people", inside)), {"people": PEOPLE})
    assert result.value == ["adult", "child", "adult"]
    assert [note["rules"][0]["number"] for note in result.trace[0]["inner"]] == [2, 1, 2]
    assert result.trace[0]["inputs"] == [{"name": "people", "value": PEOPLE}]


def test_a_loop_is_bounded_like_any_other(decide):
    with pytest.raises(feel.TooMuch):
        decide(decision(loop("for", "i", "[1..9000]", loop("for", "j", "[1..9000]", lit("j")))), {})


def test_a_table_that_calls_another_keeps_its_own_rules_in_the_trace(decide, table, requires):
    inner = table(["n"], ["level"], [("> 1", '"high"')], id="k")
    inner = inner[inner.index("<decisionTable") : inner.index("</decision>")]
    model = (
        '<businessKnowledgeModel id="k" name="k"><encapsulatedLogic><formalParameter name="n"/>'
        f"{inner}</encapsulatedLogic></businessKnowledgeModel>"
    )
    need = requires("requiredKnowledge", "k")
    outer = table(["x"], ["out"], [("1", '"a"'), ('k(?) = "high"', '"b"')], requires=need)
    result = decide((outer, model), {"x": 5})
    assert result.trace[0]["rules"] == [{"number": 2, "id": "d-r2"}]
    assert (result.rows, result.trace[0]["inner"][0]["rules"]) == ([{"out": "b"}], [{"number": 1, "id": "k-r1"}])


ENTRY = f'<contextEntry><variable name="e"/>{lit("1")}</contextEntry>'
PARAMETER = '<formalParameter name="n"/>'
ITEMS = (
    '<itemDefinition name="tAge"><typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues>'
    '</itemDefinition><itemDefinition name="tPerson"><itemComponent name="age"><typeRef>tAge</typeRef></itemComponent>'
    '<itemComponent name="born"><typeRef>date</typeRef></itemComponent></itemDefinition>'
    '<itemDefinition name="tPeople" isCollection="true"><typeRef>tPerson</typeRef>'
    "<typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>"
    '<itemDefinition name="tFew"><typeRef>tAge</typeRef><allowedValues><text>&lt; 10</text></allowedValues>'
    "</itemDefinition>"
)


@pytest.mark.parametrize(
    ("type", "value", "expected"),
    [
        ("tAge", 30, 30),
        ("tAge", [30], 30),
        ("tAge", 200, r"one of \[0..150\] as 'x' of 'i', but got 200"),
        ("tAge", "30", "a number as 'x' of 'i', but got 30"),
        ("tFew", 5, 5),
        ("tFew", 50, "one of < 10"),
        ("tFew", -1, r"one of \[0..150\]"),
        ("tPerson", {"age": 3, "born": "2020-02-01"}, {"age": 3, "born": date(2020, 2, 1)}),
        ("tPerson", {"age": 300}, r"one of \[0..150\]"),
        ("tPerson", {"born": "today"}, "a date"),
        ("tPerson", "a person", "a context"),
        ("tPeople", {"age": 3}, [{"age": 3}]),
        ("tPeople", [{"age": 3}, {"age": "x"}], "a number"),
        ("tPeople", [{}, {}, {}], r"one of count\(\?\) < 3"),
        ("tPeople", None, None),
    ],
)
def test_input_data_are_what_their_type_says(decide, type, value, expected):
    data = f'<inputData id="i" name="x"><variable name="x" typeRef="{type}"/></inputData>'
    need = '<informationRequirement><requiredInput href="#i"/></informationRequirement>'
    parts = (ITEMS, data, f'<decision id="d" name="d">{need}{lit("x")}</decision>')
    if isinstance(expected, str):
        with pytest.raises(dmn.DecisionError, match=expected):
            decide(parts, {"x": value})
    else:
        assert decide(parts, {"x": value}).value == expected


@pytest.mark.parametrize(
    "xml",
    [
        '<decision id="d" name="d"><variable name="d" typeRef="tAge"/>' + lit("x") + "</decision>",
        decision(lit("x", 'typeRef="tAge"')),
        decision(f'<context><contextEntry><variable name="a" typeRef="tAge"/>{lit("x")}</contextEntry></context>'),
        decision(f'<relation><column name="a" typeRef="tAge"/><row>{lit("x")}</row></relation>'),
        decision(f'<for iteratorVariable="i"><in typeRef="tAge">{lit("x")}</in><return>{lit("i")}</return></for>'),
        decision(
            "<invocation><literalExpression><text>function(a) a</text></literalExpression>"
            f'<binding><parameter name="a" typeRef="tAge"/>{lit("x")}</binding></invocation>'
        ),
        decision(
            '<decisionTable><output id="o" name="a" typeRef="tAge"/><rule><outputEntry><text>x</text></outputEntry>'
            "</rule></decisionTable>"
        ),
    ],
)
def test_types_are_checked_wherever_they_are_declared(decide, xml):
    decide((ITEMS, xml), {"x": 30})
    with pytest.raises(dmn.DecisionError, match=r"one of \[0..150\]"):
        decide((ITEMS, xml), {"x": 200})
    with pytest.raises(dmn.DecisionError, match="Expected a number"):
        decide((ITEMS, xml), {"x": "30"})


def test_a_knowledge_model_checks_what_goes_in_and_comes_out(decide, literal, requires):
    model = (
        '<businessKnowledgeModel id="k" name="k"><variable name="k" typeRef="tAge"/><encapsulatedLogic>'
        f'<formalParameter name="n" typeRef="number"/>{lit("n * 10")}</encapsulatedLogic></businessKnowledgeModel>'
    )
    parts = (ITEMS, model, literal("d", "k(x)", requires=requires("requiredKnowledge", "k")))
    assert decide(parts, {"x": 3}).value == 30
    with pytest.raises(dmn.DecisionError, match="Expected a number as 'n' of 'k', but got 3"):
        decide(parts, {"x": "3"})
    with pytest.raises(dmn.DecisionError, match=r"one of \[0..150\] as 'k'"):
        decide(parts, {"x": 30})


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        ('<itemDefinition name="t"><functionItem/></itemDefinition>', "supported, but found functionItem"),
        ('<itemDefinition name="t"><typeRef>t</typeRef></itemDefinition>', "not build on itself, but 't' does"),
        ('<itemDefinition name="t" typeLanguage="xsd"><typeRef>string</typeRef></itemDefinition>', "FEEL, but .* xsd"),
        ('<itemDefinition name="t"/><itemDefinition name="t"/>', "of the types, but 't' stands twice"),
        ('<relation><column name="a"/><column name="a"/></relation>'.join(decision("|").split("|")), "twice: a, a"),
        (decision(f"<context>{2 * ENTRY}</context>"), "twice: e, e"),
        (decision(f"<functionDefinition>{2 * PARAMETER}{lit('n')}</functionDefinition>"), "twice: n, n"),
        (decision(boxed("for", **{"in": lit("1"), "return": lit("1")})), "name of the iterator variable"),
        (decision(lit("1", 'camunda="x"')), "attributes that are supported, but found camunda"),
        (decision(lit("1", 'xmlns:c="http://camunda.org/schema/1.0/dmn" c:inputVariable="x"')), "camunda:inputVar"),
        (decision("<literalExpression><importedValues/></literalExpression>"), "found importedValues"),
        (decision('<decisionTable preferredOrientation="Spiral"><output/></decisionTable>'), "'Spiral' is none"),
        (decision('<decisionTable aggregation="SUM"><output/></decisionTable>'), "at COLLECT only"),
    ],
)
def test_what_is_not_executed_is_refused_by_name(dmn_file, literal, xml, message):
    with pytest.raises(dmn.ModelError, match=message):
        dmn.read(dmn_file(xml, literal("other", "1")))


def test_how_a_table_is_drawn_changes_nothing(decide, table):
    for drawn in ("Rule-as-Row", "Rule-as-Column", "CrossTable"):
        assert decide(table(["x"], ["out"], [("1", "2")], preferredOrientation=drawn), {"x": 1}).value == 2


def test_documentation_and_drawings_change_nothing(decide, literal):
    extra = (
        "<description>why</description><question>what?</question><allowedAnswers>many</allowedAnswers>"
        '<extensionElements><other xmlns="urn:other"/></extensionElements>'
    )
    parts = (literal("d", "1", requires=extra), '<knowledgeSource id="law" name="law"><type>x</type></knowledgeSource>')
    assert decide(parts, {}).value == 1


def test_a_trace_keeps_the_first_hundred_tables_of_a_loop(decide, table):
    inside = table(["i"], ["out"], [("-", "1")])
    inside = inside[inside.index("<decisionTable") : inside.index("</decision>")]
    entry = decide(decision(loop("for", "i", "[1..130]", inside)), {}).trace[0]
    assert (len(entry["inner"]), entry["inner_left_out"], len(entry["outputs"])) == (100, 30, 130)


def test_calls_inside_deep_expressions_are_bounded(decide):
    """Invocations call each other without an expression around them, which would have noticed."""

    def knowledge(n, inside):
        need = f'<knowledgeRequirement><requiredKnowledge href="#k{n + 1}"/></knowledgeRequirement>' if n < 44 else ""
        deep = "<list>" * 25 + inside + "</list>" * 25
        return (
            f'<businessKnowledgeModel id="k{n}" name="k{n}"><encapsulatedLogic>{deep}</encapsulatedLogic>{need}'
            "</businessKnowledgeModel>"
        )

    parts = [knowledge(n, f"<invocation>{lit(f'k{n + 1}')}</invocation>") for n in range(44)] + [
        knowledge(44, lit("1"))
    ]
    need = '<knowledgeRequirement><requiredKnowledge href="#k0"/></knowledgeRequirement>'
    with pytest.raises(feel.TooMuch, match="levels of nesting"):
        decide((*parts, f'<decision id="d" name="d">{need}<invocation>{lit("k0")}</invocation></decision>'), {})
