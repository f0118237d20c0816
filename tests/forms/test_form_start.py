"""Where a field starts, and what nobody can change."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from forms import validation

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOMENT = {"subtype": "datetime"}


def field(kind, **attributes):
    return {"type": kind, "key": "it", "label": "它", **attributes}


def test_what_is_readonly_or_disabled_keeps_its_value_whatever_is_sent(desk):
    form = desk.read(
        {"type": "textfield", "key": "number", "label": "编号", "readonly": True, "validate": {"required": True}},
        {"type": "number", "key": "amount", "label": "金额", "disabled": True, "defaultValue": 3},
    )
    stored = {"number": "TS-1"}
    assert desk.post(form, {"number": "TS-2", "amount": "9"}, stored).checked() == {"number": "TS-1", "amount": 3}
    assert desk.send(form, {"number": 17, "amount": "x"}, stored).checked() == {"number": "TS-1", "amount": 3}
    assert desk.post(form, {}).validate(), "what nobody can type is nobody's mistake"


def test_where_a_field_starts(desk):
    form = desk.read(
        field("textfield", defaultValue="by default"),
        {"type": "textfield", "key": "code", "label": "码", "properties": {"initial": "=case.code"}},
        {"type": "datetime", "key": "due", "label": "期限", "subtype": "date"},
        {"type": "textfield", "key": "count", "label": "数"},
    )
    shown = desk.show(form, {"case": {"code": "A1"}, "due": "2026-03-01", "count": 7})
    assert shown.data == {"it": "by default", "code": "A1", "due": date(2026, 3, 1), "count": "7"}
    assert desk.show(form, {"case": {"code": "A1"}, "code": "B2", "it": None}).data["code"] == "B2"
    assert desk.show(form, {"case": {"code": "A1"}, "it": None}).data["it"] is None
    assert desk.show(form, {"case": {"code": None}, "due": "gone wrong"}).data["due"] is None


def test_every_type_that_a_stored_moment_can_have(desk):
    form = desk.read(field("datetime", **MOMENT))
    nine = datetime(2026, 3, 1, 9, 0, tzinfo=SHANGHAI)
    for stored in (nine, nine.astimezone(ZoneInfo("UTC")), nine.isoformat(), "2026-03-01T01:00:00Z"):
        assert desk.show(form, {"it": stored}).data == {"it": nine}
        assert desk.show(form, {"it": stored})["it"].display == "2026-03-01T09:00"
    assert desk.show(form, {"it": nine + timedelta(seconds=5)})["it"].display == "2026-03-01T09:00:05"


def test_a_name_that_nobody_gave_is_null(desk):
    form = desk.read(field("textfield", properties={"initial": "=product"}))
    asked = []

    def evaluate(expression, known):
        asked.append(known)
        return

    validation.bind(form, None, None, {"unit": "A"}, evaluate)
    assert asked == [{"product": None, "unit": "A"}]
