"""Lists of codes: shipped ones from `processes/catalogue`, living ones (units, people) from the tables."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

import processes
from complaints import people, tables
from complaints.viewer import SignedIn
from engine.prepared import prepared

FOLDER = Path(processes.__path__[0])
HANDLING = ("branch", "department", "hotline", "office", "supervision", "discipline")
STAGES = {
    "received": ("已受理", "Received"),
    "registered": ("已登记,待复核", "Registered, to be reviewed"),
    "classified": ("已分类,待分发", "Classified, to be distributed"),
    "distributed": ("已转办,待接收", "Handed to a unit"),
    "handling": ("调查处理中", "Being investigated"),
    "replied": ("已答复", "Answered"),
    "withdrawn": ("已撤诉", "Withdrawn"),
    "closed": ("已办结", "Closed"),
}
"""Stage → what the customer reads, in Chinese and in English."""
NEXT = {
    "received": ("核对登记内容,并在24小时内与您联系", "We check the record and contact you within 24 hours"),
    "registered": ("核对登记内容,并在24小时内与您联系", "We check the record and contact you within 24 hours"),
    "classified": ("转交承办单位", "Handed to the unit that will handle it"),
    "distributed": ("承办单位接收并开始调查", "The unit accepts it and begins to investigate"),
    "handling": ("完成调查并答复您", "The investigation is finished and you get an answer"),
    "replied": ("回访了解您是否满意", "We ask whether you are satisfied"),
    "withdrawn": ("", ""),
    "closed": ("", ""),
}
"""Stage → what comes next, in the same words."""
WAITS = {
    "received": ("正在核对登记内容", "the record is being checked"),
    "registered": ("正在核对登记内容", "the record is being checked"),
    "classified": ("正在确定承办单位", "the unit that will handle it is being chosen"),
    "distributed": ("正在等待承办单位接收", "the unit has not accepted it yet"),
    "handling": ("需要进一步调查核实", "the facts need further investigation"),
    "replied": ("正在核对答复的落实情况", "we check how the answer is put into effect"),
}
"""Stage → why the case is not finished yet, for a letter about its progress."""
Options = list[tuple[str, str]]


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of a shipped list, like `channels`."""
    with (FOLDER / "catalogue" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _listed(name: str, locale: str, keep: Callable[[Mapping[str, str]], bool] = bool) -> Options:
    return [(row["code"], _name(row, locale)) for row in rows(name) if keep(row)]


def _name(row: Mapping[str, str], locale: str) -> str:
    return (row["name_en"] if locale.startswith("en") else "") or row["name"]


def _subcategories(locale: str) -> Options:
    parents = {row["code"]: _name(row, locale) for row in rows("categories") if not row["parent"]}
    return [
        (row["code"], f"{parents[row['parent']]} · {_name(row, locale)}") for row in rows("categories") if row["parent"]
    ]


def _units(connection: Connection, locale: str, *kinds: str) -> Options:
    return [(unit.code, _unit_name(unit, locale)) for unit in people.units(connection, *kinds)]


def _unit_name(unit: people.UnitRow, locale: str) -> str:
    return (unit.name_en if locale.startswith("en") else "") or unit.name


def _people(connection: Connection, unit: str | None) -> Options:
    return [(row.user, row.name) for row in connection.execute(*_of_unit(unit))]


@prepared
def _of_unit(unit: Any) -> Any:
    account = tables.account
    theirs = account.c.unit.is_not_distinct_from(unit), account.c.disabled_at.is_(None)
    return select(account.c.user, account.c.name).where(*theirs).order_by(account.c.user)


def options(connection: Connection, key: str, locale: str = "zh", viewer: SignedIn | None = None) -> Options:
    """What a form's `valuesKey` offers, as (value, label). `people` are those of the viewer's unit. Raises KeyError."""
    offers: dict[str, Callable[[], Options]] = {
        "channels": lambda: _listed("channels", locale),
        "products": lambda: _listed("products", locale),
        "causes": lambda: _listed("causes", locale, lambda row: row["kind"] == "root"),
        "categories": lambda: _listed("categories", locale, lambda row: not row["parent"]),
        "subcategories": lambda: _subcategories(locale),
        "branches": lambda: _units(connection, locale, "branch", "department"),
        "units": lambda: _units(connection, locale, *HANDLING),
        "people": lambda: _people(connection, viewer.unit if viewer else None),
    }
    return offers[key]()


def named(connection: Connection, key: str, code: str, locale: str = "zh") -> str:
    """What a choice of a form's `valuesKey` is called, still offered or not; an unknown one names itself."""
    if key == "people":
        return people.names(connection, [code])[code]
    if key in ("units", "branches"):
        unit = people.find(connection, code)
        return _unit_name(unit, locale) if unit else code
    return label("categories" if key == "subcategories" else key, code, locale)


def label(kind: str, code: str | None, locale: str = "zh") -> str:
    """The name of a code of a shipped list (`channels`, `products`, …) or of `stages`; an unknown one names itself."""
    if kind == "stages":
        return STAGES[code][locale.startswith("en")] if code in STAGES else code or ""
    return next((_name(row, locale) for row in rows(kind) if row["code"] == code), code or "")


def topics(text: str) -> list[str]:
    """The topics whose words occur in a text, in the order of the list."""
    return [row["topic"] for row in rows("topics") if any(word in text for word in row["words"].split())]
