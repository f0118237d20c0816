"""Decision services: asked by a task, called as functions; what reaches in from outside is refused."""

from __future__ import annotations

import pytest

from engine import dmn

DATA = '<inputData id="{0}" name="{0}"><variable name="{0}" typeRef="{1}"/></inputData>'.format
NEED_DATA = '<informationRequirement><requiredInput href="#{}"/></informationRequirement>'.format
NEED = '<informationRequirement><requiredDecision href="#{}"/></informationRequirement>'.format
KNOW = '<knowledgeRequirement><requiredKnowledge href="#{}"/></knowledgeRequirement>'.format


def service(id, outputs="", encapsulated="", data="", decisions=""):
    roles = {"outputDecision": outputs, "encapsulatedDecision": encapsulated, "inputDecision": decisions}
    inside = "".join(f'<{role} href="#{one}"/>' for role, ids in roles.items() for one in ids.split())
    inside += "".join(f'<inputData href="#{one}"/>' for one in data.split())
    return f'<decisionService id="{id}" name="{id}"><variable name="{id}"/>{inside}</decisionService>'


@pytest.fixture
def rating(literal):
    """Rating needs risk and amount, risk needs age; the service can start from age or from risk."""
    return (
        DATA("age", "number"),
        DATA("amount", "number"),
        literal("risk", "if age < 20 then 2 else 1", requires=NEED_DATA("age")),
        literal("rating", "risk * amount", requires=NEED("risk") + NEED_DATA("amount")),
        service("whole", "rating", "risk", "age amount"),
        service("late", "rating", "", "amount", "risk"),
        service("both", "rating risk", "", "age amount"),
    )


def test_a_service_is_asked_like_a_decision(decide, rating):
    result = decide(rating, {"age": 18, "amount": 100}, id="whole")
    assert result.value == 200
    assert [entry["decision"] for entry in result.trace] == ["risk", "rating", "whole"]
    assert result.trace[-1]["inputs"] == [{"name": "age", "value": 18}, {"name": "amount", "value": 100}]
    assert (result.trace[-1]["outputs"], result.rows) == (200, [{"rating": 200}])


def test_an_input_decision_is_given_and_not_made(decide, rating):
    result = decide(rating, {"age": 18, "amount": 100, "risk": 7}, id="late")
    assert result.value == 700
    assert [entry["decision"] for entry in result.trace] == ["rating", "late"]


def test_several_output_decisions_are_a_context(decide, rating):
    result = decide(rating, {"age": 30, "amount": 5}, id="both")
    assert result.value == {"rating": 5, "risk": 1}
    assert dmn.shape(result, "singleResult") == {"rating": 5, "risk": 1}


@pytest.mark.parametrize(
    ("called", "service_id", "expected"),
    [
        ("whole(18, 100)", "whole", 200),
        ("whole(amount: 100, age: 18)", "whole", 200),
        ("late(100, 7)", "late", 700),
        ("[for a in [18, 30] return whole(a, 10)]", "whole", [[20, 10]]),
        ("both(18, 10).risk", "both", 2),
    ],
)
def test_a_service_is_called_as_a_function_data_first(decide, rating, literal, called, service_id, expected):
    result = decide((*rating, literal("d", called, requires=KNOW(service_id))), {"age": 99, "amount": 99})
    assert result.value == expected
    inner = result.trace[-1]["inner"][0]
    assert (inner["service"], inner["decisions"][-1]["decision"][:1]) == (service_id, "r")


def test_a_call_sees_nothing_of_the_caller_but_its_arguments(decide, rating, literal):
    for given, found in (("18", "1"), ("18, 1, 2", "3"), ("age: 18, sum: 1", "age, sum")):
        with pytest.raises(
            dmn.ModelError, match=rf"Expected the arguments \(age, amount\) of 'whole', but got {found}"
        ):
            decide((*rating, literal("d", f"whole({given})", requires=KNOW("whole"))), {"amount": 5})
    with pytest.raises(dmn.DecisionError, match="Expected 2 arguments of 'whole', but got 1"):
        decide((*rating, literal("d", "{f: whole, value: f(18)}", requires=KNOW("whole"))), {"amount": 5})
    with pytest.raises(dmn.DecisionError, match="Expected a number as 'age'"):
        decide((*rating, literal("d", 'whole("old", 1)', requires=KNOW("whole"))), {})


def test_a_service_is_invoked_by_a_boxed_invocation(decide, rating):
    call = (
        "<invocation><literalExpression><text>whole</text></literalExpression>"
        '<binding><parameter name="amount"/><literalExpression><text>3</text></literalExpression></binding>'
        '<binding><parameter name="age"/><literalExpression><text>x</text></literalExpression></binding></invocation>'
    )
    decision = f'<decision id="d" name="d">{KNOW("whole")}{call}</decision>'
    assert decide((*rating, decision), {"x": 1}).value == 6
    wrong = decision.replace('name="age"', 'name="ages"')
    with pytest.raises(dmn.DecisionError, match=r"only parameters of 'whole' \(age, amount\), but 'd' gives ages"):
        decide((*rating, wrong), {"x": 1})
    with pytest.raises(dmn.DecisionError, match="'nobody' is none"):
        decide((*rating, decision.replace("<text>whole", "<text>nobody")), {"x": 1})


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (service("s", "rating", "", "age amount"), "Expected 'risk' among the encapsulated or the input decisions"),
        (service("s", "rating", "risk", "amount"), "Expected age among the inputs of the service, because 'risk'"),
        (service("s", "", "risk", "age"), "Expected an output decision"),
        (service("s", "gone"), "Expected a decision of this file, but 'gone' is none"),
        (service("s", "age"), "Expected a decision of this file, but 'age' is none"),
    ],
)
def test_a_service_says_all_that_goes_in_and_is_made_inside(decide, rating, parts, message):
    with pytest.raises(dmn.ModelError, match=message):
        decide((*rating, parts), {}, id="s")


def test_two_things_of_one_name_are_refused_where_one_would_be_lost(decide, rating, literal):
    other = DATA("other", "number").replace('variable name="other"', 'variable name="risk"')
    both = literal("d", "risk + 1", requires=NEED("risk") + NEED_DATA("other"))
    with pytest.raises(dmn.ModelError, match="Expected different names of what is required, but 'risk' stands twice"):
        decide((*rating, other, both), {})
    again = literal("d", "risk + 1", requires=NEED("risk") * 2)
    assert decide((*rating, again), {"age": 30}).value == 2


def test_variables_of_the_process_do_not_leak_into_a_service(decide, literal):
    with pytest.raises(dmn.ModelError, match="Expected secret among the inputs of the service, because 'd' uses them"):
        decide((literal("d", "secret + 1"), service("s", "d")), {"secret": 1})


def test_a_decision_in_a_service_that_it_calls_is_a_circle(decide, literal):
    parts = (literal("d", "s()", requires=KNOW("s")), service("s", "d"))
    with pytest.raises(dmn.ModelError, match="without a circle, but 's' requires itself"):
        decide(parts, {})
