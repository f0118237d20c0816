"""A dynamic list: rows of the same fields, added and removed by submit buttons, so that it works without JavaScript.

Names: `lines-0-amount` a field, `lines-row` the index of each row (once per row, hidden input), `lines-add` and
`lines-remove` (value: the index) the buttons. Indices are kept while rows come and go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from wtforms.utils import unset_value

from forms import messages
from forms.binding import FormData
from forms.bound import BoundForm
from forms.errors import Problem
from forms.inputs import Checked
from forms.messages import Refused

INDEX = re.compile(r"\d{1,4}", re.ASCII)


class Rows(Checked):
    """The rows are forms of their own (`row.index`, `row["amount"]`); blank ones do not count."""

    def __init__(self, row_class: type[BoundForm], **kwargs: Any) -> None:
        self.row_class = row_class
        self.rows: list[BoundForm] = []
        self.initial: list[Mapping[str, object]] = []
        self.moved = False
        super().__init__(**kwargs)
        self.row_name, self.add_name, self.remove_name = (f"{self.name}-{word}" for word in ("row", "add", "remove"))

    def process(self, formdata: FormData | None, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Make the rows that were sent, else those that are stored, else the blank ones the schema wants."""
        self.process_errors: list[str] = []
        stored = data if isinstance(data, list) else []
        self.initial = [row for row in stored if isinstance(row, Mapping)][: self.component.rules.max_rows]
        if self.component.readonly:
            formdata = None
        found = self._usual() if formdata is None else self._sent(formdata)
        self.rows = [self._row(index, formdata) for index in found]
        if formdata is not None and self.add_name in formdata and self.can_add:
            self.rows.append(self._row(max(found, default=-1) + 1, None))

    def _usual(self) -> list[int]:
        return list(range(len(self.initial) or min(self.component.repetitions, self.component.rules.max_rows)))

    def _row(self, index: int, formdata: FormData | None) -> BoundForm:
        row = self.row_class(self.binding, f"{self.name}-{index}", index)
        row.read(formdata, self.initial[index] if index < len(self.initial) else {}, self.form.outer)
        return row

    def _sent(self, formdata: FormData) -> list[int]:
        """The indices that were sent, without the one to be removed; never more than are allowed."""
        self.moved = self.add_name in formdata or self.remove_name in formdata
        found = indices(self.name, formdata)
        if not self.component.resizable:
            usual = self._usual()
            if not set(found) <= set(usual):
                self._complain(Refused(messages.ROWS_FIXED))
            return usual
        removed = formdata.getlist(self.remove_name)
        found = [index for index in found if str(index) not in removed]
        if len(found) > self.component.rules.max_rows:
            self._complain(Refused(messages.TOO_MANY_ROWS, maximum=self.component.rules.max_rows))
        return found[: self.component.rules.max_rows]

    def _complain(self, refused: Refused) -> None:
        self.process_errors.append(self.binding.text(refused))

    @property
    def can_add(self) -> bool:
        """Whether the button for one more row makes sense."""
        part = self.component
        return part.resizable and not part.readonly and len(self.rows) < part.rules.max_rows

    @property
    def can_remove(self) -> bool:
        """Whether rows may be taken away."""
        return self.component.resizable and not self.component.readonly

    @property
    def live(self) -> list[BoundForm]:
        """The rows that count."""
        return [row for row in self.rows if not row.is_blank]

    def settle(self, context: Mapping[str, object]) -> None:
        """Each row sees its own values first, then those around the list."""
        for row in self.rows:
            row.settle(context)
        self.data = [row.data for row in self.live]

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """The list as a whole, and every row that counts."""
        whole = super().validate(form, extra_validators)
        rows = [row.validate() for row in self.live]
        return self.component.readonly or (all(rows) and whole)

    def found(self, where: str) -> Iterator[Problem]:
        """Problems of the rows, by their index."""
        for row in self.rows:
            yield from row.found(f"{where}.{row.index}")

    def errors_inside(self) -> dict[str, Any]:
        """Sentences of the rows by HTML name."""
        return {name: errors for row in self.rows for name, errors in row.errors.items()}

    @property
    def rearranging(self) -> bool:
        """Whether a row was added or removed, here or in a list inside."""
        return self.moved or any(row.rearranging for row in self.rows)

    @property
    def is_blank(self) -> bool:
        """No row that counts, and nothing wrong."""
        return not self.process_errors and not self.live

    @property
    def display(self) -> str:
        """The number of rows."""
        return str(len(self.live))


def indices(name: str, formdata: FormData) -> list[int]:
    """The rows of a list that were sent, by their hidden input or by any field in them."""
    start = f"{name}-"
    told = [value for value in formdata.getlist(f"{name}-row") if isinstance(value, str)]
    told += [sent[len(start) :].partition("-")[0] for sent in formdata if sent.startswith(start)]
    return sorted({int(text) for text in told if INDEX.fullmatch(text)})
