"""The files of a test: diagrams, decisions, forms and scenarios, by name."""

from __future__ import annotations

from pathlib import Path

from engine import bundle

ENDING = ".scenario.yaml"
"""How the name of a scenario file ends."""


def files_of(*paths: Path | str) -> dict[str, bytes]:
    """What belongs to a test among files and the files of folders. Raises FileNotFoundError."""
    found: dict[str, bytes] = {}
    for path in map(Path, paths):
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        found |= {file.name: file.read_bytes() for file in inside if _belongs(file.name)}
    return found


def bundle_of(files: dict[str, bytes]) -> dict[str, bytes]:
    """What of it is deployed: everything but the scenarios."""
    return {name: content for name, content in files.items() if not name.endswith(ENDING)}


def _belongs(name: str) -> bool:
    return name.endswith(ENDING) or bundle.kind_of(name) != "other"
