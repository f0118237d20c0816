"""`huiyin lint`: findings for people and for machines, and the reasons of the rules."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import pytest
from click.testing import CliRunner, Result

from engine.lint import notation
from web import cli

BROKEN = b"""<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
  <process id="p" name="Letters" isExecutable="true">
    <startEvent id="s" name="Asked"/>
    <task id="a" name="Answer"/>
    <endEvent id="e" name="Answered"/>
    <sequenceFlow id="f" sourceRef="s" targetRef="a"/>
    <sequenceFlow id="g" sourceRef="a" targetRef="e"/>
    <sequenceFlow id="h" sourceRef="e" targetRef="a"/>
  </process>
</definitions>
"""
MESSAGE = "The end event has an outgoing flow 'h'"
ADVICE = "Remove the flow, or make the event an intermediate one."

REQUIRED: dict[str, dict[str, type]] = {
    "sarifLog": {"version": str, "runs": list},
    "run": {"tool": dict},
    "tool": {"driver": dict},
    "toolComponent": {"name": str},
    "reportingDescriptor": {"id": str},
    "result": {"message": dict},
    "message": {"text": str},
    "artifactLocation": {"uri": str},
    "region": {"startLine": int},
}
"""What the schema of SARIF 2.1.0 requires of its objects, and, of the last three, what gives them a meaning."""


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file with one error, in the folder where the command runs."""
    monkeypatch.chdir(tmp_path)
    Path("two letters.bpmn").write_bytes(BROKEN)
    return "two letters.bpmn"


def lint(*arguments: str, **environ: str) -> Result:
    return CliRunner().invoke(cli.main, ["lint", *arguments], env={"LANG": "C", **environ})


def required(kind: str, value: dict[str, Any]) -> dict[str, Any]:
    for name, expected in REQUIRED[kind].items():
        assert type(value[name]) is expected, (kind, name)
    return value


def test_people_read_place_message_and_advice(broken: str) -> None:
    told = lint(broken)
    assert told.exit_code == 1
    assert told.output.splitlines() == [
        f"two letters.bpmn:6: error: {MESSAGE} [flow-direction]",
        f"    e (Answered): {ADVICE}",
        "two letters.bpmn:3: warning: The process is not drawn [layout]",
        "    p (Letters): Open it in the designer, which arranges its elements; your next change there saves them.",
        "1 error, 1 warning.",
    ]


def test_people_read_it_in_their_language(broken: str) -> None:
    told = lint(broken, LANG="zh_CN.UTF-8").output
    assert told.startswith("two letters.bpmn:6: 错误: 结束事件")
    assert told.endswith("1 个错误，1 个警告。\n")


def test_warnings_alone_are_no_failure(broken: str) -> None:
    Path(broken).write_bytes(BROKEN.replace(b'sourceRef="e" targetRef="a"', b'sourceRef="s" targetRef="e"'))
    told = lint(broken)
    assert told.exit_code == 0
    assert told.output.endswith("0 errors, 1 warning.\n")


def test_the_shipped_processes_have_no_errors() -> None:
    told = lint("processes", "forms")
    assert told.exit_code == 0, told.output
    assert "0 errors" in told.output


@pytest.mark.parametrize("arguments", [[], ["gone.bpmn"], ["letter.txt"], ["--format", "xml", "two letters.bpmn"]])
def test_used_wrongly_it_says_so(broken: str, arguments: list[str]) -> None:
    Path("letter.txt").write_text("no diagram", "utf-8")
    told = lint(*arguments)
    assert told.exit_code == 2
    assert "Usage: " in told.output


def test_a_folder_without_such_files_is_used_wrongly(tmp_path: Path) -> None:
    told = lint(str(tmp_path))
    assert told.exit_code == 2
    assert "there are none" in told.output


def test_help_names_the_exit_codes_and_the_way_without_files() -> None:
    told = " ".join(lint("--help").output.split())
    assert "Exit code 0: no error, perhaps warnings; 1: an error; 2: used wrongly." in told
    assert "`huiyin lint --explain CODE` needs no FILES" in told


def test_a_program_reads_json(broken: str) -> None:
    told = lint("--format", "json", broken)
    assert told.exit_code == 1
    error, warning = json.loads(told.stdout)
    assert error == {
        "file": broken,
        "line": 6,
        "element": "e",
        "name": "Answered",
        "rule": "flow-direction",
        "severity": "error",
        "message": MESSAGE,
        "advice": ADVICE,
    }
    assert (warning["rule"], warning["line"], warning["severity"]) == ("layout", 3, "warning")


def test_what_is_no_node_has_its_own_line(broken: str) -> None:
    note = b'<textAnnotation id="n"/>\n    <association id="l" sourceRef="n"/>\n  </process>'
    Path(broken).write_bytes(BROKEN.replace(b"</process>", note))
    found = json.loads(lint("--format", "json", broken).stdout)
    assert [(f["element"], f["line"]) for f in found if f["rule"] == "dangling-reference"] == [("l", 11)]


def test_a_file_that_cannot_be_read_has_a_line_too(broken: str) -> None:
    Path(broken).write_bytes(BROKEN.replace(b"</process>", b""))
    (finding,) = json.loads(lint("--format", "json", broken).stdout)
    assert (finding["rule"], finding["line"], finding["element"]) == ("unreadable", 11, None)


def test_an_editor_reads_sarif(broken: str) -> None:
    told = lint("--format", "sarif", broken)
    assert told.exit_code == 1
    log = required("sarifLog", json.loads(told.stdout))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("/sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    driver = required("toolComponent", required("tool", required("run", run)["tool"])["driver"])
    rules = [required("reportingDescriptor", rule)["id"] for rule in driver["rules"]]
    assert len(set(rules)) == len(rules)
    for rule in driver["rules"]:
        for text in ("shortDescription", "fullDescription", "help"):
            assert required("message", rule[text])["text"]
    for result in run["results"]:
        required("message", required("result", result)["message"])
        assert result["level"] in ("none", "note", "warning", "error")
        assert rules[result["ruleIndex"]] == result["ruleId"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert unquote(required("artifactLocation", place["artifactLocation"])["uri"]) == broken
        assert required("region", place["region"])["startLine"] >= 1
    error = run["results"][0]
    assert error["message"]["text"] == f"{MESSAGE} {ADVICE}"
    assert error["locations"][0]["physicalLocation"]["region"]["startLine"] == 6
    assert error["locations"][0]["logicalLocations"] == [
        {"name": "Answered", "fullyQualifiedName": "two letters.bpmn#e", "kind": "element"}
    ]


def test_sarif_names_files_by_uri(broken: str) -> None:
    absolute = Path(broken).absolute()
    for given, scheme in ((absolute, "file"), (Path(os.curdir, broken), "")):
        (run,) = json.loads(lint("--format", "sarif", str(given)).stdout)["runs"]
        uri = urlparse(run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        assert uri.scheme == scheme
        assert unquote(uri.path) == str(Path(given))
        assert " " not in uri.path


def test_two_files_of_one_name_are_two_files(broken: str) -> None:
    Path("other").mkdir()
    Path("other", broken).write_bytes(BROKEN.replace(b'id="p"', b'id="q"'))
    found = json.loads(lint("--format", "json", broken, "other").stdout)
    assert {finding["file"] for finding in found} == {broken, f"other/{broken}"}


def test_a_rule_is_explained_with_a_good_and_a_bad_diagram() -> None:
    told = lint("--explain", "dead-end")
    assert told.exit_code == 0
    assert "dead-end: Nodes from which nothing leads on." in told.output
    assert "BPMN 13.2" in told.output
    assert told.output.index("Bad, because of 'g':\n\n    <startEvent") < told.output.index("Good:\n\n    <startEvent")
    assert "没有去路的节点" in lint("--explain", "dead-end", LANG="zh_CN.UTF-8").output
    unknown = lint("--explain", "dead")
    assert unknown.exit_code == 2
    assert "There is no rule 'dead'" in unknown.output


def test_an_advice_has_its_places_filled(broken: str) -> None:
    task = '<businessRuleTask id="a" camunda:mapDecisionResult="all"/>'
    Path(broken).write_bytes(notation.diagram(f'<startEvent id="s"/>{task}<endEvent id="e"/>\ns -> a -> e\n'))
    told = lint(broken).output
    assert "Choose one of singleEntry" in told
    assert "{" not in told
