"""Units as a tree, teams, absences, bodies, the import of people, who does what, and recusals, as people see them."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from click.testing import CliRunner

from complaints import people, staff_csv, teams
from web import staffing

PAGES = (
    "/control/units",
    "/control/units/west",
    "/control/teams",
    "/control/absences",
    "/control/accounts/wang/week",
    "/control/bodies",
    "/control/import",
    "/control/responsibility",
)
UNITS = "单位代码,单位名称,单位类型,上级单位,分管领导\nnorth,城北支行,支行,head,sun\nwest,城西分行,支行,head,sun\n"
PEOPLE = "账号,姓名,单位代码,角色\nfang,方宁,north,经办人\n"


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_in_both_languages(bank, path: str) -> None:
    browser = bank.as_("admin")
    for locale in ("zh", "en"):
        page = browser.get(f"{path}?lang={locale}")
        assert page.status == 200, page.text[:300]
        assert page.html.select_one("h1, h2.page-title") is not None


@pytest.mark.proves("R41")
def test_the_tree_shows_gaps_red_and_a_new_unit_goes_live_when_complete(bank) -> None:
    browser = bank.as_("admin")
    browser.get("/control/units")
    page = browser.send("/control/units", {"code": "north", "name": "城北支行", "kind": "branch", "parent": "west"})
    assert "筹备中" in page.text
    page = browser.send("/control/units/north/preparation?_method=DELETE")
    assert page.status == 409
    assert "分管领导" in page.text
    for kind, user in (("leader", "sun"), ("contact_a", "wang"), ("contact_b", "zhao")):
        browser.get("/control/units/north")
        browser.send("/control/units/north/appointments", {"kind": kind, "user": user, "since": "2026-03-01"})
    browser.get("/control/units/north")
    page = browser.send("/control/units/north/preparation?_method=DELETE")
    assert "已上线" in page.text
    page = browser.send("/control/units/north/parent?_method=PUT", {"parent": "head"})
    assert "单位已调整上级" in page.text
    page = browser.send("/control/units/north?_method=DELETE", {"successor": "east"})
    assert "城东支行" in page.text
    assert "重新启用单位" in page.text
    row = browser.get("/control/units").html.find("a", string="城东支行").find_parent("tr")
    assert len(row.select(".bg-red-lt")) == 3


def test_a_team_gets_members_and_a_channel_and_the_figures_turn(bank) -> None:
    browser = bank.as_("admin")
    browser.get("/control/teams")
    browser.send("/control/teams", {"code": "desk", "name": "热线一组", "unit": "95566"})
    page = browser.send(
        "/control/teams/desk/members", {"user": "lin", "skills": "first-contact、letters", "capacity": "5"}
    )
    assert "first-contact, letters" in page.text
    assert "0 / 5" in page.text
    page = browser.send("/control/channels/PHONE?_method=PUT", {"team": "desk", "deputy": "mei"})
    with bank.environment.read() as connection:
        assert teams.of_channel(connection, "PHONE") == ("desk", "mei")
    page = browser.send("/control/accounts/lin/week?_method=PUT", {"day_0": "08:00-12:00, 13:00-17:00"})
    assert page.html.select_one("#day_0")["value"] == "08:00-12:00, 13:00-17:00"
    assert browser.send("/control/accounts/lin/week?_method=PUT", {"day_0": "morning"}).status == 422


def test_an_absence_is_entered_and_taken_back(bank) -> None:
    clerk = bank.as_("lin")
    number = clerk.register()
    browser = bank.as_("admin")
    browser.get("/control/absences")
    given = {"user": "lin", "deputy": "mei", "starts": "2026-03-02T09:00", "ends": "2026-03-04T18:00"}
    page = browser.send("/control/absences", given)
    assert "1个在办任务" in page.text
    assert number in bank.as_("mei").get("/inbox").text
    form = next(one for one in page.html.find_all("form") if "销假" in one.get_text())
    assert "缺勤已结束" in browser.send(form["action"]).text
    with bank.environment.read() as connection:
        assert not people.is_absent(connection, "lin", bank.clock.now() + timedelta(minutes=1))


def test_the_supervision_body_is_renamed_on_a_page(bank) -> None:
    browser = bank.as_("admin")
    browser.get("/control/bodies")
    page = browser.send(
        "/control/bodies/gonghui?_method=PUT", {"name": "消费者权益保护部", "name_en": "CP", "unit": "gonghui"}
    )
    assert page.html.select_one("#name-gonghui")["value"] == "消费者权益保护部"
    assert "消费者权益保护部" in browser.get("/control/accounts/lin").text


def test_the_files_are_shown_first_and_the_passwords_once(bank) -> None:
    browser = bank.as_("admin")
    browser.get("/control/import")
    both = {
        "units": (io.BytesIO(UNITS.encode("gb18030")), "units.csv"),
        "people": (io.BytesIO(PEOPLE.encode()), "people.csv"),
    }
    page = browser.send("/control/import/preview", both, content_type="multipart/form-data")
    assert "城西分行" in page.text
    form = next(one for one in page.html.find_all("form") if one.get("action") == "/control/import")
    fields = {part["name"]: part.get_text() for part in form.select("textarea")}
    fields["digest"] = form.select_one("input[name=digest]")["value"]
    page = browser.send("/control/import", fields)
    assert "初始密码" in page.text
    password = page.html.select_one("pre").get_text().split(",")[1].strip()
    assert bank.browser().sign_in("fang", password).status == 200
    assert password not in browser.get("/control/import").text
    page = browser.send("/control/import", fields)
    assert page.status == 409


def test_a_wrong_row_is_shown_with_row_and_field_and_cannot_be_taken(bank) -> None:
    browser = bank.as_("admin")
    browser.get("/control/import")
    file = {"units": (io.BytesIO(UNITS.replace("sun", "nobody").encode()), "units.csv")}
    page = browser.send("/control/import/preview", file, content_type="multipart/form-data")
    assert "leader" in page.text
    assert not [one for one in page.html.find_all("form") if one.get("action") == "/control/import"]


def test_who_does_what_comes_as_a_table_and_as_a_file(bank) -> None:
    browser = bank.as_("admin")
    page = browser.get("/control/responsibility")
    assert "接收" in page.text
    assert "第二联系人" in page.text
    file = browser.client.get("/control/responsibility?form=csv")
    assert file.mimetype == "text/csv"
    assert "persons complained of()" in file.get_data(as_text=True)


def test_a_clerk_declares_and_compliance_reads_it(bank) -> None:
    clerk = bank.as_("lin")
    number = clerk.register()
    clerk.get(f"/cases/{number}/recusals")
    page = clerk.send(f"/cases/{number}/recusals", {"ground": "kinship", "note": "客户是我的表姐"})
    assert "亲属关系" in page.text
    assert number not in clerk.get("/inbox").text
    boss = bank.as_("gao")
    page = boss.get(f"/cases/{number}/recusals")
    form = next(one for one in page.html.find_all("form") if one.select_one("input[name=why]"))
    assert "已撤销" in boss.send(form["action"], {"why": "经核实并非亲属"}).text
    assert "客户是我的表姐" in bank.as_("he").get("/recusals").text


def test_the_command_shows_and_takes_with_passwords_in_a_file(bank, tmp_path) -> None:
    files = tmp_path / "units.csv", tmp_path / "people.csv"
    for path, text in zip(files, (UNITS, PEOPLE), strict=True):
        path.write_text(text, encoding="utf-8")
    command, names = staffing.command(lambda: (None, bank.environment)), [str(path) for path in files]
    shown = CliRunner().invoke(command, names)
    assert shown.exit_code == 0
    assert "2 added, 1 changed, 0 unchanged, 0 wrong" in shown.output
    assert CliRunner().invoke(command, [*names, "--apply"]).exit_code == 2
    out = tmp_path / "first.csv"
    done = CliRunner().invoke(command, [*names, "--apply", "--passwords", str(out)])
    assert done.exit_code == 0, done.output
    user, password = out.read_text(encoding="utf-8").splitlines()[1].split(",")
    assert out.stat().st_mode & 0o077 == 0
    assert password not in done.output
    assert bank.browser().sign_in(user, password).status == 200
    with bank.environment.read() as connection:
        again = staff_csv.plan(connection, [], bank.clock.now())
    assert again.counts()["added"] == 0
