"""What all readers of one file share: the names in it, its types, and the list of problems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine import feel
from engine.dmn import grammar, imports, items, syntax, types, xml
from engine.dmn.model import Model
from engine.errors import Problem

EVERYTHING = feel.compile_unary_tests("-")
NOTHING = feel.compile("null")
LOCAL = ("formalParameter", "for", "some", "every")
MADE = ("decision", "businessKnowledgeModel", "decisionService")


class Reading:
    """Gathers problems instead of stopping at the first; what cannot be read becomes null, and is never used."""

    def __init__(
        self, root: xml.Element, names: Iterable[str], functions: Iterable[str], imported: Sequence[Model | Problem]
    ) -> None:
        self.namespace = root.get("namespace", "")
        self.problems: list[Problem] = []
        self.depth = 0  # of boxed expressions
        self.functions = frozenset(functions)
        self.imports = imports.Imports(self, root, imported)
        self.names = frozenset(names) | _names(root) | self.imports.names
        made = {result_name(one) for one in xml.children(root, *MADE)}
        self.made = made - {result_name(one) for one in xml.children(root, "inputData")}  # not the caller's to give
        self.members: set[tuple[str, str]] = set()  # what the texts say of imports: `import.element`
        for element, kind, name in grammar.leftovers(root):
            self._leftover(element, kind, name)
        self.language(root)
        self.items = items.Items(self, root, self.imports.types)

    def problem(self, element: xml.Element, template: str, **parameters: object) -> None:
        """Note what is wrong with an element."""
        self.problems.append(Problem(xml.identity(element), template, parameters))

    def expression(self, element: xml.Element | None, owner: xml.Element, names: Iterable[str] = ()) -> feel.Expression:
        """Compile the text of an element; an empty one is null."""
        return self.compiled(xml.text(element), element if element is not None else owner, names)

    def compiled(self, text: str, element: xml.Element, names: Iterable[str] = ()) -> feel.Expression:
        """Compile a text that belongs to an element."""
        self.language(element)
        if not text.strip():
            return NOTHING
        known = self.names.union(names)
        try:
            made = feel.compile(text, known, self.functions)
            if made.names & self.imports.by_name.keys():
                self.members |= syntax.members(syntax.expression(text, known | self.functions))
            return made
        except feel.FeelError as error:
            self._not_feel(element, text, error)
            return NOTHING

    def tests(self, element: xml.Element | None, names: Iterable[str] = ()) -> feel.UnaryTests | None:
        """Compile the unary tests of an element, None when it is missing or empty."""
        text = xml.text(element)
        if element is None or not text.strip():
            return None
        self.language(element)
        known = self.names.union(names)
        try:
            made = feel.compile_unary_tests(text, known, self.functions)
            if made.names & self.imports.by_name.keys():
                self.members |= syntax.members(syntax.tests(text, known | self.functions))
            return made
        except feel.FeelError as error:
            self._not_feel(element, text, error)
            return EVERYTHING

    def _not_feel(self, element: xml.Element, text: str, error: feel.FeelError) -> None:
        short = text.strip() if len(text) < 80 else text.strip()[:77] + "…"
        self.problem(element, "{reason} in: {text}", reason=str(error), text=short)

    def language(self, element: xml.Element) -> None:
        for name in ("expressionLanguage", "typeLanguage"):
            language = element.get(name, "")
            if language and "FEEL" not in language.upper():
                self.problem(element, "Expected FEEL, but the expression language is {language}", language=language)

    def _leftover(self, element: xml.Element, kind: str, name: str) -> None:
        if kind == "element":
            self.problem(element, "Expected elements that are supported, but found {kind}", kind=name)
        else:
            self.problem(element, "Expected attributes that are supported, but found {name}", name=name)

    def type(self, element: xml.Element, name: str | None) -> types.Type:
        """The type of a name, through the item definitions of the file and of those it imports."""
        return self.items.type(element, name)


def _names(root: xml.Element) -> frozenset[str]:
    """Every name the file declares: inputs, decisions, knowledge, parameters, and the components of its types."""
    found: set[str] = set()
    for element in root.iter():
        if isinstance(element.tag, str) and xml.local(element) in ("variable", "inputData", "itemComponent"):
            found.add(xml.name(element))
        elif isinstance(element.tag, str) and xml.local(element) in LOCAL:
            found.add(" ".join((element.get("iteratorVariable") or element.get("name") or "").split()))
        elif isinstance(element.tag, str) and xml.local(element) in MADE:
            found.add(result_name(element))
    return frozenset(found - {""})


def result_name(element: xml.Element) -> str:
    """The name under which others see a decision, an input or a knowledge model."""
    variable = xml.child(element, "variable")
    name = (variable.get("name") if variable is not None else None) or element.get("name") or element.get("id") or ""
    return " ".join(name.split())
