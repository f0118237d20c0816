"""The first start and every later one: folders, tables, processes, demo bank, serving. An obstacle is one sentence."""

from __future__ import annotations

import errno
import logging
import os
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import waitress

from complaints import demo, house, schema, simulate
from complaints import settings as bank
from engine import bundle, definitions, errors, lint, queries, scheduler
from engine.environment import SYSTEM, Environment
from web import wiring
from web.app import create_app
from web.settings import Settings

log = logging.getLogger(__name__)
Tell = Callable[[str], None]
Progress = Callable[[int, int], None]
Bar = Callable[[str], AbstractContextManager[Progress]]
UNFINISHED = "starting"
"""A file in the data folder while the first start is under way; what it finds there later was not finished."""


class NotReady(errors.EngineError):
    """The system cannot start."""


def settings() -> Settings:
    """The settings, with the data folder made. Raises NotReady with everything that is wrong."""
    try:
        loaded = Settings.load(os.environ)
        loaded.prepare()
    except errors.Invalid as error:
        raise NotReady("{reason}. docs/settings.md lists the settings.", reason=str(error))
    return loaded


@contextmanager
def _usable() -> Iterator[None]:
    """Drivers raise their own kinds; the operator needs the sentence, the log the rest."""
    try:
        yield
    except errors.EngineError:
        raise
    except Exception as error:
        log.debug("the database cannot be used", exc_info=True)
        raise NotReady("The database cannot be used: {reason}", reason=str(error).splitlines()[0])


def ready(loaded: Settings, *, create: bool = False) -> Environment:
    """The environment over tables that are up to date. Raises NotReady when they are not and `create` is False."""
    with _usable():
        if create:
            schema.upgrade(loaded.database_url)
        elif not schema.is_current(loaded.database_url):
            raise NotReady("The tables are missing or of an earlier version; `huiyin init` makes them right.")
        return wiring.compose(loaded)


def deploy_shipped(environment: Environment) -> str:
    """Deploy the bundle that came with the product; the same one again changes nothing. Returns what was done.

    What people of the bank have deployed since is never replaced, neither by a restart nor by a new product version.
    """
    with environment.read() as connection:
        current = [row for row in queries.definitions(connection) if row.is_current]
    if any(row.deployed_by != SYSTEM.user for row in current):
        return "The bank's own processes stay in force."
    files = house.bundle()
    deployment = environment.run(
        SYSTEM, lambda tx: definitions.deploy(tx, "huiyin", files, "产品自带流程 (shipped with the product)")
    )
    if not deployment.new:
        return "The processes are those of the last start."
    return f"{len(deployment.definitions)} processes have been deployed."


def bundle_of(folder: Path) -> dict[str, bytes]:
    """The files of a folder that belong into a deployment. Raises NotReady when there are none."""
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in bundle.KINDS}
    if not files:
        raise NotReady("Expected .bpmn, .dmn or .form files in '{folder}', but there are none.", folder=str(folder))
    return files


def findings(paths: Iterable[Path]) -> list[lint.Finding]:
    """What lint says about files and folders as one bundle, with the operations and functions of this house.

    Findings name a file by its path as given.
    """
    files: dict[str, bytes] = {}
    for path in paths:
        inside = bundle_of(path) if path.is_dir() else {"": path.read_bytes()}
        files |= {str(path / name): content for name, content in inside.items()}
    return definitions.check(house.environment("sqlite:///unused.db"), files)


def evidence_files(loaded: Settings) -> Iterator[Path]:
    """The stored files, by their paths in the data folder."""
    for path in sorted((loaded.data_dir / "evidence").rglob("*")):
        if path.is_file():
            yield path.relative_to(loaded.data_dir)


def load_demo(
    environment: Environment, loaded: Settings, *, cases: bool, report: Progress
) -> tuple[list[demo.DemoAccount], str]:
    """Load the demo bank; the accounts and their common password."""
    password = loaded.demo_password or f"huiyin-{secrets.token_hex(4)}"
    return demo.load(environment, password, cases=cases, progress=report), password


def print_accounts(accounts: list[demo.DemoAccount], password: str, tell: Tell) -> None:
    """Who may sign in to the demo bank, told once."""
    tell("\nAccounts of the demo bank (shown once):\n")
    for account in accounts:
        tell(f"  {account.user:<14} {account.name}  {account.unit}  {', '.join(account.roles)}")
    tell(f"\nPassword of all of them: {password}\n")


@contextmanager
def stage(database: str | None, *, keep: bool, tell: Tell) -> Iterator[simulate.Place]:
    """Where to simulate: the given database, else that of the settings when asked to or when there is none yet."""
    loaded = settings()
    fresh = not schema.revision(database or loaded.database_url)
    if not (database or keep or fresh):
        with simulate.temporary() as place:
            yield place
        tell("It ran on a temporary database, which is gone; --keep or --database would leave it.")
        return
    password = loaded.demo_password or f"huiyin-{secrets.token_hex(4)}"
    yield simulate.Place(database or loaded.database_url, loaded.data_dir, loaded.seal_key, password)
    tell("The simulated bank stays in " + ("the given database." if database else "the database of the settings."))
    if fresh:
        tell(f"Password of its accounts: {password}")


# Serving ----------------------------------------------------------------------------------------------------------


def serve(loaded: Settings, *, demo: bool, tell: Tell, bar: Bar) -> None:
    """Prepare what is missing and serve until told to stop. `bar` shows long work."""
    listening = listen(loaded)  # before anything is prepared: a taken port must not cost a minute
    with listening:
        environment = prepare(loaded, demo=demo, tell=tell, bar=bar)
        background = scheduler.start(environment, *house.CHORES) if loaded.scheduler else None
        server = waitress.create_server(
            create_app(environment, loaded), sockets=[listening], threads=loaded.threads, ident=None
        )
        tell(f"Huiyin answers at http://{loaded.host}:{listening.getsockname()[1]} (Ctrl+C stops it).")
        _stop_on_signals(server)
        try:
            server.run()
        finally:
            if background is not None:
                background.shutdown(wait=True)
            environment.store.close()
            tell("Stopped.")


def listen(loaded: Settings) -> socket.socket:
    """The socket to serve on. Raises NotReady when the port is taken or not allowed."""
    try:
        return socket.create_server((loaded.host, loaded.port), backlog=128)
    except OSError as error:
        place = {"host": loaded.host, "port": loaded.port}
        if error.errno == errno.EADDRINUSE:
            template = "Port {port} of {host} is taken by another program; stop it, or choose another with HUIYIN_PORT."
        elif error.errno == errno.EACCES:
            template = "Port {port} needs more rights than this user has; choose one above 1023 with HUIYIN_PORT."
        else:
            template = "Cannot listen on {host}:{port}: {reason}"
        raise NotReady(template, **place, reason=error.strerror or str(error))


def prepare(loaded: Settings, *, demo: bool, tell: Tell, bar: Bar) -> Environment:
    """Tables, processes and, on the very first start, the demo bank. A first start that broke off is begun anew."""
    mark = loaded.data_dir / UNFINISHED
    if mark.exists():
        _set_aside(loaded, mark, tell)
    with _usable():
        first = schema.revision(loaded.database_url) is None
    if first:
        mark.write_text("The first start is under way.\n", encoding="utf-8")
        tell("First start: preparing the database …")
    environment = ready(loaded, create=True)
    adopt(environment, loaded, first=first)
    tell(deploy_shipped(environment))
    if first and demo:
        with bar("Loading the demo bank") as report:
            accounts, password = load_demo(environment, loaded, cases=True, report=report)
        print_accounts(accounts, password, tell)
    mark.unlink(missing_ok=True)
    return environment


def adopt(environment: Environment, loaded: Settings, *, first: bool) -> None:
    """Bring settings that the bank's people may change too into the database: all at first, later the set ones."""
    values = {
        "public-url": ("base_url", loaded.base_url),
        "service-hours": ("service_hours", str(loaded.service_hours)),
        "session-idle-minutes": ("session_idle_minutes", str(loaded.session_idle_minutes)),
        "session-hours": ("session_hours", str(loaded.session_hours)),
    }
    chosen = {key: value for key, (field, value) in values.items() if first or field in loaded.chosen}
    environment.run(SYSTEM, lambda tx: bank.adopt(tx, chosen))


def _set_aside(loaded: Settings, mark: Path, tell: Tell) -> None:
    """Move a half-made embedded database away; nobody has worked with it yet."""
    if not loaded.database_url.startswith("sqlite:///"):
        raise NotReady(
            "An earlier first start did not finish; empty the database, remove '{mark}' and start again.", mark=mark
        )
    path = Path(loaded.database_url.removeprefix("sqlite:///"))
    aside = path.with_name(f"{path.name}.unfinished-{secrets.token_hex(3)}")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    mark.unlink()
    tell(f"An earlier first start did not finish; its half-made database is now {aside.name}, and a new one is made.")


def _stop_on_signals(server: Any) -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        raise SystemExit(0)

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, stop)


def configure_logging() -> None:
    """One line a message on standard error; what a request failed with stands there under its number."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("apscheduler", "waitress.queue"):  # a request that waits a moment is no event
        logging.getLogger(name).setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.WARNING)
