"""Conditional visibility, decided on the server: in which order, and with which values in sight."""

from __future__ import annotations

import graphlib
from collections.abc import Iterable

from forms.components import Component, Section


class CircularError(ValueError):
    """Conditions depend on one another; `components` is the circle."""

    def __init__(self, components: Iterable[Component]) -> None:
        self.components = tuple(components)
        super().__init__(", ".join(component.key for component in self.components))


def order(everything: tuple[Component, ...]) -> tuple[Component, ...]:
    """The order in which visibility can be decided: a component after its group and after all that its condition reads.

    Hidden values do not exist for later conditions, so one pass settles everything. Raises CircularError.
    """
    by_number = {component.number: component for component in everything}
    providers: dict[str, set[int]] = {}
    for component in everything:
        if component.path:
            providers.setdefault(component.path[0], set()).add(component.number)
    sorter: graphlib.TopologicalSorter[int] = graphlib.TopologicalSorter()
    for component in everything:
        needed = {number for name in reads(component) for number in providers.get(name, ())}
        if component.parent is not None:
            needed.add(component.parent)
        if len(component.path) > 1:
            # In a group with a path, neighbours are read by the group's name, which stands for the field itself too.
            needed.discard(component.number)
        sorter.add(component.number, *sorted(needed))
    try:
        return tuple(by_number[number] for number in sorter.static_order())
    except graphlib.CycleError as error:
        raise CircularError(by_number[number] for number in error.args[1][1:])


def reads(component: Component) -> frozenset[str]:
    """Names that decide about this component and its value; for a list also what its rows read from outside."""
    own = component.hide.names if component.hide else frozenset[str]()
    return own | _reads_inside(component.section) if component.section else own


def _reads_inside(section: Section) -> frozenset[str]:
    own = names(section.everything)
    return frozenset(name for component in section.everything for name in reads(component)) - own


def names(everything: Iterable[Component]) -> frozenset[str]:
    """The first names of all values of a section: what a condition can call them by."""
    return frozenset(component.path[0] for component in everything if component.path)
