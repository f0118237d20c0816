"""Hostile and unusual XML: refused with a reason, or inert; nothing is fetched, expanded or executed."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest
from support.engine import NAMESPACES, Story, chain, diagram, process, user

from engine import xml
from engine.bpmn import dialect
from engine.lint import Refused

ROOTS = frozenset({dialect.ROOT})
BODY = diagram(process(chain(("a", user("a"))))).decode()
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def holding(inside: str) -> str:
    return f'<bpmn:definitions xmlns:bpmn="{BPMN}">{inside}</bpmn:definitions>'


def nested(levels: int) -> str:
    return holding("<bpmn:x>" * levels + "</bpmn:x>" * levels)


def attributes(count: int) -> str:
    given = " ".join(f'a{n}="1"' for n in range(count))
    return f'<bpmn:definitions xmlns:bpmn="{BPMN}" {given}/>'


def doctype(inside: str, use: str = "") -> str:
    return f"<!DOCTYPE d [{inside}]>" + BODY.replace('name="p"', f'name="{use}"' if use else 'name="p"')


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
REFUSED: dict[str, tuple[bytes, str]] = {
    "document type": (doctype("").encode(), "document type"),
    "internal entity": (doctype('<!ENTITY x "y">', "&x;").encode(), "document type"),
    "file by entity": (doctype('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;").encode(), "document type"),
    "address by entity": (doctype('<!ENTITY x SYSTEM "http://127.0.0.1:9/x">', "&x;").encode(), "document type"),
    "parameter entity": (doctype('<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;').encode(), "document type"),
    "external subset": (f'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x">{BODY}'.encode(), "document type"),
    "public subset": (f'<!DOCTYPE d PUBLIC "x" "http://127.0.0.1:9/x">{BODY}'.encode(), "document type"),
    "billion laughs": (doctype(f'<!ENTITY l0 "ha">{LAUGHS}', "&l9;").encode(), "document type"),
    "quadratic": (doctype(f'<!ENTITY x "{"y" * 50_000}">', "&x;" * 1000).encode(), "document type"),
    "attribute defaults": (doctype('<!ATTLIST bpmn:process isExecutable CDATA "true">').encode(), "document type"),
    "small letters": (f"<!doctype d>{BODY}".encode(), "well-formed"),
    "behind a comment": (f"<!-- --><!DOCTYPE d>{BODY}".encode(), "document type"),
    "in utf-16": (f'<?xml version="1.0" encoding="utf-16"?><!DOCTYPE d>{BODY}'.encode("utf-16"), "document type"),
    "unknown entity": (BODY.replace('name="p"', 'name="&nbsp;"').encode(), "well-formed"),
    "depth": (nested(150).encode(), "100 levels"),
    "great depth": (nested(100_000).encode(), "well-formed|levels"),
    "attributes": (attributes(65).encode(), "64 attributes"),
    "many attributes": (attributes(100_000).encode(), "64 attributes"),
    "elements": (holding("<a/>" * 20_001).encode(), "20000"),
    "long value": (BODY.replace('name="p"', f'name="{"x" * 70_000}"').encode(), "65536 characters"),
    "long text": (holding(f"<a>{'x' * 70_000}</a>").encode(), "65536 characters"),
    "long tail": (BODY.replace("</bpmn:process>", f"</bpmn:process>{'x' * 70_000}").encode(), "65536 characters"),
    "size": (b"<!--" + b"x" * 2_000_000 + b"-->" + BODY.encode(), "2000000 bytes"),
    "other root": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "root element"),
    "other namespace": (BODY.replace(BPMN, "urn:other").encode(), "root element"),
    "no namespace": (b"<definitions/>", "root element"),
    "empty": (b"", "well-formed"),
    "only white space": (b" \n", "well-formed"),
    "two roots": (BODY.encode() * 2, "well-formed"),
    "unclosed": (BODY[:-5].encode(), "well-formed"),
    "duplicate attribute": (BODY.replace('name="p"', 'name="p" name="q"').encode(), "well-formed"),
    "zero byte": (BODY.replace('name="p"', 'name="p\0"').encode(), "well-formed"),
    "control character": (BODY.replace('name="p"', 'name="&#1;"').encode(), "well-formed"),
    "bad utf-8": (BODY.encode().replace(b'name="p"', b'name="\xff"'), "not utf-8"),
    "bad utf-16": (b"\xff\xfe" + BODY.encode("utf-16-le") + b"x", "not utf-16"),
    "utf-7": (f'<?xml version="1.0" encoding="utf-7"?>{BODY}'.encode(), "utf-7 is not accepted"),
    "ebcdic": (f'<?xml version="1.0" encoding="cp037"?>{BODY}'.encode(), "cp037 is not accepted"),
    "utf-32": (BODY.encode("utf-32"), "well-formed|not utf-16"),
    "ascii with others": ('<?xml version="1.0" encoding="ascii"?><a>回</a>'.encode(), "not ascii"),
    "zip": (b"PK\x03\x04" + b"\0" * 100, "well-formed|not utf-8"),
    "json": (b"{}", "well-formed"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def unplugged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks the network."""

    def refuse(*given: Any) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize("case", REFUSED)
def test_hostile_files_are_refused_at_once_with_a_reason(case: str) -> None:
    content, said = REFUSED[case]
    began = time.process_time()
    with pytest.raises(xml.BadXml, match=said) as refused:
        xml.read(content, ROOTS)
    assert time.process_time() - began < 2
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize(
    "content",
    [
        BODY.encode(),
        b"\xef\xbb\xbf" + BODY.encode(),
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{BODY}'.encode(),
        f'<?xml version="1.0" encoding="GBK"?>{BODY.replace(">", "><!--回音-->", 1)}'.encode("gbk"),
        f'<?xml version="1.0" encoding="utf-16"?>{BODY}'.encode("utf-16"),
        f"<?xml version='1.0' encoding='ISO-8859-1'?>{BODY}".encode("latin-1"),
        BODY.replace("<bpmn:process", "<?php evil()?><!-- hidden --><bpmn:process").encode(),
        BODY.replace("<bpmn:process", '<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?><bpmn:process').encode(),
        BODY.replace(
            "<bpmn:definitions ",
            '<bpmn:definitions xsi:schemaLocation="urn:x http://127.0.0.1:9/x.xsd" ',
        ).encode(),
        BODY.replace(
            "</bpmn:definitions>",
            '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/></bpmn:definitions>',
        ).encode(),
        nested(99).encode(),
        attributes(64).encode(),
    ],
)
def test_ordinary_and_inert_files_are_read(content: bytes) -> None:
    root = xml.read(content, ROOTS)
    assert root.tag == dialect.ROOT
    assert not [node for node in root.iter() if not isinstance(node.tag, str)]  # comments and instructions are dropped
    assert b"root:" not in b"".join(str(text).encode() for text in root.itertext())


def test_text_hidden_by_a_comment_is_read_as_one() -> None:
    """What is checked is what is parsed: `a<!-- -->b` is one text, in the condition too."""
    hidden = BODY.replace("<bpmn:endEvent", "<bpmn:documentation>al<!-- x -->pha</bpmn:documentation><bpmn:endEvent", 1)
    found = xml.read(hidden.encode(), ROOTS).find(f".//{{{BPMN}}}documentation")
    assert found.text == "alpha"


def test_a_refusal_does_not_repeat_what_was_sent(story: Story) -> None:
    for sent in ("<script>alert(1)</script>", f"<x {NAMESPACES}>{{0.__class__}}</x>", "<a>{evil}"):
        with pytest.raises(Refused) as refused:
            story.deploy(sent.encode())
        assert "alert" not in str(refused.value)
        assert "evil" not in str(refused.value)
        assert "__class__" not in str(refused.value)
