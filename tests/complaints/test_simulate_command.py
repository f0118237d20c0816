"""`huiyin simulate` and `huiyin import` from the operator's seat: figures, files and exit codes."""

import json

from click.testing import CliRunner

from complaints import intake_csv_mapping
from web import cli

SHIPPED = intake_csv_mapping.FOLDER.parent / "demo" / "complaints.csv"


def run(folder, *arguments):
    settings = {"HUIYIN_DATA_DIR": str(folder), "HUIYIN_DATABASE_URL": "", "LANG": "C"}
    return CliRunner().invoke(cli.main, list(map(str, arguments)), env=settings)


def test_figures_first_and_a_green_verification_afterwards(tmp_path):
    """A fresh folder keeps the simulated bank; one with a bank in it stays as it is; cases are never simulated over."""
    told = run(tmp_path, "simulate", "--limit", 1, "--json")
    figures = json.loads(told.stdout)
    assert (told.exit_code, figures["cases"], figures["archived"], figures["incidents"]) == (0, 1, 1, 0)
    assert "stays in the database of the settings" in told.stderr
    checked = run(tmp_path, "verify", "--json")
    assert checked.exit_code == 0
    assert json.loads(checked.stdout)["events"] == figures["events"]

    again = run(tmp_path, "simulate", "--limit", 1)
    assert again.exit_code == 0
    assert "archived              1" in again.stdout
    assert "temporary database" in again.stderr
    assert json.loads(run(tmp_path, "verify", "--json").stdout)["events"] == figures["events"]

    refused = run(tmp_path, "simulate", "--limit", 1, "--keep")
    assert refused.exit_code == 1
    assert "without cases" in refused.stderr
    _check_import(tmp_path)


def _check_import(folder):
    """Into the bank that is there now: wrong rows end with 1 and a file beside the source, a second reading with 0."""
    source = folder / "complaints.csv"
    lines = SHIPPED.read_text("utf-8").splitlines()
    source.write_text("\n".join([*lines[:4], lines[4].replace("滨江支行", "无名支行")]), "utf-8")
    first = run(folder, "import", source, "--json")
    facts = json.loads(first.stdout)
    assert (first.exit_code, facts["wrong"]) == (1, 1)
    assert facts["registered"] + facts["known"] == 3
    assert (folder / "complaints.errors.csv").exists()
    second = run(folder, "import", source, "--limit", 3)
    assert (second.exit_code, second.output.strip()[-1]) == (0, ".")
    assert "3 known before" in second.output
    assert not (folder / "complaints.errors.csv").exists()
    assert run(folder, "import", folder / "missing.csv").exit_code == 2
