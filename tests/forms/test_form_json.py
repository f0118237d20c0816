"""Programs are judged as people are; what is typed survives in a draft; what comes out can be sent in again."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from hypothesis import strategies as st

from forms import errors, messages, validation

VALUES = [{"value": value, "label": value.upper()} for value in ("a", "b", "c")]
PARTS = {
    "line": {"type": "textfield", "validate": {"maxLength": 8, "required": True}},
    "mail": {"type": "textfield", "validate": {"validationType": "email"}},
    "story": {"type": "textarea", "validate": {"minLength": 2}},
    "amount": {"type": "number", "decimalDigits": 2, "validate": {"min": 0, "max": 1000}},
    "count": {"type": "number", "decimalDigits": 0},
    "day": {"type": "datetime", "subtype": "date", "properties": {"min": "2020-01-01"}},
    "moment": {"type": "datetime", "subtype": "datetime"},
    "clock": {"type": "datetime", "subtype": "time"},
    "one": {"type": "select", "values": VALUES, "validate": {"required": True}},
    "either": {"type": "radio", "values": VALUES},
    "yes": {"type": "checkbox"},
    "some": {"type": "checklist", "values": VALUES},
}
ALL = tuple({"key": key, "label": key, **part} for key, part in PARTS.items())


def test_keys_that_the_form_does_not_have_are_named(desk):
    form = desk.read(*ALL, {"type": "dynamiclist", "path": "rows", "label": "R", "components": [ALL[2]]})
    sent = desk.send(form, {"line": "x", "one": "a", "is_admin": True, "rows": [{"story": "yes", "owner": "me"}]})
    with pytest.raises(errors.Invalid) as refused:
        sent.checked()
    assert [(problem.where, problem.template) for problem in refused.value.problems] == [
        ("is_admin", messages.UNKNOWN_KEY),
        ("rows.0.owner", messages.UNKNOWN_KEY),
    ]
    assert "is_admin" not in sent.data


def test_the_reserved_key_is_refused_at_any_depth(desk):
    form = desk.read(*ALL, {"type": "dynamiclist", "path": "rows", "label": "R", "components": [ALL[2]]})
    sent = desk.send(form, {"line": "x", "one": "a", "typename": "os", "rows": [{"typename": "os"}]})
    assert not sent.validate()
    assert {problem.template for problem in sent.problems} == {messages.RESERVED_KEY}
    assert [problem.where for problem in sent.problems] == ["typename", "rows.0.typename"]


def test_a_page_reads_declared_names_only(desk):
    sent = desk.post(desk.read(*ALL), {"line": "x", "one": "a", "typename": "os", "is_admin": "1"})
    assert sent.validate()
    assert set(sent.data) == set(PARTS)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("line", 5),
        ("line", ["x"]),
        ("line", {"x": 1}),
        ("line", True),
        ("amount", [1]),
        ("amount", True),
        ("amount", {"$gt": 0}),
        ("day", 20260301),
        ("one", ["a"]),
        ("one", 1),
        ("yes", "true"),
        ("yes", 1),
        ("some", "a"),
        ("some", [1]),
        ("some", {"a": True}),
    ],
)
def test_a_wrong_json_type_is_refused_once(desk, key, value):
    sent = desk.send(desk.read(*ALL), {"line": "x", "one": "a", key: value})
    assert not sent.validate()
    assert [(problem.where, problem.template) for problem in sent.problems] == [(key, messages.EXPECTED)]


@pytest.mark.parametrize("sent", [None, [], "x", 5, [{"line": "x"}]])
def test_what_is_no_object_is_refused(desk, sent):
    form = desk.send(desk.read(ALL[2]), sent)
    assert not form.validate()
    assert [problem.template for problem in form.problems] == [messages.NOT_AN_OBJECT]
    assert str(form.problems[0]) == messages.NOT_AN_OBJECT


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e300, 10**400, Decimal("1E+999999"), Decimal("NaN")])
def test_numbers_that_are_no_amounts(desk, number):
    assert not desk.send(desk.read(*ALL), {"line": "x", "one": "a", "amount": number}).validate()


def test_keys_that_are_no_texts(desk):
    sent = desk.send(desk.read(ALL[2]), {7: "x", "k" * 5000: 1})
    assert not sent.validate()
    assert [len(problem.where) for problem in sent.problems] == [1, 100]


def test_a_draft_keeps_what_was_typed(desk):
    form = desk.read(
        *ALL,
        {"type": "textfield", "key": "fixed", "label": "F", "readonly": True},
        {"type": "filepicker", "key": "proof", "label": "P"},
        {"type": "dynamiclist", "path": "rows", "label": "R", "components": [ALL[3]]},
    )
    typed = {
        "line": ["far too long for this field"],
        "amount": ["many"],
        "day": ["2026-"],
        "some": ["a", "c"],
        "story": ["a\0b"],
        "rows-row": ["0", "3"],
        "rows-3-amount": ["1.2345"],
        "fixed": ["changed"],
        "is_admin": ["1"],
    }
    kept = json.loads(json.dumps(validation.draft(form, validation.Posted(typed))))
    assert set(kept) == {"line", "amount", "day", "some", "story", "rows-row", "rows-3-amount"}
    page = validation.bind(form, validation.resume(kept), None, {"fixed": "F-1", "yes": True}, desk.evaluate)
    assert page.errors == {}
    assert page["line"]._value() == "far too long for this field"
    assert page["amount"]._value() == "many"
    assert page["story"]._value() == "ab"
    assert page["some"].data == ["a", "c"]
    assert page["yes"].data is False
    assert page["fixed"].data == "F-1"
    assert [row.index for row in page["rows"].rows] == [0, 3]
    assert page["rows"].rows[1]["amount"]._value() == "1.2345"
    assert kept == validation.draft(form, validation.resume(kept))


def test_without_a_draft_a_form_starts_from_what_is_stored(desk):
    assert validation.resume(None) is None
    assert validation.resume({}) is None
    assert validation.resume({"line": "damaged", "one": ["a"]}).texts == {"one": ["a"]}
    assert len(validation.resume({"one": ["a"]})) == 1


def test_data_as_json():
    zone = ZoneInfo("Asia/Shanghai")
    upload = type("Upload", (), {"filename": "a.pdf"})()
    data = {
        "whole": Decimal("5.00"),
        "part": Decimal("0.10"),
        "exact": Decimal("12345678901234567.89"),
        "day": date(2026, 3, 1),
        "moment": datetime(2026, 3, 1, 9, 30, tzinfo=zone),
        "clock": time(9, 30),
        "rows": [{"yes": True, "none": None, "n": 3}],
        "files": [upload],
    }
    assert json.loads(json.dumps(validation.to_json(data))) == {
        "whole": 5,
        "part": 0.1,
        "exact": "12345678901234567.89",
        "day": "2026-03-01",
        "moment": "2026-03-01T09:30:00+08:00",
        "clock": "09:30:00",
        "rows": [{"yes": True, "none": None, "n": 3}],
        "files": ["a.pdf"],
    }
    with pytest.raises(TypeError, match="got object"):
        validation.to_json({"x": object()})


def test_what_becomes_a_process_variable(desk):
    form = desk.read(
        *ALL,
        {"type": "textfield", "key": "unit", "label": "U", "properties": {"store": "variable"}},
        {"type": "number", "key": "secret", "label": "S", "properties": {"store": "case"}},
        {"type": "group", "label": "G", "path": "g", "components": [ALL[0], ALL[4]]},
        {"type": "dynamiclist", "path": "rows", "label": "R", "components": [ALL[3]]},
    )
    sent = desk.send(form, {"line": "x", "one": "a", "amount": 5, "unit": "U1", "g": {"line": "x", "count": 2}})
    picked = form.variables(sent.checked())
    assert set(picked) == {
        *("amount", "count", "day", "moment", "clock", "one", "either", "yes", "some", "unit", "g"),
    }
    assert picked["g"] == {"count": 2}
    assert form.variables({"one": "a"}) == {"one": "a"}


def test_the_form_as_json_schema(desk):
    form = desk.read(
        *ALL,
        {"type": "number", "key": "rate", "label": "率", "increment": 0.5, "properties": {"label_en": "Rate"}},
        {"type": "filepicker", "key": "proof", "label": "P"},
        {"type": "select", "key": "unit", "label": "U", "valuesKey": "units", "validate": {"required": True}},
        {"type": "textfield", "key": "fixed", "label": "F", "readonly": True, "validate": {"required": True}},
        {
            "type": "group",
            "label": "G",
            "path": "g",
            "conditional": {"hide": "=yes"},
            "components": [ALL[0]],
        },
        {"type": "dynamiclist", "path": "rows", "label": "R", "components": [ALL[0]]},
        title="表",
        title_en="Form",
    )
    described = json.loads(json.dumps(form.json_schema("en")))
    properties = described["properties"]
    assert described["title"] == "Form"
    assert described["required"] == ["line", "one", "unit"]
    assert described["additionalProperties"] is False
    assert properties["line"] == {"type": "string", "title": "line", "maxLength": 8}
    assert properties["mail"]["format"] == "email"
    assert properties["amount"]["maximum"] == 1000
    assert properties["rate"] == {"type": "number", "title": "Rate", "multipleOf": 0.5}
    assert properties["count"]["type"] == "integer"
    assert properties["moment"]["format"] == "date-time"
    assert properties["one"]["enum"] == ["a", "b", "c"]
    assert "enum" not in properties["unit"]
    assert properties["some"]["items"]["enum"] == ["a", "b", "c"]
    assert properties["yes"]["type"] == "boolean"
    assert properties["fixed"]["readOnly"] is True
    assert "required" not in properties["g"]
    assert properties["rows"]["items"]["required"] == ["line"]
    assert properties["proof"]["maxItems"] == 0


TEXT = st.text(max_size=12) | st.sampled_from(["12.5", "2026-03-01", "2026-03-01T09:30", "09:30", "a", "a@b.cn", "\0"])
SCALARS = {
    "number": TEXT | st.integers() | st.decimals(-10, 2000, places=2) | st.floats(allow_nan=False),
    "checkbox": st.booleans(),
    "checklist": st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=4),
}


def browser(key, value):
    """What a browser sends for a value, written down without the library."""
    if value is None or value is False:
        return {}
    if value is True:
        return {key: ["true"]}
    if isinstance(value, list):
        return {key: value} if value else {}
    if isinstance(value, float):
        return {key: [format(Decimal(repr(value)), "f")]}
    return {key: [format(value, "f") if isinstance(value, Decimal) else str(value)]}


@st.composite
def submissions(draw):
    keys = draw(st.lists(st.sampled_from(sorted(PARTS)), unique=True, min_size=1))
    in_rows = draw(st.booleans())
    hide = draw(st.sampled_from(["", "=first = null", '=first = "x"']))
    parts = [{"key": key, "label": key, "conditional": {"hide": hide}, **PARTS[key]} for key in keys]
    first = {"type": "textfield", "key": "first", "label": "first"}
    data = {key: draw(st.none() | SCALARS.get(PARTS[key]["type"], TEXT)) for key in keys}
    outer = {"first": draw(st.sampled_from([None, "x", "y"]))}
    if not in_rows:
        texts = {name: text for key in keys for name, text in browser(key, data[key]).items()}
        return [first, *parts], outer | data, texts | browser("first", outer["first"])
    listing = {"type": "dynamiclist", "path": "rows", "label": "rows", "components": parts}
    texts = {f"rows-0-{name}": text for key in keys for name, text in browser(key, data[key]).items()}
    return [first, listing], outer | {"rows": [data]}, texts | {"rows-row": ["0"]} | browser("first", outer["first"])


@hypothesis.given(submissions())
@hypothesis.settings(
    deadline=timedelta(seconds=2),
    max_examples=150,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
def test_page_and_program_are_judged_alike(desk, submission):
    parts, data, texts = submission
    form = desk.read(*parts)
    page, program = desk.post(form, texts), desk.send(form, data)
    assert page.validate() == program.validate()
    assert page.problems == program.problems
    assert page.data == program.data
    if page.validate():
        again = json.loads(json.dumps(validation.to_json(page.data)))
        assert desk.send(form, again).checked() == page.data
