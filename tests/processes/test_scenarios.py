"""The scenarios of the shipped processes execute every node and every flow, and notice when the policy changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from complaints import testing as bank
from engine import testing
from web import cli

FOLDER = Path(__file__).parents[2] / "processes"
THRESHOLD = 100


def test_every_node_and_every_flow_is_executed_as_expected() -> None:
    done = CliRunner().invoke(cli.main, ["test", str(FOLDER), "--threshold", str(THRESHOLD), "--format", "json"])
    facts = json.loads(done.stdout)
    assert [problem for one in facts["scenarios"] for problem in one["problems"]] == []
    assert {key: one["missed"] for key, one in facts["coverage"].items()} == {
        path.stem: [] for path in FOLDER.glob("*.bpmn")
    }
    assert (done.exit_code, facts["percent"]) == (0, 100.0)
    assert {one["process"] for one in facts["scenarios"]} == {path.stem for path in FOLDER.glob("*.bpmn")}


def test_the_example_of_the_docs_says_what_the_docs_say(tmp_path: Path) -> None:
    """Both scenarios on a diagram without the four eyes: the second fails, and one path has none."""
    page = (FOLDER.parent / "docs" / "testing.md").read_text("utf-8")
    example, told = page.partition("## A worked example")[2].split("```")[1:4:2]
    for name, content in bank.files_of(FOLDER).items():
        if not name.endswith(testing.ENDING):
            (tmp_path / name).write_bytes(
                content.replace(b'"notSameAs" value="RequestExtension"', b'"notSameAs" value="NotifyCustomer"')
            )
    (tmp_path / "extension.scenario.yaml").write_text(example.removeprefix("yaml\n"), encoding="utf-8")
    done = CliRunner().invoke(cli.main, ["test", str(tmp_path)], env={"LANG": "C"})
    lines = done.stdout.replace("'申请人不得审批自己的申请,有权人也不例外', 2", "'…', 2").splitlines()
    assert [line for line in told.strip("\n").splitlines() if line and line not in lines] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "scenario"),
    [
        ("archive.bpmn", "count(missing) &gt; 0", "count(missing) &gt; 9", "缺项退回,补齐后归档"),
        ("time-limits.dmn", '<text>"complex"</text>', '<text>"ordinary"</text>', "产品投诉:两个单位共同调查"),
        ("unit-handling.bpmn", "=working hours after(4)", "=working hours after(3)", "四个工作小时无人接收"),
        (
            "extension.bpmn",
            '"notSameAs" value="RequestExtension"',
            '"notSameAs" value="NotifyCustomer"',
            "申请人不得审批",
        ),
    ],
)
def test_a_change_of_the_policy_is_noticed(file: str, old: str, new: str, scenario: str) -> None:
    files = bank.files_of(FOLDER)
    changed = files[file].decode().replace(old, new)
    assert changed != files[file].decode()
    told = {name for name, content in files.items() if name.endswith(testing.ENDING) and scenario in content.decode()}
    files = {name: content for name, content in files.items() if name in told or not name.endswith(testing.ENDING)}
    report = testing.Suite(files | {file: changed.encode()}, bank.Bank()).run()
    failed = [f"{one.scenario.name} {one.problems}" for one in report.failed]
    assert any(scenario in text for text in failed), failed
