"""XML parsed without entities, DTD or network, and what the readers need of it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine import errors
from engine.dmn.errors import ModelError

NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20180521/MODEL/",  # 1.2
        "https://www.omg.org/spec/DMN/20191111/MODEL/",  # 1.3
        "https://www.omg.org/spec/DMN/20211108/MODEL/",  # 1.4
        "https://www.omg.org/spec/DMN/20230324/MODEL/",  # 1.5
    }
)
LARGEST = 2 * 2**20  # bytes of a file
Element = etree._Element


def root(source: bytes | Element) -> Element:
    """The root element of a DMN file. Raises ModelError when it is none, or has a DTD."""
    element = source if isinstance(source, etree._Element) else _parse(source)
    if element.getroottree().docinfo.doctype:
        raise _refusal("Expected a file without a document type declaration")
    if local(element) != "definitions" or namespace(element) not in NAMESPACES:
        raise _refusal(
            "Expected DMN 1.2 to 1.5 definitions, but found {found}", found=f"{local(element)} in {namespace(element)}"
        )
    return element


def _parse(data: bytes) -> Element:
    if len(data) > LARGEST:
        raise _refusal("Expected at most {limit} bytes, but got {size}", limit=LARGEST, size=len(data))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _refusal("Expected well-formed XML, but: {reason}", reason=str(error))


def _refusal(template: str, **parameters: object) -> ModelError:
    return ModelError(problems=(errors.Problem("definitions", template, parameters),))


def local(element: Element) -> str:
    """The tag without its namespace."""
    return etree.QName(element).localname


def namespace(element: Element) -> str:
    """The namespace of the tag."""
    return etree.QName(element).namespace or ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """The DMN elements right inside, of these names if any are given."""
    for child in element:
        if isinstance(child.tag, str) and namespace(child) in NAMESPACES and (not names or local(child) in names):
            yield child


def child(element: Element, *names: str) -> Element | None:
    """The first of them."""
    return next(children(element, *names), None)


def text(element: Element | None) -> str:
    """What its `<text>` says."""
    inner = child(element, "text") if element is not None else None
    return "".join(str(part) for part in inner.itertext()) if inner is not None else ""


def identity(element: Element) -> str:
    """How a message names an element: its id, else that of the nearest element around it, with its kind."""
    own = element.get("id") or element.get("name")
    if own:
        return own
    parent = element.getparent()
    return f"{identity(parent)}/{local(element)}" if parent is not None else local(element)
