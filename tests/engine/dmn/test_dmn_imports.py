"""Files of one deployment that import each other: elements and types under the name of the import."""

from __future__ import annotations

import pytest

from engine import bundle as bundles
from engine import dmn, xml
from engine.functions import Functions
from engine.operations import Operations

TYPE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def file(namespace, *parts):
    return f'<definitions xmlns="{TYPE}" id="f" name="f" namespace="{namespace}">{"".join(parts)}</definitions>'


def imports(namespace, name="m", more=""):
    return f'<import namespace="{namespace}" name="{name}" importType="{TYPE}" {more}/>'


def needs(href, kind="requiredDecision"):
    outer = "knowledgeRequirement" if kind == "requiredKnowledge" else "informationRequirement"
    return f'<{outer}><{kind} href="{href}"/></{outer}>'


def read(**files):
    roots = {f"{name}.dmn": xml.read(text.encode(), dmn.ROOTS) for name, text in files.items()}
    return dmn.read_files(roots)


def problems(**files):
    return [f"{name}: {one}" for name, found in read(**files).problems.items() for one in found]


BASE = (
    '<itemDefinition name="tLevel"><typeRef>string</typeRef>'
    '<allowedValues><text>"low","high"</text></allowedValues></itemDefinition>'
    '<inputData id="x" name="x"><variable name="x" typeRef="number"/></inputData>'
    '<decision id="s" name="base score"><variable name="base score"/>'
    + needs("#x", "requiredInput")
    + "<literalExpression><text>x * 10</text></literalExpression></decision>"
    '<businessKnowledgeModel id="k" name="half"><encapsulatedLogic><formalParameter name="n" typeRef="number"/>'
    "<literalExpression><text>n / 2</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"
)


def test_imported_elements_are_seen_under_the_name_of_the_import(literal, scope):
    need = needs("urn:a#s") + needs("urn:a#k", "requiredKnowledge") + needs("urn:a#x", "requiredInput")
    top = file("urn:b", imports("urn:a"), literal("d", "m.half(m.base score) + m.x", requires=need))
    models = read(b=top, z=file("urn:a", BASE)).models
    result = dmn.decide(models["b.dmn"], "d", {"x": 4}, scope)
    assert result.value == 24
    assert [entry["decision"] for entry in result.trace] == ["s", "d"]
    assert result.trace[-1]["inputs"] == [{"name": "m", "value": {"base score": 40, "half": "function half", "x": 4}}]
    assert models["b.dmn"].decisions["d"].inputs == {"x"}
    assert list(models["b.dmn"].decisions) == ["d"], "what is imported belongs to its own file"


def test_an_import_without_a_name_needs_no_qualifier(literal, scope):
    top = file("urn:b", imports("urn:a", ""), literal("d", "base score + 1", requires=needs("urn:a#s")))
    model = read(a=file("urn:a", BASE), b=top).models["b.dmn"]
    assert dmn.decide(model, "d", {"x": 1}, scope).value == 11


def test_names_of_imports_may_have_spaces_and_references_may_name_their_own_file(literal, scope):
    need = needs("urn:a#s") + needs("urn:b#own")
    body = literal("d", "Model A.base score + own + 1", requires=need)
    top = file("urn:b", imports("urn:a", "Model A"), body, literal("own", "100"))
    assert dmn.decide(read(a=file("urn:a", BASE), b=top).models["b.dmn"], "d", {"x": 1}, scope).value == 111


def test_imported_types_are_checked(table, scope):
    top = file("urn:b", imports("urn:a"), table([("level", "m.tLevel")], ["out"], [('"low"', "1")]))
    model = read(a=file("urn:a", BASE), b=top).models["b.dmn"]
    assert dmn.decide(model, "d", {"level": "low"}, scope).value == 1
    with pytest.raises(dmn.DecisionError, match='one of "low","high"'):
        dmn.decide(model, "d", {"level": "none"}, scope)


def test_an_imported_type_keeps_the_names_of_its_own_file(table):
    """`b c` is a name where the type stands and two words where it is used: nothing reads it again there."""
    item = '<itemDefinition name="t"><typeRef>number</typeRef><allowedValues><text>&lt; b c</text></allowedValues>'
    base = file("urn:a", f'{item}</itemDefinition><inputData id="i" name="b c"/>')
    knowledge = '<businessKnowledgeModel id="k" name="k"><encapsulatedLogic><literalExpression><text>1</text>'
    knowledge += "</literalExpression></encapsulatedLogic></businessKnowledgeModel>"
    inside = table([("x", "m.t")], ["out"], [("< 5", "k()")], requires=needs("#k", "requiredKnowledge"))
    top = file("urn:b", imports("urn:a"), inside, knowledge)
    assert problems(a=base, b=top) == []
    content = {"a.dmn": base.encode(), "b.dmn": top.encode()}
    assert {one.rule for one in bundles.read(content, Functions(), Operations())[1]} == {"dmn-unused"}


def test_files_of_one_namespace_are_told_apart_by_their_location(literal, scope):
    one, two = (file("urn:same", literal("s", str(n))) for n in (1, 2))
    body = literal("d", "m.s", requires=needs("urn:same#s"))
    top = file("urn:b", imports("urn:same", more='locationURI="models/two.dmn"'), body)
    assert dmn.decide(read(one=one, two=two, top=top).models["top.dmn"], "d", {}, scope).value == 2
    assert "or its name as locationURI, but there are one.dmn, two.dmn" in "".join(
        problems(one=one, two=two, top=file("urn:b", imports("urn:same"), body))
    )


def test_imports_go_on_through_files(literal, scope):
    middle = file("urn:b", imports("urn:a"), literal("t", "m.base score + 1", requires=needs("urn:a#s")))
    top = file("urn:c", imports("urn:b", "mid"), literal("d", "mid.t * 2", requires=needs("urn:b#t")))
    result = dmn.decide(read(a=file("urn:a", BASE), m=middle, t=top).models["t.dmn"], "d", {"x": 1}, scope)
    assert result.value == 22
    assert [entry["decision"] for entry in result.trace] == ["s", "t", "d"]


def test_a_service_may_be_imported(literal, scope):
    service = '<decisionService id="v" name="v"><outputDecision href="#s"/><inputData href="#x"/></decisionService>'
    top = file("urn:b", imports("urn:a"), literal("d", "m.v(5)", requires=needs("urn:a#v", "requiredKnowledge")))
    model = read(a=file("urn:a", BASE, service), b=top).models["b.dmn"]
    assert dmn.decide(model, "d", {"x": 1}, scope).value == 50


@pytest.mark.parametrize(
    ("top", "message"),
    [
        (imports("urn:gone"), "Expected a file with the namespace 'urn:gone', but there is none"),
        (imports("urn:a") * 2, "different names of the imports, but 'm' stands twice"),
        (imports("urn:a").replace(TYPE, "http://www.w3.org/2001/XMLSchema"), "Expected an import of DMN, but found"),
        (imports("urn:bad"), "Expected 'bad.dmn' to import from, but it cannot be used"),
        (imports("urn:b"), "Expected imports without a circle, but 'b.dmn' imports itself"),
    ],
)
def test_an_import_that_cannot_be_had_is_refused(literal, top, message):
    found = problems(a=file("urn:a", BASE), bad=file("urn:bad"), b=file("urn:b", top, literal("d", "1")))
    assert message in "\n".join(one for one in found if one.startswith("b.dmn"))


def test_what_is_not_required_is_not_null_in_silence(literal):
    top = file("urn:b", imports("urn:a"), literal("d", "m.base score + 1"))
    assert problems(a=file("urn:a", BASE), b=top) == [
        "b.dmn: d: Expected a requirement, because 'm.base score' is used"
    ]
    gone = file("urn:b", imports("urn:a"), literal("d", "1", requires=needs("urn:a#gone")))
    assert problems(a=file("urn:a", BASE), b=gone) == ["b.dmn: d: Expected a decision of this file, but 'gone' is none"]


def test_files_in_a_circle_are_refused_and_others_read(literal):
    a = file("urn:a", imports("urn:b"), literal("x", "1"))
    b = file("urn:b", imports("urn:a"), literal("y", "1"))
    found = read(a=a, b=b, c=file("urn:c", literal("z", "1")))
    assert (sorted(found.problems), sorted(found.models)) == (["a.dmn", "b.dmn"], ["c.dmn"])
