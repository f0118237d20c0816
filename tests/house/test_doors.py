"""Each heavy thing has one door: imports, transactions, the clock, and errors that nobody may swallow."""

import ast
import importlib
import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import source

STORE = "engine/store.py"
CLOCK = "engine/clock.py"

TRANSACTIONS: dict[tuple[str, str], str] = {}
"""(file, call) → why it may begin or commit beside the store."""

WALL_CLOCK: dict[tuple[str, str], str] = {}
"""(file, call) → why it may read the machine's clock beside `engine/clock.py`."""

SLEEPS: dict[str, str] = {
    "tests/faults/worker.py": "processes are killed at random instants of real time",
}
"""Test file → why it has to wait for real time."""


def test_the_arrows_point_down() -> None:
    """The contracts of `setup.cfg`. Its own process: import-linter disables the loggers of the one it runs in."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--config", "setup.cfg", "--no-cache"]
    told = subprocess.run(command, cwd=source.ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize("name", ["engine", "complaints", "forms", "processes", "web"])
def test_each_package_is_the_one_of_this_checkout(name: str) -> None:
    """The names are common ones: another distribution that brings one of them must not be installed beside us."""
    module = importlib.import_module(name)
    assert module.__file__ is not None
    assert Path(module.__file__).parent == source.ROOT / name
    assert set(importlib.metadata.packages_distributions()[name]) == {"huiyin"}


def test_only_the_store_begins_and_commits() -> None:
    ways = ("commit", "begin", "begin_nested", "begin_transaction")
    found = {
        (source.name(path), name.rpartition(".")[2])
        for path in source.python_files(*source.ROOMS)
        for name, call in source.calls(path)
        if "." in name and name.rpartition(".")[2] in ways and source.name(path) != STORE
        if not call.args  # what takes an argument is not a database's
    }
    assert sorted(found - TRANSACTIONS.keys()) == []
    assert TRANSACTIONS.keys() <= found


def test_only_the_clock_reads_the_clock() -> None:
    """Everything else is handed an instant, so that tests and simulations can travel; a stopwatch is fine."""
    found = set()
    for path in source.python_files(*source.ROOMS):
        called = {".".join(name.split(".")[-2:]) for name, _ in source.calls(path)} & WALL_CLOCK_CALLS
        imported = {
            f"time.{alias.name}"
            for node in ast.walk(source.tree(path))
            if isinstance(node, ast.ImportFrom) and node.module == "time"
            for alias in node.names
        } & WALL_CLOCK_CALLS
        found |= {(source.name(path), call) for call in called | imported if source.name(path) != CLOCK}
    assert sorted(found - WALL_CLOCK.keys()) == []
    assert WALL_CLOCK.keys() <= found


WALL_CLOCK_CALLS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "time.ctime",
    "func.now",
    "func.current_timestamp",
}


def test_no_error_is_swallowed() -> None:
    found = [f"{source.name(path)}:{line}" for path in source.python_files(*source.ROOMS) for line in _swallowed(path)]
    assert found == []


def _swallowed(path: Path) -> Iterator[int]:
    broad = {"", "Exception", "BaseException"}
    for node in ast.walk(source.tree(path)):
        if isinstance(node, ast.ExceptHandler):
            caught = {source.dotted(node.type)} if node.type else {""}
            silent = all(
                isinstance(step, ast.Pass | ast.Continue)
                or (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))
                for step in node.body
            )
            if node.type is None or (caught & broad and silent):
                yield node.lineno
        if isinstance(node, ast.Call) and source.dotted(node.func).endswith("suppress"):
            yield from {node.lineno for argument in node.args if source.dotted(argument) in broad}


def test_nothing_is_left_to_do_later() -> None:
    marks = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
    here = Path(__file__)
    found = [
        f"{source.name(path)}:{number}"
        for path in source.python_files(*source.ROOMS, "tests", "benchmarks")
        if path != here
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if marks.search(line)
    ]
    assert found == []


def test_tests_do_not_sleep() -> None:
    found = {
        source.name(path)
        for path in source.python_files("tests")
        for name, _ in source.calls(path)
        if name in ("time.sleep", "sleep")
    }
    assert sorted(found - SLEEPS.keys()) == []
    assert SLEEPS.keys() <= found


def test_test_files_can_be_told_apart() -> None:
    """pytest imports them by path; two of one name, or a package among them, would be taken for each other."""
    files = source.python_files("tests")
    names = [path.name for path in files if path.name.startswith("test_")]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []
    packages = [source.name(path) for path in files if path.name == "__init__.py"]
    assert [name for name in packages if not name.startswith("tests/support/")] == []
