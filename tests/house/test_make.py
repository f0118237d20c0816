"""The two commands of a new user: what they say when something is not as it should be, and when they do nothing."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import source

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("Makefile", "setup.cfg", "pyproject.toml"):
        shutil.copy(source.ROOT / name, tmp_path)
    return tmp_path


@pytest.fixture
def installed(checkout: Path) -> Path:
    """A checkout as a finished `make setup` leaves it."""
    (checkout / ".venv" / "bin").mkdir(parents=True)
    python = checkout / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    (checkout / ".venv" / ".place").write_text(str(checkout))
    (checkout / ".venv" / ".product").touch()
    return checkout


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    outside = {
        name: value for name, value in os.environ.items() if not name.startswith("MAKE")
    }  # not as a part of ours
    return subprocess.run(
        ["make", *words], cwd=folder, env=outside, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


def test_help_lists_every_target(checkout: Path) -> None:
    targets = re.findall(r"^\.PHONY: (.*)$", (checkout / "Makefile").read_text(), flags=re.MULTILINE)[0].split()
    told = make(checkout, "help").stdout
    assert [line.split()[1] for line in told.splitlines()] == targets
    assert make(checkout).stdout == told


def test_an_old_python_is_told_in_one_sentence(checkout: Path) -> None:
    old = checkout / "python2"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2\n[ "$1" = --version ]\n')
    old.chmod(0o755)
    done = make(checkout, "setup", f"PYTHON={old}")
    assert done.returncode != 0
    assert done.stderr.splitlines()[0].startswith("Huiyin needs Python 3.11 or newer, but found Python 3.9.2;")
    assert not (checkout / ".venv").exists()


def test_a_second_setup_does_nothing(installed: Path) -> None:
    assert "Nothing to be done" in make(installed, "setup").stdout


@pytest.mark.parametrize("wrong", ["interrupted", "moved", "without Python"])
def test_an_installation_that_is_not_sound_is_made_anew(installed: Path, wrong: str) -> None:
    if wrong == "interrupted":
        (installed / ".venv" / ".installing").touch()
    elif wrong == "moved":
        (installed / ".venv" / ".place").write_text("/somewhere/else")
    else:
        (installed / ".venv" / "bin" / "python").unlink()
    assert "-m venv .venv" in make(installed, "--dry-run", "setup").stdout


def test_ci_runs_what_a_developer_runs() -> None:
    script = (source.ROOT / ".ci" / "run").read_text("utf-8")
    assert script.rstrip().endswith("make check\nmake test")
    assert "HUIYIN_REQUIRE_ALL=1" in script
