"""A catalogue of files that BPMN forbids: each is refused, by the right rule and at the right element.

A case begins with `= what is wrong | rule element, rule element …`, followed by the diagram in the notation of the
rules (engine/lint/notation.py). What is usual need not be written: a start event `s`, an end event `e` and tasks `a`,
`b`, `c` are there when a flow names them; so are the messages, signals, errors and escalations below, and `@name` puts
in a piece of XML.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.lint import check

from engine.lint import notation
from engine.lint.explanations import explanations

FORM = b'{"type": "default", "id": "ask", "components": []}'
TABLE = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="t">'
    b'<decision id="size" name="size"><literalExpression><text>1</text></literalExpression></decision></definitions>'
)
DECLARED = (
    '<message id="M" name="answer"/> <message id="N" name="reply"/> <signal id="S" name="alarm"/> '
    '<error id="E" errorCode="late"/> <escalation id="L" escalationCode="late"/>'
)
PIECES = {
    "message": '<messageEventDefinition messageRef="M"/>',
    "signal": '<signalEventDefinition signalRef="S"/>',
    "timer": "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
    "conditional": "<conditionalEventDefinition><condition>x = 1</condition></conditionalEventDefinition>",
    "error": '<errorEventDefinition errorRef="E"/>',
    "escalation": '<escalationEventDefinition escalationRef="L"/>',
    "compensate": "<compensateEventDefinition/>",
    "cancel": "<cancelEventDefinition/>",
    "terminate": "<terminateEventDefinition/>",
    "link": '<linkEventDefinition name="page 2"/>',
    "inside": '<startEvent id="i"/> <task id="x"/> <endEvent id="o"/>\ni -> x -> o\n',
    "long": "long" * 60,
}
USUAL = {
    "s": '<startEvent id="s"/>',
    "e": '<endEvent id="e"/>',
    **{name: f'<task id="{name}"/>' for name in ("a", "b", "c")},
}


@dataclass(frozen=True)
class Broken:
    """`expected` are the rules and elements of all errors."""

    title: str
    expected: tuple[tuple[str, str], ...]
    text: str

    def diagram(self) -> bytes:
        """The file."""
        flows = " ".join(re.findall(r'^\s*\S+ -> [^:\n]*|Ref="[^"]*"', self.text, re.MULTILINE))
        named = set(re.findall(r'[^\s"]+', flows))
        usual = [xml for name, xml in USUAL.items() if name in named and f'id="{name}"' not in self.text]
        return notation.diagram(f"{DECLARED} {' '.join(usual)}\n{self.text}")


def catalogue(path: Path) -> Iterator[Broken]:
    """The cases of a file."""
    for block in re.split(r"^= ", _filled(path.read_text("utf-8")), flags=re.MULTILINE)[1:]:
        head, _, text = block.partition("\n")
        title, _, expected = head.partition(" | ")
        findings = (part.strip().partition(" ") for part in expected.split(","))
        yield Broken(title, tuple((rule, element) for rule, _, element in findings), text)


def _filled(text: str) -> str:
    return re.sub(r"@([a-z]+?)(?=[^a-z]|$)", lambda found: PIECES[found[1]], text)


PATHS = sorted((Path(__file__).parent / "catalogue").glob("*.txt"))
CASES = {path.stem: list(catalogue(path)) for path in PATHS}


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{name}: {case.title}") for name, cases in CASES.items() for case in cases]
)
def test_the_file_is_refused_at_the_right_element(case: Broken) -> None:
    found = check(case.diagram(), ask_form=FORM, size_dmn=TABLE)
    errors = [(finding.rule, finding.element) for finding in found if finding.severity == "error"]
    assert sorted(errors) == sorted(case.expected)


def test_no_case_is_there_twice() -> None:
    titles = Counter(f"{name}: {case.title}" for name, cases in CASES.items() for case in cases)
    texts = Counter(case.text.strip() for cases in CASES.values() for case in cases)
    assert [title for title, n in titles.items() if n > 1] == []
    assert [text for text, n in texts.items() if n > 1] == []
    assert len(titles) >= 300


def test_the_catalogue_knows_every_rule_of_diagrams_that_refuses() -> None:
    known = {rule for cases in CASES.values() for case in cases for rule, _ in case.expected}
    diagrams = {code for code, rule in explanations().items() if rule.bad and not code.startswith("dmn-")}
    warnings = {"call-cycle", "shared-write", "forgotten-entry", "names", "layout"}
    assert known == {"duplicate-key"} | diagrams - warnings
