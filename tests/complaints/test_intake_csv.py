"""Complaints from a CSV file: registered once, told where they do not fit, harmless whatever the file holds."""

import csv
import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from support import needs

from complaints import intake_csv, intake_csv_mapping, people, tables
from engine.clock import ZONE
from engine.environment import SYSTEM
from engine.errors import Forbidden, Invalid

HEADER = "编号,时间,内容,要求,渠道,网点,姓名,电话"
ROW = "A-{n},2026-02-27 15:30,柜员态度很差,等了两个小时,道歉并改进,电话,城西支行,王小明,138-1234-5678"
MAPPING = {
    "external": {"prefix": "old-", "columns": ["编号"]},
    "fields": {
        "channel": {"column": "渠道", "values": {"电话": "PHONE", "来信": "LETTER"}},
        "received_at": {"column": "时间", "formats": ["%Y-%m-%d %H:%M"]},
        "matter_kind": {"constant": "complaint"},
        "urgency": {"constant": "normal"},
        "verbatim": {"column": "内容"},
        "demand": {"column": "要求"},
        "branch": {"column": "网点"},
        "customer_name": {"column": "姓名"},
        "customer_phone": {"column": "电话"},
    },
}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "old.csv"


@pytest.fixture
def mapping(tmp_path):
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps(MAPPING), "utf-8")
    return path


def row(n, **changes):
    cells = dict(zip(HEADER.split(","), ROW.format(n=n).replace("很差,等", "很差、等").split(","), strict=True))
    return ",".join((cells | changes).values())


def write(file, *rows, encoding="utf-8", header=HEADER, separator="\r\n"):
    file.write_bytes((separator.join([header, *rows]) + separator).encode(encoding))


def load(bank, file, mapping, **options):
    return intake_csv.load(bank.environment, file, mapping=mapping, **options)


def cases(bank):
    query = select(tables.complaint).order_by(tables.complaint.c.number)
    with bank.environment.read() as connection:
        return connection.execute(query).all()


def complaints(result):
    """The rows of the file of errors."""
    with result.errors.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def test_rows_become_cases_in_the_words_of_the_customer(bank, file, mapping):
    write(file, row(1), row(2, 渠道="来信"))
    seen = []
    result = load(bank, file, mapping, progress=lambda done, total: seen.append((done, total)))
    assert (result.registered, result.known, result.wrong, result.errors) == (2, 0, 0, None)
    assert seen == [(2, 2)]
    first, second = cases(bank)
    assert (first.external, first.channel, first.branch, first.intake_group) == ("old-A-1", "PHONE", "west", "95566")
    assert first.received_at.astimezone(ZONE).isoformat() == "2026-02-27T15:30:00+08:00"
    assert (second.channel, second.intake_group) == ("LETTER", "gonghui")
    assert bank.steps(first.number) == ["ContactCustomer", "Review"]
    assert bank.incidents() == []
    assert bank.verified()


def test_an_import_is_nobody_s_first_contact(bank, file, mapping):
    """Whoever first speaks with the customer is the first owner (R34); a named person is it from the start."""
    write(file, row(1))
    load(bank, file, mapping)
    assert cases(bank)[0].first_owner is None
    assert bank.events(cases(bank)[0].number)[0] == "registered"
    write(file, row(2))
    load(bank, file, mapping, user="lin")
    assert cases(bank)[1].first_owner == "lin"
    write(file, row(3))
    with pytest.raises(Forbidden):
        load(bank, file, mapping, user="he")


def test_a_file_may_be_read_again(bank, file, mapping):
    write(file, *(row(n) for n in range(1, 8)))
    assert load(bank, file, mapping, limit=3).registered == 3
    again = load(bank, file, mapping)
    assert (again.registered, again.known) == (4, 3)
    assert load(bank, file, mapping).known == 7
    assert len(cases(bank)) == 7


def test_what_broke_off_goes_on(bank, file, mapping, monkeypatch):
    """Batches that were committed stay; the one that was cut off leaves nothing, and the next run does it."""
    monkeypatch.setattr(intake_csv, "BATCH", 2)
    write(file, *(row(n) for n in range(1, 6)))

    def stop(done, total):
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(bank, file, mapping, progress=stop)
    assert len(cases(bank)) == 4
    assert load(bank, file, mapping).registered == 1


def test_a_row_that_stands_twice_is_registered_once(bank, file, mapping):
    write(file, row(1), row(1))
    result = load(bank, file, mapping)
    assert (result.registered, result.known) == (1, 1)


def test_wrong_rows_are_told_and_keep_nobody_waiting(bank, file, mapping):
    write(
        file,
        row(1, 渠道="鸽子"),
        row(2, 时间="昨天"),
        row(3, 时间="2026-03-03 10:00"),
        row(4, 姓名="", 电话="打不通的"),
        row(5),
        row("", 编号=""),
        "太短,的,行",
        row(6, 内容="坏\x07字"),
    )
    result = load(bank, file, mapping)
    assert (result.registered, result.wrong) == (1, 7)
    assert result.errors == file.with_name("old.errors.csv")
    told = [(one["row"], one["column"], one["value"], one["expected"]) for one in complaints(result)]
    assert told[:2] == [
        ("2", "渠道", "鸽子", "Expected one of 电话, 来信"),
        ("3", "时间", "昨天", "Expected a time like 2026-03-02 09:30"),
    ]
    assert {one["row"] for one in complaints(result)} == {"2", "3", "4", "5", "7", "8", "9"}
    assert {one["column"] for one in complaints(result) if one["row"] == "5"} == {"姓名", "电话"}
    assert [case.external for case in cases(bank)] == ["old-A-5"]
    load(bank, file, mapping, limit=0)
    assert not result.errors.exists()


def test_errors_are_harmless_in_a_spreadsheet(bank, file, mapping):
    write(file, row(1, 电话='=HYPERLINK("http://x")'.replace(",", " ").replace('"', "")))
    (told,) = complaints(load(bank, file, mapping))
    assert told["value"].startswith("'=")


@pytest.mark.parametrize(("encoding", "separator"), [("utf-8", ","), ("utf-8-sig", ";"), ("gb18030", "\t")])
def test_encodings_and_delimiters_are_found_out(bank, file, mapping, encoding, separator):
    write(file, row(1).replace(",", separator), encoding=encoding, header=HEADER.replace(",", separator))
    assert load(bank, file, mapping).registered == 1


def test_what_cannot_be_read_is_refused_with_a_sentence(bank, file, mapping):
    write(file, row(1), header=HEADER.replace("渠道", "频道"))
    with pytest.raises(Invalid, match="Expected the columns 渠道, but the file has 编号, 时间"):
        load(bank, file, mapping)
    file.write_bytes(b"\xff\xfe\x80\x81\x82,\x00")
    with pytest.raises(Invalid, match="UTF-8 or GB18030"):
        load(bank, file, mapping)
    write(file, row(1), row(2, 内容='"' + "从不结束" * 50_000))
    with pytest.raises(Invalid, match="Row 3 cannot be read"):
        load(bank, file, mapping)
    file.write_bytes(b"")
    with pytest.raises(Invalid, match="Expected the columns"):
        load(bank, file, mapping)
    assert cases(bank) == []


def test_a_mapping_is_checked_as_a_whole(bank, file, tmp_path):
    write(file, row(1))
    bad = {"fields": {"channel": {"colum": "渠道"}, "demand": {"column": "要求", "constant": "?"}}, "feilds": {}}
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(bad))
    with pytest.raises(Invalid) as refused:
        load(bank, file, path)
    assert {problem.where for problem in refused.value.problems} == {
        "external",
        "feilds",
        "fields.channel",
        "fields.demand",
    }
    path.write_text("{")
    with pytest.raises(Invalid, match="JSON"):
        load(bank, file, path)
    with pytest.raises(Invalid, match="none of the shipped ones fits"):
        load(bank, file, None)


def test_dates_move_by_whole_weeks_into_covered_years():
    plan = intake_csv_mapping.read(intake_csv_mapping.FOLDER / "petitions.json")
    assert plan.into == (2024, 2025)
    for text in ("2012/2/29 23:59:59", "2019/4/25 9:32:09", "2011/4/2 0:00:00"):
        at = intake_csv_mapping._parsed(text, plan.fields["received_at"].formats)
        moved = intake_csv_mapping._moved(at, plan.into)
        local = moved.astimezone(ZONE)
        assert local.year in (2024, 2025)
        assert (moved - at) % timedelta(weeks=1) == timedelta(0)
        assert local.time() == at.astimezone(ZONE).time()


def test_the_shipped_texts_need_no_mapping(bank, file):
    """Units are found by name as well as by code; anonymous complaints have no party."""
    for code, name in (("west", "城南支行"), ("east", "滨江支行")):
        bank.environment.run(SYSTEM, lambda tx, code=code, name=name: people.amend_unit(tx, code, name=name))
    file.write_bytes((intake_csv_mapping.FOLDER.parent / "demo" / "complaints.csv").read_bytes())
    result = intake_csv.load(bank.environment, file, limit=60)
    assert (result.registered, result.wrong) == (60, 0)
    assert {case.branch for case in cases(bank)} == {"west", "east", None}
    nameless = select(func.count()).select_from(tables.party).where(tables.party.c.name.is_(None))
    with bank.environment.read() as connection:
        assert connection.scalar(nameless) == 1


def test_petitions_of_a_city_fit_too(bank, tmp_path):
    """Volume and length of real texts; the file lies beside the checkout and is no part of the product."""
    source = needs.shared("data/zh_complaints_with_replies.csv")
    copy = tmp_path / source.name
    copy.write_bytes(source.read_bytes())
    result = intake_csv.load(bank.environment, copy, limit=25)
    assert (result.registered, result.wrong) == (25, 0)
