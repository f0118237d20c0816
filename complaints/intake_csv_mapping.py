"""Which column of a CSV file becomes which field of the register form: a JSON file, described in docs/import.md.

Everything is a function of the row, so that the same row gives the same complaint however often it is read.
"""

from __future__ import annotations

import csv
import hashlib
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from complaints import catalogue
from complaints.intake_csv_reader import Line
from engine.clock import ZONE
from engine.errors import EngineError, Invalid, Problem

FOLDER = catalogue.FOLDER / "imports"
KINDS = ("column", "columns", "constant", "draw", "digits", "spread")
OPTIONS = ("values", "otherwise", "formats", "cut", "default")
KEYS = ("title", "external", "shift", "fields", "aside")
LARGEST = 1024 * 1024
EXTERNAL = 200
EXAMPLE = datetime(2026, 3, 2, 9, 30, tzinfo=ZONE)
Lists = Mapping[str, list[tuple[str, str]]]


class Unfit(EngineError):
    """A cell that does not fit."""


@dataclass(frozen=True)
class Source:
    """Where one field comes from: the entry of a mapping file."""

    kind: str
    what: Any
    values: Mapping[str, Any] = field(default_factory=dict)
    otherwise: Any = None
    formats: tuple[str, ...] = ()
    cut: int | None = None
    default: Any = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""
        return (self.what,) if self.kind == "column" else tuple(self.what) if self.kind == "columns" else ()


@dataclass(frozen=True)
class Entry:
    """A row as a complaint: data for the form `register`, and what only a simulation reads (`aside`)."""

    line: Line
    external: str
    data: Mapping[str, Any]
    aside: Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """A mapping file. `into`: the years that dates are moved to, by whole weeks so that weekdays stay."""

    title: str
    prefix: str
    identity: tuple[str, ...]
    digest: bool
    fields: Mapping[str, Source]
    aside: Mapping[str, Source]
    into: tuple[int, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Every column that the file must have."""
        sources = (*self.fields.values(), *self.aside.values())
        return list(dict.fromkeys([*self.identity, *(name for source in sources for name in source.columns)]))

    def column_of(self, name: str) -> str:
        """The column that a field comes from, else the field itself: where an error lies."""
        source = self.fields.get(name)
        return " + ".join(source.columns) if source and source.columns else name

    def entry(self, line: Line, lists: Lists) -> Entry:
        """The complaint of a row. Raises Invalid with one problem per field."""
        problems: list[Problem] = []
        external = self.external(line)
        made: dict[str, dict[str, Any]] = {"fields": {}, "aside": {}}
        for part, sources in (("fields", self.fields), ("aside", self.aside)):
            for name, source in sources.items():
                try:
                    value = self._value(name, source, line, external, lists)
                except Unfit as unfit:
                    problems.append(Problem(name, unfit.template, unfit.parameters))
                    continue
                if value is not None:
                    made[part][name] = value
        if problems:
            raise Invalid("Some cells do not fit", tuple(problems))
        return Entry(line, external, made["fields"], made["aside"])

    def external(self, line: Line) -> str:
        """The number under which the row is known outside: its own, or a digest of the columns that make it up."""
        cells = [line.cells[name] for name in self.identity]
        if not any(cells):
            problem = Problem(self.identity[0], "Expected a number that identifies the row")
            raise Invalid("Some cells do not fit", (problem,))
        own = hashlib.sha256("\0".join(cells).encode()).hexdigest()[:16] if self.digest else "-".join(cells)
        if len(self.prefix + own) > EXTERNAL:
            limit = {"limit": EXTERNAL - len(self.prefix)}
            problem = Problem(self.identity[0], "Expected a number of at most {limit} characters", limit)
            raise Invalid("Some cells do not fit", (problem,))
        return self.prefix + own

    def _value(self, name: str, source: Source, line: Line, external: str, lists: Lists) -> Any:
        value = SOURCES[source.kind](source, line, random.Random(f"{external}:{name}"), lists)
        if source.values and isinstance(value, str):
            if value not in source.values and source.otherwise is None:
                raise Unfit("Expected one of {values}", values=", ".join(source.values))
            value = source.values.get(value, source.otherwise)
        if value in ("", None):
            return source.default
        if source.formats:
            return _moved(_parsed(str(value), source.formats), self.into)
        if isinstance(value, str) and source.cut is not None:
            value = value[: source.cut]
        return _code(value, lists.get(name))


def _code(value: Any, options: list[tuple[str, str]] | None) -> Any:
    """The code of a label that a list shows; anything else is left for the form to judge."""
    return next((code for code, label in options or () if value == label and value != code), value)


def _parsed(text: str, formats: tuple[str, ...]) -> datetime:
    for one in formats:
        try:
            found = datetime.strptime(text, one)  # noqa: DTZ007 (the zone is set in the next line)
        except ValueError:
            continue
        return (found if found.tzinfo else found.replace(tzinfo=ZONE)).astimezone(UTC)
    raise Unfit("Expected a time like {example}", example=EXAMPLE.strftime(formats[0]))


def _moved(at: datetime, into: tuple[int, ...]) -> datetime:
    """The same weekday and nearly the same day in one of the years `into`, each source year always in the same one."""
    year = at.astimezone(ZONE).year
    if not into or year in into:
        return at
    target = into[year % len(into)]
    return at + timedelta(weeks=round((date(target, 1, 1) - date(year, 1, 1)).days / 7))


def _drawn(source: Source, line: Line, chance: random.Random, lists: Lists) -> Any:
    if isinstance(source.what, str):
        return chance.choice([code for code, _ in lists[source.what]])
    names = sorted(source.what)
    drawn = chance.choices(names, [source.what[name] for name in names])[0]
    return drawn or None


def _spread(source: Source, line: Line, chance: random.Random, lists: Lists) -> datetime:
    begin = datetime.fromisoformat(source.what["from"]).replace(tzinfo=ZONE)
    return begin.astimezone(UTC) + timedelta(minutes=source.what["minutes"] * (line.number - 2))


SOURCES: Mapping[str, Callable[[Source, Line, random.Random, Lists], Any]] = {
    "column": lambda source, line, chance, lists: line.cells[source.what],
    "columns": lambda source, line, chance, lists: "\n".join(filter(None, (line.cells[one] for one in source.what))),
    "constant": lambda source, line, chance, lists: source.what,
    "digits": lambda source, line, chance, lists: "".join(
        str(chance.randrange(10)) if letter == "#" else letter for letter in source.what
    ),
    "draw": _drawn,
    "spread": _spread,
}


def read(path: Path) -> Plan:
    """A mapping file. Raises Invalid with everything that is wrong in it."""
    if path.stat().st_size > LARGEST:
        raise Invalid("Expected a mapping file of at most 1 MB")
    try:
        content = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise Invalid("Expected a mapping file in JSON, but {reason}", reason=str(error))
    problems = list(_problems(content))
    if problems:
        raise Invalid("The mapping file '{file}' is not right", tuple(problems), file=path.name)
    external = content["external"]
    return Plan(
        content.get("title") or path.stem,
        external.get("prefix", ""),
        tuple(external["columns"]),
        bool(external.get("digest")),
        {name: _source(entry) for name, entry in content["fields"].items()},
        {name: _source(entry) for name, entry in content.get("aside", {}).items()},
        tuple(content.get("shift", {}).get("into", ())),
    )


def _problems(content: Any) -> list[Problem]:
    if not isinstance(content, dict) or not isinstance(content.get("fields"), dict):
        return [Problem("fields", "Expected an object with the fields of the register form")]
    known = {"known": ", ".join(KEYS)}
    found = [Problem(key, "Expected only {known}", known) for key in sorted(content.keys() - set(KEYS))]
    external = content.get("external")
    if not isinstance(external, dict) or not external.get("columns"):
        found.append(Problem("external", "Expected the columns that identify a row"))
    for part in ("fields", "aside"):
        for name, entry in content.get(part, {}).items():
            kinds = [kind for kind in KINDS if isinstance(entry, dict) and kind in entry]
            if len(kinds) != 1 or entry.keys() - {*KINDS, *OPTIONS}:
                template = "Expected one of {kinds}, and beside it only {options}"
                known = {"kinds": ", ".join(KINDS), "options": ", ".join(OPTIONS)}
                found.append(Problem(f"{part}.{name}", template, known))
    return found


def _source(entry: Mapping[str, Any]) -> Source:
    kind = next(kind for kind in KINDS if kind in entry)
    formats = entry.get("formats", ())
    rest = {name: entry[name] for name in ("values", "otherwise", "cut", "default") if name in entry}
    return Source(kind, entry[kind], formats=(formats,) if isinstance(formats, str) else tuple(formats), **rest)


def shipped(file: Path) -> Path:
    """The shipped mapping whose columns a file has. Raises Invalid when there is none."""
    known = sorted(FOLDER.glob("*.json"))
    with file.open("rb") as opened:
        head = opened.readline(LARGEST)
    for encoding in ("utf-8-sig", "gb18030"):
        header = next(csv.reader([head.decode(encoding, errors="replace")]), [])
        for path in known:
            if {name.strip() for name in header} >= set(read(path).columns):
                return path
    raise Invalid("Expected a mapping file for '{file}': none of the shipped ones fits its columns", file=file.name)
