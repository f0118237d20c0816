"""What a typed value must fulfil. Raises `messages.Refused`; knows neither HTML nor JSON."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from fnmatch import fnmatchcase
from fractions import Fraction
from typing import IO, Any, Protocol, cast

import re2  # type: ignore[import-untyped]

from forms import messages, values
from forms.components import Component, Expression, Option
from forms.messages import Refused

EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
PHONE = re.compile(r"\+?\(?\d[\d \-()]*\d", re.ASCII)
MEGABYTE = 1_000_000
# Not the machine's own table: the same file must be accepted or refused everywhere.
MEDIA_TYPES = mimetypes.MimeTypes()


class Upload(Protocol):
    """A file as web frameworks hand it over."""

    @property
    def filename(self) -> str | None: ...
    @property
    def stream(self) -> IO[bytes]: ...


class Pattern(Protocol):
    """A compiled regular expression."""

    def search(self, text: str) -> object: ...


def compile_pattern(text: str) -> Pattern:
    """A pattern in linear time, so that no text sent can stall the server. Raises ValueError with the reason."""
    options = re2.Options()
    options.log_errors = False
    try:
        return cast(Pattern, re2.compile(text, options=options))
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        raise ValueError(reason.decode() if isinstance(reason, bytes) else str(reason))


@dataclass(frozen=True)
class Sight:
    """What the rules of one field may look at beyond its value."""

    zone: tzinfo
    now: datetime | None
    locale: str
    compute: Callable[[Expression], object]


def check(component: Component, value: object, sight: Sight) -> None:
    """All but the options: required first, then the rules of its type. An empty optional value is fine."""
    if values.is_blank(value):
        if component.required:
            raise Refused(REQUIRED.get(component.type, messages.REQUIRED))
        return
    check_fixed(component, value, sight.locale)
    rules = component.rules
    if rules.lowest or rules.highest:
        _computed(component, value, sight)
    if rules.not_future or rules.not_past:
        _side_of_now(component, value, sight)


def check_fixed(component: Component, value: object, locale: str) -> None:
    """The rules that depend on nothing but the schema."""
    checker = CHECKERS.get(component.type)
    if checker:
        checker(component, value, locale)


REQUIRED: Mapping[str, str] = {
    "select": messages.REQUIRED_CHOICE,
    "radio": messages.REQUIRED_CHOICE,
    "checklist": messages.REQUIRED_CHOICES,
    "checkbox": messages.REQUIRED_TICK,
    "filepicker": messages.REQUIRED_FILE,
    "dynamiclist": messages.REQUIRED_ROW,
}


def among(value: object, options: Sequence[Option]) -> object:
    """The chosen value or values, in the order in which they are offered. Raises Refused when one is not offered."""
    offered = [option.value for option in options]
    chosen = value if isinstance(value, list) else [] if value is None else [value]
    if any(item not in offered for item in chosen):
        raise Refused(messages.NOT_AN_OPTION)
    return [item for item in offered if item in chosen] if isinstance(value, list) else value


def _text(component: Component, value: object, locale: str) -> None:
    text, rules = str(value), component.rules
    longest = rules.max_length or values.LIMITS[component.type]
    if rules.min_length is not None and len(text) < rules.min_length:
        raise Refused(messages.TOO_SHORT, minimum=rules.min_length, length=len(text))
    if len(text) > longest:
        raise Refused(messages.TOO_LONG, maximum=longest, length=len(text))
    if rules.kind == "email" and (len(text) > 254 or not EMAIL.fullmatch(text)):
        raise Refused(messages.EMAIL)
    if rules.kind == "phone" and not (PHONE.fullmatch(text) and 5 <= sum(map(str.isdigit, text)) <= 20):
        raise Refused(messages.PHONE)
    if rules.pattern and not compile_pattern(rules.pattern).search(text):
        own = (rules.pattern_message_en if locale.startswith("en") else "") or rules.pattern_message
        raise Refused(messages.PATTERN_OWN, message=own) if own else Refused(messages.PATTERN)


def _number(component: Component, value: object, locale: str) -> None:
    rules, number = component.rules, cast(Decimal, value)
    _within(number, rules.minimum, rules.maximum, messages.TOO_SMALL, messages.TOO_LARGE)
    if isinstance(rules.step, Decimal) and Fraction(number) % Fraction(rules.step):
        raise Refused(messages.STEP, step=values.show(rules.step))


def _moment(component: Component, value: object, locale: str) -> None:
    local = value.replace(tzinfo=None) if isinstance(value, datetime) else value
    _within(local, component.rules.minimum, component.rules.maximum, messages.TOO_EARLY, messages.TOO_LATE)


def _within(value: Any, low: Any, high: Any, too_low: str, too_high: str) -> None:
    """Bounds have the type of the value or are absent."""
    if low is not None and value < low:
        raise Refused(too_low, minimum=values.show(low).replace("T", " "))
    if high is not None and value > high:
        raise Refused(too_high, maximum=values.show(high).replace("T", " "))


def _computed(component: Component, value: object, sight: Sight) -> None:
    rules = component.rules
    low, high = (
        _like(value, sight.compute(bound), sight.zone) if bound else None for bound in (rules.lowest, rules.highest)
    )
    if component.type == "number":
        _within(value, low, high, messages.TOO_SMALL, messages.TOO_LARGE)
    else:
        too_late = messages.IN_THE_FUTURE if rules.until_now else messages.TOO_LATE
        _within(value, low, high, messages.TOO_EARLY, too_late)


def _like(value: object, bound: object, zone: tzinfo) -> object:
    """A computed bound in the type of the value; null is no bound. Raises TypeError for what cannot be compared."""
    if bound is None:
        return None
    if isinstance(value, datetime):
        if isinstance(bound, datetime):
            return bound.astimezone(zone) if bound.tzinfo else bound.replace(tzinfo=zone)
    elif isinstance(value, date):
        if isinstance(bound, datetime):
            return (bound.astimezone(zone) if bound.tzinfo else bound).date()
        if isinstance(bound, date):
            return bound
    elif isinstance(value, time) and isinstance(bound, time):
        return bound.replace(tzinfo=None)
    elif isinstance(value, (int, Decimal)) and isinstance(bound, (int, Decimal)):
        return bound
    raise TypeError(f"Expected a bound like {value!r}, but the form computed {bound!r}.")


def _side_of_now(component: Component, value: object, sight: Sight) -> None:
    if sight.now is None:
        raise TypeError("This form compares with the present; hand in `now`.")
    present = sight.now if isinstance(value, datetime) else sight.now.astimezone(sight.zone).date()
    moment = cast(date, value)
    if component.rules.not_future and moment > present:
        raise Refused(messages.IN_THE_FUTURE)
    if component.rules.not_past and moment < present:
        raise Refused(messages.IN_THE_PAST)


def _files(component: Component, value: object, locale: str) -> None:
    files, rules = cast("list[Upload]", value), component.rules
    if len(files) > rules.max_files:
        raise Refused(messages.TOO_MANY_FILES, maximum=rules.max_files)
    for file in files:
        name = file.filename or ""
        if values.CONTROL.search(name) or len(name) > 200:
            raise Refused(messages.FILE_NAME)
        if rules.accept and not any(_is(name, kind) for kind in rules.accept):
            raise Refused(messages.FILE_TYPE, filename=name, accept=", ".join(rules.accept))
        size = _size(file)
        if size == 0:
            raise Refused(messages.FILE_EMPTY, filename=name)
        if size > rules.max_megabytes * MEGABYTE:
            raise Refused(messages.FILE_SIZE, filename=name, maximum=rules.max_megabytes)


def _rows(component: Component, value: object, locale: str) -> None:
    if len(cast("list[object]", value)) < component.rules.min_rows:
        raise Refused(messages.TOO_FEW_ROWS, minimum=component.rules.min_rows)


def _is(name: str, kind: str) -> bool:
    """By the name alone: the type that a browser claims is no better evidence and differs between machines."""
    if kind.startswith("."):
        return name.lower().endswith(kind.lower())
    return fnmatchcase(MEDIA_TYPES.guess_type(name.lower())[0] or "", kind.lower())


def _size(file: Upload) -> int:
    position = file.stream.tell()
    size = file.stream.seek(0, 2)
    file.stream.seek(position)
    return size


CHECKERS: Mapping[str, Callable[[Component, object, str], None]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "datetime": _moment,
    "filepicker": _files,
    "dynamiclist": _rows,
}
