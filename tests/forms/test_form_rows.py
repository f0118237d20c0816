"""Dynamic lists work without JavaScript: rows come and go by submit buttons, and nobody is scolded meanwhile."""

from __future__ import annotations

from decimal import Decimal

from forms import messages

ROW = (
    {"type": "textfield", "key": "what", "label": "事项", "validate": {"required": True}},
    {"type": "number", "key": "amount", "label": "金额", "decimalDigits": 2},
)


def listing(*parts, path="lines", **attributes):
    return {"type": "dynamiclist", "path": path, "label": "明细", "components": list(parts or ROW), **attributes}


def test_a_handler_fills_in_rows_without_javascript(desk):
    form = desk.read(listing(), {"type": "textfield", "key": "title", "label": "题", "validate": {"required": True}})

    # The page opens with one blank row.
    page = desk.show(form)
    assert [row.index for row in page["lines"].rows] == [0]

    # She fills it in, then asks for one more row: the page comes back as she left it, without errors.
    typed = {"lines-row": ["0"], "lines-0-what": "fee", "lines-0-amount": "x"}
    page = desk.post(form, typed | {"lines-add": "1"})
    assert page.rearranging
    assert not page.validate()
    assert page.errors == {}
    assert [row.index for row in page["lines"].rows] == [0, 1]
    assert page["lines"].rows[0]["amount"]._value() == "x"

    # She fills in the second and takes away the first.
    typed |= {"lines-row": ["0", "1"], "lines-1-what": "interest", "lines-1-amount": "1.50", "title": "t"}
    page = desk.post(form, typed | {"lines-remove": "0"})
    assert page.rearranging
    assert [row.index for row in page["lines"].rows] == [1]

    # She hands it over; the index of the row has stayed, its place in the list has not.
    done = desk.post(form, {"lines-row": "1", "lines-1-what": "interest", "lines-1-amount": "1.50", "title": "t"})
    assert done.checked() == {"lines": [{"what": "interest", "amount": Decimal("1.50")}], "title": "t"}


def test_errors_in_rows_say_where(desk):
    form = desk.read(listing())
    page = desk.post(form, {"lines-0-amount": "many", "lines-1-what": "fee", "lines-1-amount": "1.555"})
    program = desk.send(form, {"lines": [{"amount": "many"}, {"what": "fee", "amount": "1.555"}]})
    for sent in (page, program):
        assert not sent.validate()
        assert [(problem.where, problem.template) for problem in sent.problems] == [
            ("lines.0.what", messages.REQUIRED),
            ("lines.0.amount", messages.NOT_A_NUMBER),
            ("lines.1.amount", messages.TOO_MANY_DECIMALS),
        ]
        assert list(sent.errors) == ["lines-0-what", "lines-0-amount", "lines-1-amount"]


def test_blank_rows_do_not_count(desk):
    form = desk.read(listing())
    assert desk.post(form, {"lines-row": ["0", "1"], "lines-1-what": " "}).checked() == {"lines": []}
    assert desk.send(form, {"lines": [{}, {"what": None}]}).checked() == {"lines": []}
    required = desk.read(listing(validate={"required": True}))
    for sent in (desk.post(required, {"lines-row": "0"}), desk.send(required, {"lines": [{}]})):
        assert not sent.validate()
        assert [problem.template for problem in sent.problems] == [messages.REQUIRED_ROW]


def test_stored_rows_are_shown(desk):
    stored = {"lines": [{"what": "a", "amount": 1}, {"what": "b", "amount": "2.5"}, "damaged"]}
    page = desk.show(desk.read(listing()), stored)
    assert page.data == {"lines": [{"what": "a", "amount": Decimal(1)}, {"what": "b", "amount": Decimal("2.5")}]}
    assert page["lines"].display == "2"
    assert desk.show(desk.read(listing()), {"lines": "damaged"}).data == {"lines": []}


def test_fewest_and_most_rows(desk):
    form = desk.read(listing(properties={"min_rows": "2", "max_rows": "3"}))
    rows = [{"what": str(number)} for number in range(5)]
    assert desk.send(form, {"lines": rows[:1]}).validate() is False
    assert desk.send(form, {"lines": rows[:3]}).validate()
    many = desk.send(form, {"lines": rows})
    assert not many.validate()
    assert [problem.template for problem in many.problems] == [messages.TOO_MANY_ROWS]
    few = desk.send(form, {"lines": rows[:1]})
    assert not few.validate()
    assert [problem.template for problem in few.problems] == [messages.TOO_FEW_ROWS]
    none = desk.send(form, {})
    assert not none.validate()
    full = desk.post(form, {"lines-row": ["0", "1", "2"], "lines-add": "1"})
    assert len(full["lines"].rows) == 3
    assert not full["lines"].can_add


def test_rows_that_are_given_can_be_filled_in_but_not_added(desk):
    parts = ({"type": "textfield", "key": "unit", "label": "单位", "readonly": True}, ROW[0])
    form = desk.read(listing(*parts, allowAddRemove=False))
    stored = {"lines": [{"unit": "A"}, {"unit": "B"}]}
    page = desk.post(form, {"lines-0-what": "x", "lines-1-what": "y", "lines-0-unit": "C"}, stored)
    assert page.checked() == {"lines": [{"unit": "A", "what": "x"}, {"unit": "B", "what": "y"}]}
    assert not page["lines"].can_remove
    for sent in (
        desk.post(form, {"lines-0-what": "x", "lines-7-what": "y", "lines-add": "1"}, stored),
        desk.send(form, {"lines": [{"what": "x"}, {"what": "y"}, {"what": "z"}]}, stored),
    ):
        assert len(sent["lines"].rows) == 2
        assert sent["lines"].process_errors
        assert not sent.validate()


def test_a_readonly_list_keeps_its_rows(desk):
    form = desk.read(listing(readonly=True))
    stored = {"lines": [{"what": "a", "amount": 1}]}
    for sent in (desk.post(form, {"lines-0-what": "z", "lines-add": "1"}, stored), desk.send(form, {}, stored)):
        assert sent.checked() == {"lines": [{"what": "a", "amount": Decimal(1)}]}


def test_lists_within_lists(desk):
    inner = listing(ROW[1], path="parts")
    form = desk.read(listing(ROW[0], inner))
    data = {"lines": [{"what": "a", "parts": [{"amount": 1}, {"amount": 2}]}, {"what": "b", "parts": []}]}
    assert desk.send(form, data).checked() == data
    names = {"lines-0-what": "a", "lines-0-parts-0-amount": "1", "lines-0-parts-4-amount": "2", "lines-1-what": "b"}
    assert desk.post(form, names).checked() == data
    adding = desk.post(form, names | {"lines-0-parts-add": "1"})
    assert adding.rearranging
    assert [row.index for row in adding["lines"].rows[0]["parts"].rows] == [0, 4, 5]
    nothing = desk.send(form, {"lines": [{"parts": [{}]}, {"parts": []}]})
    assert nothing.checked() == {"lines": []}
    wrong = desk.send(form, {"lines": [{"what": "a", "parts": [{"amount": "x"}]}]})
    assert not wrong.validate()
    assert wrong.problems[0].where == "lines.0.parts.0.amount"


def test_hostile_rows(desk):
    form = desk.read(listing())
    names = {"lines-99999-what": "x", "lines-１-what": "x", "lines--1-what": "x", "lines-x-what": "x", "lines-": "x"}
    assert desk.post(form, names | {"lines-row": ["²", "-3", ""]}).checked() == {"lines": []}
    crowd = {f"lines-{number}-what": "x" for number in range(2000)}
    sent = desk.post(form, crowd)
    assert len(sent["lines"].rows) == 50
    assert not sent.validate()
    for data in ("x", {"0": {}}, [[]], ["x"]):
        assert not desk.send(form, {"lines": data}).validate()


def test_files_in_rows(desk):
    form = desk.read(listing(ROW[0], {"type": "filepicker", "key": "proof", "label": "凭证"}))
    letter = desk.upload("letter.pdf")
    sent = desk.post(form, {"lines-row": "0", "lines-0-what": "a"}, files={"lines-0-proof": [letter]})
    assert sent.checked() == {"lines": [{"what": "a", "proof": [letter]}]}
