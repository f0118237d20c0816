"""A bundle: everything in it is read, and everything wrong is told at once, file by file."""

from __future__ import annotations

import pytest
from support.engine import chain, diagram, process, user

from engine import bundle, feel
from engine.functions import Functions
from engine.lint import Finding
from engine.operations import Operations

PLAIN = diagram(process(chain(("a", user("a")))))
DECISION = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="D" name="D" namespace="n">'
    b'<decision id="rate" name="rate"><variable name="rate"/><literalExpression><text>1 + 1</text>'
    b"</literalExpression></decision></definitions>"
)
FORM = b'{"type": "default", "id": "sheet", "components": []}'


def read(**files: bytes) -> tuple[bundle.Bundle, list[Finding]]:
    named = {name.replace("_", "."): content for name, content in files.items()}
    return bundle.read(named, Functions(), Operations())


def errors(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.rule, finding.file) for finding in findings if finding.severity == "error"}


def test_all_kinds_are_read() -> None:
    found, findings = read(a_bpmn=PLAIN, b_dmn=DECISION, sheet_form=FORM, letter_txt=b"x", c_BPMN=b"")
    assert (set(found.processes), set(found.decisions), set(found.forms)) == ({"p"}, {"rate"}, {"sheet"})
    assert found.files == {("process", "p"): "a.bpmn", ("decision", "rate"): "b.dmn", ("form", "sheet"): "sheet.form"}
    assert errors(findings) == {("unreadable", "c.BPMN")}


def test_everything_wrong_is_told_at_once() -> None:
    _, findings = read(
        a_bpmn=b"<broken",
        b_dmn=b"<!DOCTYPE x>",
        c_dmn=DECISION.replace(b"1 + 1", b"1 +"),
        d_form=b"{",
        e_bpmn=diagram(process(chain(("a", user("a", 'camunda:assignee="=1 +"'))))),
    )
    assert {file for _, file in errors(findings)} == {"a.bpmn", "b.dmn", "c.dmn", "d.form", "e.bpmn"}
    (wrong,) = [finding for finding in findings if finding.rule == "expression"]
    assert (wrong.element, wrong.name) == ("a", "a")
    assert "'=1 +' (assignee) is not valid FEEL" in wrong.message


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"a_bpmn": PLAIN, "b_bpmn": PLAIN}, "process"),
        ({"a_dmn": DECISION, "b_dmn": DECISION}, "decision"),
    ],
)
def test_a_key_is_used_once(files: dict[str, bytes], kind: str) -> None:
    _, findings = read(**files)
    (taken,) = [finding for finding in findings if finding.rule == "duplicate-key"]
    assert taken.message.startswith(f"The {kind} ")
    assert taken.message.endswith(f"is defined in a.{'bpmn' if kind == 'process' else 'dmn'} already")


def test_the_fingerprint_knows_names_and_contents_but_no_order() -> None:
    one = bundle.fingerprint({"a": b"1", "b": b"2"})
    assert one == bundle.fingerprint({"b": b"2", "a": b"1"})
    assert len({one, bundle.fingerprint({"a": b"2", "b": b"1"}), bundle.fingerprint({"a": b"1"})}) == 3


def test_forms_may_ask_but_not_call_the_house() -> None:
    assert bundle.compile_condition("=amount > 5", frozenset({"amount"}))({"amount": 6}, feel.Scope(now=None)) is True
    with pytest.raises(feel.FeelError):
        bundle.compile_condition("clock due(1)", frozenset())
