"""The attributes and rules of a component, and which rule goes with which type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from types import MappingProxyType

from forms import components, messages, rules, values
from forms.components import Component, Expression, Option, Rules, Template
from forms.messages import Refused
from forms.source import Source

APPLICABLE: Mapping[str, frozenset[str]] = {
    "textfield": frozenset({"minLength", "maxLength", "pattern", "patternErrorMessage", "validationType"}),
    "textarea": frozenset({"minLength", "maxLength"}),
    "number": frozenset({"min", "max"}),
}
SUBTYPES = ("date", "datetime", "time")
STORES = ("case", "variable")
PIECE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)

Compiled = Callable[[str], Expression | None]
"""Text of an expression → the expression, or nothing when it is wrong, which is then already told."""


@dataclass(frozen=True)
class Book:
    """One component being read: its JSON, its custom properties, its type."""

    source: Source
    kind: str
    subtype: str
    properties: Source
    validate: Source
    compiled: Compiled


def attributes(source: Source, kind: str, compiled: Compiled) -> dict[str, object]:
    """Keyword arguments of `Component` that do not depend on where it stands."""
    properties, look, grid = source.child("properties"), source.child("appearance"), source.child("layout")
    subtype = _one_of(source, "subtype", SUBTYPES, "date") if kind == "datetime" else ""
    book = Book(source, kind, subtype, properties, source.child("validate"), compiled)
    own_label = "timeLabel" if subtype == "time" else "dateLabel"
    initial = properties.text("initial", literal=False)
    return {
        "label": (source.text(own_label) if subtype else "") or source.text("label"),
        "label_en": properties.text("label_en", literal=kind != "text"),
        "description": source.text("description"),
        "description_en": properties.text("description_en"),
        "text": _template(source.text("text", literal=kind != "text"), compiled),
        "text_en": _template(properties.text("label_en", literal=False), compiled) if kind == "text" else (),
        "prefix": look.text("prefixAdorner"),
        "suffix": look.text("suffixAdorner"),
        "default": source.raw.get("defaultValue"),
        "initial": compiled(initial) if initial else None,
        "subtype": subtype,
        "multiple": source.flag("multiple"),
        "store": _one_of(properties, "store", STORES, ""),
        "properties": MappingProxyType(dict(properties.raw)),
        "rules": _rules(book),
        "row": grid.text("row"),
        "columns": grid.whole("columns", 0, 1, components.COLUMNS) or None,
        "repetitions": source.whole("defaultRepetitions", 1, 0, 50),
        "resizable": source.flag("allowAddRemove", True),
        **(_choices(source, kind) if kind in components.CHOICES else {}),
    }


def _one_of(source: Source, attribute: str, allowed: tuple[str, ...], default: str) -> str:
    value = source.text(attribute)
    if value and value not in allowed:
        source.complain(messages.BAD_ATTRIBUTE, attribute=attribute, expected=" or ".join(allowed))
        return default
    return value or default


def _template(text: str, compiled: Compiled) -> Template:
    """Literal pieces and the expressions between double braces."""
    pieces: list[str | Expression | None] = list(PIECE.split(text))
    pieces[1::2] = [compiled(str(piece)) for piece in pieces[1::2]]
    return tuple(piece for piece in pieces if piece)


def _choices(source: Source, kind: str) -> dict[str, object]:
    """Static values with label and optional English label, or the name of values given from outside."""
    read = []
    for item in source.items("values"):
        entry = Source(item, source.where, source.problems)
        value = entry.text("value")
        read.append(Option(value, entry.text("label") or value, entry.text("label_en")))
    offered = [option.value for option in read]
    for value in dict.fromkeys(value for value in offered if offered.count(value) > 1 or not value.strip()):
        source.complain(messages.DUPLICATE_VALUE, value=value)
    values_key = source.text("valuesKey")
    if source.raw.get("valuesExpression"):
        source.complain(messages.VALUES_EXPRESSION)
    elif not source.raw.get("values") and not values_key:
        source.complain(messages.NO_VALUES, type=kind, label=source.where)
    return {"options": tuple(read), "values_key": values_key}


def _rules(book: Book) -> Rules:
    source, validate, properties = book.source, book.validate, book.properties
    allowed = APPLICABLE.get(book.kind, frozenset[str]()) | {"required"}
    for rule, value in validate.raw.items():
        if rule not in allowed and value not in (None, "", False):
            source.complain(messages.NO_RULE, rule=rule, type=book.kind)
    shortest = validate.whole("minLength", 0, 0, values.LONGEST)
    longest = validate.whole("maxLength", 0, 1, values.LONGEST)
    if shortest and longest and shortest > longest:
        source.complain(messages.MIN_OVER_MAX, minimum=shortest, maximum=longest)
    form_of_text = _one_of(validate, "validationType", ("email", "phone", "custom"), "")
    digits = source.whole("decimalDigits", -1, 0, values.DIGITS)
    fewest = properties.whole("min_rows", 0, 0, 200)
    return Rules(
        required=validate.flag("required") or fewest > 0,
        min_length=shortest or None,
        max_length=longest or None,
        pattern=_pattern(validate),
        pattern_message=validate.text("patternErrorMessage"),
        pattern_message_en=properties.text("pattern_message_en"),
        kind="" if form_of_text == "custom" else form_of_text,
        digits=None if digits < 0 else digits,
        step=_step(source) if book.kind == "number" else None,
        accept=tuple(part.strip() for part in source.text("accept").split(",") if part.strip()),
        max_files=properties.whole("max_files", 10 if source.flag("multiple") else 1, 1, 100),
        max_megabytes=properties.whole("max_size_mb", 10, 1, 1000),
        min_rows=fewest,
        max_rows=properties.whole("max_rows", 50, 1, 200),
        **_bounds(book),  # type: ignore[arg-type]
        **_sides(book),  # type: ignore[arg-type]
    )


def _bounds(book: Book) -> dict[str, object]:
    """Numbers from `validate`; for numbers and moments the custom properties `min` and `max`, fixed or computed."""
    low: dict[str, object] = {}
    if book.kind == "number":
        low = {"minimum": book.validate.number("min"), "maximum": book.validate.number("max")}
    for attribute, fixed, computed in (("min", "minimum", "lowest"), ("max", "maximum", "highest")):
        text = book.properties.text(attribute, literal=False).strip()
        if text and book.kind not in ("number", "datetime"):
            book.source.complain(messages.NO_RULE, rule=attribute, type=book.kind)
        elif text.startswith("="):
            low[computed] = book.compiled(text)
            if computed == "highest":
                low["until_now"] = text.removeprefix("=").strip() in ("now()", "today()")
        elif text:
            low[fixed] = book.properties.number(attribute) if book.kind == "number" else _moment(book, attribute, text)
    minimum, maximum = low.get("minimum"), low.get("maximum")
    if minimum is not None and maximum is not None and minimum > maximum:  # type: ignore[operator]
        book.source.complain(messages.MIN_OVER_MAX, minimum=values.show(minimum), maximum=values.show(maximum))
    return low


def _moment(book: Book, attribute: str, text: str) -> date | datetime | time | None:
    try:
        moment = values.MOMENTS[book.subtype](text, UTC)
    except Refused as refused:
        expected = f"a {book.subtype} ({refused})"
        book.source.complain(messages.BAD_ATTRIBUTE, attribute=attribute, expected=expected)
        return None
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else moment


def _sides(book: Book) -> dict[str, bool]:
    """Which side of the present a date may lie on."""
    sides = {
        "not_future": book.properties.flag("not_future"),
        "not_past": book.properties.flag("not_past") or book.source.flag("disallowPassedDates"),
    }
    for rule, wanted in sides.items():
        if wanted and book.subtype not in ("date", "datetime"):
            book.source.complain(messages.NO_RULE, rule=rule, type=book.subtype or book.kind)
    return sides


def _step(source: Source) -> object:
    step = source.number("increment")
    if step is not None and step <= 0:
        source.complain(messages.BAD_ATTRIBUTE, attribute="increment", expected="greater than 0")
        return None
    return step


def _pattern(validate: Source) -> str:
    pattern = validate.raw.get("pattern") or ""
    if not isinstance(pattern, str):
        validate.complain(messages.BAD_ATTRIBUTE, attribute="pattern", expected="a text")
        return ""
    try:
        rules.compile_pattern(pattern)
    except ValueError as error:
        validate.complain(messages.BAD_PATTERN, pattern=pattern, reason=error)
        return ""
    return pattern


def check_default(source: Source, part: Component) -> None:
    """A default must be accepted by its own component; one refused on arrival is a mistake in the form."""
    if part.default is None or part.default == "" or part.default == []:
        return
    try:
        if part.type not in components.INPUTS - {"filepicker", "dynamiclist"}:
            raise Refused(messages.NO_RULE, rule="defaultValue", type=part.type)
        value = values.parse(part, values.encode(part, part.default), UTC)
        if part.options:
            rules.among(value, part.options)
        if not values.is_blank(value):
            rules.check_fixed(part, value, "")
    except Refused as refused:
        source.complain(messages.BAD_DEFAULT, reason=refused)
