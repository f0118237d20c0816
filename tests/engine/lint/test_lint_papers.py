"""Every lint rule is a file of its own, has its test, its line in docs/lint.md, and speaks Chinese."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages import pofile
from support import source

from engine.lint import rules
from forms import messages

FOLDER = source.ROOT / "engine" / "lint" / "rules"
FILES = {path.stem.replace("_", "-"): path for path in sorted(FOLDER.glob("[a-z]*.py")) if path.stem != "report"}
PAGE = (source.ROOT / "docs" / "lint.md").read_text("utf-8")
SENTENCE = re.compile(r"^(?:[A-Z][a-z]*|A|'?\{\w+\}'?) .*")


def line_of(rule: str) -> str:
    """The line of a rule in the table of docs/lint.md, made from its file."""
    path = FILES[rule]
    text = path.read_text("utf-8")
    levels = [level for level in ("error", "warning") if f"report.{level}(" in text]
    title = ast.get_docstring(source.tree(path)) or ""
    function = next(n for n in source.tree(path).body if isinstance(n, ast.FunctionDef) and n.name == "rule")
    reason = " ".join((ast.get_docstring(function) or "").split())
    return f"| `{rule}` | {' / '.join(levels)} | {title} | {reason} |"


def sentences(path: Path) -> set[str]:
    """The texts of a file that a person may read: neither docstrings nor names."""
    told = {id(node.value) for node in ast.walk(source.tree(path)) if isinstance(node, ast.Expr)}
    return {
        node.value
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in told
        and SENTENCE.match(node.value)
    }


@pytest.fixture(scope="module")
def translated() -> set[str]:
    """Everything that the Chinese catalogues translate."""
    found: set[str] = set()
    for path in (source.ROOT / "web" / "translations" / "zh").glob("*.po"):
        with path.open("rb") as file:
            found |= {str(m.id) for m in pofile.read_po(file, locale="zh") if m.id and m.string}
    return found


def test_every_file_is_a_rule_and_every_rule_a_file() -> None:
    registered = {rule.__module__.rpartition(".")[2].replace("_", "-") for rule in rules.RULES}
    assert registered == set(FILES)
    assert len(rules.RULES) == len(FILES)
    for rule, path in FILES.items():
        assert f'Report("{rule}")' in path.read_text("utf-8")


@pytest.mark.parametrize("rule", FILES)
def test_a_rule_has_a_good_and_a_bad_diagram(rule: str) -> None:
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_lint_*.py"))
    assert f'"{rule}"' in tests


@pytest.mark.parametrize("rule", FILES)
def test_the_paper_tells_what_the_rule_tells_of_itself(rule: str) -> None:
    assert line_of(rule) in PAGE


def test_the_paper_knows_no_other_rule() -> None:
    table = PAGE.partition("## Rules of the diagram")[2]
    assert re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE) == sorted(FILES)


def test_every_finding_and_advice_is_translated(translated: set[str]) -> None:
    wanted = set().union(*map(sentences, [*FILES.values(), source.ROOT / "engine" / "bundle.py"]))
    assert sorted(wanted - translated) == []


def test_every_sentence_of_the_engine_and_the_forms_is_translated(translated: set[str]) -> None:
    templates = re.compile(r"(Expected|The|A|An|This|Another|Somebody|Only|Nobody|There|Say|Nothing|None|Events) .*")
    inside = {text for path in source.python_files("engine") for text in sentences(path) if templates.match(text)}
    wanted = inside | {text for text in messages.templates() if text != messages.PATTERN_OWN}
    assert sorted(wanted - translated) == []
