"""WTForms fields, one class per way of typing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wtforms import Field, RadioField, SelectField, SelectMultipleField, validators, widgets
from wtforms.fields.choices import Choice as Offered  # type: ignore[attr-defined]
from wtforms.utils import unset_value

from forms import messages, rules, values
from forms.binding import Binding
from forms.bound import BoundForm
from forms.components import Component
from forms.errors import Problem
from forms.messages import Refused


class Checked(Field):
    """A field that reads, checks and speaks by this library alone, never by WTForms' own validators."""

    def __init__(self, component: Component, _form: BoundForm, **kwargs: Any) -> None:
        self.component = component
        self.form = _form
        self.binding: Binding = _form.binding
        super().__init__(_form=_form, **kwargs)

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read what was sent; a readonly field keeps its initial value whatever was sent."""
        super().process(None if self.component.readonly else formdata, data, extra_filters)

    def process_data(self, value: Any) -> None:
        """Take the stored or default value."""
        self.data = values.load(self.component, value, self.binding.zone)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what was typed; a refusal is kept as the error of the field."""
        try:
            self.data = self.accept(valuelist)
        except Refused as refused:
            self.data = values.empty(self.component)
            raise ValueError(self.binding.text(refused))

    def accept(self, valuelist: list[Any]) -> object:
        """The typed value of the texts sent. Raises Refused."""
        return values.parse(self.component, valuelist, self.binding.zone)

    def pre_validate(self, form: Any) -> None:
        """Check the typed value; a readonly value is not the person's to correct."""
        if self.process_errors or self.component.readonly:
            raise validators.StopValidation()
        try:
            rules.check(self.component, self.data, self.form.sight)
        except Refused as refused:
            raise validators.StopValidation(self.binding.text(refused))

    def settle(self, context: Mapping[str, object]) -> None:
        """Decide what is visible inside; only rows hold something."""

    def found(self, where: str) -> Iterator[Problem]:
        """Problems inside, with their places."""
        return iter(())

    def errors_inside(self) -> dict[str, Any]:
        """HTML name → sentences of the fields inside."""
        return {}

    @property
    def rearranging(self) -> bool:
        """Whether rows inside were added or removed."""
        return False

    @property
    def is_blank(self) -> bool:
        """Nothing given, and nothing wrong given either."""
        return not self.process_errors and values.is_blank(self.data)

    @property
    def display(self) -> str:
        """The value as text for reading: in summaries and where a field is readonly."""
        return values.show(self.data)

    def _value(self) -> str:
        typed = self.raw_data[0] if self.raw_data else None
        return typed if isinstance(typed, str) else values.show(self.data)


class Entry(Checked):
    """Text, number, date or time in one input."""


class Tick(Checked):
    """One checkbox."""

    @property
    def display(self) -> str:
        """Yes or no."""
        return self.binding.say(messages.YES if self.data else messages.NO)

    def _value(self) -> str:
        return "true"


class Choosing(Checked):
    """What the three ways of choosing share: options of this request, refused when not offered."""

    def accept(self, valuelist: list[Any]) -> object:
        """Only what is offered, in the order in which it is offered."""
        return rules.among(super().accept(valuelist), self.binding.options(self.component))

    def iter_choices(self) -> Iterable[Any]:
        """The options for the widget; a select that may stay open begins with a prompt."""
        chosen = self.data if isinstance(self.data, list) else [self.data]
        if self.component.type == "select":
            yield Offered("", self.binding.say(messages.PLACEHOLDER), self.data is None, {})
        for option in self.binding.options(self.component):
            yield Offered(option.value, option.label, option.value in chosen, {})

    @property
    def display(self) -> str:
        """The labels of what is chosen; a value that is no longer offered stands for itself."""
        labels = {option.value: option.label for option in self.binding.options(self.component)}
        chosen = self.data if isinstance(self.data, list) else [self.data] if self.data else []
        return "、".join(labels.get(value, str(value)) for value in chosen)


class Pick(Choosing, SelectField):  # type: ignore[misc]
    """One of a list that opens."""


class Radios(Choosing, RadioField):  # type: ignore[misc]
    """One of several buttons."""


class Ticks(Choosing, SelectMultipleField):  # type: ignore[misc]
    """Several checkboxes."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class Files(Checked):
    """Uploads of this request; `kept` is what was stored before, which satisfies "required" too."""

    kept: list[object]

    def process_data(self, value: Any) -> None:
        """Remember what is stored already."""
        self.kept = value if isinstance(value, list) else []
        self.data = []

    def accept(self, valuelist: list[Any]) -> object:
        """The files of this name; browsers send an empty one where none was chosen."""
        sent = self.binding.files.getlist(self.name) if self.binding.files is not None else ()
        return [file for file in sent if getattr(file, "filename", None)]

    def pre_validate(self, form: Any) -> None:
        """Stored files count as given."""
        if self.kept and not self.data:
            raise validators.StopValidation()
        super().pre_validate(form)

    @property
    def display(self) -> str:
        """Names of the stored files."""
        return "、".join(
            str(item.get("filename", "")) if isinstance(item, Mapping) else str(item) for item in self.kept
        )
