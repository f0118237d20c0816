"""From the JSON of a schema to components; every mistake in it becomes a problem by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from forms import components, conditions, layout, messages, rulebook
from forms.components import Compile, Component, Expression, Section
from forms.errors import Problem
from forms.source import Source

DEEPEST = 8
MOST = 500
KEY = re.compile(r"[^\W\d_]\w{0,63}")
UNSUPPORTED: Mapping[str, str] = {
    "table": messages.UNSUPPORTED_TABLE,
    "button": messages.UNSUPPORTED_BUTTON,
    "taglist": messages.UNSUPPORTED_TAGLIST,
    "image": messages.UNSUPPORTED_IMAGE,
    "html": messages.UNSUPPORTED_HTML,
    "iframe": messages.UNSUPPORTED_IFRAME,
    "expression": messages.UNSUPPORTED_EXPRESSION,
    "documentPreview": messages.UNSUPPORTED_PREVIEW,
}


@dataclass(frozen=True)
class Place:
    """Where reading is: the group around, the path of keys, the names that conditions may use here."""

    names: frozenset[str]
    path: tuple[str, ...] = ()
    parent: int | None = None
    depth: int = 0
    readonly: bool = False


@dataclass
class Reader:
    """Reads one file; `problems` grows, nothing is raised."""

    compile: Compile
    problems: list[Problem]
    count: int = 0
    everything: list[Component] = field(default_factory=list)

    def section(self, items: list[Mapping[str, object]], outer: frozenset[str], depth: int, readonly: bool) -> Section:
        """A scope of keys. Names are collected first, because a condition may read a field further down."""
        enclosing, self.everything = self.everything, []
        parts = self.parts(items, Place(outer | frozenset(_names(items)), depth=depth, readonly=readonly))
        everything, self.everything = tuple(self.everything), enclosing
        self._unique(everything)
        inputs = {part.name: part for part in everything if part.type in components.INPUTS}
        try:
            order = conditions.order(everything)
        except conditions.CircularError as error:
            order = everything
            keys = ", ".join(dict.fromkeys(part.key or part.label or part.type for part in error.components))
            self.problems.append(Problem(keys, messages.CIRCULAR, {"keys": keys}))
        return Section(parts, everything, order, MappingProxyType(inputs), layout.rows(parts))

    def parts(self, items: list[Mapping[str, object]], place: Place) -> tuple[Component, ...]:
        """Components side by side; those that cannot be used are left out."""
        if place.depth > DEEPEST:
            self.problems.append(Problem("", messages.TOO_DEEP, {"maximum": DEEPEST}))
            return ()
        read = [self.component(item, place) for item in items]
        parts = tuple(part for part in read if part is not None)
        for row, columns in layout.too_wide(parts):
            self.problems.append(Problem(row, messages.ROW_TOO_WIDE, {"row": row, "columns": columns}))
        return parts

    def component(self, raw: Mapping[str, object], place: Place) -> Component | None:
        """One component, or nothing when its type is not ours or there are too many."""
        self.count += 1
        if self.count > MOST:
            if self.count == MOST + 1:
                self.problems.append(Problem("", messages.TOO_MANY_COMPONENTS, {"maximum": MOST}))
            return None
        kind, label = raw.get("type"), caption(raw)
        source = Source(raw, label, self.problems)
        if not isinstance(kind, str) or kind not in components.SUPPORTED:
            template = UNSUPPORTED.get(str(kind), messages.UNSUPPORTED)
            source.complain(template, type=kind, label=label, types=", ".join(sorted(components.SUPPORTED)))
            return None
        number, index = self.count, len(self.everything)
        part = self._supported(source, kind, number, place)
        # A group stands before what it holds.
        self.everything.insert(index, part)
        rulebook.check_default(source, part)
        return part

    def _supported(self, source: Source, kind: str, number: int, place: Place) -> Component:
        key = self._key(source, kind)
        path = (*place.path, key) if key else place.path
        condition = source.child("conditional").text("hide", literal=False).strip().removeprefix("=").strip()
        readonly = place.readonly or source.flag("readonly") or source.flag("disabled")
        held: tuple[Component, ...] = ()
        section: Section | None = None
        if kind == "group":
            inner = Place(place.names, path, number, place.depth + 1, readonly)
            held = self.parts(source.items("components"), inner)
        if kind == "dynamiclist":
            section = self.section(source.items("components"), place.names, place.depth + 1, readonly)
            if not section.fields:
                source.complain(messages.NO_FIELDS, label=source.where)
        return Component(
            number=number,
            type=kind,
            key=key,
            path=path if kind in components.INPUTS else (),
            parent=place.parent,
            readonly=readonly,
            hide=self._compiled(source, condition, place.names, strict=True) if condition else None,
            condition=condition,
            parts=held,
            section=section,
            **rulebook.attributes(  # type: ignore[arg-type]
                source, kind, lambda text: self._compiled(source, text, place.names, strict=False)
            ),
        )

    def _key(self, source: Source, kind: str) -> str:
        """Lists are named by `path`, groups too if they like, fields by `key`, the others by nothing."""
        if kind not in components.INPUTS and kind != "group":
            return ""
        attribute = "path" if kind in ("group", "dynamiclist") else "key"
        key = source.text(attribute)
        if key == components.RESERVED:
            source.complain(messages.RESERVED_KEY, key=key)
        elif key and not KEY.fullmatch(key):
            source.complain(messages.BAD_KEY, key=key)
        elif not key and kind != "group":
            if not source.raw.get(attribute):
                source.complain(messages.MISSING_KEY, type=kind, label=source.where, attribute=attribute)
            # A name of its own keeps nameless fields apart, so that each is reported once.
            return f"nameless{self.count}"
        return key

    def _compiled(self, source: Source, text: str, names: frozenset[str], strict: bool) -> Expression | None:
        """Conditions are strict: every name must be known. What starts a field or bounds it reads data from outside."""
        text = text.strip().removeprefix("=").strip()
        try:
            expression = self.compile(text, names)
        except Exception as error:  # the compiler is handed in: whatever it raises is its way to say no
            source.complain(messages.BAD_EXPRESSION, expression=text, reason=str(error))
            return None
        for name in sorted(expression.names - names) if strict else ():
            source.complain(messages.UNKNOWN_NAME, expression=text, name=name)
        return expression

    def _unique(self, everything: tuple[Component, ...]) -> None:
        """No value may lie at, or inside, the place of another."""
        taken: list[tuple[str, ...]] = []
        for part in everything:
            if part.path and any(
                part.path[: len(path)] == path or path[: len(part.path)] == part.path for path in taken
            ):
                self.problems.append(Problem(part.key, messages.DUPLICATE_KEY, {"key": ".".join(part.path)}))
            if part.path:
                taken.append(part.path)


def caption(raw: Mapping[str, object]) -> str:
    """What the owner of the form calls the component: key, path, label or id, whichever there is."""
    named = (raw.get(attribute) for attribute in ("key", "path", "label", "dateLabel", "timeLabel", "id"))
    return next((text for text in named if isinstance(text, str) and text), "?")


def _names(items: Iterable[Mapping[str, object]]) -> Iterator[str]:
    for item in items:
        name = item.get("path") if item.get("type") in ("group", "dynamiclist") else item.get("key")
        inner = item.get("components")
        if isinstance(name, str) and name:
            yield name
        elif item.get("type") == "group" and isinstance(inner, list):
            yield from _names(part for part in inner if isinstance(part, Mapping))
