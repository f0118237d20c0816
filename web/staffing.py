"""`huiyin staff`: units, people and accounts from CSV files, seen first, then all of it or nothing."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from complaints import staff_csv, staff_csv_reader
from engine.environment import SYSTEM, Environment
from web import i18n

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(exists=False, dir_okay=False, path_type=Path)


def command(opened: Callable[[], tuple[object, Environment]]) -> click.Command:
    """The command; `opened` gives settings and environment."""

    @click.command()
    @click.argument("files", type=FILE, nargs=-1, required=True)
    @click.option("--apply", "do_it", is_flag=True, help="Take all of it in one command; without it only show.")
    @click.option("--passwords", type=NEW, help="A new file for the one-time passwords of new accounts.")
    def staff(files: tuple[Path, ...], do_it: bool, passwords: Path | None) -> None:
        """Show what FILES (units, people) would change; with --apply do it, all or nothing."""
        _, environment = opened()
        entries = [entry for file in files for entry in staff_csv_reader.read(file)]
        with environment.read() as connection:
            plan = staff_csv.plan(connection, entries, environment.clock.now())
        _show(plan)
        if plan.wrong:
            raise SystemExit(1)
        if not do_it:
            return
        if plan.new_users and passwords is None:
            raise click.UsageError("New accounts need --passwords FILE for their one-time passwords.")
        chosen, hashes = staff_csv.one_time(plan.new_users)
        if passwords is not None:
            _keep(passwords, chosen)  # before the command: a password that nobody knows would be of no use
        environment.run(SYSTEM, lambda tx: staff_csv.apply(tx, None, entries, hashes, plan.digest))
        click.echo("Done.")

    return staff


def _show(plan: staff_csv.Plan) -> None:
    for row in plan.rows:
        for problem in row.problems:
            click.echo(f"{row.line} {row.kind} {row.key}: {problem.where}: {i18n.explain(problem)}")
        if row.change in ("added", "changed"):
            fields = "; ".join(f"{field}: {old or '-'} -> {new or '-'}" for field, old, new in row.fields)
            click.echo(f"{row.line} {row.kind} {row.key}: {row.change}: {fields}")
    click.echo(", ".join(f"{count} {kind}" for kind, count in plan.counts().items()))


def _keep(path: Path, chosen: Mapping[str, str]) -> None:
    """Readable by the operator only."""
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline=""
    ) as file:
        writer = csv.writer(file)
        writer.writerow(("user", "password"))
        writer.writerows(chosen.items())
