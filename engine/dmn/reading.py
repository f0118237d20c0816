"""What all readers of one file share: the names in it, its types, and the list of problems."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine import errors, feel
from engine.dmn import types, xml

EVERYTHING = feel.compile_unary_tests("-")
NOTHING = feel.compile("null")
DEEPEST = 30  # item definitions that build on each other


class Reading:
    """Gathers problems instead of stopping at the first; what cannot be read becomes null, and is never used."""

    def __init__(self, root: xml.Element, names: Iterable[str], functions: Iterable[str]) -> None:
        self.problems: list[errors.Problem] = []
        self.depth = 0  # of boxed expressions
        self.functions = frozenset(functions)
        self.names = frozenset(names) | _names(root)
        made = {result_name(one) for one in xml.children(root, "decision", "businessKnowledgeModel")}
        self.made = made - {result_name(one) for one in xml.children(root, "inputData")}  # not the caller's to give
        self.types: dict[str, types.Type] = {}
        self._language(root)
        self.items = {item.get("name", ""): item for item in xml.children(root, "itemDefinition")}
        for name in self.items:
            self.type(self.items[name], name)

    def problem(self, element: xml.Element, template: str, **parameters: object) -> None:
        """Note what is wrong with an element."""
        self.problems.append(errors.Problem(xml.identity(element), template, parameters))

    def expression(self, element: xml.Element | None, owner: xml.Element, names: Iterable[str] = ()) -> feel.Expression:
        """Compile the text of an element; an empty one is null."""
        return self.compiled(xml.text(element), element if element is not None else owner, names)

    def compiled(self, text: str, element: xml.Element, names: Iterable[str] = ()) -> feel.Expression:
        """Compile a text that belongs to an element."""
        self._language(element)
        if not text.strip():
            return NOTHING
        try:
            return feel.compile(text, self.names.union(names), self.functions)
        except feel.FeelError as error:
            self._not_feel(element, text, error)
            return NOTHING

    def tests(self, element: xml.Element | None, names: Iterable[str] = ()) -> feel.UnaryTests | None:
        """Compile the unary tests of an element, None when it is missing or empty."""
        text = xml.text(element)
        if element is None or not text.strip():
            return None
        self._language(element)
        try:
            return feel.compile_unary_tests(text, self.names.union(names), self.functions)
        except feel.FeelError as error:
            self._not_feel(element, text, error)
            return EVERYTHING

    def _not_feel(self, element: xml.Element, text: str, error: feel.FeelError) -> None:
        short = text.strip() if len(text) < 80 else text.strip()[:77] + "…"
        self.problem(element, "{reason} in: {text}", reason=str(error), text=short)

    def _language(self, element: xml.Element) -> None:
        language = element.get("expressionLanguage", "")
        if language and "FEEL" not in language.upper():
            self.problem(element, "Expected FEEL, but the expression language is {language}", language=language)

    def type(self, element: xml.Element, name: str | None, depth: int = 0) -> types.Type:
        """The type of a name, through the item definitions of the file."""
        plain = (name or "Any").removeprefix("feel:")
        if plain in self.types:
            return self.types[plain]
        if plain in self.items:
            self.types[plain] = types.Type("Any")  # ends a circle
            if depth > DEEPEST:
                self.problem(element, "Expected at most {limit} types on each other", limit=DEEPEST)
            else:
                self.types[plain] = self._item(self.items[plain], depth)
            return self.types[plain]
        if plain not in types.KINDS:
            self.problem(element, "Expected a known type, but '{name}' is none", name=plain)
        return types.Type(types.KINDS.get(plain, "Any"))

    def _item(self, item: xml.Element, depth: int) -> types.Type:
        reference = xml.child(item, "typeRef")
        if reference is None:
            base = types.Type("context" if xml.child(item, "itemComponent") is not None else "Any")
        else:
            base = self.type(item, (reference.text or "").strip(), depth + 1)
        allowed = self.tests(xml.child(item, "allowedValues"))
        many = base.many or item.get("isCollection") == "true"
        return replace(base, many=many, allowed=allowed or base.allowed)


def _names(root: xml.Element) -> frozenset[str]:
    """Every name the file declares: inputs, decisions, knowledge, and the components of its types."""
    found: set[str] = set()
    for element in root.iter():
        if isinstance(element.tag, str) and xml.local(element) in ("variable", "inputData", "itemComponent"):
            found.add(" ".join((element.get("name") or "").split()))
        elif isinstance(element.tag, str) and xml.local(element) in ("decision", "businessKnowledgeModel"):
            found.add(result_name(element))
    return frozenset(found - {""})


def result_name(element: xml.Element) -> str:
    """The name under which others see a decision, an input or a knowledge model."""
    variable = xml.child(element, "variable")
    name = (variable.get("name") if variable is not None else None) or element.get("name") or element.get("id") or ""
    return " ".join(name.split())
