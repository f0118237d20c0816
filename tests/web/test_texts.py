"""What the pages say can be translated, and is: also the words that stand in tables and in notes after a change."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import pofile

from web import errors, i18n, menu, words

WEB = Path(i18n.__file__).parent
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
MARKUP = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
SPOKEN = re.compile(r'(?:aria-label|title|placeholder|alt|data-confirm|data-key-label)="([^"]*[A-Za-z]{2}[^"]*)"')
ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"|col-[\w-]+')
"""What macros and blocks hold of a tag without its brackets."""
SAME = {"SHA-256", "TS-2026-000123"}
"""Names and patterns that are the same in every language."""


def said_after_changes() -> Iterator[str]:
    """The sentences given to `context.say`."""
    for path in sorted(WEB.glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "say":
                yield from (part.value for part in ast.walk(call.args[0]) if isinstance(part, ast.Constant))


def in_tables() -> Iterator[str]:
    yield from (text for kinds in words.WORDS.values() for text in kinds.values())
    yield from (entry.label for entry in menu.ENTRIES)
    yield from (*errors.TITLES.values(), *errors.ADVICE.values(), *i18n.WEEKDAYS)


def test_words_of_tables_and_notes_have_their_chinese() -> None:
    said = {*said_after_changes(), *in_tables()}
    assert len(said) > 150
    assert sorted(said - i18n.catalogue("zh").keys()) == []


def test_no_two_files_translate_one_sentence_differently() -> None:
    seen: dict[str, tuple[str, str]] = {}
    conflicts = []
    for path in sorted((WEB / "translations" / "zh").glob("*.po")):
        with path.open("rb") as file:
            for message in pofile.read_po(file, locale="zh"):
                msgid = message.id if isinstance(message.id, str) else message.id[0]
                text = message.string if isinstance(message.string, str) else message.string[0]
                if msgid and seen.setdefault(msgid, (text, path.name))[0] != text:
                    conflicts.append(f"{msgid}: {seen[msgid][1]} and {path.name}")
    assert conflicts == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_a_template_says_nothing_untranslated_and_runs_nothing_inline(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    bare = CODE.sub(" ", source)
    lines = [line.strip() for line in ATTRIBUTE.sub("", MARKUP.sub("\n", bare)).splitlines()]
    spoken = [*(line for line in lines if re.search(r"[A-Za-z]{2}", line)), *SPOKEN.findall(bare)]
    assert [text for text in spoken if text not in SAME] == []
    assert not re.search(r'style="|<style|<script>|\son[a-z]+="|javascript:', source)


def test_every_word_given_to_the_pages_exists() -> None:
    """`word("kind", …)` in a template names a kind of words.WORDS."""
    used = {kind for path in TEMPLATES for kind in re.findall(r'\bword\("(\w+)"', path.read_text(encoding="utf-8"))}
    assert used <= words.WORDS.keys()
