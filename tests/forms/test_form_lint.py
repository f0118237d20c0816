"""A form that cannot be used is refused at once with everything to change in it."""

from __future__ import annotations

import json

import pytest

from forms import components, errors, messages, schema

OK = {"type": "textfield", "key": "it", "label": "它"}


def number(**attributes):
    return {"type": "number", "key": "n", "label": "N", **attributes}


def moment(**attributes):
    return {"type": "datetime", "key": "d", "dateLabel": "D", **attributes}


def select(**attributes):
    return {"type": "select", "key": "s", "label": "S", "values": [{"value": "a", "label": "A"}], **attributes}


def test_everything_wrong_is_told_at_once(desk):
    with pytest.raises(errors.SchemaError) as refused:
        desk.read(
            {"type": "table", "id": "Table_1", "label": "费用"},
            {"type": "button", "label": "提交"},
            {"type": "signature", "key": "sign"},
            {"type": "textfield", "label": "无名"},
            {"type": "select", "key": "unit", "label": "单位"},
        )
    assert [(problem.where, problem.template) for problem in refused.value.problems] == [
        ("费用", messages.UNSUPPORTED_TABLE),
        ("提交", messages.UNSUPPORTED_BUTTON),
        ("sign", messages.UNSUPPORTED),
        ("无名", messages.MISSING_KEY),
        ("unit", messages.NO_VALUES),
    ]
    told = str(refused.value)
    assert "“signature” (sign) is not supported; use one of checkbox, checklist" in told
    assert "费用: The component “table” (费用) is not supported; enter rows with a dynamic list" in told


WRONG = [
    (OK | {"key": "a.b"}, messages.BAD_KEY),
    (OK | {"key": "1a"}, messages.BAD_KEY),
    (OK | {"key": "_a"}, messages.BAD_KEY),
    (OK | {"key": "typename"}, messages.RESERVED_KEY),
    (OK | {"key": 7}, messages.BAD_ATTRIBUTE),
    (OK | {"type": 7}, messages.UNSUPPORTED),
    (OK | {"type": ["table"]}, messages.UNSUPPORTED),
    (OK | {"label": 7}, messages.BAD_ATTRIBUTE),
    (OK | {"label": "=name"}, messages.NO_EXPRESSION),
    (OK | {"label": "Hello {{name}}"}, messages.NO_EXPRESSION),
    (OK | {"disabled": "=locked"}, messages.BAD_ATTRIBUTE),
    (OK | {"validate": "required"}, messages.BAD_ATTRIBUTE),
    (OK | {"validate": {"pattern": "("}}, messages.BAD_PATTERN),
    (OK | {"validate": {"pattern": "(?=a)"}}, messages.BAD_PATTERN),
    (OK | {"validate": {"pattern": 7}}, messages.BAD_ATTRIBUTE),
    (OK | {"validate": {"minLength": 5, "maxLength": 4}}, messages.MIN_OVER_MAX),
    (OK | {"validate": {"maxLength": 0}}, messages.BAD_ATTRIBUTE),
    (OK | {"validate": {"minLength": "=n"}}, messages.BAD_ATTRIBUTE),
    (OK | {"validate": {"minLength": True}}, messages.BAD_ATTRIBUTE),
    (OK | {"validate": {"min": 5}}, messages.NO_RULE),
    (OK | {"validate": {"validationType": "iban"}}, messages.BAD_ATTRIBUTE),
    (OK | {"properties": {"store": "nowhere"}}, messages.BAD_ATTRIBUTE),
    (OK | {"properties": {"max": "5"}}, messages.NO_RULE),
    (OK | {"properties": {"not_future": "true"}}, messages.NO_RULE),
    (OK | {"properties": {"initial": "=("}}, messages.BAD_EXPRESSION),
    (OK | {"conditional": {"hide": "=a +"}}, messages.BAD_EXPRESSION),
    (OK | {"conditional": {"hide": "=nobody = 1"}}, messages.UNKNOWN_NAME),
    (OK | {"conditional": {"hide": True}}, messages.BAD_ATTRIBUTE),
    (OK | {"defaultValue": 7}, messages.BAD_DEFAULT),
    (OK | {"layout": {"columns": 17}}, messages.BAD_ATTRIBUTE),
    (number(validate={"min": 2, "max": 1}), messages.MIN_OVER_MAX),
    (number(validate={"min": "=low"}), messages.BAD_ATTRIBUTE),
    (number(validate={"min": 1e300}), messages.BAD_ATTRIBUTE),
    (number(validate={"minLength": 1}), messages.NO_RULE),
    (number(properties={"min": "5", "max": "4"}), messages.MIN_OVER_MAX),
    (number(increment=0), messages.BAD_ATTRIBUTE),
    (number(decimalDigits=1.5), messages.BAD_ATTRIBUTE),
    (number(defaultValue="many"), messages.BAD_DEFAULT),
    (number(defaultValue=5, validate={"max": 4}), messages.BAD_DEFAULT),
    (moment(subtype="year"), messages.BAD_ATTRIBUTE),
    (moment(properties={"min": "soon"}), messages.BAD_ATTRIBUTE),
    (moment(properties={"min": "2026-03-02", "max": "2026-03-01"}), messages.MIN_OVER_MAX),
    (moment(subtype="time", disallowPassedDates=True), messages.NO_RULE),
    (select(values="a"), messages.BAD_ATTRIBUTE),
    (select(values=[{"value": "a"}, {"value": "a"}]), messages.DUPLICATE_VALUE),
    (select(values=[{"value": "", "label": "none"}]), messages.DUPLICATE_VALUE),
    (select(values=[], valuesExpression="=x"), messages.VALUES_EXPRESSION),
    (select(defaultValue="b"), messages.BAD_DEFAULT),
    ({"type": "filepicker", "key": "f", "label": "F", "defaultValue": ["x"]}, messages.BAD_DEFAULT),
    ({"type": "dynamiclist", "path": "l", "label": "L", "components": []}, messages.NO_FIELDS),
    ({"type": "dynamiclist", "key": "l", "label": "L", "components": [OK]}, messages.MISSING_KEY),
    ({"type": "group", "label": "G", "components": "x"}, messages.BAD_ATTRIBUTE),
    ({"type": "group", "label": "G", "components": [{"type": "html", "id": "h"}]}, messages.UNSUPPORTED_HTML),
    ({"type": "text", "text": "{{(}}"}, messages.BAD_EXPRESSION),
]


@pytest.mark.parametrize(("component", "template"), WRONG)
def test_one_mistake_one_problem(desk, component, template):
    with pytest.raises(errors.SchemaError) as refused:
        desk.read(component)
    assert [problem.template for problem in refused.value.problems] == [template]
    assert str(refused.value)


@pytest.mark.parametrize(
    "parts",
    [
        [OK, OK],
        [OK, {"type": "group", "label": "G", "components": [OK]}],
        [OK, {"type": "group", "label": "G", "path": "it", "components": [number()]}],
        [number(key="l"), {"type": "dynamiclist", "path": "l", "label": "L", "components": [OK]}],
    ],
)
def test_keys_are_unique(desk, parts):
    with pytest.raises(errors.SchemaError) as refused:
        desk.read(*parts)
    assert [problem.template for problem in refused.value.problems] == [messages.DUPLICATE_KEY]


def test_the_same_key_in_another_scope_is_another_key(desk):
    form = desk.read(
        OK,
        {"type": "group", "label": "G", "path": "g", "components": [OK]},
        {"type": "dynamiclist", "path": "l", "label": "L", "components": [OK]},
    )
    assert list(form.fields) == ["it", "g-it", "l"]
    assert list(form.fields["l"].section.fields) == ["it"]


@pytest.mark.parametrize(
    ("content", "template"),
    [
        (b"", messages.NOT_JSON),
        (b"\xff\xfe", messages.NOT_JSON),
        (b"[" * 100_000, messages.NOT_JSON),
        (b'{"type": "default", "components": [], "x": NaN}', messages.NOT_JSON),
        (b"[]", messages.NOT_A_FORM),
        (b'{"type": "default"}', messages.NOT_A_FORM),
        (b'{"type": "other", "components": []}', messages.NOT_A_FORM),
        (b'{"type": "default", "components": [1]}', messages.BAD_ATTRIBUTE),
        (b'{"type": "default", "components": [], "inputs": "x"}', messages.BAD_ATTRIBUTE),
        (b" " * 1_000_001, messages.TOO_LARGE_SCHEMA),
    ],
)
def test_a_file_that_is_no_form(content, template):
    with pytest.raises(errors.SchemaError) as refused:
        schema.read(content, compile)
    assert [problem.template for problem in refused.value.problems] == [template]


def test_forms_have_bounds(desk):
    nested = OK
    for _ in range(10):
        nested = {"type": "group", "label": "G", "components": [nested]}
    with pytest.raises(errors.SchemaError) as refused:
        desk.read(nested)
    assert [problem.template for problem in refused.value.problems] == [messages.TOO_DEEP]
    with pytest.raises(errors.SchemaError) as refused:
        desk.read(*(OK | {"key": f"k{index}"} for index in range(600)))
    assert [problem.template for problem in refused.value.problems] == [messages.TOO_MANY_COMPONENTS]


def test_a_row_wider_than_the_grid(desk):
    half = {"layout": {"row": "Row_1", "columns": 9}}
    with pytest.raises(errors.SchemaError) as refused:
        desk.read(OK | half, number() | half)
    assert [problem.template for problem in refused.value.problems] == [messages.ROW_TOO_WIDE]


def test_defaults_that_fit(desk):
    form = desk.read(
        OK | {"defaultValue": "x", "validate": {"required": True}},
        number(defaultValue="5", disabled="", readonly=None),
        moment(defaultValue="2026-03-01"),
        select(defaultValue=""),
        {"type": "checkbox", "key": "c", "label": "C", "defaultValue": False, "validate": {"required": True}},
        {"type": "checklist", "key": "cl", "label": "CL", "valuesKey": "units", "defaultValue": ["a"]},
    )
    assert form.id == "form"
    assert len(form.sha) == 64


def test_every_type_the_reader_knows_has_its_advice(desk):
    for kind in ("taglist", "image", "iframe", "expression", "documentPreview"):
        with pytest.raises(errors.SchemaError, match=kind):
            desk.read({"type": kind, "key": "x"})
    for kind in ("separator", "spacer"):
        assert kind in components.SUPPORTED
        assert desk.read({"type": kind, "id": "x"}).fields == {}


def test_a_schema_is_read_with_exact_numbers():
    content = {"type": "default", "components": [number(validate={"max": 0.1})]}
    form = schema.read(json.dumps(content).encode(), compile)
    assert str(form.fields["n"].rules.maximum) == "0.1"
