"""Units, people and accounts from CSV: seen first, then all of it or nothing (R41, R42)."""

import pytest
from sqlalchemy import select

from complaints import passwords, people, staff_csv, staff_csv_reader, tables
from engine.environment import SYSTEM
from engine.errors import Conflict, Forbidden, Invalid

UNITS = """单位代码,单位名称,单位类型,上级单位,分管领导,第一联系人,第二联系人
north-1,城北一所,支行,north,,,
north,城北支行,支行,head,sun,fang,zhao
west,城西支行,支行,head,sun,wang,zhao
east,城东分行,支行,head,,qian,
"""
PEOPLE = """账号,姓名,单位代码,电话,角色,组
fang,方宁,north,010-7001,经办人,回访
wang,王磊,west,010-wang,经办人,
zhao,赵倩,east,010-zhao,经办人、领导,
"""


def files(tmp_path, units=UNITS, staff=PEOPLE, encoding="gb18030"):
    paths = tmp_path / "units.csv", tmp_path / "people.csv"
    for path, text in zip(paths, (units, staff), strict=True):
        path.write_bytes(text.encode(encoding))
    return [entry for path in paths for entry in staff_csv_reader.read(path)]


def plan(bank, entries):
    with bank.environment.read() as connection:
        return staff_csv.plan(connection, entries, bank.now)


def apply(bank, entries, digest=None, by=None):
    _, hashes = staff_csv.one_time(plan(bank, entries).new_users)
    actor = by.actor() if by else SYSTEM
    return bank.environment.run(actor, lambda tx: staff_csv.apply(tx, by, entries, hashes, digest))


def test_the_plan_shows_old_and_new_and_writes_nothing(bank, tmp_path):
    entries = files(tmp_path)
    found = plan(bank, entries)
    rows = {(row.kind, row.key): row for row in found.rows}
    assert found.counts() == {"added": 3, "changed": 2, "unchanged": 2, "wrong": 0}
    assert rows["unit", "east"].fields == (("name", "城东支行", "城东分行"),)
    assert rows["person", "zhao"].fields == (("unit", "west", "east"), ("roles", "handler", "handler,leader"))
    assert rows["unit", "west"].change == rows["person", "wang"].change == "unchanged"
    assert found.new_users == ["fang"]
    assert plan(bank, files(tmp_path, encoding="utf-8")).digest == found.digest


def test_all_of_it_in_one_command_in_whatever_order_the_rows_stand(bank, tmp_path):
    entries = files(tmp_path)
    found = plan(bank, entries)
    chosen, hashes = staff_csv.one_time(found.new_users)
    bank.environment.run(SYSTEM, lambda tx: staff_csv.apply(tx, None, entries, hashes, found.digest))
    with bank.environment.read() as connection:
        assert people.unit(connection, "north-1").level == 3
        assert people.responsible(connection, "north", "contact_a", bank.now) == "fang"
        row = connection.execute(select(tables.account).where(tables.account.c.user == "fang")).one()
        assert passwords.verified(row.password, chosen["fang"])
        assert row.must_change
        assert connection.scalar(select(tables.unit.c.preparing).where(tables.unit.c.code == "north"))
        assert not connection.scalar(select(tables.unit.c.preparing).where(tables.unit.c.code == "west"))
        bodies = connection.scalars(select(tables.metadata.tables["event"].c.body)).all()
    assert not [facts for facts in bodies if chosen["fang"] in facts or "010-7001" in facts]
    assert plan(bank, entries).counts() == {"added": 0, "changed": 0, "unchanged": 7, "wrong": 0}
    assert bank.verified()


@pytest.mark.parametrize(
    ("units", "staff", "line", "field"),
    [
        (UNITS.replace("城北支行,支行", "城北支行,储蓄所"), PEOPLE, 3, "kind"),
        (UNITS.replace("north,,,", "south,,,"), PEOPLE, 2, "parent"),
        (UNITS.replace("sun,fang", "sun,fong"), PEOPLE, 3, "contact_a"),
        (UNITS, PEOPLE.replace("经办人,回访", "总经理,回访"), 2, "roles"),
        (UNITS, PEOPLE.replace("fang,方宁", "方宁,方宁"), 2, "user"),
        (UNITS, PEOPLE + "fang,方宁,north,1,,\n", 5, "fang"),
        (UNITS, PEOPLE + "gu,顾\n", 5, ""),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_taken(bank, tmp_path, units, staff, line, field):
    entries = files(tmp_path, units, staff)
    wrong = plan(bank, entries).wrong
    assert [(row.line, row.problems[0].where) for row in wrong][-1] == (line, field)
    with pytest.raises(Invalid):
        apply(bank, entries)
    with bank.environment.read() as connection:
        assert connection.scalar(select(tables.unit.c.code).where(tables.unit.c.code == "north")) is None


def test_what_a_command_refuses_takes_the_whole_file_back(bank, tmp_path):
    circle = "code,name,kind,parent\neast,城东支行,branch,west\nwest,城西支行,branch,east\n"
    with pytest.raises(Invalid) as error:
        apply(bank, files(tmp_path, circle, "账号,姓名\n"))
    assert error.value.problems[0].where == "3.west"
    with bank.environment.read() as connection:
        assert people.unit(connection, "east").parent == "head"


def test_what_was_shown_is_what_is_done(bank, tmp_path):
    entries = files(tmp_path)
    digest = plan(bank, entries).digest
    bank.environment.run(SYSTEM, lambda tx: people.amend_unit(tx, "east", name="城东营业部"))
    with pytest.raises(Conflict):
        apply(bank, entries, digest)
    with pytest.raises(Forbidden):
        apply(bank, entries, None, bank.who("gao"))


def test_a_file_of_something_else_is_refused(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(Invalid, match="Expected the columns"):
        staff_csv_reader.read(path)
