"""Each component: what it takes, what it refuses and with which words; the page and the API agree."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from forms import messages

SHANGHAI = ZoneInfo("Asia/Shanghai")
COLOURS = {"values": [{"value": "red", "label": "红", "label_en": "Red"}, {"value": "blue", "label": "蓝"}]}


def field(kind, **attributes):
    return {"type": kind, "key": "it", "label": "它", **attributes}


def rules(**validate):
    return {"validate": validate}


DATE = {"subtype": "date"}
MOMENT = {"subtype": "datetime"}
TIME = {"subtype": "time"}
ACCEPTED = [
    (field("textfield"), "  hello  ", "hello"),
    (field("textfield"), "", None),
    (field("textfield", **rules(minLength=2, maxLength=3)), "年费", "年费"),
    (field("textfield", **rules(validationType="email")), "a.b@example.com", "a.b@example.com"),
    (field("textfield", **rules(validationType="phone")), "+86 (010) 6655-4433", "+86 (010) 6655-4433"),
    (field("textfield", **rules(validationType="phone")), "95566", "95566"),
    (field("textfield", **rules(validationType="custom", pattern="^[A-Z]{2}")), "ABc", "ABc"),
    (field("textarea"), "one\r\ntwo\rthree", "one\ntwo\nthree"),
    (field("number"), "1,234.50", Decimal("1234.50")),
    (field("number"), "１２．５", Decimal("12.5")),
    (field("number"), "-.5", Decimal("-0.5")),
    (field("number", decimalDigits=0), "12", 12),
    (field("number", decimalDigits=0), "12.0", 12),
    (field("number", decimalDigits=2, **rules(min=0, max=10)), "0", Decimal(0)),
    (field("number", increment=0.05), "0.15", Decimal("0.15")),
    (field("datetime", **DATE), "2026-3-1", date(2026, 3, 1)),
    (field("datetime", **DATE), "2026/03/01", date(2026, 3, 1)),
    (field("datetime", **MOMENT), "2026-03-01T09:30", datetime(2026, 3, 1, 9, 30, tzinfo=SHANGHAI)),
    (field("datetime", **MOMENT), "2026-03-01 01:30:05Z", datetime(2026, 3, 1, 9, 30, 5, tzinfo=SHANGHAI)),
    (field("datetime", **MOMENT), "2026-03-01T09:30:00.25+09:00", datetime(2026, 3, 1, 8, 30, 0, 250000, SHANGHAI)),
    (field("datetime", **TIME), "9:05", time(9, 5)),
    (field("datetime", **TIME), "23:59:59", time(23, 59, 59)),
    (field("select", **COLOURS), "red", "red"),
    (field("select", **COLOURS), "", None),
    (field("radio", **COLOURS), "blue", "blue"),
]


@pytest.mark.parametrize(("component", "text", "value"), ACCEPTED)
def test_what_a_component_takes(desk, component, text, value):
    form = desk.read(component)
    page, program = desk.post(form, {"it": text}), desk.send(form, {"it": text})
    assert page.checked() == {"it": value} == program.checked()
    assert type(page.data["it"]) is type(value)


REFUSED = [
    (field("textfield", **rules(required=True)), " ", messages.REQUIRED),
    (field("textfield"), "one\ntwo", messages.ONE_LINE),
    (field("textfield"), "a\0b", messages.CONTROL_CHARACTERS),
    (field("textarea"), "lone \ud800", messages.CONTROL_CHARACTERS),
    (field("textfield"), "x" * 2001, messages.TOO_LONG),
    (field("textarea"), "x" * 1_000_001, messages.TOO_LONG),
    (field("textarea", **rules(minLength=10)), "short", messages.TOO_SHORT),
    (field("textfield", **rules(validationType="email")), "nobody", messages.EMAIL),
    (field("textfield", **rules(validationType="email")), "a@" + "b" * 260 + ".de", messages.EMAIL),
    (field("textfield", **rules(validationType="phone")), "call me", messages.PHONE),
    (field("textfield", **rules(validationType="phone")), "1234", messages.PHONE),
    (field("textfield", **rules(pattern="^[0-9]+$")), "12a", messages.PATTERN),
    (field("number"), "twelve", messages.NOT_A_NUMBER),
    (field("number"), "NaN", messages.NOT_A_NUMBER),
    (field("number"), "1e5", messages.NOT_A_NUMBER),
    (field("number"), "1,23", messages.NOT_A_NUMBER),
    (field("number"), "1" * 21, messages.TOO_MANY_DIGITS),
    (field("number"), "1" * 5000, messages.NOT_A_NUMBER),
    (field("number"), "0." + "1" * 21, messages.TOO_MANY_DECIMALS),
    (field("number", decimalDigits=2), "1.234", messages.TOO_MANY_DECIMALS),
    (field("number", decimalDigits=0), "1.5", messages.WHOLE_NUMBER),
    (field("number", **rules(min=0)), "-0.01", messages.TOO_SMALL),
    (field("number", **rules(max=1.5)), "1.51", messages.TOO_LARGE),
    (field("number", increment=0.05), "0.16", messages.STEP),
    (field("number", **rules(required=True)), "", messages.REQUIRED),
    (field("datetime", **DATE), "yesterday", messages.NOT_A_DATE),
    (field("datetime", **DATE), "2026-02-30", messages.NOT_A_DATE),
    (field("datetime", **DATE), "0026-02-03", messages.YEAR),
    (field("datetime", **MOMENT), "2026-03-01", messages.NOT_A_DATETIME),
    (field("datetime", **MOMENT), "2026-02-30 09:30", messages.NOT_A_DATETIME),
    (field("datetime", **MOMENT), "2026-03-01 25:30", messages.NOT_A_DATETIME),
    (field("datetime", **MOMENT), "2026-03-01T09:30+99:00", messages.NOT_A_DATETIME),
    (field("datetime", **TIME), "noon", messages.NOT_A_TIME),
    (field("datetime", **TIME), "24:00", messages.NOT_A_TIME),
    (field("select", **COLOURS), "green", messages.NOT_AN_OPTION),
    (field("select", **COLOURS, **rules(required=True)), "", messages.REQUIRED_CHOICE),
    (field("radio", **COLOURS), "green", messages.NOT_AN_OPTION),
]


@pytest.mark.parametrize(("component", "text", "template"), REFUSED)
def test_what_a_component_refuses(desk, component, text, template):
    form = desk.read(component)
    for sent in (desk.post(form, {"it": text}), desk.send(form, {"it": text})):
        assert not sent.validate()
        assert [(problem.where, problem.template) for problem in sent.problems] == [("it", template)]
        assert sent.errors == {"it": [sent.problems[0].message]}


BOUNDS = [
    (DATE, {"min": "2026-03-01"}, "2026-02-28", messages.TOO_EARLY),
    (DATE, {"max": "2026-03-01"}, "2026-03-02", messages.TOO_LATE),
    (DATE, {"not_future": "true"}, "2026-03-11", messages.IN_THE_FUTURE),
    (DATE, {"not_past": True}, "2026-03-09", messages.IN_THE_PAST),
    (DATE, {"max": "=now()"}, "2026-03-11", messages.IN_THE_FUTURE),
    (DATE, {"max": "=limit"}, "2026-04-02", messages.TOO_LATE),
    (DATE, {"min": "=limit"}, "2026-03-31", messages.TOO_EARLY),
    (MOMENT, {"min": "2026-03-01 10:00"}, "2026-03-01T09:59", messages.TOO_EARLY),
    (MOMENT, {"max": "2026-03-01T10:00"}, "2026-03-01T10:01", messages.TOO_LATE),
    (MOMENT, {"not_future": "true"}, "2026-03-10T12:01", messages.IN_THE_FUTURE),
    (MOMENT, {"max": "=now()"}, "2026-03-10T12:01", messages.IN_THE_FUTURE),
    (MOMENT, {"max": "=moment"}, "2026-03-01T12:01", messages.TOO_LATE),
    (TIME, {"min": "08:30", "max": "17:00"}, "08:29", messages.TOO_EARLY),
    (TIME, {"max": "17:00"}, "17:01", messages.TOO_LATE),
    (TIME, {"max": "=closing"}, "18:01", messages.TOO_LATE),
]
STORED = {
    "limit": date(2026, 4, 1),
    "moment": datetime(2026, 3, 1, 4, 0, tzinfo=UTC),
    "closing": time(18, 0),
    "most": 100,
}


@pytest.mark.parametrize(("subtype", "properties", "text", "template"), BOUNDS)
def test_dates_and_times_have_bounds(desk, subtype, properties, text, template):
    form = desk.read(field("datetime", **subtype, properties=properties))
    sent = desk.post(form, {"it": text}, STORED)
    assert not sent.validate()
    assert sent.problems[0].template == template


@pytest.mark.parametrize(("subtype", "text"), [(DATE, "2026-03-10"), (MOMENT, "2026-03-10T12:00"), (TIME, "17:00")])
def test_the_bound_itself_is_inside(desk, subtype, text):
    properties = {"min": text, "max": text}
    if subtype != TIME:
        properties["not_future"] = properties["not_past"] = "true"
    assert desk.post(desk.read(field("datetime", **subtype, properties=properties)), {"it": text}).validate()


def test_a_computed_bound_of_a_number(desk):
    form = desk.read(field("number", properties={"max": "=most", "min": "5"}))
    assert desk.post(form, {"it": "100"}, STORED).validate()
    assert not desk.post(form, {"it": "101"}, STORED).validate()
    assert not desk.post(form, {"it": "4"}, STORED).validate()
    assert desk.post(form, {"it": "101"}, {"most": None}).validate()


def test_a_computed_bound_without_a_zone_is_meant_here(desk):
    form = desk.read(field("datetime", **MOMENT, properties={"max": "=local"}))
    stored = {"local": datetime.fromisoformat("2026-03-01T12:00")}
    assert desk.post(form, {"it": "2026-03-01T12:00"}, stored).validate()
    assert not desk.post(form, {"it": "2026-03-01T12:01"}, stored).validate()


def test_a_bound_of_another_type_is_the_forms_mistake(desk):
    form = desk.read(field("datetime", **DATE, properties={"max": "=most"}))
    with pytest.raises(TypeError, match="computed 100"):
        desk.post(form, {"it": "2026-03-01"}, STORED).validate()


def test_a_form_that_compares_with_the_present_needs_the_present(desk):
    form = desk.read(field("datetime", **DATE, properties={"not_future": "true"}))
    sent = desk.post(form, {"it": "2026-03-01"})
    object.__setattr__(sent.binding, "now", None)
    with pytest.raises(TypeError, match="hand in `now`"):
        sent.validate()


def test_a_tick(desk):
    form = desk.read(field("checkbox", **rules(required=True)))
    for given in ({"it": "true"}, {"it": "on"}, {"it": ["false", "true"]}):
        assert desk.post(form, given).checked() == {"it": True}
    for missing in ({}, {"it": "false"}, {"it": ""}):
        sent = desk.post(form, missing)
        assert not sent.validate()
        assert sent.problems[0].template == messages.REQUIRED_TICK
    assert desk.send(form, {"it": True}).checked() == {"it": True}
    assert not desk.send(form, {"it": False}).validate()
    assert desk.post(desk.read(field("checkbox")), {}).checked() == {"it": False}


def test_several_ticks_come_out_in_the_order_of_the_list(desk):
    form = desk.read(field("checklist", **COLOURS, **rules(required=True)))
    assert desk.post(form, {"it": ["blue", "red", "blue"]}).checked() == {"it": ["red", "blue"]}
    assert desk.send(form, {"it": ["blue", "red"]}).checked() == {"it": ["red", "blue"]}
    for sent in (desk.post(form, {"it": ["red", "green"]}), desk.send(form, {"it": ["red", "green"]})):
        assert not sent.validate()
        assert sent.problems[0].template == messages.NOT_AN_OPTION
    for sent in (desk.post(form, {}), desk.send(form, {"it": []})):
        assert not sent.validate()
        assert sent.problems[0].template == messages.REQUIRED_CHOICES


def test_choices_from_outside(desk):
    form = desk.read(field("select", valuesKey="units"))
    offered = {"units": [("1010", "总行营业部"), ("1020", "海淀支行")]}
    assert desk.post(form, {"it": "1020"}, options=offered).checked() == {"it": "1020"}
    assert not desk.post(form, {"it": "9999"}, options=offered).validate()
    with pytest.raises(LookupError, match="units"):
        desk.post(form, {"it": "1020"})


def test_a_chosen_value_that_is_no_longer_offered_stands_for_itself(desk):
    shown = desk.show(desk.read(field("select", **COLOURS, readonly=True)), {"it": "green"})
    assert shown["it"].display == "green"
    assert shown.checked() == {"it": "green"}


def test_files(desk):
    form = desk.read(field("filepicker", multiple=True, accept=".pdf, image/*", properties={"max_size_mb": "1"}))
    letter, photo = desk.upload("Letter.PDF"), desk.upload("photo.jpg")
    none_chosen = desk.upload("")
    sent = desk.post(form, {}, files={"it": [letter, none_chosen, photo]})
    assert sent.checked() == {"it": [letter, photo]}
    assert letter.stream.read() == b"content"


@pytest.mark.parametrize(
    ("files", "template"),
    [
        ([], messages.REQUIRED_FILE),
        (["run.exe"], messages.FILE_TYPE),
        (["noextension"], messages.FILE_TYPE),
        (["a.pdf"] * 3, messages.TOO_MANY_FILES),
        (["a\0.pdf"], messages.FILE_NAME),
        ([("a.pdf", b"")], messages.FILE_EMPTY),
        ([("a.pdf", b"x" * 1_000_001)], messages.FILE_SIZE),
    ],
)
def test_files_that_are_refused(desk, files, template):
    properties = {"max_size_mb": "1", "max_files": "2"}
    form = desk.read(
        field("filepicker", multiple=True, accept=".pdf,image/*", properties=properties, **rules(required=True))
    )
    uploads = [desk.upload(file) if isinstance(file, str) else desk.upload(*file) for file in files]
    sent = desk.post(form, {}, files={"it": uploads})
    assert not sent.validate()
    assert sent.problems[0].template == template


def test_a_file_stored_before_counts(desk):
    form = desk.read(field("filepicker", **rules(required=True)))
    kept = [{"filename": "letter.pdf"}]
    assert desk.show(form, {"it": kept})["it"].display == "letter.pdf"
    assert desk.post(form, {}, {"it": kept}).checked() == {"it": []}
    assert not desk.send(form, {"it": ["letter.pdf"]}, {"it": kept}).validate()
    assert desk.send(form, {"it": []}, {"it": kept}).validate()


def test_the_data_of_a_page_can_be_judged_once_more(desk):
    form = desk.read(field("filepicker", **rules(required=True)), field("datetime", **DATE) | {"key": "day"})
    data = desk.post(form, {"day": "2026-03-01"}, files={"it": [desk.upload("a.pdf")]}).checked()
    assert desk.send(form, data).checked() == data


def test_several_values_where_one_is_expected(desk):
    for component in (field("textfield"), field("number"), field("select", **COLOURS)):
        sent = desk.post(desk.read(component), {"it": ["red", "blue"]})
        assert not sent.validate()
        assert sent.problems[0].template == messages.ONE_VALUE
    sent = desk.post(desk.read(field("textfield")), {"it": [object()]})
    assert not sent.validate()
