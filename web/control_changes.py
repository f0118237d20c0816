"""What changes between two bundles, for a page: files and parts in the reader's words, and marks for the diagrams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import changes
from engine.changes import FileChange, PartChange
from web import i18n
from web.control_words import ATTRIBUTES, KINDS, PREFIXES


def kind(code: str) -> str:
    """What a part is called: a user task, a flow, a rule, a field."""
    return i18n.gettext(KINDS[code]) if code in KINDS else code


def attribute(code: str) -> str:
    """What an attribute is called; names of variables and columns stay as they are."""
    if code in ATTRIBUTES:
        return i18n.gettext(ATTRIBUTES[code])
    for prefix, text in PREFIXES.items():
        if code.startswith(prefix):
            return i18n.gettext(text, name=code.removeprefix(prefix))
    return code


def marks(change: FileChange) -> dict[str, list[Any]]:
    """What web/static/js/viewer.js marks on the two diagrams."""
    found: dict[str, list[Any]] = {"added": [], "removed": [], "changed": []}
    for part in change.parts:
        if part.kind != "process":
            found[part.change].append({"id": part.id, "what": told(part)} if part.change == "changed" else part.id)
    return found


def told(part: PartChange) -> str:
    """The attributes that differ, in one line each."""
    return "\n".join(f"{attribute(each.attribute)}: {each.old or '–'} → {each.new or '–'}" for each in part.differences)


def marks_of(name: str, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> dict[str, list[Any]]:
    """The marks of one file of two bundles."""
    return marks(changes.compare_file(name, old.get(name), new.get(name)))


def figures(found: tuple[FileChange, ...]) -> dict[str, int]:
    """How many files were added, removed and changed."""
    return {change: sum(each.change == change for each in found) for change in ("added", "removed", "changed")}
