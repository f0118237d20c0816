"""Files of several decisions: requirements, knowledge models, boxed expressions, types; and files that are refused."""

from __future__ import annotations

import pytest
from lxml import etree

from engine import dmn, feel


def knowledge(id, parameters, body, name=None):
    formal = "".join(f'<formalParameter name="{one}"/>' for one in parameters)
    return (
        f'<businessKnowledgeModel id="{id}" name="{name or id}"><encapsulatedLogic>{formal}'
        f"<literalExpression><text>{body}</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"
    )


def boxed(xml, requires=""):
    return f'<decision id="d" name="d">{requires}{xml}</decision>'


def written(text):
    return f"<literalExpression><text>{text}</text></literalExpression>"


def test_required_decisions_are_made_first_and_seen_by_their_names(decide, table, literal, requires):
    parts = (
        literal("d", "风险 分 * 2 + base", requires=requires("requiredDecision", "score")),
        table(["age"], ["points"], [("< 18", "1"), (">= 18", "2")], id="score", name="风险 分",
              requires=requires("requiredDecision", "unused")),
        literal("unused", "other + 1"),
    )  # fmt: skip
    result = decide(parts, {"age": 20, "base": 10, "other": 1})
    assert result.value == 14
    assert [entry["decision"] for entry in result.trace] == ["unused", "score", "d"]
    assert result.trace[1]["rules"] == [{"number": 2, "id": "score-r2"}]
    assert result.trace[2]["inputs"] == [{"name": "base", "value": 10}, {"name": "风险 分", "value": 2}]
    assert result.rows == [{"d": 14}]


def test_a_decision_shared_by_two_is_made_once(decide, literal, requires):
    parts = (
        literal("d", "a + b", requires=requires("requiredDecision", "a") + requires("requiredDecision", "b")),
        literal("a", "c + 1", requires=requires("requiredDecision", "c")),
        literal("b", "c + 2", requires=requires("requiredDecision", "c")),
        literal("c", "x"),
    )
    result = decide(parts, {"x": 1})
    assert result.value == 5
    assert [entry["decision"] for entry in result.trace] == ["c", "a", "b", "d"]


def test_inputs_are_what_the_caller_must_give(dmn_file, literal, requires):
    model = dmn.read(dmn_file(literal("d", "a + x", requires=requires("requiredDecision", "a")), literal("a", "y + 1")))
    assert model.decisions["d"].inputs == {"x", "y"}
    assert model.decisions["a"].inputs == {"y"}
    assert (model.id, model.name) == ("file", "A file")


def test_knowledge_models_are_functions_of_those_who_require_them(decide, literal, requires):
    need = requires("requiredKnowledge", "half")
    half = knowledge("half", ["n"], "n / 2", name="一 半")
    assert decide((literal("d", "一 半(x) + 1", requires=need), half), {"x": 4}).value == 3
    assert decide((literal("d", "一 半(n: x)", requires=need), half), {"x": 4}).value == 2


def test_knowledge_models_may_require_each_other_but_see_no_variables(decide, literal, requires):
    need = requires("requiredKnowledge", "outer")
    outer = knowledge("outer", ["n"], "inner(n) + 1").replace(
        "</encapsulatedLogic>", "</encapsulatedLogic>" + requires("requiredKnowledge", "inner")
    )
    parts = (literal("d", "outer(1)", requires=need), outer, knowledge("inner", ["m"], "m * 10"))
    assert decide(parts, {"m": 99, "n": 99}).value == 11
    with pytest.raises(dmn.ModelError, match="only parameters and required knowledge, but found x"):
        decide((literal("d", "1"), knowledge("k", ["n"], "n + x")), {})


def test_a_table_in_a_knowledge_model_leaves_its_note(decide, table, requires):
    inside = table(["n"], ["level"], [("> 1", '"high"')])
    inside = inside[inside.index("<decisionTable") : inside.index("</decision>")]
    model = (
        '<businessKnowledgeModel id="k" name="k"><encapsulatedLogic><formalParameter name="n"/>'
        f"{inside}</encapsulatedLogic></businessKnowledgeModel>"
    )
    call = f'<invocation>{written("k")}<binding><parameter name="n"/>{written("x + 1")}</binding></invocation>'
    result = decide((boxed(call, requires("requiredKnowledge", "k")), model), {"x": 5})
    assert result.value == "high"
    assert result.trace[0]["inner"] == [{"inputs": [{"name": "n", "value": 6}], "rules": [{"number": 1, "id": "d-r1"}]}]
    assert result.trace[0]["inputs"][0] == {"name": "k", "value": "function k"}


def test_boxed_expressions(decide):
    entry = '<contextEntry><variable name="{}"/>{}</contextEntry>'.format
    context = f"<context>{entry('一 个', written('x'))}{entry('b', written('一 个 + 1'))}</context>"
    assert decide(boxed(context), {"x": 1}).value == {"一 个": 1, "b": 2}
    with_result = context.replace("</context>", f"<contextEntry>{written('b * 2')}</contextEntry></context>")
    assert decide(boxed(with_result), {"x": 1}).value == 4
    assert decide(boxed(f"<list>{written('1')}{written('x')}</list>"), {"x": 2}).value == [1, 2]
    relation = (
        '<relation><column name="a"/><column name="b"/>'
        f"<row>{written('1')}{written('2')}</row><row>{written('3')}{written('x')}</row></relation>"
    )
    assert decide(boxed(relation), {"x": 4}).value == [{"a": 1, "b": 2}, {"a": 3, "b": 4}]
    function = f'<functionDefinition><formalParameter name="n"/>{written("n + x")}</functionDefinition>'
    called = f"<context>{entry('f', function)}<contextEntry>{written('f(2)')}</contextEntry></context>"
    assert decide(boxed(called), {"x": 40}).value == 42


def test_item_definitions_give_types_and_allowed_values(decide, table):
    item = (
        '<itemDefinition name="tLevel"><typeRef>string</typeRef><allowedValues><text>"a","b"</text></allowedValues>'
        '</itemDefinition><itemDefinition name="tLevels" isCollection="true"><typeRef>tLevel</typeRef></itemDefinition>'
    )
    assert decide((item, table([("x", "tLevel")], ["out"], [('"a"', "1")])), {"x": "a"}).value == 1
    with pytest.raises(dmn.DecisionError, match='one of "a","b"'):
        decide((item, table([("x", "tLevel")], ["out"], [("-", "1")])), {"x": "c"})
    many = table([("x", "tLevels")], ["out"], [('list contains(?, "b")', "1")])
    assert decide((item, many), {"x": ["a", "b"]}).value == 1
    with pytest.raises(dmn.DecisionError, match="but got"):
        decide((item, many), {"x": ["a", "c"]})


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_dmn_1_1_to_1_5_are_read_from_bytes_and_elements(dmn_file, table, scope, namespace):
    data = dmn_file(table(["x"], ["out"], [("1", "2")]), "<!-- seen -->", namespace=namespace)
    for source in (data, etree.fromstring(data)):
        assert dmn.decide(dmn.read(source), "d", {"x": 1}, scope).value == 2


def test_all_problems_are_told_at_once(dmn_file, table, literal, requires):
    with pytest.raises(dmn.ModelError) as caught:
        dmn.read(
            dmn_file(
                table(
                    [("x +", "colour")], [("out", "")], [("> > 1", "1"), ("1",), ("客户 等级", "unknown(1)")], "BEST"
                ),
                literal("e", ""),
                literal("f", "1", requires=requires("requiredDecision", "gone")),
                '<colour id="s" name="s"/>',
                '<decision id="g" name="g"/>',
                literal("h", "f + 1"),
                '<decision name="nameless"/>',
                literal("e", "2"),
            )
        )
    found = [(problem.where, str(problem)) for problem in caught.value.problems]
    expected = [
        ("s", "Expected elements that are supported, but found colour"),
        ("nameless", "Expected an id, but the decision has none"),
        ("e", "Expected different ids, but 'e' stands twice"),
        ("d/decisionTable", "Expected a hit policy, but 'BEST' is none"),
        ("d-i0/inputExpression", "Expected a value, but the expression ends at position 4 in: x +"),
        ("d-i0", "Expected a known type, but 'colour' is none"),
        ("d-r1/inputEntry", "Expected a value, but found '>' at position 3 in: > > 1"),
        ("d-r2", "Expected 1 output cells in rule 2, but found 0"),
        ("d-r3/inputEntry", "there is no '客户 等级' at position 1 in: 客户 等级"),
        ("d-r3/outputEntry", "there is no 'unknown' at position 1; did you mean 'union'? in: unknown(1)"),
        ("e/literalExpression", "Expected the text of an expression, but it is empty"),
        ("f", "Expected a decision of this file, but 'gone' is none"),
        ("g", "Expected one expression, but found 0"),
        ("h", "Expected a requirement, because 'f' is used"),
    ]
    for (where, message), (wanted_where, wanted) in zip(found, expected, strict=True):
        assert where == wanted_where
        assert wanted in message
    assert "d-r1/inputEntry: " in str(caught.value)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ((), "Expected a decision, but the file has none"),
        (('<import namespace="x" importType="y"/>',), "Expected an import of DMN, but found y"),
        ((boxed("<conditional/>"),), "Expected the part 'else', but there is none"),
        ((boxed('<literalExpression expressionLanguage="python"><text>1</text></literalExpression>'),), "python"),
        ((boxed("<decisionTable/>"),), "the table has none"),
        ((knowledge("k", [], "1").replace("<encapsulatedLogic>", '<encapsulatedLogic kind="Java">'),), "found Java"),
        (('<businessKnowledgeModel id="k" name="k"/>',), "Expected encapsulated logic"),
    ],
)
def test_what_is_not_executed_is_refused(dmn_file, parts, message):
    with pytest.raises(dmn.ModelError, match=message):
        dmn.read(dmn_file(*parts))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"outputs": ["a", "a"], "rules": []}, "different names of the outputs"),
        ({"outputs": ["a", "b"], "rules": [], "policy": "COLLECT", "aggregation": "SUM"}, "one output to aggregate"),
        ({"outputs": ["a"], "rules": [], "policy": "COLLECT", "aggregation": "MODE"}, "'MODE' is none"),
        ({"outputs": ["a"], "rules": [], "policy": "PRIORITY"}, "output values by priority"),
        ({"outputs": ["", "b"], "rules": []}, "Expected a name"),
        ({"inputs": [""], "outputs": ["a"], "rules": []}, "Expected an input expression"),
    ],
)
def test_tables_that_make_no_sense_are_refused(dmn_file, table, arguments, message):
    with pytest.raises(dmn.ModelError, match=message):
        dmn.read(dmn_file(table(**({"inputs": ["x"]} | arguments))))


def test_circles_are_refused(dmn_file, literal, requires):
    with pytest.raises(dmn.ModelError, match="'a' requires itself") as caught:
        dmn.read(
            dmn_file(
                literal("a", "1", requires=requires("requiredDecision", "b")),
                literal("b", "1", requires=requires("requiredDecision", "a")),
                literal("c", "1", requires=requires("requiredDecision", "d")),
                literal("d", "1"),
            )
        )
    assert [problem.where for problem in caught.value.problems] == ["a", "b"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "well-formed"),
        (b"<a", "well-formed"),
        (b"<a/>", "Expected a root element"),
        (b'<!DOCTYPE d [<!ENTITY x "y">]><d>&x;</d>', "document type"),
        (b'<!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>', "document type"),
        (b'<definitions xmlns="http://www.omg.org/spec/DMN/20110101/dmn.xsd"/>', "Expected a root element"),
        (b"<a>" * 400 + b"</a>" * 400, "well-formed"),
        (b" " * 2_000_001, "at most 2000000 bytes"),
    ],
)
def test_hostile_files_are_refused(data, message):
    with pytest.raises(dmn.ModelError, match=message):
        dmn.read(data)


def test_a_long_chain_of_decisions_does_not_overflow(dmn_file, literal, requires, scope):
    parts = [literal("d0", "1")]
    parts += [
        literal(f"d{n}", f"d{n - 1} + 1", requires=requires("requiredDecision", f"d{n - 1}")) for n in range(1, 1_000)
    ]
    model = dmn.read(dmn_file(*parts))
    assert dmn.decide(model, "d999", {}, scope).value == 1_000
    with pytest.raises(dmn.ModelError, match="at most 1000 elements, but found 1001"):
        dmn.read(dmn_file(*parts, literal("more", "1")))


def test_what_nests_too_deeply_is_refused(dmn_file, literal, scope, requires):
    with pytest.raises(dmn.ModelError, match="30 expressions inside each other"):
        dmn.read(dmn_file(boxed("<list>" * 60 + "</list>" * 60)))
    items = "".join(f'<itemDefinition name="t{n}"><typeRef>t{n + 1}</typeRef></itemDefinition>' for n in range(500))
    with pytest.raises(dmn.ModelError, match="30 types on each other"):
        dmn.read(dmn_file(items, literal("d", "1")))


def test_knowledge_that_requires_much_of_the_same_is_made_once_per_call(dmn_file, literal, requires, scope):
    def layer(n, body, *needs):
        more = "".join(requires("requiredKnowledge", need) for need in needs)
        return knowledge(f"k{n}", ["n"], body).replace("</encapsulatedLogic>", "</encapsulatedLogic>" + more)

    parts = [layer(f"{n}{side}", f"k{n + 1}a(n) + 1", f"k{n + 1}a", f"k{n + 1}b") for n in range(40) for side in "ab"]
    parts += [layer(f"40{side}", "n") for side in "ab"]
    model = dmn.read(dmn_file(*parts, literal("d", "k0a(2)", requires=requires("requiredKnowledge", "k0a"))))
    assert dmn.decide(model, "d", {}, scope).value == 42


def test_a_model_is_never_changed_by_deciding(dmn_file, table, scope):
    model = dmn.read(dmn_file(table(["x"], ["out"], [("1", "[x, xs]")])))
    first = dmn.decide(model, "d", {"x": 1, "xs": [1]}, scope).value
    assert first == [1, [1]]
    assert dmn.decide(model, "d", {"x": 1, "xs": [2]}, scope).value == [1, [2]]
    assert isinstance(feel.from_feel(first), list)
