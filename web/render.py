"""Forms on a page: a schema bound to what was typed, ready for templates/forms/fields.html, and back to data.

The page works without scripts: "update" and the buttons of lists send the form, and it comes back with
everything that was typed. With scripts the same answer arrives as a fragment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask import request
from werkzeug.datastructures import FileStorage

from complaints import evidence
from engine import errors
from forms import conditions, validation
from forms.bound import BoundForm
from forms.components import Component, Evaluate, Row, Section
from forms.schema import Schema
from web import context, held, i18n

GRID = 16
BOOTSTRAP = 12
UNSEEN = frozenset({"csrf_token", "next"})


class Questions(Protocol):
    """What a room asks: a form, its first values, and what can be chosen."""

    @property
    def schema(self) -> Schema | None: ...
    @property
    def initial(self) -> Mapping[str, object]: ...
    @property
    def evaluate(self) -> Evaluate: ...
    @property
    def options(self) -> Mapping[str, list[tuple[str, str]]]: ...


@dataclass(frozen=True)
class Flaw:
    """One mistake of the summary: the field to go to, its label, the sentence. `id` is empty for the whole form."""

    id: str
    label: str
    sentence: str


@dataclass
class Sheet:
    """A form as a page shows it. `update` is the address that renders it anew, `draft` the one that keeps it."""

    schema: Schema
    form: BoundForm
    update: str
    draft: str = ""
    files: dict[str, list[held.File]] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The form's title in the reader's language."""
        return self.schema.name(i18n.locale())

    @property
    def has_files(self) -> bool:
        """Whether it has to be sent as multipart."""
        return any(component.type == "filepicker" for component in _all(self.schema.section))

    @property
    def has_conditions(self) -> bool:
        """Whether what is visible depends on what is chosen."""
        return any(component.hide for component in _all(self.schema.section))


def blank(questions: Questions, update: str, draft: str = "") -> Sheet:
    """The form with its first values."""
    return Sheet(_schema(questions), _bind(questions, None, None, {}), update, draft)


def sent(questions: Questions, update: str, draft: str = "") -> Sheet:
    """The form with what this request sent; files of this and of earlier tries are kept."""
    schema = _schema(questions)
    files = {name: held.kept(name) for name in _file_names(schema)}
    before = {name: [{"filename": file.name} for file in kept] for name, kept in files.items() if kept}
    return Sheet(schema, _bind(questions, request.form, request.files, before), update, draft, files)


def _schema(questions: Questions) -> Schema:
    if questions.schema is None:
        raise errors.NotFound("This step has no form; confirm it when it is done.")
    return questions.schema


def _without_files(evaluate: Evaluate) -> Evaluate:
    """Conditions see values only; an uploaded file is none."""
    return lambda expression, values: evaluate(
        expression, {name: value for name, value in values.items() if not _is_files(value)}
    )


def _is_files(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(item, FileStorage) for item in value)


def _bind(questions: Questions, formdata: Any, files: Any, before: Mapping[str, object]) -> BoundForm:
    return validation.bind(
        _schema(questions),
        formdata,
        files,
        {**questions.initial, **before},
        _without_files(questions.evaluate),
        options=questions.options,
        translate=i18n.gettext,
        now=context.environment().clock.now(),
        locale=i18n.locale(),
    )


def accepted(sheet: Sheet) -> bool:
    """Check the form; what is wrong goes into the summary. New files are taken in, so that a further try keeps them."""
    valid = sheet.form.validate()
    sheet.flaws = list(_flaws(sheet.form))
    if not sheet.form.rearranging:
        take_files(sheet)
    return valid and not sheet.flaws


def take_files(sheet: Sheet) -> None:
    """Store the files of this request. A refused one becomes a flaw of its field."""
    for name in sheet.files:
        if name in sheet.form and not sheet.form[name].errors and sheet.form.shows(sheet.schema.fields[name]):
            for file in request.files.getlist(name):
                _take(sheet, name, file)


def _take(sheet: Sheet, name: str, file: FileStorage) -> None:
    if not file.filename:
        return
    try:
        sheet.files[name].append(held.receive(name, file))
    except errors.Invalid as error:
        sheet.flaws.append(Flaw(name, _label(sheet.form, name), i18n.explain(error)))


def data(sheet: Sheet) -> dict[str, Any]:
    """The typed values, without files: those travel as uploads."""
    return {name: value for name, value in sheet.form.data.items() if name not in sheet.files}


def uploads(sheet: Sheet) -> list[evidence.Upload]:
    """The files of the form, stored and waiting for the command that attaches them."""
    return [file.upload for files in sheet.files.values() for file in files]


def refuse(sheet: Sheet, error: errors.Rejected) -> None:
    """Put what a command found wrong beside the fields that it names."""
    problems: tuple[errors.Problem, ...] = getattr(error, "problems", ())
    for problem in problems:
        name = problem.where.replace(".", "-")
        known = name in sheet.form
        if known:
            shown = sheet.form[name]
            shown.errors = [*shown.errors, i18n.explain(problem)]
        sheet.flaws.append(
            Flaw(name if known else "", _label(sheet.form, name) if known else "", i18n.explain(problem))
        )
    if not problems:
        sheet.flaws.append(Flaw("", "", i18n.explain(error)))


def _flaws(form: BoundForm) -> Iterator[Flaw]:
    for shown in form.visible():
        yield from (Flaw(shown.id, str(shown.label.text), str(sentence)) for sentence in shown.errors)
        for place, row in enumerate(getattr(shown, "rows", ()), 1):
            for flaw in _flaws(row):
                yield Flaw(flaw.id, f"{shown.label.text} {place} · {flaw.label}", flaw.sentence)


def _label(form: BoundForm, name: str) -> str:
    return str(form[name].label.text) if name in form else name


def _all(section: Section) -> Iterator[Component]:
    for component in section.everything:
        yield component
        if component.section is not None:
            yield from _all(component.section)


def _file_names(schema: Schema) -> list[str]:
    return [name for name, component in schema.fields.items() if component.type == "filepicker"]


def decides(form: BoundForm, component: Component) -> bool:
    """Whether a change of this component can show or hide others, so that the page asks for the form anew."""
    names = {name for other in form.section.everything for name in conditions.reads(other)}
    return bool(component.path) and component.path[0] in names


def widths(row: Row) -> list[tuple[Any, int]]:
    """The cells of a row with their columns of twelve; rounding never loses or gains one."""
    whole = sum(cell.columns for cell in row.cells)
    grid = whole if whole > GRID - len(row.cells) else GRID  # three cells of five are meant to fill the row
    cells, total = [], 0
    for cell in row.cells:
        start, total = round(total * BOOTSTRAP / grid), total + cell.columns
        cells.append((cell, max(1, round(total * BOOTSTRAP / grid) - start)))
    return cells
