"""The engine and the form library know processes and questions, not what a bank does with them."""

import re
from pathlib import Path

import pytest
from support import source

ENGLISH = (
    "complaint|complainant|customer|bank|banker|teller|refund|hotline|petition|petitioner|loan|deposit|branch[ -]office"
    "|supervision|ombudsman|trade[ -]union|regulator"
)
CHINESE = "投诉|客户|银行|赔付|督办|转办|工会|消保|网点|柜员|行领导|信访|首问|贷款|存款"
WORDS = re.compile(rf"(?<![a-z])(?:{ENGLISH})s?(?![a-z])|{CHINESE}")
EXCEPTIONS: dict[tuple[str, str], str] = {}


def _files() -> list[Path]:
    texts = [path for folder in ("engine", "forms") for path in (source.ROOT / folder).rglob("*.lark")]
    return [*source.python_files("engine"), *source.python_files("forms"), *texts]


def _words(text: str) -> set[str]:
    """The words of the domain in a text, also as part of a name: `bank_days`, `bankDays`."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text).replace("_", " ")
    return {found.group() for found in WORDS.finditer(apart.lower())}


def test_no_word_of_the_domain_is_in_the_engine_or_the_form_library() -> None:
    found = {(source.name(path), word) for path in _files() for word in _words(path.read_text("utf-8"))}
    assert sorted(found - EXCEPTIONS.keys()) == []
    assert EXCEPTIONS.keys() <= found


@pytest.mark.parametrize(
    "text", ["bank", "Banks", "bank_day", "openBankDay", "a complaint", "# 投诉处理", "branch office"]
)
def test_the_check_finds_words_in_names_and_sentences(text: str) -> None:
    assert _words(text)


@pytest.mark.parametrize("text", ["bankrupt", "branch", "embankment", "customise", "petit"])
def test_the_check_leaves_other_words_alone(text: str) -> None:
    assert not _words(text)
