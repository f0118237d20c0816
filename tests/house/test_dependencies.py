"""Dependencies: pinned, explained, used, and none that nobody declared."""

import ast
import configparser
import importlib.metadata
import re
import sys
from functools import cache

import pytest
from support import source

DRIVERS: dict[str, str] = {}
"""Distribution → why nothing imports it by name."""

BROUGHT = {
    "werkzeug": "Flask",
    "jinja2": "Flask",
    "markupsafe": "Flask",
    "itsdangerous": "Flask",
    "mako": "alembic",
}
"""Module that is imported as a part of another dependency → that dependency, whose pin it follows."""


@cache
def _pins(section: str, option: str) -> dict[str, str]:
    parser = configparser.ConfigParser()
    parser.read(source.ROOT / "setup.cfg", encoding="utf-8")
    return dict(line.split("==") for line in parser[section][option].split())


def _product() -> dict[str, str]:
    return _pins("options", "install_requires")


@cache
def _imported(*folders: str) -> frozenset[str]:
    modules = set()
    for path in source.python_files(*folders):
        for node in ast.walk(source.tree(path)):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.partition(".")[0])
    return frozenset(modules - sys.stdlib_module_names - {*source.ROOMS, "processes"})


def _distributions(module: str) -> set[str]:
    return {_normal(name) for name in importlib.metadata.packages_distributions().get(module, [])}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.partition("[")[0]).lower()


@pytest.mark.parametrize("part", ["product", "dev"])
def test_the_docs_explain_every_dependency_in_its_version(part: str) -> None:
    text = (source.ROOT / "docs" / "dependencies.md").read_text("utf-8")
    explained = dict(re.findall(r"^\| (\S+) \| (\d\S*) \|", text, flags=re.MULTILINE))
    wanted = _product() if part == "product" else _pins("options.extras_require", "dev")
    assert {name: explained.get(name) for name in wanted} == wanted
    assert explained.keys() == _product().keys() | _pins("options.extras_require", "dev").keys()


def test_what_is_installed_is_what_is_pinned() -> None:
    pins = _product() | _pins("options.extras_require", "dev")
    assert {name: importlib.metadata.version(name.partition("[")[0]) for name in pins} == pins


def test_the_product_imports_what_it_declares_and_nothing_else() -> None:
    imported = _imported(*source.ROOMS)
    found = set().union(*map(_distributions, imported - BROUGHT.keys()))
    declared = {_normal(name) for name in _product()} - DRIVERS.keys()
    assert found == declared
    assert {_normal(BROUGHT[module]) for module in imported & BROUGHT.keys()} <= declared
