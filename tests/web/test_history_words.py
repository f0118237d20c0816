"""Every kind of event that is written down has a word that people read."""

from __future__ import annotations

import ast

from support import source

from web.history_words import EVENTS

WRITERS = {"record", "_record", "_set_suspended", "_suspend", "_assign", "_change", "_put_off"}


def kinds(tree: ast.AST) -> set[str]:
    """The kinds of events that the calls of a file write."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            found |= {text for text in texts if name in WRITERS and "-" in text}
    return found


def test_every_kind_of_event_has_a_word() -> None:
    written = set().union(*(kinds(source.tree(path)) for path in source.python_files("engine", "complaints")))
    assert {"task-completed", "escalation-thrown", "incident-created", "instance-suspended"} <= written
    assert sorted(written - EVENTS.keys()) == []
