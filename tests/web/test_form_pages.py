"""A schema as a page: labels, marks, help, mistakes, lists and conditions, with and without scripts."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import g, render_template

from complaints.viewer import SignedIn
from engine import bundle, feel
from forms import schema as schemas
from tests.web.conftest import sees
from web import render

FORM = {
    "type": "default",
    "id": "visit",
    "title": "回访",
    "title_en": "Visit",
    "components": [
        {"type": "text", "text": "# 请逐项填写 **真实** 情况"},
        {
            "type": "textfield",
            "key": "person",
            "label": "姓名",
            "description": "与证件一致",
            "validate": {"required": True},
            "properties": {"label_en": "Name"},
            "layout": {"row": "one", "columns": 10},
        },
        {
            "type": "number",
            "key": "amount",
            "label": "金额",
            "appearance": {"suffixAdorner": "元"},
            "layout": {"row": "one"},
        },
        {
            "type": "radio",
            "key": "result",
            "label": "结果",
            "values": [{"label": "满意", "value": "good"}, {"label": "不满意", "value": "bad"}],
            "validate": {"required": True},
        },
        {
            "type": "textarea",
            "key": "why",
            "label": "原因",
            "validate": {"required": True},
            "conditional": {"hide": '=result != "bad"'},
        },
        {"type": "textfield", "key": "fixed", "label": "系统计算", "readonly": True},
        {"type": "checkbox", "key": "agreed", "label": "已告知"},
        {"type": "datetime", "subtype": "date", "key": "day", "dateLabel": "日期", "label": "日期"},
        {
            "type": "dynamiclist",
            "path": "actions",
            "label": "措施",
            "components": [{"type": "textfield", "key": "what", "label": "内容", "validate": {"required": True}}],
            "conditional": {"hide": '=result = "good"'},
        },
    ],
}


CLERK = SignedIn("lin", "林晓", roles=frozenset({"handler"}))
LISTED = re.compile(r"actions-\d+-what")


def sent(page: BeautifulSoup) -> dict[str, Any]:
    """What a browser would send of the page, seen or hidden."""
    data: dict[str, Any] = {}
    for field in page.find_all(["input", "textarea"]):
        if field.get("type") not in ("radio", "checkbox") or field.has_attr("checked"):
            value = field.get_text().strip() if field.name == "textarea" else field.get("value", "")
            data.setdefault(field["name"], []).append(value)
    return data


def questions(**initial: Any) -> SimpleNamespace:
    """What a room would ask with this form."""
    schema = schemas.read(json.dumps(FORM).encode(), bundle.compile_condition)
    scope = feel.Scope(now=None, functions={})
    return SimpleNamespace(
        schema=schema,
        initial={"result": None, **initial},
        evaluate=lambda expression, values: expression(feel.to_feel(dict(values)), scope),
        options={},
    )


@pytest.fixture
def shown(bank):
    """Show the form as sent with `data`, or blank, and judged when asked."""

    def show(data: dict[str, Any] | None = None, judge: bool = False, locale: str = "zh", **initial: Any):
        with bank.app.test_request_context("/", method="POST", data=data, headers={"Cookie": f"locale={locale}"}):
            g.signed_in = CLERK
            asked = questions(**initial)
            sheet = render.blank(asked, "/again") if data is None else render.sent(asked, "/again")
            if judge:
                render.accepted(sheet)
            return sheet, BeautifulSoup(render_template("forms/body.html", sheet=sheet), "html.parser")

    return show


def test_every_field_has_its_label_and_its_help(shown) -> None:
    _, page = shown()
    for name in ("person", "amount", "day"):
        assert page.find("label", attrs={"for": page.find(attrs={"name": name})["id"]})
    assert "required" in page.find("label", attrs={"for": "person"})["class"]
    hint = page.find(id=page.find(id="person")["aria-describedby"])
    assert hint.get_text(strip=True) == "与证件一致"
    assert page.find(id="result").name == "fieldset"
    assert page.find(string="元")
    assert "请逐项填写 真实 情况" in page.get_text(), "the markup of the editor is not shown, nor executed"


def test_labels_come_in_english_where_there_are_any(shown) -> None:
    _, page = shown(locale="en")
    assert page.find("label", attrs={"for": "person"}).get_text(strip=True) == "Name"
    assert page.find("label", attrs={"for": "amount"}).get_text(strip=True) == "金额"


def test_what_decides_asks_for_the_form_again(shown) -> None:
    _, page = shown()
    assert not sees(page, "why")
    radio = page.find("input", attrs={"name": "result"})
    assert radio["hx-post"] == "/again"
    assert radio["hx-target"] == "#form-body"
    assert "hx-post" not in page.find(id="person").attrs
    _, page = shown({"result": "bad"})
    assert sees(page, "why")


def test_what_was_hidden_comes_back_as_it_was(shown) -> None:
    """Its first value, what was typed and the rows of a list travel with the page; nothing of it counts meanwhile."""
    steps = {"actions": [{"what": "培训"}, {"what": "回访"}]}
    _, page = shown({**sent(shown(why="流程缺陷", **steps)[1]), "result": "bad"})
    assert sees(page, "why")
    assert page.find(id="why").get_text().strip() == "流程缺陷"
    _, page = shown({**sent(page), "why": "人手不足", "result": "good"}, **steps)
    assert not sees(page, "why")
    sheet, again = shown(sent(page), judge=True)
    assert "why" not in render.data(sheet)
    assert not [button for button in again.find_all("button") if button.find_parent(attrs={"hidden": True})]
    _, page = shown({**sent(page), "result": "bad"})
    assert page.find(id="why").get_text().strip() == "人手不足"
    assert [field["value"] for field in page.find_all("input", attrs={"name": LISTED})] == ["培训", "回访"]


def test_mistakes_are_listed_and_stand_beside_their_fields(shown) -> None:
    sheet, page = shown({"amount": "viel", "result": "bad", "actions-row": "0", "actions-0-what": ""}, judge=True)
    links = {link["href"]: link.get_text() for link in page.find(id="flaws").find_all("a")}
    assert links.keys() >= {"#person", "#amount", "#why"}
    assert page.find(id="amount")["value"] == "viel", "what was typed stays"
    assert page.find(id="amount")["aria-invalid"] == "true"
    assert page.find(id="amount-error").get_text(strip=True)
    assert len(sheet.flaws) == len(links)


def test_a_list_grows_and_shrinks_by_buttons(shown) -> None:
    sheet, page = shown({"actions-row": ["0"], "actions-0-what": "培训", "actions-add": "1"}, judge=True)
    assert sheet.form.rearranging
    rows = page.find_all("input", attrs={"name": "actions-row"})
    assert [row["value"] for row in rows] == ["0", "1"]
    assert page.find(id="actions-0-what")["value"] == "培训"
    button = page.find("button", attrs={"name": "actions-add"})
    assert button["formaction"] == button["hx-post"] == "/again"
    assert button.has_attr("formnovalidate")
    _, page = shown(
        {"actions-row": ["0", "1"], "actions-0-what": "培训", "actions-1-what": "检查", "actions-remove": "0"}
    )
    assert [row["value"] for row in page.find_all("input", attrs={"name": "actions-row"})] == ["1"]
    assert page.find(id="actions-1-what")["value"] == "检查"


def test_what_the_system_computes_is_text_and_not_taken_from_the_page(shown) -> None:
    sheet, page = shown({"fixed": "gefälscht"}, fixed="3 天")
    assert page.find(id="fixed").name == "div"
    assert page.find(id="fixed").get_text(strip=True) == "3 天"
    assert render.data(sheet)["fixed"] == "3 天"


def test_hostile_words_stay_words(shown) -> None:
    hostile = '"><script>alert(1)</script>'
    _, page = shown({"person": hostile, "why": hostile, "result": "bad"})
    assert page.find("script") is None
    assert page.find(id="person")["value"] == hostile
    assert page.find(id="why").get_text().strip() == hostile


def test_cells_fill_the_twelve_columns(shown) -> None:
    sheet, _ = shown()
    for row in sheet.schema.layout:
        assert sum(width for _, width in render.widths(row)) == 12
