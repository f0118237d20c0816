"""`huiyin lint`: what is wrong with diagrams, decisions and forms, for people and for machines."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

import click

from engine.lint.explanations import Explanation, explanations
from web import i18n, start


def explained(context: click.Context, parameter: click.Parameter, code: str | None) -> None:
    """Print why there is a rule, with its diagrams, and end."""
    if code is None or context.resilient_parsing:
        return
    known = explanations()
    if code not in known:
        raise click.BadParameter(i18n.gettext("There is no rule '{code}'; docs/lint.md lists them all.", code=code))
    click.echo(explanation(known[code]))
    context.exit()


def explanation(rule: Explanation) -> str:
    """Reason, good and bad diagram of a rule, in the language of the terminal."""
    told = [f"{rule.code}: {i18n.gettext(rule.title)}", i18n.gettext(rule.reason)]
    if rule.bad:
        told += [i18n.gettext("Bad, because of '{element}':", element=rule.element), _indented(rule.bad)]
        told += [i18n.gettext("Good:"), _indented(rule.good)]
    return "\n\n".join(told)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option(
    "--explain", metavar="CODE", callback=explained, expose_value=False, is_eager=True, help="Say why there is a rule."
)
def lint(files: tuple[Path, ...], as_json: bool) -> None:
    """Check diagrams, decision tables and forms without deploying them; exit code 1 when something is wrong."""
    found = start.findings(files)
    wrong = [finding for finding in found if finding.severity == "error"]
    if as_json:
        rows = [{**dataclasses.asdict(finding), "message": finding.message} for finding in found]
        click.echo(json.dumps(rows, ensure_ascii=False, default=str))
    else:
        for finding in found:
            click.echo(str(finding))
        click.echo(f"{len(wrong)} errors, {len(found) - len(wrong)} warnings.")
    if wrong:
        sys.exit(1)
