"""The bank's own words: forms, catalogues, letters and the complaints that the demo shows."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORMS = sorted((ROOT / "forms").glob("*.form"))
LETTERS = sorted((ROOT / "processes" / "letters").glob("*.txt"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
FIELDS = {"textfield", "textarea", "number", "datetime", "select", "radio", "checkbox", "checklist", "filepicker"}
COMPONENTS = FIELDS | {"text", "group", "dynamiclist", "separator"}

each_form = pytest.mark.parametrize("form", FORMS, ids=lambda path: path.stem)
each_letter = pytest.mark.parametrize("letter", LETTERS, ids=lambda path: path.stem)


@cache
def components(path: Path) -> list[dict[str, object]]:
    """All components of a form, those of groups and lists included."""

    def walk(items: list[dict[str, object]]) -> list[dict[str, object]]:
        return [found for item in items for found in (item, *walk(item.get("components", [])))]  # type: ignore[arg-type]

    return walk(json.loads(path.read_text())["components"])


def catalogue(name: str) -> list[dict[str, str]]:
    with (ROOT / "processes" / "catalogue" / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@cache
def complaints() -> list[dict[str, str]]:
    with (ROOT / "processes" / "demo" / "complaints.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@each_form
def test_a_form_asks_in_chinese_and_in_english(form: Path) -> None:
    schema = json.loads(form.read_text())
    assert schema["id"] == form.stem
    assert CHINESE.search(schema["title"])
    assert schema["title_en"]
    for component in components(form):
        assert component["type"] in COMPONENTS
        if component["type"] != "separator":
            assert CHINESE.search(str(component.get("label") or component.get("text")))
            properties = component["properties"]
            assert isinstance(properties, dict)
            assert properties["label_en"]
            assert ("description" in component) == ("description_en" in properties)


@pytest.mark.proves("R19", "R23")
@pytest.mark.parametrize(
    ("form", "key", "rule"),
    [
        ("register", "verbatim", {"required": True}),  # R45
        ("register", "demand", {"required": True}),  # R1
        ("classify", "subcategory", {"required": True}),  # R19
        ("investigate", "root_cause", {"required": True}),  # R23
        ("six-elements", "verified_facts", {"required": True, "minLength": 30}),  # R61
        ("six-elements", "justified", {"required": True}),
        ("six-elements", "lessons", {"required": True, "minLength": 10}),  # R63
        ("satisfaction", "expectation", {"required": True, "min": 1, "max": 10}),  # R88
        ("satisfaction", "call_evidence", {"required": True}),  # R64
        ("notify-customer", "told_proof", {"required": True}),  # R36
    ],
)
def test_the_rules_of_the_requirements_are_in_the_forms(form: str, key: str, rule: dict[str, object]) -> None:
    component = next(c for c in components(ROOT / "forms" / f"{form}.form") if c.get("key") == key)
    validate = component["validate"]
    assert isinstance(validate, dict)
    assert rule.items() <= validate.items()


def test_the_elements_that_are_computed_cannot_be_typed() -> None:
    """R64, R65, R66: satisfaction, times and handler come from the record."""
    report = {c.get("key"): c for c in components(ROOT / "forms" / "six-elements.form")}
    for key in ("element_satisfaction", "element_times", "element_handler"):
        assert report[key]["disabled"] is True


@each_letter
def test_a_letter_says_the_same_in_both_languages(letter: Path) -> None:
    parts = re.split(r"^\[(zh|en)\] ", letter.read_text(), flags=re.MULTILINE)
    assert parts[1::2] == ["zh", "en"]
    chinese, english = parts[2::2]
    assert CHINESE.search(chinese)
    assert not CHINESE.search(english)
    assert Counter(re.findall(r"{\w+}", chinese)).keys() - {"{unit_name}"} == set(re.findall(r"{\w+}", english)) - {
        "{unit_name}"
    }


@pytest.mark.proves("R19", "R23")
def test_the_categories_are_those_of_the_slides() -> None:
    """R19 to R24: four categories, two levels, six causes."""
    categories = catalogue("categories")
    assert [row["name"] for row in categories if not row["parent"]] == [
        "服务质量",
        "业务操作",
        "金融犯罪",
        "匿名投诉等",
    ]
    children = {row["name"]: row["parent"] for row in categories if row["parent"]}
    assert [name for name, parent in children.items() if parent == "SQ"] == ["服务态度", "服务产品", "服务渠道"]
    assert [name for name, parent in children.items() if parent == "OP"] == ["工作失误", "内部管理", "违规操作"]
    assert [row["name"] for row in catalogue("causes") if row["kind"] == "root"] == [
        "产品质量",
        "工作失误",
        "兑现承诺",
        "服务方式",
        "沟通渠道",
        "客户原因",
    ]


def test_the_shipped_complaints_are_enough_and_varied() -> None:
    texts = [row["text"] for row in complaints()]
    assert len(texts) == len(set(texts)) == 200
    assert all(40 <= len(text) <= 250 for text in texts)
    complex_ones = [row for row in complaints() if row["subcategory"] in ("SQ.PROD", "SQ.CHAN", "OP.VIOL")]
    assert len(complex_ones) >= 80
    openings = Counter(text[:4] for text in texts)
    assert max(openings.values()) <= 5


def test_the_shipped_complaints_use_the_codes_of_the_catalogues() -> None:
    known = {
        "channel": {row["code"] for row in catalogue("channels")},
        "subcategory": {row["code"] for row in catalogue("categories") if row["parent"]},
        "product": {row["code"] for row in catalogue("products")},
    }
    for row in complaints():
        assert all(row[column] in codes for column, codes in known.items())
        assert re.fullmatch(r"(1\d\d-000\d-\d{4})?", row["phone"])
    assert {row["channel"] for row in complaints()} == known["channel"]
    assert {row["subcategory"] for row in complaints()} == known["subcategory"]
