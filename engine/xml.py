"""Reading uploaded XML: no document type, no entities, no network; bounded in size, depth, elements and attributes.

What is checked is exactly what is parsed: the bytes are decoded by us, comments and processing instructions dropped.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from engine.errors import Invalid

MAX_BYTES = 2_000_000
MAX_ELEMENTS = 20_000
MAX_DEPTH = 100
MAX_ATTRIBUTES = 64
MAX_VALUE = 65_536
ENCODINGS = frozenset(
    {"utf-8", "utf8", "us-ascii", "ascii", "utf-16", "iso-8859-1", "windows-1252", "gbk", "gb2312", "gb18030"}
)
_DECLARATION = re.compile(rb"""^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)""")


class BadXml(Invalid):
    """The file is not XML that can be accepted."""


def read(content: bytes, roots: frozenset[str]) -> Any:
    """Parse `content` whose root element must be one of `roots` (`{namespace}name`). Raises BadXml with the reason."""
    if len(content) > MAX_BYTES:
        raise BadXml("Expected at most {limit} bytes, but the file has {size}", limit=MAX_BYTES, size=len(content))
    text = _decode(content)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadXml("A document type declaration is not accepted")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1)
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise BadXml("The file is not well-formed XML: line {line}", line=error.lineno) from None
    if root.tag not in roots:
        raise BadXml("Expected a root element {expected}, but got another", expected=" / ".join(sorted(roots)))
    _check_bounds(root)
    return root


def _decode(content: bytes) -> str:
    declared = _DECLARATION.match(content[:200])
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    else:
        encoding = declared.group(1).decode().lower() if declared else "utf-8"
    if encoding not in ENCODINGS:
        raise BadXml("The encoding {encoding} is not accepted; use UTF-8", encoding=encoding)
    try:
        return content.decode("utf-8-sig" if encoding in ("utf-8", "utf8") else encoding)
    except UnicodeDecodeError:
        raise BadXml("The bytes are not {encoding}", encoding=encoding) from None


def _check_bounds(root: Any) -> None:
    depth = count = 0
    for action, element in etree.iterwalk(root, events=("start", "end")):
        if action == "end":
            depth -= 1
            continue
        depth += 1
        count += 1
        if count > MAX_ELEMENTS:
            raise BadXml("Expected at most {limit} elements", limit=MAX_ELEMENTS)
        if depth > MAX_DEPTH:
            raise BadXml("Expected at most {limit} levels of nesting", limit=MAX_DEPTH)
        if not isinstance(element.tag, str):
            raise BadXml("An entity or instruction is not accepted")
        if len(element.attrib) > MAX_ATTRIBUTES:
            raise BadXml("Expected at most {limit} attributes on one element", limit=MAX_ATTRIBUTES)
        if any(len(text or "") > MAX_VALUE for text in (*element.attrib.values(), element.text, element.tail)):
            raise BadXml("Expected values of at most {limit} characters", limit=MAX_VALUE)
