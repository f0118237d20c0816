"""Texts of a diagram that hold values: a literal, or a FEEL expression compiled once at deployment.

A leading `=` marks an expression where literal text is usual (assignee, groups, inputs); conditions, collections and
timer dates are always expressions. `${…}` from Camunda diagrams is translated when it is simple, refused otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine import feel


@dataclass(frozen=True)
class Value:
    """A literal or a compiled expression; `text` is what the diagram says."""

    text: str
    expression: feel.Expression | None = None

    def __call__(self, context: Mapping[str, object], scope: feel.Scope) -> object:
        """The literal text, or the FEEL value of the expression. Raises feel.FeelError."""
        return self.text if self.expression is None else self.expression(context, scope)


def text_or_expression(text: str, functions: Iterable[str], names: Iterable[str] = ()) -> Value:
    """Literal unless it starts with `=` or is `${…}`. Raises feel.FeelError with the position."""
    stripped = text.strip()
    if stripped.startswith("=") or (stripped.startswith(("${", "#{")) and stripped.endswith("}")):
        return expression(stripped, functions, names)
    return Value(text)


def expression(text: str, functions: Iterable[str], names: Iterable[str] = ()) -> Value:
    """An expression, with or without a leading `=`; `names` are known variables, which may have spaces.

    Raises feel.FeelError with the position.
    """
    source = text.strip().removeprefix("=").strip()
    if source.startswith(("${", "#{")):
        translated = feel.from_juel("$" + source[1:])
        if translated is None:
            raise feel.FeelError("Expected FEEL, but '{text}' cannot be translated", position=1, text=source)
        source = translated
    return Value(text, feel.compile(source, names, functions))
