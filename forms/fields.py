"""The form class of a schema: which field stands for which component, and what helps browsers."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from wtforms import widgets
from wtforms.fields.core import UnboundField

from forms import components, inputs, values
from forms.bound import BoundForm
from forms.components import Component, Section
from forms.rows import Rows
from forms.schema import Schema

WIDGETS: Mapping[str, Any] = {
    "textfield": widgets.TextInput(),
    "textarea": widgets.TextArea(),
    # A number input drops what it cannot read and changes with the mouse wheel; text with a number pad does not.
    "number": widgets.TextInput(),
    "date": widgets.DateInput(),
    "datetime": widgets.DateTimeLocalInput(),
    "time": widgets.TimeInput(),
    "checkbox": widgets.CheckboxInput(),
    "filepicker": widgets.FileInput(),
}
CLASSES: Mapping[str, type[inputs.Checked]] = {
    "checkbox": inputs.Tick,
    "select": inputs.Pick,
    "radio": inputs.Radios,
    "checklist": inputs.Ticks,
    "filepicker": inputs.Files,
}
INPUT_TYPES: Mapping[str, Mapping[str, object]] = {
    "email": {"type": "email", "autocomplete": "off"},
    "phone": {"type": "tel", "autocomplete": "off"},
}


@functools.lru_cache(maxsize=512)
def form_class(schema: Schema, locale: str = "zh") -> type[BoundForm]:
    """The WTForms form class of a schema, with labels in the locale. Pure, so it is remembered for the schema."""
    return section_class(schema.section, locale)


def section_class(section: Section, locale: str) -> type[BoundForm]:
    """The form class of one scope of keys; rows of dynamic lists have their own."""
    unbound = {name: unbound_field(component, locale) for name, component in section.fields.items()}
    return type("SchemaForm", (BoundForm,), {"section": section, "unbound": unbound})


def unbound_field(component: Component, locale: str) -> UnboundField[Any]:
    """The field of a component, not yet in a form."""
    options: dict[str, Any] = {
        "component": component,
        "label": component.title(locale),
        "description": component.help(locale),
    }
    if component.section is not None:
        options["row_class"] = section_class(component.section, locale)
        return UnboundField(Rows, **options)
    widget = WIDGETS.get(component.subtype or component.type)
    if widget is not None:
        options["widget"] = widget
    kind = CLASSES.get(component.type, inputs.Entry)
    return UnboundField(kind, render_kw=render_keywords(component), **options)


def render_keywords(component: Component) -> dict[str, object]:
    """HTML attributes by which browsers help; the server checks all of it again."""
    limits = component.rules
    words: dict[str, object] = {}
    if component.required and component.type not in ("checklist", "radio"):
        words["required"] = True
    if component.readonly:
        typed = component.type in components.TEXTS | {"number", "datetime"}
        words["readonly" if typed else "disabled"] = True
    if component.type in components.TEXTS:
        words |= {"maxlength": limits.max_length or values.LIMITS[component.type], "minlength": limits.min_length}
        words |= INPUT_TYPES.get(limits.kind, {})
    if component.type == "number":
        words |= {"inputmode": "numeric" if limits.digits == 0 else "decimal", "autocomplete": "off"}
    if component.type == "datetime":
        words |= {"min": values.show(limits.minimum), "max": values.show(limits.maximum)}
    if component.type == "filepicker":
        words |= {"accept": ",".join(limits.accept), "multiple": component.multiple}
    return {name: value for name, value in words.items() if value not in (None, "", False)}
