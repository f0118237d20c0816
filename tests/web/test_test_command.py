"""`huiyin test` from the process owner's seat: what it plays, what it says, with which exit code it ends."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from support.engine import chain, diagram, process, user

from web import cli

SEND = '<bpmn:serviceTask id="send" name="send" camunda:type="external" camunda:topic="notify"><bpmn:extensionElements>'
SEND += '<camunda:inputOutput><camunda:inputParameter name="template">progress</camunda:inputParameter>'
SEND += '<camunda:inputParameter name="addressees">=["A"]</camunda:inputParameter></camunda:inputOutput>'
SEND += "</bpmn:extensionElements></bpmn:serviceTask>"
DIAGRAM = diagram(
    process(chain(("ask", user("ask", 'camunda:candidateGroups="unit:chengnan"')), ("send", SEND)), "tell")
)
GOOD = """
scenarios:
  - name: told
    given: {operations: {notify: {returns: {}}}}
    when:
      - {complete: ask, by: wang}
    then: {ended: true}
"""
BAD = GOOD.replace("ended: true", "ended: false") + "  - name: waits\n    then: {open: [ask]}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tell.bpmn").write_bytes(DIAGRAM)
    (tmp_path / "tell.scenario.yaml").write_text(GOOD)
    return tmp_path


def run(folder: Path, *options: str, **environ: str) -> Result:
    data = folder / "var"
    settings = {
        "HUIYIN_DATA_DIR": str(data),
        "HUIYIN_DATABASE_URL": f"sqlite:///{data}/bank.db",
        "LANG": "C",
        **environ,
    }
    done = CliRunner().invoke(cli.main, ["test", str(folder), *options], env=settings)
    assert not data.exists()  # the bank's own database and folder are never touched
    return done


def test_scenarios_that_go_as_expected_end_with_0(folder: Path) -> None:
    done = run(folder, "--threshold", "100")
    assert (done.exit_code, done.stdout.splitlines()) == (
        0,
        [
            "ok      tell: told",
            "",
            "100.0 %  tell (7 of 7 nodes and flows)",
            "100.0 %  in all; 1 of 1 scenarios ok",
        ],
    )


def test_one_that_fails_says_what_was_expected_and_ends_with_1(folder: Path) -> None:
    (folder / "tell.scenario.yaml").write_text(BAD)
    done = run(folder)
    assert done.exit_code == 1
    told = "tell.scenario.yaml:7, 'told', then, ended: Expected the process to be running, but it has ended (completed)"
    assert done.stdout.splitlines()[:3] == ["FAILED  tell: told", f"        {told}", "ok      tell: waits"]
    assert "流程应为 running，但已经结束（completed）" in run(folder, LANG="zh_CN.UTF-8").stdout


def test_too_little_coverage_ends_with_1(folder: Path) -> None:
    (folder / "tell.scenario.yaml").write_text("scenarios: [{name: waits, then: {open: [ask]}}]")
    assert run(folder).exit_code == 0
    done = run(folder, "--threshold", "50")
    assert done.exit_code == 1
    assert "not executed: fe, send, f1, f2" in done.stdout
    assert "Expected a coverage of at least 50 %, but it is 42.8 %" in done.stdout


def test_the_bundle_is_checked_before_anything_is_played(folder: Path) -> None:
    (folder / "tell.bpmn").write_bytes(DIAGRAM.replace(b'"notify"', b'"notfy"'))
    (folder / "tell.scenario.yaml").write_text("scenarios: [{name: waits, then: {open: [ask]}}]")
    done = run(folder)
    assert done.exit_code == 1
    assert "There is no operation 'notfy'" in done.stdout
    assert "Nothing was played." in done.stdout
    assert json.loads(run(folder, "--format", "json").stdout)["findings"][0]["rule"] == "operation"
    assert ElementTree.fromstring(run(folder, "--format", "junit").stdout).get("failures") == "1"


def test_scenarios_that_cannot_be_read_are_all_named(folder: Path) -> None:
    (folder / "tell.scenario.yaml").write_text("scenarios: [{name: a, then: {colour: red}}, {name: b}]")
    done = run(folder)
    assert done.exit_code == 1
    assert "tell.scenario.yaml:1: Expected one of open, path" in done.stderr
    assert "tell.scenario.yaml:1: Expected 'then', but it is missing" in done.stderr


@pytest.mark.parametrize(
    ("options", "expected"),
    [(["--threshold", "101"], "--threshold"), (["--format", "xml"], "--format"), (["--colour"], "--colour")],
)
def test_what_is_used_wrongly_ends_with_2(folder: Path, options: list[str], expected: str) -> None:
    done = run(folder, *options)
    assert (done.exit_code, expected in done.stderr) == (2, True)


def test_a_folder_without_scenarios_is_used_wrongly(folder: Path) -> None:
    (folder / "tell.scenario.yaml").unlink()
    assert "Expected files *.scenario.yaml in" in run(folder).stderr
    assert run(folder).exit_code == 2


def test_no_file_takes_the_place_of_another(folder: Path) -> None:
    (folder / "more").mkdir()
    (folder / "more" / "tell.scenario.yaml").write_text(BAD)
    done = run(folder, str(folder / "more"))
    assert (done.exit_code, "but got tell.scenario.yaml twice" in done.stderr) == (2, True)


def test_json_and_junit_say_the_same(folder: Path) -> None:
    (folder / "tell.scenario.yaml").write_text(BAD)
    facts = json.loads(run(folder, "--format", "json", "--fresh").stdout)
    assert (facts["ok"], facts["percent"], [one["ok"] for one in facts["scenarios"]]) == (False, 100.0, [False, True])
    (problem,) = facts["scenarios"][0]["problems"]
    assert (problem["where"], facts["coverage"]["tell"]["missed"]) == ("tell.scenario.yaml:7, 'told', then, ended", [])
    suites = ElementTree.fromstring(run(folder, "--format", "junit", "--threshold", "100").stdout)
    cases = suites.findall("testsuite/testcase")
    assert [case.get("name") for case in cases] == ["told", "waits", "100 %"]
    failure = cases[0].find("failure")
    assert failure is not None
    assert problem["message"] in str(failure.get("message"))
    assert (suites.get("tests"), suites.get("failures")) == ("3", "1")
