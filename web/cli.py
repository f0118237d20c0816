"""`huiyin`: the operator's command. Every error is a sentence on standard error and an exit code, never a traceback.

Exit codes: 0 done, 1 refused or found wrong, 2 used wrongly, 3 settings or folders not right.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from complaints import intake_csv, reconciliation
from complaints import simulate as simulation
from engine import backup as archive
from engine import definitions, errors
from engine import verify as verification
from engine.environment import SYSTEM, Environment
from web import i18n, linting, staffing, start, testing
from web.settings import Settings

console = Console(stderr=True, highlight=False)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


class Commands(click.Group):
    """Turns what the house refuses into a sentence and an exit code."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except start.NotReady as error:
            fail(i18n.explain(error), 3)
        except errors.EngineError as error:
            problems = getattr(error, "problems", ())
            fail("\n".join([i18n.explain(error), *(f"{one.where}: {i18n.explain(one)}" for one in problems)]), 1)
        except KeyboardInterrupt:
            fail("Interrupted; what was committed stays.", 130)
        except Exception as error:  # the operator gets a sentence; HUIYIN_DEBUG=1 shows where it came from
            if os.environ.get("HUIYIN_DEBUG") == "1":
                raise
            if isinstance(error, (click.ClickException, click.exceptions.Exit, click.Abort)):
                raise
            fail(f"{type(error).__name__}: {error}. HUIYIN_DEBUG=1 shows where.", 1)


def say(message: str) -> None:
    """Tell the operator, beside what the command prints."""
    console.print(message, markup=False, soft_wrap=True)


def fail(message: str, code: int) -> None:
    """Say what is wrong and end."""
    console.print(message, style="red", markup=False, soft_wrap=True)
    sys.exit(code)


class RateColumn(TextColumn):
    """How many a second."""

    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar for long work; the work reports (done, total)."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        RateColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def tell(result: Mapping[str, Any], as_json: bool, sentence: str) -> None:
    """The result, for a program or for a person."""
    click.echo(json.dumps(result, ensure_ascii=False, default=str) if as_json else sentence)


def opened() -> tuple[Settings, Environment]:
    """Settings and environment over a database whose tables are up to date."""
    settings = start.settings()
    return settings, start.ready(settings)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="huiyin")
def main() -> None:
    """Huiyin: complaint handling for banks on a process engine."""


main.add_command(linting.lint)
main.add_command(testing.command(progress))
main.add_command(staffing.command(opened))


@main.command()
@click.option("--demo", is_flag=True, help="On the first start, load a demo bank with accounts and cases.")
def serve(demo: bool) -> None:
    """Serve pages, timers and jobs in one process; prepare the database first."""
    start.configure_logging()
    start.serve(start.settings(), demo=demo, tell=say, bar=progress)


@main.command()
def init() -> None:
    """Make or update the tables, and deploy the processes that came with the product."""
    settings = start.settings()
    environment = start.ready(settings, create=True)
    deployed = start.deploy_shipped(environment)
    say(f"The database is ready. {deployed}")


@main.command()
@click.option("--cases/--no-cases", default=True, help="Also register example complaints.")
def demo(cases: bool) -> None:
    """Load a demo bank: units, people, accounts and example complaints."""
    settings = start.settings()
    environment = start.ready(settings, create=True)
    start.deploy_shipped(environment)
    with progress("Loading the demo bank") as report:
        accounts, password = start.load_demo(environment, settings, cases=cases, report=report)
    start.print_accounts(accounts, password, say)


@main.command()
@click.argument("folder", type=FOLDER)
@click.option("--name", help="Name of the deployment; the folder's name by default.")
@click.option("--comment", default="", help="Why, for the history.")
def deploy(folder: Path, name: str | None, comment: str) -> None:
    """Deploy all diagrams, decision tables and forms of FOLDER as one bundle."""
    _, environment = opened()
    files = start.bundle_of(folder)
    deployment = environment.run(SYSTEM, lambda tx: definitions.deploy(tx, name or folder.name, files, comment))
    click.echo(f"Deployed {len(files)} files as {deployment.id}.")


@main.command(name="import")
@click.argument("file", type=FILE)
@click.option("--mapping", type=FILE, help="Which column becomes which field; the shipped mapping by default.")
@click.option("--limit", type=click.IntRange(1), help="Only the first so many rows.")
@click.option("--user", help="Who takes them in and has spoken with the customers; nobody in particular by default.")
@as_json
def import_(file: Path, mapping: Path | None, limit: int | None, user: str | None, as_json: bool) -> None:
    """Register complaints from a CSV file. May be repeated: rows that are registered already are passed over."""
    _, environment = opened()
    with progress("Registering complaints") as report:
        result = intake_csv.load(environment, file, mapping=mapping, limit=limit, user=user, progress=report)
    facts = {"registered": result.registered, "known": result.known, "wrong": result.wrong}
    sentence = f"{result.registered} registered, {result.known} known before, {result.wrong} wrong."
    tell(facts, as_json, sentence + (f" The reasons are in {result.errors}." if result.wrong else ""))
    if result.wrong:
        sys.exit(1)


@main.command()
@click.option(
    "--source", type=FILE, default=simulation.SHIPPED, help="A CSV file of complaints; the shipped one by default."
)
@click.option("--mapping", type=FILE, help="Which column becomes which field; the shipped mapping by default.")
@click.option("--policy", type=FILE, help="How people behave; the shipped policy by default.")
@click.option("--limit", type=click.IntRange(1), help="Only the first so many complaints.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same figures.")
@click.option("--days", type=click.IntRange(1), help="Make complaints for so many days, instead of reading SOURCE.")
@click.option("--cases", type=click.IntRange(1), help="How many; 20 000 in 365 days are a bank's year.")
@click.option(
    "--workers", type=click.IntRange(1), help="How many parts of a large bank at once; as many as processors."
)
@click.option("--database", metavar="URL", help="A database without cases to simulate on.")
@click.option("--keep", is_flag=True, help="Simulate on the database of the settings; it must hold no cases.")
@as_json
def simulate(database: str | None, keep: bool, as_json: bool, workers: int | None, **chosen: Any) -> None:
    """Let people handle complaints from SOURCE with travelled time, from registration to the archive.

    With --days and --cases they are made, in the mix of a large bank; such a year runs on temporary databases, a large
    one in several parts at once, unless --database or --keep names one. Ctrl-C ends it with what was measured.

    Without --database and --keep: on the database of the settings where there is none yet, so that `huiyin verify` can
    check it, else on a temporary one.
    """
    options = simulation.Options(**chosen)
    with progress("Handling complaints") as report:
        if (options.days is None) != (options.cases is None):
            raise click.UsageError("Expected --days and --cases together.")
        if options.cases is not None and not (database or keep):
            result = simulation.run_in_parts(options, workers, report)
        else:
            with start.stage(database, keep=keep, tell=console.print) as place:
                result = simulation.run(place, options, report)
    tell(result, as_json, "\n".join(_lines(result)))


def _lines(result: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    for name, value in result.items():
        if isinstance(value, Mapping):
            yield f"{indent}{name}"
            yield from _lines(value, indent + "    ")
        else:
            yield f"{indent}{name:<20}  {value}"


@main.command()
@as_json
def verify(as_json: bool) -> None:
    """Check every chain of the history and every seal; exit code 1 when something was changed."""
    _, environment = opened()
    with progress("Verifying the history") as report:
        result = verification.verify(environment, report)
    breaks = [str(found) for found in result.breaks]
    facts = {"events": result.events, "seconds": result.seconds, "ok": result.ok, "breaks": breaks}
    verdict = "nothing was changed." if result.ok else "\n".join(("something was changed.", *breaks))
    tell(facts, as_json, f"{result.events} events in {result.seconds:.1f} s: {verdict}")
    if not result.ok:
        sys.exit(1)


@main.command()
@as_json
def reconcile(as_json: bool) -> None:
    """Check that each case has an owner, somebody or a date to wait for, and its clocks; exit code 1 otherwise."""
    _, environment = opened()
    with progress("Looking at all cases") as report:
        run_id = reconciliation.run(environment, progress=report)
    with environment.read() as connection:
        result, found = reconciliation.get(connection, run_id), reconciliation.every_finding(connection, run_id)
    facts = {"run": run_id, "cases": result.cases, "ok": not found, "violations": [asdict(one) for one in found]}
    lines = [f"{one.number}  {one.code}  {one.detail}".rstrip() for one in found]
    tell(facts, as_json, "\n".join((f"{result.cases} cases: {len(found)} violations.", *lines)))
    if found:
        sys.exit(1)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the database and all evidence to FILE while the system runs."""
    settings, environment = opened()
    with progress("Writing the backup") as report:
        archive.backup(
            environment, file, folder=settings.data_dir, files=start.evidence_files(settings), progress=report
        )
    click.echo(f"Written to {file}; `huiyin restore {file}` brings it back. Keep seal.key and secret.key elsewhere.")


@main.command()
@click.argument("file", type=FILE)
def restore(file: Path) -> None:
    """Bring a backup back into an empty database and data folder, and verify it. The server must not be running."""
    settings = start.settings()
    with progress("Restoring the backup") as report:
        result = archive.restore(
            settings.database_url, file, folder=settings.data_dir, seal_key=settings.seal_key, progress=report
        )
    told = "nothing was changed." if result.ok else "\n".join(("something was changed.", *map(str, result.breaks)))
    click.echo(f"Restored. {result.events} events: {told}")
    if not result.ok:
        sys.exit(1)
