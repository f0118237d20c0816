"""`huiyin test`: play the scenarios of a folder on a temporary database and tell what was covered."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import click

from complaints import testing as bank
from engine import testing
from engine.errors import Problem
from engine.lint import Finding
from engine.testing import Outcome, Report
from web import i18n, linting

Progress = Callable[[int, int], None]
Bar = Callable[[str], AbstractContextManager[Progress]]
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def command(bar: Bar) -> click.Command:
    """The command, with the progress bar of the others."""

    @click.command(name="test")
    @click.argument("folders", nargs=-1, required=True, type=FOLDER, metavar="FOLDER...")
    @click.option("--threshold", type=click.FloatRange(0, 100), default=0.0, help="Least coverage, in percent.")
    @click.option("--format", "form", type=click.Choice(["text", "json", "junit"]), default="text", show_default=True)
    @click.option(
        "--fresh", is_flag=True, help="Parse the diagrams anew before every command, as another process would."
    )
    def test(folders: tuple[Path, ...], threshold: float, form: str, fresh: bool) -> None:
        """Play the scenarios (*.scenario.yaml) of FOLDERs against the diagrams, decisions and forms in them.

        Each scenario runs on a temporary database with the people, operations and functions of the demo bank. The exit
        code is 1 when lint finds errors, a scenario fails or less than --threshold of the nodes and flows is executed.
        """
        files = _files(folders)
        if not any(name.endswith(testing.ENDING) for name in files):
            raise click.UsageError(
                i18n.gettext("Expected files *{ending} in {folders}", ending=testing.ENDING, folders=_names(folders))
            )
        suite = testing.Suite(files, bank.Bank(), forget=fresh)
        errors = [finding for finding in suite.findings() if finding.severity == "error"]
        if errors:
            click.echo(_FORMATS[form][0](errors))
            sys.exit(1)
        with bar("Playing scenarios") as report:
            done = suite.run(report)
        click.echo(_FORMATS[form][1](done, threshold))
        if done.failed or done.percent < threshold:
            sys.exit(1)

    return test


def _files(folders: tuple[Path, ...]) -> dict[str, bytes]:
    """All files as one bundle; none takes the place of another in silence."""
    found: dict[str, bytes] = {}
    for folder in folders:
        inside = bank.files_of(folder)
        if twice := sorted(found.keys() & inside.keys()):
            template = "Expected each file name once in {folders}, but got {names} twice"
            raise click.UsageError(i18n.gettext(template, folders=_names(folders), names=", ".join(twice)))
        found |= inside
    return found


def _told(problem: Problem) -> str:
    return f"{problem.where}: {i18n.explain(problem)}"


def _text(report: Report, threshold: float) -> str:
    return "\n".join(_lines(report, threshold))


def _names(folders: tuple[Path, ...]) -> str:
    return ", ".join(map(str, folders))


def _lines(report: Report, threshold: float) -> Iterator[str]:
    words = {True: i18n.gettext("ok"), False: i18n.gettext("FAILED")}
    for outcome in report.outcomes:
        yield f"{words[outcome.ok]:<8}{outcome.scenario.process}: {outcome.scenario.name}"
        yield from (f"        {_told(problem)}" for problem in outcome.problems)
    yield ""
    for key in sorted(report.coverage):
        one = report.coverage[key]
        count = i18n.gettext("{n} of {total} nodes and flows", n=len(one.executed), total=one.total)
        yield f"{one.percent:5.1f} %  {key} ({count})"
        if one.missed:
            yield "         " + i18n.gettext("not executed: {names}", names=", ".join(one.missed))
    good, total = len(report.outcomes) - len(report.failed), len(report.outcomes)
    yield f"{report.percent:5.1f} %  " + i18n.gettext("in all; {good} of {total} scenarios ok", good=good, total=total)
    if report.percent < threshold:
        yield _low(report, threshold)


def _low(report: Report, threshold: float) -> str:
    template = "Expected a coverage of at least {threshold} %, but it is {percent} %"
    return i18n.gettext(template, threshold=f"{threshold:g}", percent=f"{report.percent:g}")


def _json(report: Report, threshold: float) -> str:
    facts = {
        "ok": not report.failed and report.percent >= threshold,
        "percent": report.percent,
        "threshold": threshold,
        "scenarios": [_facts(outcome) for outcome in report.outcomes],
        "coverage": {
            key: {
                "file": one.file,
                "percent": one.percent,
                "executed": len(one.executed),
                "of": one.total,
                "missed": one.missed,
            }
            for key, one in sorted(report.coverage.items())
        },
    }
    return json.dumps(facts, ensure_ascii=False)


def _facts(outcome: Outcome) -> dict[str, Any]:
    scenario = outcome.scenario
    return {
        "file": scenario.file,
        "line": scenario.line,
        "process": scenario.process,
        "name": scenario.name,
        "ok": outcome.ok,
        "seconds": round(outcome.seconds, 3),
        "problems": [{"where": one.where, "message": i18n.explain(one)} for one in outcome.problems],
    }


def _junit(report: Report, threshold: float) -> str:
    """JUnit's XML as build servers read it; a coverage below the threshold is a failed test case of its own."""
    top = ElementTree.Element("testsuites", name="huiyin test")
    suite = ElementTree.SubElement(top, "testsuite", name="scenarios")
    for outcome in report.outcomes:
        scenario = outcome.scenario
        case = ElementTree.SubElement(
            suite, "testcase", classname=scenario.file, name=scenario.name, time=f"{outcome.seconds:.3f}"
        )
        _failure(case, [_told(problem) for problem in outcome.problems])
    case = ElementTree.SubElement(suite, "testcase", classname="coverage", name=f"{report.percent:g} %", time="0")
    _failure(case, [_low(report, threshold)] if report.percent < threshold else [])
    return _counted(top, suite)


def _failure(case: ElementTree.Element, problems: list[str]) -> None:
    if problems:
        ElementTree.SubElement(case, "failure", message=problems[0]).text = "\n".join(problems)


def _counted(top: ElementTree.Element, suite: ElementTree.Element) -> str:
    for element in (top, suite):
        element.set("tests", str(len(suite)))
        element.set("failures", str(len(suite.findall("testcase/failure"))))
    return ElementTree.tostring(top, encoding="unicode", xml_declaration=True)


def _lint_text(findings: list[Finding]) -> str:
    return linting.text(findings) + "\n" + i18n.gettext("Nothing was played.")


def _lint_json(findings: list[Finding]) -> str:
    return json.dumps({"ok": False, "findings": json.loads(linting.as_json(findings))}, ensure_ascii=False)


def _lint_junit(findings: list[Finding]) -> str:
    top = ElementTree.Element("testsuites", name="huiyin test")
    suite = ElementTree.SubElement(top, "testsuite", name="lint")
    for finding in findings:
        case = ElementTree.SubElement(suite, "testcase", classname=finding.file, name=finding.rule, time="0")
        _failure(case, [linting.message(finding)])
    return _counted(top, suite)


_FORMATS: dict[str, tuple[Callable[[list[Finding]], str], Callable[[Report, float], str]]] = {
    "text": (_lint_text, _text),
    "json": (_lint_json, _json),
    "junit": (_lint_junit, _junit),
}
