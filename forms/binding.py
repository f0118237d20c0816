"""What one request hands to a form beside its data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from forms.components import Component, Evaluate, Expression, Option
from forms.messages import Refused, Text, Translate

ZONE = ZoneInfo("Asia/Shanghai")
Choices = Mapping[str, Sequence[tuple[str, str]]]
"""Values key → (value, label) in the order in which they are offered, in the reader's language."""


class FormData(Protocol):
    """What web frameworks call a multi dict."""

    def __contains__(self, name: object, /) -> bool: ...
    def __iter__(self) -> Iterator[str]: ...
    def getlist(self, name: str, /) -> Sequence[object]: ...


def untranslated(template: str) -> str:
    """English as it is."""
    return template


@dataclass(frozen=True)
class Binding:
    """The surroundings of a bound form. Raises LookupError for options that were not handed in."""

    evaluate: Evaluate
    translate: Translate = untranslated
    values: Choices = field(default_factory=dict)
    files: FormData | None = None
    now: datetime | None = None
    zone: tzinfo = ZONE
    locale: str = "zh"

    def text(self, refused: Refused) -> Text:
        """The translated sentence of a refusal."""
        return Text(refused, self.translate)

    def say(self, template: str) -> Text:
        """A translated sentence without parameters."""
        return Text(Refused(template), self.translate)

    def compute(self, expression: Expression, context: Mapping[str, object]) -> object:
        """The value of an expression; a name that nobody gave is null, never something else of that name."""
        return self.evaluate(expression, {**dict.fromkeys(expression.names), **context})

    def options(self, component: Component) -> tuple[Option, ...]:
        """What can be chosen, with labels in the locale of the request."""
        if component.values_key:
            if component.values_key not in self.values:
                raise LookupError(f"No values “{component.values_key}” were handed in for “{component.key}”.")
            return tuple(Option(value, label) for value, label in self.values[component.values_key])
        if not self.locale.startswith("en"):
            return component.options
        return tuple(Option(option.value, option.label_en or option.label) for option in component.options)
