"""Settings: every value is checked, every wrong one named, and the list in the docs is true."""

import ast
import dataclasses
import re
import stat
from pathlib import Path

import pytest
from support import source

from engine import calendar
from engine.errors import Invalid
from web import settings
from web.settings import Settings


def load(tmp_path: Path, **given: str) -> Settings:
    return Settings.load({"HUIYIN_DATA_DIR": str(tmp_path), **given})


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    plain = load(tmp_path)
    assert plain.database_url == f"sqlite:///{tmp_path}/huiyin.db"
    assert (plain.host, plain.port, plain.base_url, plain.https) == ("127.0.0.1", 8000, "http://127.0.0.1:8000", False)
    assert plain.service_hours == calendar.OFFICE_HOURS
    assert plain.scheduler


def test_the_data_folder_is_absolute_wherever_the_program_goes() -> None:
    assert Settings.load({}).data_dir == Path("var").resolve()


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    file = tmp_path / "huiyin.ini"
    file.write_text("[huiyin]\nport = 81\nthreads = 3\nsmtp_url = smtp://u:100%@mail.example\n")
    given = load(tmp_path, HUIYIN_CONFIG=str(file), HUIYIN_PORT="82")
    assert (given.port, given.threads, given.session_hours) == (82, 3, 12)
    assert given.smtp_url == "smtp://u:100%@mail.example"
    assert Settings.load({"HUIYIN_DATA_DIR": str(tmp_path)}, file).port == 81


def test_an_address_with_https_makes_the_cookies_secure(tmp_path: Path) -> None:
    given = load(tmp_path, HUIYIN_BASE_URL="https://huiyin.example/")
    assert given.https
    assert given.base_url == "https://huiyin.example"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_postgresql_leads_to_the_same_driver(tmp_path: Path, scheme: str) -> None:
    given = load(tmp_path, HUIYIN_DATABASE_URL=f"{scheme}://u@h/d")
    assert given.database_url == "postgresql+psycopg://u@h/d"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "http", "HUIYIN_PORT: Expected a whole number from 0 to 65535, but got 'http'"),
        ("PORT", "65536", "HUIYIN_PORT: Expected a whole number from 0 to 65535, but got '65536'"),
        ("THREADS", "-1", "HUIYIN_THREADS: Expected a whole number from 1 to 256, but got '-1'"),
        ("SCHEDULER", "yes", "HUIYIN_SCHEDULER: Expected 'on' or 'off', but got 'yes'"),
        ("BASE_URL", "huiyin", "HUIYIN_BASE_URL: Expected an address that begins with http:// / https://, but got"),
        ("SERVICE_HOURS", "9-5", "HUIYIN_SERVICE_HOURS: Expected service hours like '09:00-12:00,13:00-18:00'"),
        ("DATABASE_URL", "mysql://root:geheim@h/d", "HUIYIN_DATABASE_URL: Expected postgresql://"),
        ("DATABASE_URL", "sqlite://", "HUIYIN_DATABASE_URL: Expected postgresql://"),
        ("DATABASE_URL", "sqlite:///:memory:", "HUIYIN_DATABASE_URL: Expected postgresql://"),
        ("SECRET_KEY", "geheim", "HUIYIN_SECRET_KEY: Expected at least 32 characters, but got '***'"),
        ("DEMO_PASSWORD", "geheim", "HUIYIN_DEMO_PASSWORD: Expected at least 8 characters, but got '***'"),
        ("SMTP_URL", "geheim", "HUIYIN_SMTP_URL: Expected an address that begins with smtp:// / smtps://, but got"),
    ],
)
def test_a_wrong_value_is_refused_by_name_with_what_was_expected(
    tmp_path: Path, name: str, value: str, expected: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        load(tmp_path, **{f"HUIYIN_{name}": value})
    assert expected in str(refusal.value)
    assert "geheim" not in str(refusal.value)


def test_all_wrong_values_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refusal:
        load(tmp_path, HUIYIN_PORT="x", HUIYIN_THREADS="y")
    assert [problem.where for problem in refusal.value.problems] == ["HUIYIN_PORT", "HUIYIN_THREADS"]


@pytest.mark.parametrize("content", [None, "port = 1", "[other]\nport = 1", "[huiyin]\nprot = 1"])
def test_a_file_that_is_not_right_is_refused(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "huiyin.ini"
    if content:
        file.write_text(content)
    with pytest.raises(Invalid, match=r"huiyin\.ini: Expected"):
        load(tmp_path, HUIYIN_CONFIG=str(file))


def test_keys_are_made_up_once_and_for_the_owner_only(tmp_path: Path) -> None:
    first, second = load(tmp_path), load(tmp_path)
    assert len(first.secret_key) >= 32
    assert first.secret_key == second.secret_key != first.seal_key.decode()
    assert first.seal_key == second.seal_key
    for name in ("secret.key", "seal.key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"secret.key", "seal.key"}


def test_given_keys_are_used(tmp_path: Path) -> None:
    key = tmp_path / "elsewhere.key"
    key.write_text("kept by somebody else\n")
    given = load(tmp_path, HUIYIN_SECRET_KEY="s" * 32, HUIYIN_SEAL_KEY_FILE=str(key))
    assert given.secret_key == "s" * 32
    assert given.seal_key == b"kept by somebody else"


def test_secrets_do_not_show_up_in_logs(tmp_path: Path) -> None:
    given = load(tmp_path, HUIYIN_SECRET_KEY="geheim" * 6, HUIYIN_SMTP_URL="smtp://u:geheim@h")
    assert "geheim" not in repr(given)


def test_a_data_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, not a folder")
    given = load(tmp_path / "var")
    with pytest.raises(Invalid, match=r"Expected '.*var' to be readable and writable, but: File exists"):
        given.prepare()
    with pytest.raises(Invalid, match="readable and writable"):
        _ = given.secret_key


def test_the_data_folder_is_made(tmp_path: Path) -> None:
    load(tmp_path / "a" / "b").prepare()
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_the_docs_list_every_setting_as_it_is() -> None:
    told = (source.ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert told == settings.markdown(), "`python -m web.settings > docs/settings.md` renews the list."


def test_the_docs_know_every_variable_that_the_code_reads() -> None:
    told = (source.ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    files = [*source.python_files(*source.ROOMS), source.ROOT / "Makefile", source.ROOT / ".ci" / "run"]
    read = {name for path in files for name in re.findall(r"HUIYIN_[A-Z_]*[A-Z]", path.read_text("utf-8"))}
    assert sorted(name for name in read if name not in told) == []


def test_every_setting_is_used() -> None:
    """One that nothing reads would be a promise that nobody keeps."""
    through = {"own_secret_key": "secret_key", "seal_key_file": "seal_key"}
    files = [path for path in source.python_files("web") if path.name != "settings.py"]
    read = {node.attr for path in files for node in ast.walk(source.tree(path)) if isinstance(node, ast.Attribute)}
    names = {through.get(field.name, field.name) for field in dataclasses.fields(Settings) if field.metadata}
    assert sorted(names - read) == []
