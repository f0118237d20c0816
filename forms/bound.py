"""A form, or one row of a dynamic list, with data in it: what is visible, what is wrong, what comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm

from forms import components, rules, values
from forms.binding import Binding, FormData
from forms.components import Component, Section
from forms.errors import Invalid, Problem
from forms.messages import Text

if TYPE_CHECKING:
    from forms.inputs import Checked


class BoundForm(BaseForm):
    """Fields by HTML name (`form["amount"]`, `form["address-city"]`); any key works, even one like "data"."""

    section: ClassVar[Section]
    unbound: ClassVar[Mapping[str, UnboundField[Any]]]

    def __init__(self, binding: Binding, prefix: str = "", index: int | None = None) -> None:
        self.binding = binding
        self.index = index
        self.hidden: frozenset[int] = frozenset()
        self.outer: Mapping[str, object] = {}
        self.context: Mapping[str, object] = {}
        self.refused: tuple[Problem, ...] = ()
        super().__init__(self.unbound, prefix)

    @property
    def sight(self) -> rules.Sight:
        """What rules may look at."""
        binding = self.binding
        return rules.Sight(
            binding.zone, binding.now, binding.locale, lambda expression: binding.compute(expression, self.context)
        )

    def read(self, formdata: FormData | None, initial: Mapping[str, object], outer: Mapping[str, object]) -> None:
        """Fill every field from what was sent, or else from what is stored; `outer` is data from around."""
        self.outer = outer
        for field in self.inputs():
            field.process(formdata, self._start(field.component, initial))

    def _start(self, component: Component, initial: Mapping[str, object]) -> object:
        there, value = components.lookup(initial, component.path)
        if there:
            return value
        return component.default if component.initial is None else self.binding.compute(component.initial, self.outer)

    def settle(self, outer: Mapping[str, object]) -> None:
        """One pass in the order of dependence; hidden values do not exist for what comes later."""
        context = dict(outer)
        for component in self.section.everything:
            if component.path:
                context[component.path[0]] = None
        hidden: set[int] = set()
        for component in self.section.order:
            if component.path:
                self.field(component).settle(context)
            if component.parent in hidden or (
                component.hide is not None and self.binding.compute(component.hide, context) is True
            ):
                hidden.add(component.number)
            elif component.path:
                components.put(context, component.path, self.field(component).data)
        self.hidden, self.context = frozenset(hidden), context

    def shows(self, component: Component) -> bool:
        """Whether the component is visible with the present data."""
        return component.number not in self.hidden

    def field(self, component: Component) -> Checked:
        """The field of a component of this section."""
        return self[component.name]  # type: ignore[return-value]

    def inputs(self) -> Iterator[Checked]:
        """All fields, visible or not."""
        return iter(self._fields.values())  # type: ignore[arg-type]

    def visible(self) -> Iterator[Checked]:
        """Fields that a person sees."""
        return (field for field in self.inputs() if self.shows(field.component))

    def words(self, component: Component) -> str:
        """A static text in the locale, with its computed pieces."""
        pieces = component.words(self.binding.locale)
        return "".join(
            piece if isinstance(piece, str) else values.spell(self.binding.compute(piece, self.context))
            for piece in pieces
        )

    @property
    def data(self) -> dict[str, Any]:
        """Typed values of the visible fields, nested by their paths; None where nothing was given."""
        data: dict[str, Any] = {}
        for field in self.visible():
            components.put(data, field.component.path, field.data)
        return data

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all was given."""
        return all(field.is_blank for field in self.visible())

    @property
    def rearranging(self) -> bool:
        """Whether a row was added or removed: show the form again, as it is, without judging it."""
        return any(field.rearranging for field in self.visible())

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every visible field; `problems` and the fields' `errors` tell what is wrong."""
        if self.rearranging:
            return False
        results = [field.validate(self) for field in self.visible()]
        return all(results) and not self.refused

    @property
    def problems(self) -> tuple[Problem, ...]:
        """After `validate`: everything wrong, where it is as a path like `lines.0.amount`."""
        told = {problem.where for problem in self.refused}
        return self.refused + tuple(problem for problem in self.found() if problem.where not in told)

    def found(self, place: str = "") -> Iterator[Problem]:
        """Problems of the visible fields of this section and of its rows."""
        for field in self.visible():
            where = ".".join(filter(None, (place, *field.component.path)))
            for error in field.errors:
                assert isinstance(error, Text)
                yield Problem(where, error.template, error.parameters)
            yield from field.found(where)

    @property
    def errors(self) -> dict[str, Any]:
        """HTML name → sentences, of rows too, for a summary that links to the fields."""
        found: dict[str, Any] = {}
        for field in self.visible():
            if field.errors:
                found[field.name] = list(field.errors)
            found |= field.errors_inside()
        return found

    def checked(self) -> dict[str, Any]:
        """The data when everything is right. Raises Invalid with all problems."""
        if not self.validate():
            raise Invalid(self.problems)
        return self.data
