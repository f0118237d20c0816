"""What the DMN specification says of FEEL, clause by clause: one line of `conformance/*.feel` is one case.

expression => value          the value is written in FEEL too, of literals and the functions that make dates
expression => refused at 5   cannot be compiled; the position is told
given {…}                    the variables of the lines below
5 | > 3 => true              in cells.feel: the input, the cell, and what it says
"""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

import pytest

from engine import feel
from engine.feel import properties

FOLDER = Path(__file__).parent / "conformance"
REFUSED = "refused at "


def _cases(path):
    given = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.startswith("given "):
            given = line.removeprefix("given ")
        elif line.strip() and not line.startswith("#"):
            text, _, expected = line.rpartition(" => ")
            yield pytest.param(text, given, expected.strip(), id=f"{path.stem}:{number}: {text}")


ALL = [case for path in sorted(FOLDER.glob("*.feel")) if path.stem != "cells" for case in _cases(path)]
CELLS = list(_cases(FOLDER / "cells.feel"))


def value_of(text, scope, context=None):
    context = context or {}
    return feel.compile(text, names=context.keys())(context, scope)


def shape(value):
    """A value with all that tells it from another: its kind, and of a time the clock on the wall and its zone."""
    if isinstance(value, list):
        return [shape(item) for item in value]
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, feel.Range):
        return "range", shape(value.low), shape(value.high), value.low_closed, value.high_closed
    if isinstance(value, time | datetime):
        return feel.kind(value), feel.text(value), properties.part(value, "timezone", None)
    return feel.kind(value), value


def test_the_standard_is_asked_in_many_cases():
    assert len(ALL) + len(CELLS) > 1_400


@pytest.mark.parametrize(("text", "given", "expected"), ALL)
def test_an_expression(scope, text, given, expected):
    context = value_of(given, scope) if given else {}
    if expected.startswith(REFUSED):
        with pytest.raises(feel.FeelError) as caught:
            feel.compile(text, names=context.keys())
        assert caught.value.position == int(expected.removeprefix(REFUSED)), str(caught.value)
        return
    assert shape(value_of(text, scope, context)) == shape(value_of(expected, scope))


@pytest.mark.parametrize(("text", "given", "expected"), CELLS)
def test_a_cell(scope, text, given, expected):
    context = value_of(given, scope) if given else {}
    value, _, cell = text.partition(" | ")
    if expected.startswith(REFUSED):
        with pytest.raises(feel.FeelError) as caught:
            feel.compile_unary_tests(cell, names=context.keys())
        assert caught.value.position == int(expected.removeprefix(REFUSED)), str(caught.value)
        return
    answer = feel.compile_unary_tests(cell, names=context.keys())(value_of(value, scope, context), context, scope)
    assert answer is value_of(expected, scope)
