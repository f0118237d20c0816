"""`huiyin lint`: what is wrong with diagrams, decisions and forms, for people and for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from engine import bundle
from engine.lint import Finding
from engine.lint.explanations import Explanation, explanations
from web import i18n, start

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def readable(context: click.Context, parameter: click.Parameter, paths: Sequence[Path]) -> Sequence[Path]:
    """Every file is of a kind that lint reads, every folder has one: none is passed over in silence."""
    for path in paths:
        if path.is_dir() and not any(inside.suffix in bundle.KINDS for inside in path.iterdir()):
            template = "Expected .bpmn, .dmn or .form files in '{folder}', but there are none."
            raise click.BadParameter(i18n.gettext(template, folder=path))
        if not path.is_dir() and bundle.kind_of(path.name) not in bundle.KINDS.values():
            expected = ", ".join(bundle.KINDS)
            raise click.BadParameter(
                i18n.gettext("Expected a file of {expected}: {path}", expected=expected, path=path)
            )
    return paths


def explained(context: click.Context, parameter: click.Parameter, code: str | None) -> None:
    """Print why there is a rule, with its diagrams, and end."""
    if code is None or context.resilient_parsing:
        return
    known = explanations()
    if code not in known:
        raise click.BadParameter(i18n.gettext("There is no rule '{code}'; docs/lint.md lists them all.", code=code))
    click.echo(explanation(known[code]))
    context.exit()


@click.command()
@click.argument(
    "files", nargs=-1, required=True, callback=readable, type=click.Path(exists=True, readable=True, path_type=Path)
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    show_default=True,
    help="For people, or for machines.",
)
@click.option(
    "--explain",
    metavar="CODE",
    callback=explained,
    expose_value=False,
    is_eager=True,
    help="Print why there is a rule, with a good and a bad diagram.",
)
def lint(files: tuple[Path, ...], form: str) -> None:
    """Check FILES, diagrams, decision tables, forms and folders of them, as one bundle, without deploying it.

    Exit code 0: no error, perhaps warnings; 1: an error; 2: used wrongly. `huiyin lint --explain CODE` needs no FILES.
    """
    found = start.findings(files)
    printers: dict[str, Callable[[list[Finding]], str]] = {"text": text, "json": as_json, "sarif": as_sarif}
    click.echo(printers[form](found))
    if any(finding.severity == "error" for finding in found):
        sys.exit(1)


# For people -------------------------------------------------------------------------------------------------------


def text(found: list[Finding]) -> str:
    """The findings in the language of the terminal, each with its place, and how many there are."""
    wrong = sum(finding.severity == "error" for finding in found)
    errors = i18n.ngettext("{n} error", "{n} errors", wrong)
    warnings = i18n.ngettext("{n} warning", "{n} warnings", len(found) - wrong)
    count = i18n.gettext("{errors}, {warnings}.", errors=errors, warnings=warnings)
    return "\n".join([*(line for finding in found for line in _lines(finding)), count])


def _lines(finding: Finding) -> Iterator[str]:
    place = f"{finding.file}:{finding.line}" if finding.line else finding.file
    yield f"{place}: {i18n.gettext(finding.severity)}: {message(finding)} [{finding.rule}]"
    named = finding.element and finding.name and finding.name != finding.element
    element = f"{finding.element} ({finding.name})" if named else finding.element
    yield "    " + ": ".join(filter(None, (element, advice(finding))))


def message(finding: Finding) -> str:
    """What is wrong, in the language of the reader."""
    return i18n.gettext(finding.template, **finding.parameters)


def advice(finding: Finding) -> str:
    """What to do, in the language of the reader."""
    return i18n.gettext(finding.advice, **finding.parameters)


def explanation(rule: Explanation) -> str:
    """Reason, good and bad diagram of a rule, in the language of the terminal."""
    told = [f"{rule.code}: {i18n.gettext(rule.title)}", i18n.gettext(rule.reason)]
    if rule.bad:
        told += [i18n.gettext("Bad, because of '{element}':", element=rule.element), _indented(rule.bad)]
        told += [i18n.gettext("Good:"), _indented(rule.good)]
    return "\n\n".join(told)


def _indented(diagram: str) -> str:
    return "\n".join(f"    {line}" for line in diagram.splitlines())


# For machines -----------------------------------------------------------------------------------------------------


def as_json(found: list[Finding]) -> str:
    """A list of findings."""
    rows = [
        {
            "file": finding.file,
            "line": finding.line or None,
            "element": finding.element or None,
            "name": finding.name or None,
            "rule": finding.rule,
            "severity": finding.severity,
            "message": message(finding),
            "advice": advice(finding),
        }
        for finding in found
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def as_sarif(found: list[Finding]) -> str:
    """A log of SARIF 2.1.0 (OASIS), as code hosts and editors read it."""
    codes = list(explanations())
    driver = {
        "name": "huiyin",
        "version": metadata.version("huiyin"),
        "rules": [_sarif_rule(rule) for rule in explanations().values()],
    }
    results = [_sarif_result(finding, codes.index(finding.rule)) for finding in found]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _sarif_rule(rule: Explanation) -> dict[str, Any]:
    return {
        "id": rule.code,
        "shortDescription": {"text": i18n.gettext(rule.title)},
        "fullDescription": {"text": i18n.gettext(rule.reason)},
        "help": {"text": explanation(rule)},
    }


def _sarif_result(finding: Finding, index: int) -> dict[str, Any]:
    path = Path(finding.file)
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    place: dict[str, Any] = {"artifactLocation": {"uri": uri}, "region": {"startLine": max(finding.line, 1)}}
    location: dict[str, Any] = {"physicalLocation": place}
    if finding.element:
        name = finding.name or finding.element
        location["logicalLocations"] = [
            {"name": name, "fullyQualifiedName": f"{finding.file}#{finding.element}", "kind": "element"}
        ]
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.severity,
        "message": {"text": " ".join(filter(None, (message(finding), advice(finding))))},
        "locations": [location],
    }
