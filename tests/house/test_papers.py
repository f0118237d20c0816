"""The papers of the project: what they point at is there."""

import re
from pathlib import Path

import pytest
from support import source

from engine.lint.explanations import explanations

PAPERS = sorted(path for folder in (".", "docs", "benchmarks") for path in (source.ROOT / folder).glob("*.md"))
LINK = re.compile(r"\[[^]]*\]\(([^)\s#]+)(?:#[^)]*)?\)|<img[^>]* src=\"([^\"]+)\"")


@pytest.mark.parametrize("paper", PAPERS, ids=source.name)
def test_links_lead_somewhere(paper: Path) -> None:
    targets = [first or second for first, second in LINK.findall(paper.read_text("utf-8"))]
    local = [target for target in targets if not re.match(r"[a-z]+:", target)]
    assert [target for target in local if not (paper.parent / target).exists()] == []


@pytest.mark.parametrize("paper", PAPERS, ids=source.name)
def test_commands_of_make_exist(paper: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (source.ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", paper.read_text("utf-8"), flags=re.MULTILINE))
    assert sorted(named - targets) == []


def test_numbers_of_the_changelog_are_those_of_the_tree() -> None:
    told = " ".join((source.ROOT / "CHANGELOG.md").read_text("utf-8").split())
    forms, rules = re.search(r"(\d+) forms, each", told), re.search(r"with (\d+) lint rules", told)
    assert forms
    assert int(forms[1]) == len(list((source.ROOT / "forms").glob("*.form")))
    assert rules
    assert int(rules[1]) == len(explanations())
