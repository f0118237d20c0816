"""Texts are English in the code and Chinese for the reader: every one has its translation, with the same places."""

import re
import string
from pathlib import Path

import pytest
from babel.messages import pofile
from support import source, texts

FOLDER = source.ROOT / "web" / "translations" / "zh"
TEMPLATES = sorted((source.ROOT / "web" / "templates").rglob("*.html"))
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def _translations() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(FOLDER.glob("*.po")):
        with path.open("rb") as file:
            for message in pofile.read_po(file, locale="zh", abort_invalid=True):
                msgid = message.id if isinstance(message.id, str) else message.id[0]
                text = message.string if isinstance(message.string, str) else message.string[0]
                if msgid and text and not message.fuzzy:
                    found[msgid] = text
    return found


def _expect_translations(wanted: dict[str, str]) -> None:
    translated = _translations()
    missing = [f"{place}: {msgid!r}" for msgid, place in sorted(wanted.items()) if msgid not in translated]
    if missing:
        pytest.fail("\n".join(["Expected a translation, but there is none for", *missing]), pytrace=False)


@pytest.mark.parametrize("path", TEMPLATES, ids=source.name)
def test_templates_hold_no_chinese(path: Path) -> None:
    """Except in comments `{# … #}`, and the name of the language itself, which is told in that language."""
    text = re.sub(r"\{#.*?#\}|\"中文\"", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert [line.strip() for line in text.splitlines() if CHINESE.search(line)] == []


def test_every_text_of_a_page_has_a_translation() -> None:
    _expect_translations(texts.marked())


def test_every_error_has_a_translation() -> None:
    _expect_translations(texts.errors())


def test_an_error_is_one_line() -> None:
    """A docstring that is an error's template keeps its line breaks, so it has to be on one line."""
    assert [msgid for msgid in texts.errors() if "\n" in msgid] == []


def test_translations_fill_the_same_places() -> None:
    differing = {
        msgid: text
        for msgid, text in _translations().items()
        if _places(msgid) != _places(text) and "{" in msgid + text
    }
    assert differing == {}


def test_translations_are_chinese() -> None:
    assert [m for m, text in _translations().items() if not CHINESE.search(text) and re.search("[a-z]{4}", text)] == []


def _places(text: str) -> set[str]:
    return {name.partition("!")[0] for _, name, _, _ in string.Formatter().parse(text) if name}
