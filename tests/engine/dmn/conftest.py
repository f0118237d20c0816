"""Decision files written short: `table(...)` gives the XML of one decision, `dmn_file(...)` that of a file."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

import pytest

from engine import dmn, feel

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def text(tag, content, **attributes):
    written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<{tag}{written}><text>{escape(content)}</text></{tag}>"


def make_file(*parts, namespace=NAMESPACE, head=""):
    inside = "".join(parts)
    return f'{head}<definitions xmlns="{namespace}" id="file" name="A file">{inside}</definitions>'.encode()


def make_table(inputs, outputs, rules, policy="UNIQUE", id="d", name="A decision", requires="", **attributes):
    """`inputs`: expression or (expression, type, values); `outputs`: name or (name, values, default); rules: cells."""
    xml = ""
    for at, column in enumerate(inputs):
        expression, kind, values = (*column, "", "")[:3] if isinstance(column, tuple) else (column, "", "")
        type_ref = {"typeRef": kind} if kind else {}
        allowed = text("inputValues", values) if values else ""
        xml += f'<input id="{id}-i{at}">{text("inputExpression", expression, **type_ref)}{allowed}</input>'
    for at, column in enumerate(outputs):
        output, values, default = (*column, "", "")[:3] if isinstance(column, tuple) else (column, "", "")
        allowed = text("outputValues", values) if values else ""
        other = text("defaultOutputEntry", default) if default else ""
        xml += f'<output id="{id}-o{at}" name={quoteattr(output)}>{allowed}{other}</output>'
    for number, cells in enumerate(rules, 1):
        written = [text("inputEntry", cell) for cell in cells[: len(inputs)]]
        written += [text("outputEntry", cell) for cell in cells[len(inputs) :]]
        xml += f'<rule id="{id}-r{number}">{"".join(written)}</rule>'
    extra = "".join(f' {key}="{value}"' for key, value in attributes.items())
    table = f'<decisionTable hitPolicy="{policy}"{extra}>{xml}</decisionTable>'
    return f'<decision id="{id}" name={quoteattr(name)}>{requires}{table}</decision>'


def make_literal(id, expression, name=None, requires=""):
    body = text("literalExpression", expression)
    return f'<decision id="{id}" name={quoteattr(name or id)}>{requires}{body}</decision>'


def make_requirement(kind, id):
    outer = "knowledgeRequirement" if kind == "requiredKnowledge" else "informationRequirement"
    return f'<{outer}><{kind} href="#{id}"/></{outer}>'


@pytest.fixture(scope="session")
def dmn_file():
    return make_file


@pytest.fixture(scope="session")
def table():
    return make_table


@pytest.fixture(scope="session")
def literal():
    return make_literal


@pytest.fixture(scope="session")
def requires():
    return make_requirement


@pytest.fixture(scope="session")
def scope():
    return feel.Scope(datetime(2026, 5, 31, 18, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def decide(scope):
    """Read a file of these parts and make the decision `d`."""

    def run(parts, context, id="d"):
        parts = (parts,) if isinstance(parts, str) else parts
        return dmn.decide(dmn.read(make_file(*parts)), id, context, scope)

    return run
