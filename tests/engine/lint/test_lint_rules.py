"""Every lint rule is one file with code, reason, a good and a bad diagram; docs/lint.md is made from these files."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from itertools import chain

import pytest
from babel.messages import pofile
from support import source
from support.lint import check

from engine.lint import Finding, notation, rules
from engine.lint.explanations import READING, Explanation, explanations
from forms import messages

FOLDER = source.ROOT / "engine" / "lint" / "rules"
FILES = {path.stem.replace("_", "-"): path for path in sorted(FOLDER.glob("[a-z]*.py")) if path.stem != "report"}
PAGE = source.ROOT / "docs" / "lint.md"
SENTENCE = re.compile(r"^(?:[A-Z][a-z]*|A|'?\{\w+\}'?) .*")
FORM = b'{"type": "default", "id": "ask", "components": []}'
TABLE = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="t">'
    b'<decision id="size" name="size"><literalExpression><text>1</text></literalExpression></decision></definitions>'
)
HEAD = """# Lint: what is checked before a bundle is deployed

`huiyin lint FILE…` and every deployment read the whole bundle (diagrams, decisions, forms) and run all rules over it.
Everything wrong is told at once. A finding names the rule, the file, the element with id and name, what is wrong and
what to do. One **error** refuses the deployment, and then nothing has changed; a **warning** is told and does not
refuse. The exit code is 1 with errors, 0 with warnings only, 2 when the command is used wrongly. `--format json` and
`--format sarif` (SARIF 2.1.0) are for machines; `--explain CODE` prints what stands below about one rule.

Nothing in a diagram is passed over in silence: what the engine reads is written down as a grammar
(`engine/bpmn/leftovers.py`), and every attribute or element outside of it is refused by its name
(`unsupported-construct`) or, when it changes nothing, told as a warning. `engine/bpmn/schema.py` looks for what the
XML Schema of BPMN forbids and the reader would not notice: ids and elements that stand twice, values that are none.

This page is made from the files of the rules: `RENEW=1 .venv/bin/pytest tests/engine/lint/test_lint_rules.py`.

## To add a rule

1. Write `engine/lint/rules/<name>.py`: `report = Report("<name>")`; `GOOD` and `BAD`, the smallest diagram that keeps
   the rule and the smallest that breaks it, and `AT`, the element that is wrong in `BAD`; and
   `def rule(bundle, operations)`, which yields `report.error(…)` or `report.warning(…)`. The docstring of the file says
   what it is about, that of `rule` says why it is there, with the clause of BPMN 2.0.2. A rule about decisions is
   called `dmn_<name>.py` and takes the `Report` of `engine/lint/decisions.py`.
2. Add it to `RULES` in `engine/lint/rules/__init__.py`, in the place where its findings are to be told.
3. Add the other ways to break it to `tests/engine/lint/catalogue/`, each with the element that is to be named.
4. Translate its sentences, title and reason in `web/translations/zh/lint.po`; renew this page.

Which groups of people exist is not the engine's knowledge. The house above asks
`engine.lint.rules.people.literal_groups(bundle)` for every group that a user task names, and makes findings of its own.

## The rules

Clauses are those of BPMN 2.0.2 (ISO/IEC 19510) and DMN 1.5. The first five look at files, those called `dmn-…` at
decisions, the others at diagrams. The examples are short for a file (`engine/lint/notation.py`): the inside of a
process in XML, `a -> b: x > 1` for a sequence flow with its condition, messages and other processes between the rest;
of a decision table the hit policy, the columns and a line for each rule. Beside them stand a form `ask`, a decision
`size` and the operations `post`, which needs the input `to`, and `tick`.

| rule | severity | what |
| --- | --- | --- |
"""


def found(text: str) -> list[Finding]:
    """What is found in an example, with the form and the decision that the page promises."""
    name, content = notation.file(text)
    return check(ask_form=FORM, size_dmn=TABLE, **{name.replace(".", "_"): content})


def severities(code: str) -> str:
    """How bad a finding of the rule can be."""
    text = FILES[code].read_text("utf-8") if code in FILES else "report.error("
    return " / ".join(level for level in ("error", "warning") if f"report.{level}(" in text)


def page() -> str:
    return HEAD + "".join(chain(map(row, explanations().values()), *map(section, explanations().values())))


def row(rule: Explanation) -> str:
    return f"| [`{rule.code}`](#{rule.code}) | {severities(rule.code)} | {rule.title} |\n"


def section(rule: Explanation) -> Iterator[str]:
    yield f"\n### {rule.code}\n\n{rule.reason}\n"
    if rule.bad:
        kind = "text" if rule.bad.startswith(notation.POLICIES) else "xml"
        bad, good = f"```{kind}\n{rule.bad}```\n", f"```{kind}\n{rule.good}```\n"
        yield f"\nBad, because of `{rule.element}`:\n\n{bad}\nGood:\n\n{good}"


def sentences(tree: ast.Module) -> set[str]:
    """The texts of a file that a person may read: neither docstrings nor names."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return {
        node.value
        for node in ast.walk(tree)
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
    assert set(explanations()) == {*FILES, *(rule.code for rule in READING)}


def test_what_is_found_while_reading_is_explained_too() -> None:
    calls = [c for c in source.calls(source.ROOT / "engine" / "bundle.py") if c[0] == "Finding"]
    codes = {call.args[0].value for _, call in calls if call.args and isinstance(call.args[0], ast.Constant)}
    assert codes == {rule.code for rule in READING}


@pytest.mark.parametrize("code", [code for code, rule in explanations().items() if rule.bad])
def test_the_good_diagram_keeps_the_rule_and_the_bad_one_breaks_it(code: str) -> None:
    rule = explanations()[code]
    assert rule.title
    assert rule.reason
    fine = [finding for finding in found(rule.good) if finding.severity == "error" or finding.rule == code]
    assert [str(finding) for finding in fine] == []
    own = [finding for finding in found(rule.bad) if finding.rule == code]
    assert [finding.element for finding in own] == [rule.element]


def test_the_paper_tells_what_the_rules_tell_of_themselves() -> None:
    if os.environ.get("RENEW"):
        PAGE.write_text(page(), "utf-8")
    assert PAGE.read_text("utf-8") == page()


def test_every_finding_and_advice_is_translated(translated: set[str]) -> None:
    files = [*FILES.values(), source.ROOT / "engine" / "bundle.py"]
    wanted = set().union(*(sentences(source.tree(path)) for path in files))
    wanted |= {text for rule in explanations().values() for text in (rule.title, rule.reason)}
    assert sorted(wanted - translated) == []


def test_every_sentence_of_the_engine_and_the_forms_is_translated(translated: set[str]) -> None:
    templates = re.compile(r"(Expected|The|A|An|This|Another|Somebody|Only|Nobody|There|Say|Nothing|None|Events) .*")
    read = source.ROOT / "engine" / "lint" / "explanations.py"
    files = [path for path in source.python_files("engine") if path != read]
    inside = {text for path in files for text in sentences(source.tree(path)) if templates.match(text)}
    wanted = inside | {text for text in messages.templates() if text != messages.PATTERN_OWN}
    assert sorted(wanted - translated) == []
