"""What a file imports of others: elements and types, seen under the name of the import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.dmn import types, xml
from engine.dmn.model import Decision, Element, Model
from engine.errors import Problem

if TYPE_CHECKING:
    from engine.dmn.reading import Reading


class Imports:
    """The imports of a file. `by_name` has those with a name; what an import without one brings needs no qualifier."""

    def __init__(self, reading: Reading, root: xml.Element, models: Sequence[Model | Problem]) -> None:
        self.reading = reading
        self.by_name: dict[str, Model] = {}
        self.all: list[tuple[str, Model]] = []
        self.prefixes: dict[str, str] = {}  # the names of imports by their namespace
        found = list(xml.children(root, "import"))
        self.whole = len(models) == len(found) and not any(isinstance(one, Problem) for one in models)
        for at, element in enumerate(found):
            self._add(element, models[at] if at < len(models) else None)

    def _add(self, element: xml.Element, model: Model | Problem | None) -> None:
        name, namespace = xml.name(element), element.get("namespace", "")
        if (kind := element.get("importType", "")) not in xml.NAMESPACES:
            self.reading.problem(element, "Expected an import of DMN, but found {kind}", kind=kind)
        elif isinstance(model, Problem):
            self.reading.problem(element, model.template, **model.parameters)
        elif model is None:
            self.reading.problem(
                element, "Expected a file with the namespace '{namespace}', but there is none", namespace=namespace
            )
        elif name and name in self.by_name:
            self.reading.problem(
                element, "Expected different names of the imports, but '{name}' stands twice", name=name
            )
        else:
            self.all.append((name, model))
            if name:
                self.by_name[name] = model
                self.prefixes[namespace] = name

    @property
    def names(self) -> frozenset[str]:
        """The names that texts may contain because of the imports."""
        return frozenset(self.by_name).union(
            *({seen_as(one) for one in model.elements.values()} for _, model in self.all)
        )

    @property
    def types(self) -> dict[str, types.Type]:
        """The imported types by qualified name."""
        return {_qualified(name, type): made for name, model in self.all for type, made in model.types.items()}

    def find(self, href: str) -> tuple[tuple[str, ...], Element] | None:
        """The element of a reference `namespace#id` to another file, with the path by which texts see it."""
        namespace, _, id = href.rpartition("#")
        for name, model in self.all:
            if model.namespace == namespace and id in model.elements:
                element = model.elements[id]
                return ((name,) if name else ()) + (seen_as(element),), element
        return None


def seen_as(element: Element) -> str:
    """The name under which others see an element."""
    return element.result if isinstance(element, Decision) else element.name


def _qualified(name: str, type: str) -> str:
    return f"{name}.{type}" if name else type
