"""A file of units or people: which column is which field, in Chinese or in English; codes may be words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from complaints import intake_csv_reader
from complaints.intake_csv_reader import Line
from engine.errors import Invalid, Problem

UNIT = {
    "code": ("单位代码", "代码"),
    "name": ("单位名称", "名称"),
    "name_en": ("英文名称",),
    "kind": ("单位类型", "类型"),
    "parent": ("上级单位", "上级"),
    "products": ("主管产品",),
    "leader": ("分管领导",),
    "contact_a": ("第一联系人",),
    "contact_b": ("第二联系人",),
}
PERSON = {
    "user": ("账号", "用户名"),
    "name": ("姓名",),
    "unit": ("单位代码", "单位"),
    "phone": ("电话",),
    "email": ("电子邮箱", "邮箱"),
    "roles": ("角色",),
    "groups": ("组", "岗位组"),
}
NEEDED = {"unit": ("code", "name", "kind"), "person": ("user", "name")}
CODES: Mapping[str, str] = {
    "总行": "head-office",
    "分行": "branch",
    "支行": "branch",
    "客服中心": "hotline",
    "消费者权益保护": "supervision",
    "办公室": "office",
    "纪检监察": "discipline",
    "部门": "department",
    "经办人": "handler",
    "督办": "supervisor",
    "领导": "leader",
    "流程管理员": "owner",
    "系统管理员": "administrator",
    "合规": "compliance",
    "工会": "gonghui",
    "回访": "callback",
    "值班": "duty",
    "督办岗": "supervision",
}
LISTS = {"products", "roles", "groups"}
MOST = 5000


@dataclass(frozen=True)
class Entry:
    """A row of a file with its values by field; `flaw` says why it cannot be read."""

    kind: str
    line: int
    values: Mapping[str, str]
    flaw: Problem | None


def read(path: Path) -> list[Entry]:
    """The rows of a file of units or of people, told apart by their columns. Raises Invalid."""
    table = intake_csv_reader.open_table(path, ())
    if table.total > MOST:
        raise Invalid("Expected at most {most} rows in a file, but it has {found}", most=MOST, found=table.total)
    for kind, known in (("person", PERSON), ("unit", UNIT)):
        columns = {field: _column(table.header, field, names) for field, names in known.items()}
        if all(columns[field] for field in NEEDED[kind]):
            return [_entry(kind, columns, line) for line in table.lines()]
    raise Invalid(
        "Expected the columns {unit} of units or {person} of people, but the file has {header}",
        unit=", ".join(NEEDED["unit"]),
        person=", ".join(NEEDED["person"]),
        header=", ".join(table.header[:20])[:300],
    )


def _column(header: tuple[str, ...], field: str, names: tuple[str, ...]) -> str | None:
    return next((column for column in header if column.lower() == field or column in names), None)


def _entry(kind: str, columns: Mapping[str, str | None], line: Line) -> Entry:
    given = {field: line.cells.get(column, "") for field, column in columns.items() if column is not None}
    values = {
        field: ",".join(sorted({CODES.get(part, part) for part in parts(text)})) if field in LISTS else text
        for field, text in given.items()
    }
    if "kind" in values:
        values["kind"] = CODES.get(values["kind"], values["kind"])
    return Entry(kind, line.number, values, line.flaw)


def parts(text: str) -> list[str]:
    """The values of a cell that holds several."""
    for separator in "、,;;|":
        text = text.replace(separator, ",")
    return [part.strip() for part in text.split(",") if part.strip()]
