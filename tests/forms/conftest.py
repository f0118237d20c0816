"""A small stand-in for FEEL, and forms made of a few components."""

from __future__ import annotations

import ast
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from forms import schema, validation

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


class Condition:
    """`=`, `!=`, `and`, `or`, numbers, texts and names, which is all that these tests need."""

    def __init__(self, text, names=frozenset()):
        source = text.replace("!=", "<>").replace("=", "==").replace("<>", "!=").replace(">==", ">=")
        source = source.replace("true", "True").replace("false", "False").replace("null", "None")
        self.tree = ast.parse(source, mode="eval")
        names = {node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)}
        self.names = frozenset(names - {"now", "len"})
        self.code = compile(self.tree, "condition", "eval")

    def value(self, context):
        known = {name: _reachable(context.get(name)) for name in self.names}
        return eval(self.code, {"__builtins__": {}, "now": lambda: NOW, "len": len}, known)


def _reachable(value):
    return SimpleNamespace(**value) if isinstance(value, Mapping) else value


def evaluate(expression, context):
    return expression.value(context)


class Upload:
    """A file as a web framework hands it over."""

    def __init__(self, filename, content=b"content"):
        self.filename = filename
        self.stream = io.BytesIO(content)


class Desk:
    """Where a form is read, filled in and handed over."""

    now = NOW
    evaluate = staticmethod(evaluate)
    upload = Upload

    def read(self, *components, **top):
        content = {"type": "default", "id": "form", "components": list(components), **top}
        return schema.read(json.dumps(content).encode(), Condition)

    def show(self, form, initial=None, **options):
        """The page before anything is sent."""
        return validation.bind(form, None, None, initial or {}, evaluate, now=NOW, **options)

    def post(self, form, texts, initial=None, files=None, **options):
        """What a browser sends."""
        sent = validation.Posted({name: [text] if isinstance(text, str) else text for name, text in texts.items()})
        uploads = validation.Posted(files or {})
        return validation.bind(form, sent, uploads, initial or {}, evaluate, now=NOW, **options)

    def send(self, form, data, initial=None, **options):
        """What a program sends."""
        return validation.from_json(form, data, evaluate, initial=initial or {}, now=NOW, **options)


@pytest.fixture
def desk():
    return Desk()
