"""What changes between two bundles, told in the words of diagrams, tables and forms."""

from __future__ import annotations

import json

import pytest
from support import engine as kit
from support import items

from engine import changes
from engine.changes import Difference

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
  <decision id="limits" name="Limits"><decisionTable id="t" hitPolicy="{policy}">
    <input id="i" label="Kind"><inputExpression id="ie" typeRef="string"><text>kind</text></inputExpression></input>
    <output id="o" label="Days" name="days" typeRef="number"/>{rules}
  </decisionTable></decision>
  <decision id="sum" name="Sum"><informationRequirement><requiredDecision href="#limits"/></informationRequirement>
    <literalExpression id="l"><text>{expression}</text></literalExpression></decision>
</definitions>"""


def rule(identity: str, kind: str, days: int, note: str = "") -> str:
    entries = f"<inputEntry><text>{kind}</text></inputEntry><outputEntry><text>{days}</text></outputEntry>"
    return f'<rule id="{identity}">{entries}<annotationEntry><text>{note}</text></annotationEntry></rule>'


def table(*rules: str, policy: str = "FIRST", expression: str = "limits + 1") -> bytes:
    return TABLE.format(rules="".join(rules), policy=policy, expression=expression).encode()


def diagram(*nodes: tuple[str, str]) -> bytes:
    return kit.diagram(kit.process(kit.chain(*nodes)))


def only(old: bytes, new: bytes, name: str) -> dict[str, changes.PartChange]:
    """The parts of one changed file by id."""
    (found,) = changes.compare({name: old, "same.form": b"{}"}, {name: new, "same.form": b"{}"})
    assert (found.name, found.change, found.readable) == (name, "changed", True)
    return {part.id: part for part in found.parts}


def test_a_task_that_was_added_tells_its_group_and_moves_the_flows() -> None:
    one, two = ("one", kit.user("one")), ("two", kit.user("two", 'camunda:candidateGroups="legal" camunda:formRef="f"'))
    parts = only(diagram(one), diagram(one, two), "p.bpmn")
    added = parts["two"]
    assert (added.change, added.kind, added.name) == ("added", "userTask", "two")
    assert Difference("candidateGroups", None, "legal") in added.differences
    assert Difference("formRef", None, "f") in added.differences
    assert Difference("to", "fe", "two") in parts["f1"].differences
    assert parts["f2"].change == "added"
    assert "one" not in parts


def test_data_and_what_carries_them_are_told() -> None:
    def drawn(held: str, inner: str) -> bytes:
        return kit.diagram(kit.process(held + kit.chain(("one", kit.user("one", inner=inner)))))

    book = items.data_object("book")
    made = items.specified("", "made") + items.writes("r_book", "made", items.becomes("upper case(made)"))
    parts = only(drawn("", ""), drawn(book, made), "p.bpmn")
    assert parts["p"].differences == (Difference("declares book", None, "dataObject"),)
    assert parts["one"].differences == (
        Difference("declares made", None, "dataOutput"),
        Difference("data out_made_r_book", None, "made → book; upper case(made)"),
        Difference("required data", None, "made"),
    )


def test_attributes_timers_conditions_and_properties_are_told_old_and_new() -> None:
    def story(hours: int, group: str, other: str) -> bytes:
        body = '<bpmn:exclusiveGateway id="g" default="f4"/><bpmn:endEvent id="e2"/>'
        properties = (
            "<bpmn:extensionElements><camunda:properties>"
            f'<camunda:property name="notSameAs" value="{other}"/></camunda:properties></bpmn:extensionElements>'
        )
        catch = (
            f'<bpmn:intermediateCatchEvent id="w">{kit.timer("duration", f"PT{hours}H")}</bpmn:intermediateCatchEvent>'
        )
        body += '<bpmn:startEvent id="s"/><bpmn:endEvent id="e"/>' + catch
        body += kit.user("t", f'camunda:candidateGroups="{group}"', properties)
        body += kit.flow("f1", "s", "t") + kit.flow("f2", "t", "w") + kit.flow("f3", "w", "g")
        body += kit.flow("f4", "g", "e") + kit.flow("f5", "g", "e2", f"n > {hours}")
        return kit.diagram(kit.process(body))

    parts = only(story(4, "clerks", "a"), story(8, "legal", "b"), "p.bpmn")
    assert parts["w"].differences == (Difference("timer duration", "PT4H", "PT8H"),)
    assert parts["f5"].differences == (Difference("condition", "n > 4", "n > 8"),)
    told = {(each.attribute, each.old, each.new) for each in parts["t"].differences}
    assert told == {("candidateGroups", "clerks", "legal"), ("notSameAs", "a", "b")}
    assert set(parts) == {"w", "f5", "t"}


def test_a_new_name_of_a_task_is_no_change_of_its_flows() -> None:
    old = diagram(("one", kit.user("one")))
    parts = only(old, old.replace(b'name="one"', b'name="First"'), "p.bpmn")
    assert parts["one"].differences == (Difference("name", "one", "First"),)
    assert set(parts) == {"one"}


def test_a_removed_task_and_a_changed_kind() -> None:
    task, service = ("one", kit.user("one", "")), ("one", '<bpmn:manualTask id="one" name="one"/>')
    assert only(diagram(task), diagram(service), "p.bpmn")["one"].differences == (
        Difference("type", "userTask", "manualTask"),
    )
    assert only(diagram(task), diagram(), "p.bpmn")["one"].change == "removed"


def test_what_only_moved_on_the_canvas_is_the_same() -> None:
    old = diagram(("one", kit.user("one")))
    assert only(old, old.replace(b"<bpmn:process", b"\n  <bpmn:process"), "p.bpmn") == {}


def test_a_cell_of_a_rule_is_named_by_its_column() -> None:
    old, new = (table(rule("r1", '"a"', days, "R25"), rule("r2", "-", 10)) for days in (3, 2))
    parts = only(old, new, "limits.dmn")
    assert parts["r1"].differences == (Difference("Days", "3", "2"),)
    assert parts["r1"].name == "Limits 1"
    assert set(parts) == {"r1"}


def test_rules_that_came_went_or_changed_places() -> None:
    one, two, three = rule("r1", '"a"', 1), rule("r2", '"b"', 2), rule("r3", '"c"', 3)
    parts = only(table(one, two), table(two, one, three, policy="COLLECT"), "limits.dmn")
    assert parts["r3"].change == "added"
    attributes = {each.attribute: (each.old, each.new) for each in parts["limits"].differences}
    assert attributes["hit policy"] == ("FIRST", "COLLECT")
    assert attributes["order"] == ("Limits 1, Limits 2", "Limits 2, Limits 1")
    assert set(parts) == {"limits", "r3"}
    parts = only(table(one, two, three), table(one, three), "limits.dmn")
    assert {part.id: part.change for part in parts.values()} == {"r2": "removed"}


def test_other_logic_and_columns_are_compared_too() -> None:
    old = table(rule("r1", "-", 1))
    parts = only(old, table(rule("r1", "-", 1), expression="limits + 2"), "limits.dmn")
    assert parts["sum"].differences == (Difference("expression", "limits + 1", "limits + 2"),)
    parts = only(old, old.replace(b'label="Days"', b'label="Working days"'), "limits.dmn")
    assert parts["o"].differences == (Difference("label", "Days", "Working days"),)
    assert "r1" not in parts, "a new heading is no change of the rules"


def form(*components: dict[str, object], title: str = "F") -> bytes:
    return json.dumps({"type": "default", "id": "f", "title": title, "components": components}).encode()


def test_fields_of_a_form() -> None:
    name = {"type": "textfield", "id": "n", "key": "name", "label": "Name", "validate": {"required": True}}
    kind = {"type": "select", "id": "k", "key": "kind", "label": "Kind", "values": [{"label": "A", "value": "a"}]}
    group = {"type": "group", "id": "g", "label": "Person", "components": [name]}
    longer = {**name, "validate": {"required": False, "maxLength": 40}}
    more = {**kind, "values": [*kind["values"], {"label": "B", "value": "b"}]}
    parts = only(form(group, kind), form(more, {**group, "components": [longer]}, title="G"), "f.form")
    told = {(each.attribute, each.old, each.new) for each in parts["g/n"].differences}
    assert told == {("validate.required", "true", "false"), ("validate.maxLength", None, "40")}
    assert parts["k"].differences == (
        Difference("values", "label A · value a", "label A · value a; label B · value b"),
    )
    attributes = {each.attribute: (each.old, each.new) for each in parts["form"].differences}
    assert attributes["title"] == ("F", "G")
    assert attributes["order"][0] == "Person, Name, Kind"


def test_whole_files_that_came_and_went() -> None:
    found = changes.compare({"old.form": form()}, {"new.dmn": table(rule("r1", "-", 1))})
    assert [(file.name, file.kind, file.change) for file in found] == [
        ("new.dmn", "dmn", "added"),
        ("old.form", "form", "removed"),
    ]
    assert {part.change for part in found[0].parts} == {"added"}
    assert changes.compare({"a.form": form()}, {"a.form": form()}) == ()


@pytest.mark.parametrize(
    ("name", "content"), [("p.bpmn", b"<x/>"), ("f.form", b"[]"), ("f.form", b"{"), ("d.dmn", b""), ("a.txt", b"x")]
)
def test_what_cannot_be_taken_apart_is_still_a_change(name: str, content: bytes) -> None:
    (found,) = changes.compare({}, {name: content})
    assert (found.change, found.readable, found.parts) == ("added", False, ())


def test_a_gateway_that_starts_the_process_and_a_message_flow_are_told() -> None:
    def story(attributes: str, target: str) -> bytes:
        nodes = (
            f'<bpmn:eventBasedGateway id="g" {attributes}/><bpmn:receiveTask id="r"/><bpmn:sendTask id="t"/>'
            + kit.flow("1", "g", "r")
            + kit.flow("2", "r", "t")
        )
        pools = (
            '<bpmn:message id="M" name="asked"/><bpmn:collaboration id="k"><bpmn:messageFlow id="m" sourceRef="t" '
            f'targetRef="{target}" messageRef="M"/></bpmn:collaboration>'
        )
        others = [kit.process(f'<bpmn:receiveTask id="w{n}"/>', f"q{n}") for n in (1, 2)]
        return kit.diagram(kit.process(nodes), *others, extra=pools)

    parts = only(story("", "w1"), story('instantiate="true" eventGatewayType="Parallel"', "w2"), "p.bpmn")
    assert parts["g"].differences == (
        Difference("starts the process", None, "true"),
        Difference("waits for all", None, "true"),
    )
    assert parts["t"].differences == (Difference("sends to", "q1", "q2"),)
