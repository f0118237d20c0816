"""Every sentence this library can say, as English templates; the caller translates them.

WTForms' own sentences are never used: they would come out in another language, and some read wrong
("greater than 0" where the minimum is 0).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Self

Translate = Callable[[str], str]

# What a person sees beside a field.
REQUIRED = "Please fill in this field."
REQUIRED_CHOICE = "Please choose one."
REQUIRED_CHOICES = "Please choose at least one."
REQUIRED_TICK = "Please tick this box to go on."
REQUIRED_FILE = "Please attach a file."
REQUIRED_ROW = "Please fill in at least one row."
PLACEHOLDER = "Please choose"
ONE_VALUE = "Expected one value, but several were sent."
NOT_AN_OPTION = "This choice is not offered here; please choose from the list."
CONTROL_CHARACTERS = "The text holds characters that cannot be stored; please type it again without them."
ONE_LINE = "Please write this on one line."
TOO_SHORT = "Please write at least {minimum} characters; there are {length}."
TOO_LONG = "Please write at most {maximum} characters; there are {length}."
PATTERN = "This does not have the expected form; please check it."
PATTERN_OWN = "{message}"
EMAIL = "This is not an e-mail address; expected something like name@example.com."
PHONE = "This is not a telephone number; expected digits, with +, spaces, hyphens or brackets if needed."
NOT_A_NUMBER = "This is not a number; please use digits only, like 1234.50."
TOO_MANY_DIGITS = "This number is too long; at most {maximum} digits before the point are possible."
WHOLE_NUMBER = "Please give a whole number."
TOO_MANY_DECIMALS = "Please give at most {maximum} decimals."
TOO_SMALL = "Please give {minimum} or more."
TOO_LARGE = "Please give {maximum} or less."
STEP = "Please give a multiple of {step}."
NOT_A_DATE = "This is not a date; expected year-month-day, like 2026-03-15."
NOT_A_DATETIME = "This is not a date with time; expected something like 2026-03-15 09:30."
NOT_A_TIME = "This is not a time; expected hours and minutes, like 09:30."
YEAR = "The year must lie between {minimum} and {maximum}."
IN_THE_FUTURE = "This lies in the future; please give a time that has passed."
IN_THE_PAST = "This lies in the past; please give a time to come."
TOO_EARLY = "Please give {minimum} or later."
TOO_LATE = "Please give {maximum} or earlier."
TOO_MANY_FILES = "Please attach at most {maximum} files."
FILE_TYPE = "The file “{filename}” has the wrong type; accepted are {accept}."
FILE_SIZE = "The file “{filename}” is too large; at most {maximum} MB are possible."
FILE_EMPTY = "The file “{filename}” is empty; please attach it again."
FILE_NAME = "The name of this file cannot be stored; please rename it."
TOO_MANY_ROWS = "At most {maximum} rows are possible."
TOO_FEW_ROWS = "Please fill in at least {minimum} rows."
ROWS_FIXED = "Rows cannot be added here."
YES = "Yes"
NO = "No"

# What a program sees that sends JSON.
NOT_AN_OBJECT = "Expected a JSON object with the keys of the form."
UNKNOWN_KEY = "The form has no field of this name."
RESERVED_KEY = "The name “{key}” is reserved and cannot be used in data."
EXPECTED = "Expected {expected}, but got {got}."
FILES_BY_MULTIPART = "Files cannot be sent as JSON; send them as multipart/form-data."

# What the owner of a form sees when the schema cannot be used.
NOT_JSON = "The form is not readable JSON: {reason}."
TOO_LARGE_SCHEMA = "The form has {size} bytes; at most {maximum} are possible."
NOT_A_FORM = "Expected a form-js schema (a JSON object with type “default” and a list “components”)."
TOO_DEEP = "Components are nested deeper than {maximum} levels; put some of them side by side."
TOO_MANY_COMPONENTS = "The form has more than {maximum} components; split it."
UNSUPPORTED = "The component “{type}” ({label}) is not supported; use one of {types}."
UNSUPPORTED_TABLE = (
    "The component “table” ({label}) is not supported; enter rows with a dynamic list or show text instead."
)
UNSUPPORTED_BUTTON = "The component “button” ({label}) is not supported; remove it, the page has its own buttons."
UNSUPPORTED_TAGLIST = "The component “taglist” ({label}) is not supported; use a checklist."
UNSUPPORTED_IMAGE = (
    "The component “image” ({label}) is not supported; describe it in a text, or put it into the instructions."
)
UNSUPPORTED_HTML = "The component “html” ({label}) is not supported; use a text."
UNSUPPORTED_IFRAME = (
    "The component “iframe” ({label}) is not supported; pages from elsewhere are never shown inside a form."
)
UNSUPPORTED_EXPRESSION = "The component “expression” ({label}) is not supported; compute the value in the process."
UNSUPPORTED_PREVIEW = "The component “documentPreview” ({label}) is not supported; use a file picker."
MISSING_KEY = "The component “{type}” ({label}) has no {attribute}; give it one."
BAD_KEY = "The key “{key}” cannot be used; use letters, digits and _, beginning with a letter."
DUPLICATE_KEY = "The key “{key}” is used more than once or names a group as well; give each field its own."
NO_VALUES = "The component “{type}” ({label}) offers nothing to choose; add values, or a values key."
NO_FIELDS = "The dynamic list ({label}) holds no field; add at least one."
DUPLICATE_VALUE = "The value “{value}” is offered twice; remove one."
VALUES_EXPRESSION = "Values from an expression are not supported; use static values or a values key."
BAD_PATTERN = "The pattern “{pattern}” cannot be used: {reason}."
MIN_OVER_MAX = "The minimum {minimum} is greater than the maximum {maximum}."
BAD_EXPRESSION = "The expression “{expression}” cannot be read: {reason}"
UNKNOWN_NAME = "The expression “{expression}” uses “{name}”, which is no key of this form and not among its “inputs”."
CIRCULAR = "The conditions of {keys} depend on one another; remove one."
BAD_DEFAULT = "The default value does not fit: {reason}"
NO_RULE = "The rule “{rule}” is not supported for the component “{type}”; remove it."
NO_EXPRESSION = "“{attribute}” holds an expression, which is not supported there; write the text itself."
BAD_ATTRIBUTE = "“{attribute}” must be {expected}."
ROW_TOO_WIDE = "The row “{row}” is {columns} columns wide; 16 are possible."


def templates() -> tuple[str, ...]:
    """Every template of this module, for the test that each has its translation."""
    return tuple(value for name, value in globals().items() if name.isupper() and isinstance(value, str))


class Refused(ValueError):
    """A value cannot be accepted; carries the template and its parameters."""

    def __init__(self, template: str, **parameters: object) -> None:
        self.template = template
        self.parameters = parameters
        super().__init__(template.format(**parameters))


class Text(str):
    """A translated sentence that still knows its template and parameters."""

    template: str
    parameters: Mapping[str, object]

    def __new__(cls, refused: Refused, translate: Translate) -> Self:
        text = super().__new__(cls, translate(refused.template).format(**refused.parameters))
        text.template = refused.template
        text.parameters = refused.parameters
        return text
