"""The form of a task: its schema from the deployment, its first values and choices, and the check of what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from complaints import catalogue, evidence
from complaints.viewer import SignedIn
from engine import feel
from engine.bundle import Bundle
from engine.environment import Environment
from engine.errors import Invalid, Problem
from engine.functions import Host
from forms import errors, validation
from forms.components import Component, Evaluate, Expression
from forms.schema import Schema


@dataclass(frozen=True)
class Sheet:
    """A form ready to be shown or checked: what `forms.validation.bind` is handed."""

    schema: Schema
    initial: Mapping[str, Any]
    evaluate: Evaluate
    options: Mapping[str, list[tuple[str, str]]]
    now: datetime


@dataclass(frozen=True)
class _File:
    """A stored upload as the form library looks at files."""

    filename: str
    size: int

    @property
    def stream(self) -> _File:
        return self

    def tell(self) -> int:
        return 0

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.size if whence == 2 else offset


@dataclass(frozen=True)
class _Files:
    uploads: Sequence[evidence.Upload]
    names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", frozenset(upload.field for upload in self.uploads))

    def __contains__(self, name: object, /) -> bool:
        return name in self.names

    def __iter__(self) -> Any:
        return iter(self.names)

    def getlist(self, name: str, /) -> list[_File]:
        return [_File(upload.name, upload.size) for upload in self.uploads if upload.field == name]


def evaluator(environment: Environment, host: Host) -> Evaluate:
    """Evaluates the expressions of a form, with the host functions at the instant of `host`."""
    scope = feel.Scope(now=host.now, functions=environment.functions.bind(host))

    def evaluate(expression: Expression, context: Mapping[str, object]) -> object:
        assert isinstance(expression, feel.Expression)
        return expression(feel.to_feel({name: _plain(value) for name, value in context.items()}), scope)

    return evaluate


def _plain(value: object) -> object:
    """Files are known to expressions by their names."""
    return [getattr(item, "filename", item) for item in value] if isinstance(value, list) else value


def sheet(
    environment: Environment,
    host: Host,
    viewer: SignedIn | None,
    bundle: Bundle,
    form: str,
    variables: Mapping[str, Any],
    case: Mapping[str, Any],
    *,
    draft: Mapping[str, Any] | None = None,
    locale: str = "zh",
) -> Sheet:
    """A form with its first values: those of the draft, else what its properties `initial` say, else none.

    What was answered when the same form was filled in before counts only where `initial` asks for it: nobody signs
    somebody else's decision, or last month's, by leaving it as it is.
    """
    schema: Schema = bundle.forms[form]
    evaluate = evaluator(environment, host)
    known = {**variables, "case": dict(case)}
    fields = {component.path[0]: component.initial for component in schema.fields.values()}
    initial = {name: value for name, value in known.items() if name not in fields}
    for name, expression in fields.items():
        if expression is not None:
            initial[name] = _to_minute(evaluate(expression, known))
    initial.update(draft or {})
    return Sheet(schema, initial, evaluate, _options(host.connection, schema, locale, viewer), host.now)


def _to_minute(value: object) -> object:
    """Pages show and send instants to the minute."""
    return value.replace(second=0, microsecond=0) if isinstance(value, datetime) else value


def _options(
    connection: Connection, schema: Schema, locale: str, viewer: SignedIn | None
) -> dict[str, list[tuple[str, str]]]:
    keys = {component.values_key for component in _all(schema.fields.values()) if component.values_key}
    return {key: catalogue.options(connection, key, locale, viewer) for key in sorted(keys)}


def _all(components: Iterable[Component]) -> Iterable[Component]:
    for component in components:
        yield component
        if component.section is not None:
            yield from _all(component.section.fields.values())


def checked(form: Sheet, data: Mapping[str, Any], uploads: Sequence[evidence.Upload]) -> dict[str, Any]:
    """The typed data of a filled-in form, without files. Raises engine.errors.Invalid with every problem by field."""
    files = {name for name, component in form.schema.fields.items() if component.type == "filepicker"}
    stray = [upload for upload in uploads if upload.field not in files]
    if stray:
        raise Invalid("Expected files for {fields}, but got '{name}'", fields=sorted(files), name=stray[0].name)
    sent = {name: value for name, value in data.items() if name not in files}
    bound = validation.from_json(
        form.schema,
        sent,
        form.evaluate,
        initial=form.initial,
        files=_Files(uploads),
        options=form.options,
        now=form.now,
    )
    try:
        typed = bound.checked()
    except errors.Invalid as error:
        problems = tuple(
            Problem(problem.where, problem.template, dict(problem.parameters)) for problem in error.problems
        )
        raise Invalid("Some fields need your attention", problems) from None
    return {name: value for name, value in typed.items() if name not in files}
