"""Item definitions: the types of a file by name, those of imported files by qualified name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.dmn import types, xml

if TYPE_CHECKING:
    from engine.dmn.reading import Reading

DEEPEST = 30  # item definitions that build on each other


class Items:
    """The item definitions of a file, each read when it is first asked for."""

    def __init__(self, reading: Reading, root: xml.Element, imported: Mapping[str, types.Type]) -> None:
        self.reading = reading
        self.namespace = root.get("namespace")
        self.types: dict[str, types.Type] = dict(imported)
        self.open: list[str] = []  # being read
        self.own: dict[str, xml.Element] = {}
        for item in xml.children(root, "itemDefinition"):
            if (name := xml.name(item)) in self.own or name in self.types:
                reading.problem(item, "Expected different names of the types, but '{name}' stands twice", name=name)
            self.own[name] = item
        for name, item in self.own.items():
            self.type(item, name)

    @property
    def made(self) -> dict[str, types.Type]:
        """The types that other files may import."""
        return {name: self.types[name] for name in self.own}

    def type(self, element: xml.Element, name: str | None) -> types.Type:
        """The type of a name that stands at an element."""
        plain = self._plain(element, name or "Any")
        if plain in self.types:
            return self.types[plain]
        if plain in self.own:
            return self._item(plain)
        if plain not in types.KINDS:
            self.reading.problem(element, "Expected a known type, but '{name}' is none", name=plain)
        return types.Type(types.KINDS.get(plain, "Any"))

    def _plain(self, element: xml.Element, name: str) -> str:
        """The name without the prefix by which DMN 1.1 and 1.2 say whose type it is."""
        prefix, colon, rest = " ".join(name.split()).partition(":")
        if not colon:
            return prefix
        namespace = element.nsmap.get(prefix)
        if prefix == "feel" or namespace == self.namespace or "FEEL" in (namespace or ""):
            return rest
        return self.reading.imports.prefixes.get(namespace or "", prefix) + "." + rest

    def _item(self, name: str) -> types.Type:
        if name in self.open or len(self.open) >= DEEPEST:
            template = "Expected a type that does not build on itself, but '{name}' does"
            if name not in self.open:
                template = "Expected at most {limit} types on each other"
            self.reading.problem(self.own[name], template, name=name, limit=DEEPEST)
            return types.ANY
        self.open.append(name)
        made = self._definition(self.own[name])
        self.open.pop()
        return self.types.setdefault(name, made)

    def _definition(self, item: xml.Element) -> types.Type:
        self.reading.language(item)
        reference = xml.child(item, "typeRef")
        components = list(xml.children(item, "itemComponent"))
        if reference is not None:
            base = self.type(item, reference.text)
        elif components:
            base = types.Type("context", components=tuple((xml.name(one), self._definition(one)) for one in components))
        else:
            base = types.ANY
        allowed = self.reading.tests(xml.child(item, "allowedValues"))
        constraint = self.reading.tests(xml.child(item, "typeConstraint"))
        if item.get("isCollection") == "true":
            return types.Type("list", item=base.narrowed(allowed)).narrowed(constraint)
        return base.allowing(allowed).narrowed(constraint)
