"""One value at a time: from what was typed or sent to a typed value, and back to text.

JSON values are first written as the texts that a browser would send and then read by the same code, so that the API and
the page cannot differ.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, tzinfo
from decimal import Decimal

from forms import components, messages
from forms.components import Component
from forms.messages import Refused

LIMITS = {"textfield": 2_000, "textarea": 50_000}
"""Characters, where the schema names no maximum."""
LONGEST = 1_000_000
"""Characters that are looked at at all."""
DIGITS = 20
LONGEST_NUMBER = 1_000
"""Characters of a number that are looked at; any float fits, in plain digits."""
YEARS = (1900, 2200)

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d*)?|[+-]?\.\d+", re.ASCII)
DATE = r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
TIME = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?"
DATE_ONLY = re.compile(DATE, re.ASCII)
TIME_ONLY = re.compile(TIME, re.ASCII)
DATETIME = re.compile(DATE + r"[T ]+" + TIME + r"\s*(Z|[+-]\d{2}:?\d{2})?", re.ASCII)


def parse(component: Component, raw: Sequence[object], zone: tzinfo) -> object:
    """The typed value of the texts sent under one name; None, [] or False when nothing was given. Raises Refused."""
    texts = [value for value in raw if isinstance(value, str)]
    if component.type == "checkbox":
        return any(text.strip().lower() not in ("", "false") for text in texts)
    if component.type == "checklist":
        return list(dict.fromkeys(text for text in texts if text))
    if len(raw) > 1 or len(texts) != len(raw):
        raise Refused(messages.ONE_VALUE)
    text = texts[0] if texts else ""
    if component.type in components.TEXTS:
        return _text(component, text)
    text = text.strip()
    return PARSERS[component.type](component, text, zone) if text else None


def _text(component: Component, text: str) -> str | None:
    longest = component.rules.max_length or LIMITS[component.type]
    if len(text) > max(longest * 2, LONGEST):
        raise Refused(messages.TOO_LONG, maximum=longest, length=len(text))
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if CONTROL.search(text):
        raise Refused(messages.CONTROL_CHARACTERS)
    if component.type == "textfield" and "\n" in text:
        raise Refused(messages.ONE_LINE)
    return text or None


def _choice(component: Component, text: str, zone: tzinfo) -> str:
    return text


def _number(component: Component, text: str, zone: tzinfo) -> Decimal | int:
    # Chinese input methods type full-width digits and points.
    plain = unicodedata.normalize("NFKC", text[:LONGEST_NUMBER]).replace("。", ".")
    if not NUMBER.fullmatch(plain) or len(text) > LONGEST_NUMBER:
        raise Refused(messages.NOT_A_NUMBER)
    value = Decimal(plain.replace(",", ""))
    if value.adjusted() >= DIGITS:
        raise Refused(messages.TOO_MANY_DIGITS, maximum=DIGITS)
    decimals = len(plain.partition(".")[2].rstrip("0"))
    allowed = component.rules.digits
    if allowed == 0 and decimals:
        raise Refused(messages.WHOLE_NUMBER)
    if decimals > (DIGITS if allowed is None else allowed):
        raise Refused(messages.TOO_MANY_DECIMALS, maximum=DIGITS if allowed is None else allowed)
    return int(value) if allowed == 0 else value


def _datetime(component: Component, text: str, zone: tzinfo) -> date | datetime | time:
    return MOMENTS[component.subtype](text, zone)


def _date(text: str, zone: tzinfo) -> date:
    found = DATE_ONLY.fullmatch(text)
    if not found:
        raise Refused(messages.NOT_A_DATE)
    return _day(found.groups(), messages.NOT_A_DATE)


def _moment(text: str, zone: tzinfo) -> datetime:
    found = DATETIME.fullmatch(text)
    if not found:
        raise Refused(messages.NOT_A_DATETIME)
    *numbers, offset = found.groups()
    day, clock = _day(numbers[:3], messages.NOT_A_DATETIME), _clock(numbers[3:], messages.NOT_A_DATETIME)
    if offset is None:
        return datetime.combine(day, clock, zone)
    try:
        sent = datetime.fromisoformat(f"{day.isoformat()}T{clock.isoformat()}{offset}")
    except ValueError:
        raise Refused(messages.NOT_A_DATETIME)
    return sent.astimezone(zone)


def _time(text: str, zone: tzinfo) -> time:
    found = TIME_ONLY.fullmatch(text)
    if not found:
        raise Refused(messages.NOT_A_TIME)
    return _clock(found.groups(), messages.NOT_A_TIME)


def _day(numbers: Sequence[str], template: str) -> date:
    try:
        day = date(*(int(number) for number in numbers))
    except ValueError:
        raise Refused(template)
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise Refused(messages.YEAR, minimum=YEARS[0], maximum=YEARS[1])
    return day


def _clock(numbers: Sequence[str | None], template: str) -> time:
    hour, minute, second, fraction = numbers
    try:
        return time(int(hour or 0), int(minute or 0), int(second or 0), int((fraction or "").ljust(6, "0")))
    except ValueError:
        raise Refused(template)


PARSERS: Mapping[str, Callable[[Component, str, tzinfo], object]] = {
    "number": _number,
    "datetime": _datetime,
    "select": _choice,
    "radio": _choice,
}
MOMENTS: Mapping[str, Callable[[str, tzinfo], date | datetime | time]] = {
    "date": _date,
    "datetime": _moment,
    "time": _time,
}


def encode(component: Component, value: object) -> list[str]:
    """A JSON or typed value as the texts that a browser would send. Raises Refused when its JSON type does not fit."""
    if value is None:
        return []
    if component.type == "checkbox":
        if not isinstance(value, bool):
            raise expected("true or false", value)
        return ["true"] if value else []
    if component.type == "checklist":
        if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
            raise expected("a list of texts", value)
        return list(value)
    if component.type == "number" and isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return [_digits(value)]
    if component.type == "datetime" and isinstance(value, (date, time)):
        return [value.isoformat()]
    if not isinstance(value, str):
        raise expected("a number" if component.type == "number" else "a text", value)
    return [value]


def _digits(value: int | float | Decimal) -> str:
    """Plain digits; what is not finite or far too long becomes a text that `_number` refuses."""
    endless = "1" + "0" * DIGITS
    if isinstance(value, int):
        return str(value) if value.bit_length() < LONGEST_NUMBER else endless
    number = Decimal(repr(value)) if isinstance(value, float) else value
    if not number.is_finite():
        return str(number)
    return format(number, "f") if abs(number.adjusted()) < LONGEST_NUMBER // 2 else endless


def expected(expected: str, value: object) -> Refused:
    """The refusal of a value whose JSON type does not fit."""
    kinds = {bool: "true or false", str: "a text", list: "a list", dict: "an object"}
    return Refused(messages.EXPECTED, expected=expected, got=kinds.get(type(value), "a number"))


def load(component: Component, value: object, zone: tzinfo) -> object:
    """The typed form of a stored value; what does not fit any more counts as absent."""
    if component.type in components.TEXTS and isinstance(value, (int, Decimal, date, time)):
        value = str(value)
    try:
        return parse(component, encode(component, value), zone)
    except Refused:
        return empty(component)


def empty(component: Component) -> object:
    """What a component holds when nothing was given."""
    if component.type in ("checklist", "filepicker", "dynamiclist"):
        return []
    return False if component.type == "checkbox" else None


def is_blank(value: object) -> bool:
    """Whether a person would say that nothing was given."""
    return value is None or value is False or value == "" or value == []


def show(value: object) -> str:
    """The text that stands in an input for a typed value."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(timespec="auto" if value.second or value.microsecond else "minutes")
    if isinstance(value, time):
        return value.isoformat(timespec="auto" if value.second or value.microsecond else "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return "" if value is None else str(value)


def spell(value: object) -> str:
    """A computed value inside a sentence."""
    if isinstance(value, (list, tuple)):
        return "、".join(spell(item) for item in value)
    return show(value).replace("T", " ") if isinstance(value, datetime) else show(value)
