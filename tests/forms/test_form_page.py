"""What a template gets: labels in the reader's language, inputs that help, a grid, sentences that are translated."""

from __future__ import annotations

import threading

from forms import fields, messages
from forms.messages import Refused, Text

COLOURS = [{"value": "red", "label": "红", "label_en": "Red"}, {"value": "blue", "label": "蓝"}]
CHINESE = {
    messages.REQUIRED: "请填写。",
    messages.TOO_LONG: "最多 {maximum} 字,现有 {length} 字。",
    messages.PLACEHOLDER: "请选择",
    messages.YES: "是",
    messages.PATTERN_OWN: "{message}",
}


def part(kind, key="it", **attributes):
    return {"type": kind, "key": key, "label": "它", **attributes}


def test_a_form_speaks_the_language_of_its_reader(desk):
    form = desk.read(
        part("select", values=COLOURS, description="选一个", properties={"label_en": "It", "description_en": "One"}),
        part("textfield", "plain"),
        title="表单",
        title_en="Form",
    )
    chinese, english = desk.show(form), desk.show(form, locale="en")
    assert (form.name("zh"), form.name("en")) == ("表单", "Form")
    assert (chinese["it"].label.text, chinese["it"].description) == ("它", "选一个")
    assert (english["it"].label.text, english["it"].description) == ("It", "One")
    assert english["plain"].label.text == "它", "without a twin the Chinese stands"
    assert [choice.label for choice in chinese["it"].iter_choices()][1:] == ["红", "蓝"]
    assert [choice.label for choice in english["it"].iter_choices()][1:] == ["Red", "蓝"]


def test_errors_are_translated_and_keep_their_template(desk):
    form = desk.read(part("textfield", validate={"maxLength": 3, "required": True}))
    sent = desk.post(form, {"it": "abcd"}, translate=CHINESE.__getitem__)
    assert not sent.validate()
    assert sent.errors == {"it": ["最多 3 字,现有 4 字。"]}
    assert sent.problems[0].message == "Please write at most 3 characters; there are 4."
    assert desk.post(form, {"it": ""}, translate=CHINESE.__getitem__).validate() is False


def test_a_form_can_bring_its_own_sentence(desk):
    rules = {"pattern": "^A", "patternErrorMessage": "以{A}开头"}
    form = desk.read(part("textfield", validate=rules, properties={"pattern_message_en": "Begin with A"}))
    for locale, sentence in (("zh", "以{A}开头"), ("en", "Begin with A")):
        sent = desk.post(form, {"it": "B"}, locale=locale)
        assert not sent.validate()
        assert sent.errors == {"it": [sentence]}


def test_no_sentence_of_wtforms_gets_through(desk):
    form = desk.read(
        part("number", "a"),
        part("datetime", "b"),
        part("select", "c", values=COLOURS),
        part("checklist", "d", values=COLOURS),
        part("radio", "e", values=COLOURS),
    )
    sent = desk.post(form, dict.fromkeys("abcde", "wrong"))
    assert not sent.validate()
    assert len(sent.errors) == 5
    assert all(isinstance(error, Text) for errors in sent.errors.values() for error in errors)
    assert {problem.template for problem in sent.problems} <= set(messages.templates())


def test_inputs_help_the_browser(desk):
    form = desk.read(
        part("textfield", "name", validate={"required": True, "minLength": 2, "maxLength": 9}),
        part("textfield", "mail", validate={"validationType": "email"}),
        part("textarea", "story", readonly=True),
        part("number", "amount", decimalDigits=0),
        part("datetime", "day", subtype="date", properties={"min": "2026-01-01"}),
        part("datetime", "moment", subtype="datetime"),
        part("datetime", "clock", subtype="time"),
        part("checkbox", "yes", defaultValue=True),
        part("filepicker", "proof", multiple=True, accept=".pdf"),
        part("select", "unit", values=COLOURS, disabled=True),
        part("radio", "either", values=COLOURS),
        part("checklist", "some", values=COLOURS),
    )
    page = desk.show(form, {"name": '<"Li">', "unit": "red", "some": ["blue"], "day": "2026-03-01"})
    html = {name: str(page[name]()) for name in form.fields}
    assert 'maxlength="9" minlength="2"' in html["name"]
    assert "required" in html["name"]
    assert 'value="&lt;&#34;Li&#34;&gt;"' in html["name"]
    assert 'type="email"' in html["mail"]
    assert "readonly" in html["story"]
    assert 'inputmode="numeric"' in html["amount"]
    assert 'min="2026-01-01"' in html["day"]
    assert 'type="datetime-local"' in html["moment"]
    assert 'type="time"' in html["clock"]
    assert "checked" in html["yes"]
    assert 'value="true"' in html["yes"]
    assert 'accept=".pdf"' in html["proof"]
    assert "multiple" in html["proof"]
    assert "disabled" in html["unit"]
    assert '<option selected value="red">红</option>' in html["unit"]
    assert html["either"].count('type="radio"') == 2
    assert html["some"].count('type="checkbox"') == 2
    assert html["some"].count("checked") == 1


def test_values_for_reading(desk):
    form = desk.read(
        part("select", "one", values=COLOURS),
        part("checklist", "some", values=COLOURS),
        part("checkbox", "yes"),
        part("number", "amount"),
        part("filepicker", "proof"),
        part("datetime", "clock", subtype="time"),
    )
    stored = {"one": "red", "some": ["red", "blue"], "yes": True, "amount": "1.50", "proof": ["a.pdf"], "clock": "9:00"}
    page = desk.show(form, stored, translate=lambda template: CHINESE.get(template, template))
    assert {name: page[name].display for name in form.fields} == {
        "one": "红",
        "some": "红、蓝",
        "yes": "是",
        "amount": "1.50",
        "proof": "a.pdf",
        "clock": "09:00",
    }
    assert desk.show(form)["one"].display == ""


def test_the_grid(desk):
    form = desk.read(
        part("textfield", "a", layout={"row": "Row_1", "columns": 4}),
        part("textfield", "b", layout={"row": "Row_1", "columns": None}),
        part("textfield", "c", layout={"row": "Row_1"}),
        {"type": "separator"},
        {
            "type": "group",
            "label": "组",
            "components": [
                part("textfield", "d"),
                {"type": "dynamiclist", "path": "rows", "label": "行", "components": [part("number", "n")]},
            ],
        },
        part("textfield", "e", layout={"row": "Row_1", "columns": 2}),
    )
    shape = [[(cell.component.type, cell.component.key, cell.columns) for cell in row.cells] for row in form.layout]
    assert shape == [
        [("textfield", "a", 4), ("textfield", "b", 5), ("textfield", "c", 5), ("textfield", "e", 2)],
        [("separator", "", 16)],
        [("group", "", 16)],
    ]
    inside = form.layout[2].cells[0].rows
    assert [row.cells[0].component.key for row in inside] == ["d", "rows"]
    assert inside[1].cells[0].rows[0].cells[0].component.key == "n"


def test_components_carry_what_their_owner_wrote(desk):
    form = desk.read(
        part("number", properties={"visibility": "hr", "label_en": "It"}, appearance={"suffixAdorner": "元"})
    )
    component = form.fields["it"]
    assert component.properties == {"visibility": "hr", "label_en": "It"}
    assert (component.suffix, component.prefix, component.required) == ("元", "", False)


def test_any_word_can_be_a_key(desk):
    keys = ["data", "errors", "validate", "meta", "process", "客户姓名", "id", "row", "class", "form"]
    form = desk.read(*(part("textfield", key) for key in keys))
    texts = {key: key for key in keys}
    assert desk.post(form, texts).checked() == desk.send(form, texts).checked() == texts


def test_form_classes_are_shared_and_forms_are_not(desk):
    form = desk.read(part("textfield"), part("select", "s", valuesKey="units"))
    assert fields.form_class(form, "zh") is fields.form_class(form, "zh")
    assert fields.form_class(form, "zh") is not fields.form_class(form, "en")
    seen = {}

    def fill(name):
        for _ in range(20):
            page = desk.post(form, {"it": name, "s": name}, options={"units": [(name, name)]})
            seen.setdefault(name, set()).add((page.validate(), page.data["it"], page["s"].display))

    threads = [threading.Thread(target=fill, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {name: {(True, name, name)} for name in "abcd"}


def test_a_sentence_knows_where_it_comes_from():
    text = Text(Refused(messages.TOO_LONG, maximum=3, length=4), CHINESE.__getitem__)
    assert text == "最多 3 字,现有 4 字。"
    assert (text.template, text.parameters) == (messages.TOO_LONG, {"maximum": 3, "length": 4})
