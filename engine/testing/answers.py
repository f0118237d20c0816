"""Answers in scenarios: what a person enters into the form of a task, held against the form, as far as it is given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from engine.errors import Invalid, Problem
from forms.components import TEXTS, Component
from forms.schema import Schema

KINDS: Mapping[str, tuple[type, ...]] = {
    "number": (Decimal,),
    "checkbox": (bool,),
    "datetime": (date,),
    "checklist": (list,),
    "dynamiclist": (list,),
} | dict.fromkeys(TEXTS, (str,))


def variables(schema: Schema, answers: Mapping[str, Any]) -> dict[str, object]:
    """The process variables that the form makes of the answers.

    Raises Invalid for a field that the form has not or nobody can fill in, and for what cannot be chosen there; that
    required fields are missing is not the matter of a scenario.
    """
    known = {component.name: component for component in schema.fields.values() if not component.readonly}
    problems = [problem for name, value in answers.items() for problem in _problems(known, name, value)]
    if problems:
        raise Invalid("The form cannot be filled in like this", tuple(problems))
    return schema.variables(answers)


def _problems(known: Mapping[str, Component], name: str, value: Any) -> list[Problem]:
    component = known.get(name)
    if component is None:
        listed = ", ".join(known)
        return [Problem(name, "The form has no such field to fill in, only {known}", {"known": listed})]
    kinds = KINDS.get(component.type)
    if value is not None and kinds and not isinstance(value, kinds):
        return [
            Problem(name, "Expected a value for a {kind}, but got '{value}'", {"kind": component.type, "value": value})
        ]
    choices = [option.value for option in component.options]
    chosen = value if isinstance(value, list) else [value]
    if choices and value is not None and (wrong := [one for one in chosen if one not in choices]):
        facts = {"known": ", ".join(choices), "name": ", ".join(map(str, wrong))}
        return [Problem(name, "Expected one of {known}, but got '{name}'", facts)]
    return []
