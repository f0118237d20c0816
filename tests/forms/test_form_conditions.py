"""What is hidden does not exist: it is decided on the server, in the order in which one answer depends on another."""

from __future__ import annotations

import pytest

from forms import errors, messages


def text(key, hide="", **attributes):
    return {"type": "textfield", "key": key, "label": key, "conditional": {"hide": hide}, **attributes}


def group(label, *parts, hide="", **attributes):
    return {"type": "group", "label": label, "components": list(parts), "conditional": {"hide": hide}, **attributes}


def test_a_hidden_field_is_neither_asked_nor_taken(desk):
    form = desk.read(
        {"type": "checkbox", "key": "anonymous", "label": "匿名"},
        text("name", "=anonymous = true", validate={"required": True}),
    )
    named = desk.post(form, {})
    assert not named.validate()
    assert named.problems[0].where == "name"
    assert desk.post(form, {"name": "Wang"}).checked() == {"anonymous": False, "name": "Wang"}
    assert desk.post(form, {"anonymous": "true", "name": "Wang"}).checked() == {"anonymous": True}
    assert desk.send(form, {"anonymous": True, "name": "Wang"}).checked() == {"anonymous": True}


def test_a_field_may_depend_on_one_further_down(desk):
    form = desk.read(text("reason", '=outcome = "ok"'), text("outcome"))
    assert desk.post(form, {"outcome": "ok", "reason": "x"}).data == {"outcome": "ok"}
    assert desk.post(form, {"outcome": "no", "reason": "x"}).data == {"outcome": "no", "reason": "x"}


def test_what_hides_by_a_hidden_value_sees_none(desk):
    form = desk.read(text("c", "=b != null"), text("b", '=a = "x"'), text("a"))
    assert desk.post(form, {"a": "x", "b": "1", "c": "2"}).data == {"a": "x", "c": "2"}
    assert desk.post(form, {"a": "y", "b": "1", "c": "2"}).data == {"a": "y", "b": "1"}


def test_a_group_hides_all_that_is_in_it(desk):
    inner = group("inside", text("deep"))
    form = desk.read(text("more"), group("outside", inner, text("near"), hide="=more = null"))
    deep, near = form.fields["deep"], form.fields["near"]
    closed, opened = desk.show(form), desk.show(form, {"more": "yes"})
    assert not closed.shows(deep)
    assert not closed.shows(near)
    assert opened.shows(deep)
    assert opened.shows(near)
    assert closed.data == {"more": None}


def test_conditions_see_the_forms_own_values_first_then_data_from_outside(desk):
    form = desk.read(text("channel"), text("letter", '=channel != "post" or stage = 2'), inputs=["stage"])
    outside = {"channel": "post", "stage": 1}
    assert "letter" in desk.show(form, outside).data
    assert "letter" not in desk.show(form, {"channel": "post", "stage": 2}).data
    assert "letter" not in desk.post(form, {"channel": "web"}, outside).data
    assert "letter" not in desk.post(form, {}, outside).data, "an emptied field is empty, not what it was"


def test_only_true_hides(desk):
    form = desk.read(text("a"), text("b", "=a"))
    assert "b" in desk.post(form, {"a": "yes"}).data


def test_a_group_with_a_path_nests_its_data(desk):
    form = desk.read(
        group(
            "地址",
            text("city", validate={"required": True}),
            text("street", '=place.city = "none"'),
            path="place",
        ),
        text("note", '=place.city = "none"'),
    )
    assert list(form.fields) == ["place-city", "place-street", "note"]
    page = desk.post(form, {"place-city": "北京", "place-street": "x", "note": "n"})
    program = desk.send(form, {"place": {"city": "北京", "street": "x"}, "note": "n"})
    assert page.checked() == program.checked() == {"place": {"city": "北京", "street": "x"}, "note": "n"}
    assert desk.show(form, {"place": {"city": "none"}}).data == {"place": {"city": "none"}}
    empty = desk.send(form, {"place": None})
    assert not empty.validate()
    assert empty.problems[0].where == "place.city"
    assert desk.send(form, {"place": "Beijing"}).refused[0].template == messages.EXPECTED


def test_rows_see_their_own_values_and_those_around(desk):
    form = desk.read(
        text("kind"),
        {
            "type": "dynamiclist",
            "path": "lines",
            "label": "行",
            "components": [text("what"), text("why", '=what = null or kind = "short"')],
        },
        text("summary", "=len(lines) != 2"),
    )
    rows = [{"what": "a", "why": "b"}, {"what": "c", "why": "d"}]
    sent = desk.send(form, {"kind": "long", "lines": rows, "summary": "s"})
    assert sent.checked() == {"kind": "long", "lines": rows, "summary": "s"}
    short = desk.send(form, {"kind": "short", "lines": rows}).checked()
    assert short["lines"] == [{"what": "a"}, {"what": "c"}]


def test_a_hidden_list_is_gone_with_its_buttons(desk):
    listing = {"type": "dynamiclist", "path": "lines", "label": "行", "components": [text("what")]}
    form = desk.read(text("kind"), {**listing, "conditional": {"hide": '=kind = "none"'}})
    sent = desk.post(form, {"kind": "none", "lines-row": "0", "lines-0-what": "x", "lines-add": "1"})
    assert not sent.rearranging
    assert sent.checked() == {"kind": "none"}


@pytest.mark.parametrize(
    "parts",
    [
        [text("a", "=a = null")],
        [text("a", "=b = null"), text("b", "=a = null")],
        [group("g", text("a"), hide="=a = null")],
    ],
)
def test_conditions_in_a_circle_are_refused(desk, parts):
    with pytest.raises(errors.SchemaError) as refused:
        desk.read(*parts)
    assert [problem.template for problem in refused.value.problems] == [messages.CIRCULAR]


def test_a_static_text_with_computed_pieces(desk):
    form = desk.read(
        {
            "type": "text",
            "text": "卷宗仍缺:{{missing}}。",
            "properties": {"label_en": "Still missing: {{missing}}."},
            "conditional": {"hide": "=len(missing) = 0"},
        },
        {"type": "text", "text": "不变"},
        inputs=["missing"],
    )
    first, second = form.section.everything
    shown = desk.show(form, {"missing": ["证据", "答复"]})
    assert shown.words(first) == "卷宗仍缺:证据、答复。"
    assert shown.words(second) == "不变"
    english = desk.show(form, {"missing": ["proof"]}, locale="en")
    assert english.words(first) == "Still missing: proof."
    assert not desk.show(form, {"missing": []}).shows(first)
