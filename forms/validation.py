"""From what a browser or a program sent to a bound form; drafts; JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo

from forms import binding, fields, rows, values
from forms.binding import Binding, Choices, FormData
from forms.bound import BoundForm
from forms.components import Evaluate, Section
from forms.exchange import Flattening, to_json
from forms.messages import Translate
from forms.schema import Schema

__all__ = ["Posted", "bind", "draft", "from_json", "resume", "to_json"]


class Posted:
    """Texts (or files) by name, as a browser would send them."""

    def __init__(self, texts: Mapping[str, Sequence[object]]) -> None:
        self.texts = texts

    def __contains__(self, name: object, /) -> bool:
        return name in self.texts

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)

    def getlist(self, name: str, /) -> list[object]:
        """All texts of a name."""
        return list(self.texts.get(name, ()))


def bind(
    schema: Schema,
    formdata: FormData | None,
    files: FormData | None,
    initial: Mapping[str, object],
    evaluate: Evaluate,
    *,
    options: Choices | None = None,
    translate: Translate = binding.untranslated,
    now: datetime | None = None,
    zone: tzinfo = binding.ZONE,
    locale: str = "zh",
) -> BoundForm:
    """A form filled with what was sent (`formdata`, `files`) or, when `formdata` is None, with `initial`.

    `initial` holds the stored values by key and whatever else conditions and `initial` expressions read. `options` are
    the choices for each `valuesKey` (LookupError when one is missing); `now` is needed where a form compares with the
    present. Only declared names are read; readonly and hidden fields never take what was sent.
    """
    surroundings = Binding(evaluate, translate, options or {}, files, now, zone, locale)
    form = fields.form_class(schema, locale)(surroundings)
    form.read(formdata, initial, initial)
    form.settle(initial)
    return form


def from_json(
    schema: Schema,
    sent: object,
    evaluate: Evaluate,
    *,
    initial: Mapping[str, object] | None = None,
    files: FormData | None = None,
    options: Choices | None = None,
    translate: Translate = binding.untranslated,
    now: datetime | None = None,
    zone: tzinfo = binding.ZONE,
    locale: str = "zh",
) -> BoundForm:
    """The same form, filled from a JSON object and judged by the same code; absent and null mean "nothing given".

    Typed data, as `data` of a bound form yields it (uploads included), may be handed in as well.
    Unknown keys, the reserved key and wrong JSON types are `problems` after `validate`; `checked()` raises Invalid.
    """
    flat = Flattening()
    flat.section(schema.section, sent)
    form = bind(
        schema,
        Posted(flat.texts),
        Posted(flat.files) if files is None else files,
        initial or {},
        evaluate,
        options=options,
        translate=translate,
        now=now,
        zone=zone,
        locale=locale,
    )
    form.refused = tuple(flat.problems)
    return form


def draft(schema: Schema, formdata: FormData) -> dict[str, list[str]]:
    """What was typed, unjudged, as JSON by HTML name: declared names only, no files, nothing that cannot be stored."""
    return dict(_typed(schema.section, "", formdata))


def _typed(section: Section, prefix: str, formdata: FormData) -> Iterator[tuple[str, list[str]]]:
    for component in section.fields.values():
        name = prefix + component.name
        if component.readonly or component.type == "filepicker":
            continue
        if component.section is not None:
            indices = rows.indices(name, formdata)[: component.rules.max_rows]
            yield f"{name}-row", [str(index) for index in indices]
            for index in indices:
                yield from _typed(component.section, f"{name}-{index}-", formdata)
        elif name in formdata:
            texts = [text for text in formdata.getlist(name) if isinstance(text, str)]
            yield name, [values.CONTROL.sub("", text[: values.LONGEST]) for text in texts]


def resume(draft: Mapping[str, object] | None) -> Posted | None:
    """A draft as form data for `bind`; None when there is none, so that the form starts from its initial values."""
    if not draft:
        return None
    return Posted({name: texts for name, texts in draft.items() if isinstance(texts, list)})
