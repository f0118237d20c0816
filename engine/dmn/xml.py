"""The elements of a DMN file, which engine/xml.py has parsed."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine import errors, xml
from engine.dmn.errors import ModelError

NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",  # 1.1
        "http://www.omg.org/spec/DMN/20180521/MODEL/",  # 1.2
        "https://www.omg.org/spec/DMN/20191111/MODEL/",  # 1.3
        "https://www.omg.org/spec/DMN/20211108/MODEL/",  # 1.4
        "https://www.omg.org/spec/DMN/20230324/MODEL/",  # 1.5
    }
)
ROOTS = frozenset(f"{{{namespace}}}definitions" for namespace in NAMESPACES)
Element = etree._Element


def root(source: bytes | Element) -> Element:
    """The root element of a DMN file, given as bytes or as engine/xml.py has read it. Raises ModelError."""
    if isinstance(source, etree._Element):
        return source
    try:
        element: Element = xml.read(source, ROOTS)
    except xml.BadXml as error:
        raise ModelError(problems=(errors.Problem("definitions", error.template, error.parameters),)) from None
    return element


def local(element: Element) -> str:
    """The tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace(element: Element) -> str:
    """The namespace of the tag."""
    return str(element.tag).rpartition("}")[0].lstrip("{")


def children(element: Element, *names: str) -> Iterator[Element]:
    """The DMN elements right inside, of these names if any are given."""
    for child in element:
        space, _, kind = str(child.tag).rpartition("}")
        if space[1:] in NAMESPACES and (not names or kind in names):
            yield child


def child(element: Element, *names: str) -> Element | None:
    """The first of them."""
    return next(children(element, *names), None)


def text(element: Element | None) -> str:
    """What its `<text>` says."""
    inner = child(element, "text") if element is not None else None
    return "".join(str(part) for part in inner.itertext()) if inner is not None else ""


def name(element: Element) -> str:
    """Its `name`, with single spaces."""
    return " ".join((element.get("name") or "").split())


def lines(root: Element) -> dict[str, int]:
    """The line of each element that has an id."""
    found = ((element.get("id"), element.sourceline) for element in root.iter())
    return {id: line for id, line in found if id and line}


def identity(element: Element) -> str:
    """How a message names an element: its id, else that of the nearest element around it, with its kind."""
    own = element.get("id") or element.get("name")
    if own:
        return own
    parent = element.getparent()
    return f"{identity(parent)}/{local(element)}" if parent is not None else local(element)
