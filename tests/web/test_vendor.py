"""The browser files we ship are those we built, each with a licence we may ship; nothing comes from elsewhere."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from web import menu

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "web" / "static"
VENDOR = STATIC / "vendor"
ROWS: list[dict[str, Any]] = json.loads((VENDOR / "vendor.lock.json").read_text("utf-8"))["files"]
ALLOWED = {"MIT", "ISC", "0BSD", "Apache-2.0", "LicenseRef-bpmn.io", "MPL-2.0 OR Apache-2.0"}
BOOKKEEPING = {"vendor.lock.json", ".gitattributes"}
CONTAINED = re.compile(r"(?P<package>\S+) (?P<version>\S+) \((?P<licence>.+)\)")


def contained(row: dict[str, Any]) -> list[re.Match[str]]:
    matches = [CONTAINED.fullmatch(text) for text in row.get("contains", [])]
    assert all(matches), f"{row['file']} lists its contents as 'package version (licence)'"
    return [match for match in matches if match]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_a_vendored_file_is_the_one_that_was_built(row: dict[str, Any]) -> None:
    assert hashlib.sha256((VENDOR / row["file"]).read_bytes()).hexdigest() == row["sha256"]


def test_every_vendored_file_is_in_the_lock() -> None:
    shipped = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert shipped - BOOKKEEPING == {row["file"] for row in ROWS}


def test_every_licence_may_be_shipped() -> None:
    licences = {row["licence"] for row in ROWS} | {match["licence"] for row in ROWS for match in contained(row)}
    assert licences <= ALLOWED


def test_licence_texts_stand_beside_the_files() -> None:
    for folder in {row["file"].split("/")[0] for row in ROWS}:
        texts = "".join(path.read_text("utf-8") for path in (VENDOR / folder).glob("LICENSE*.txt"))
        assert re.search(r"WITHOUT WARRANTY OF ANY KIND|DISCLAIMS ALL\s+WARRANTIES", texts), folder
        for row in (row for row in ROWS if row["file"].startswith(f"{folder}/")):
            for match in contained(row):
                assert f"{match['package']} {match['version']} (" in texts, f"{folder}: {match['package']}"


def test_the_notices_name_every_library() -> None:
    notices = (ROOT / "THIRD_PARTY_NOTICES.md").read_text("utf-8")
    for row in ROWS:
        for match in contained(row):
            assert f"| {match['package']} | {match['version']} | {match['licence']} |" in notices


def test_the_mark_of_bpmn_io_is_neither_removed_nor_hidden() -> None:
    # Its licence is MIT with this one condition (THIRD_PARTY_NOTICES.md).
    for script in ("bpmn-js-18.31.1/bpmn-navigated-viewer.min.js", "designer/designer.js"):
        assert "bjs-powered-by" in (VENDOR / script).read_text("utf-8")
    for sheet in (STATIC / "css").glob("*.css"):
        assert "powered-by" not in sheet.read_text("utf-8"), f"{sheet.name} must not restyle the mark"


def test_stylesheets_load_nothing_from_elsewhere() -> None:
    for sheet in STATIC.rglob("*.css"):
        addresses = re.findall(r"url\(\s*['\"]?([^'\")]+)", sheet.read_text("utf-8"))
        addresses += re.findall(r"@import\s+['\"]([^'\"]+)", sheet.read_text("utf-8"))
        assert not [each for each in addresses if re.match(r"(https?:)?//", each)], sheet.name
        assert not [each for each in addresses if ".eot" in each], sheet.name


def test_our_scripts_neither_evaluate_text_nor_write_markup() -> None:
    for script in (STATIC / "js").glob("*.js"):
        text = script.read_text("utf-8")
        assert not re.search(r"\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write", text), script.name
        assert "http://" not in text.replace("http://www.w3.org/", ""), script.name
        assert "https://" not in text, script.name


def test_every_icon_asked_for_by_a_script_is_in_the_sprite() -> None:
    sprite = next(VENDOR.glob("tabler-icons-*/icons.svg")).read_text("utf-8")
    symbols = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    for script in (STATIC / "js").glob("*.js"):
        asked = set(re.findall(r"\bicon: '([^']+)'|\badd\('([a-z-]+)',", script.read_text("utf-8")))
        assert {name for pair in asked for name in pair if name} <= symbols, script.name


def test_every_text_of_the_scripts_is_said_in_chinese() -> None:
    dictionary = (STATIC / "js" / "texts.js").read_text("utf-8")
    known = set(re.findall(r"^    '(.+?)': '", dictionary, re.MULTILINE))
    for script in (STATIC / "js").glob("*.js"):
        said = set(re.findall(r"\bsay\(\s*'([^']+)'", script.read_text("utf-8")))
        assert said <= known, f"{script.name} says {sorted(said - known)}"


def test_the_lock_of_packages_names_no_place_to_download_from() -> None:
    assert '"resolved"' not in (ROOT / "frontend" / "package-lock.json").read_text("utf-8")


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    (sprite,) = VENDOR.glob("tabler-icons-*/icons.svg")
    known = set(re.findall(r'symbol id="([\w-]+)"', sprite.read_text("utf-8")))
    texts = [path.read_text("utf-8") for path in (ROOT / "web" / "templates").rglob("*.html")]
    named = {name for text in texts for name in re.findall(r'icon\("([\w-]+)"', text)}
    named |= {entry.icon for entry in menu.ENTRIES}
    assert len(named) > 20
    assert named <= known
