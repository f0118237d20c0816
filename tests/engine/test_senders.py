"""The senders, spoken to by real servers on this machine."""

from __future__ import annotations

import email
import email.policy
import http.server
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from engine import senders
from engine.clock import TravelClock
from engine.outbox import Refused

START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


class Post(socketserver.StreamRequestHandler):
    """Just enough SMTP; `server.answers` overrides the answer to a command."""

    def handle(self) -> None:
        self._say("220 post")
        for line in self.rfile:
            command = line.split()[0].decode().upper().split(":")[0]
            self.server.commands.append(line.decode().strip())
            if command == "DATA":
                self._say(self.server.answers.get("DATA", "354 go on"))
                if "DATA" not in self.server.answers:
                    self._letter()
            elif command == "QUIT":
                return self._say(self.server.answers.get("QUIT", "221 bye"))
            else:
                self._say(self.server.answers.get(command, "250 ok"))
        return None

    def _letter(self) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        self.server.letters.append(email.message_from_bytes(b"".join(lines), policy=email.policy.default))
        self._say(self.server.answers.get("LETTER", "250 2.0.0 Ok: queued as 4F1A"))

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class Gateway(http.server.BaseHTTPRequestHandler):
    """Answers with `server.answer`: status, headers, body."""

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers), json.loads(content)))
        status, headers, body = self.server.answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def _serving(server: socketserver.BaseServer, **state: object) -> Iterator[socketserver.BaseServer]:
    vars(server).update(state)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def post() -> Iterator[socketserver.BaseServer]:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Post)
    with _serving(server, commands=[], letters=[], answers={}):
        yield server


@pytest.fixture
def gateway() -> Iterator[socketserver.BaseServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    with _serving(server, requests=[], answer=(200, {}, b'{"id": "sms-7"}')):
        yield server


def _smtp(server: socketserver.BaseServer) -> senders.SmtpSender:
    url = f"smtp://127.0.0.1:{server.server_address[1]}"
    return senders.SmtpSender(url, "noreply@bank.example", clock=TravelClock(START))


def _http(server: socketserver.BaseServer, **options: object) -> senders.HttpSender:
    return senders.HttpSender(f"http://127.0.0.1:{server.server_address[1]}/sms", **options)


def test_a_letter_arrives_as_it_was_written(post) -> None:
    receipt = _smtp(post)("wang@example.com", "您的投诉\n进度", "尊敬的客户：\n已受理。\n", "case:1/ack")
    assert receipt == "2.0.0 Ok: queued as 4F1A"
    (letter,) = post.letters
    assert letter["From"] == "noreply@bank.example"
    assert letter["To"] == "wang@example.com"
    assert letter["Subject"] == "您的投诉 进度"
    assert letter["Date"].datetime == START
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content().replace("\r\n", "\n") == "尊敬的客户：\n已受理。\n"


def test_a_repeated_letter_has_the_same_message_id(post) -> None:
    send = _smtp(post)
    for key in ("case:1/ack", "case:1/ack", "case:2/ack"):
        send("wang@example.com", "s", "b", key)
    first, second, other = (letter["Message-ID"] for letter in post.letters)
    assert first == second != other
    assert first.endswith("@bank.example>")


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "LETTER"])
def test_a_letter_refused_for_good_is_not_tried_again(post, command: str) -> None:
    post.answers[command] = "550 no such user"
    with pytest.raises(Refused, match="550 no such user"):
        _smtp(post)("nobody@example.com", "s", "b", "k")


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "LETTER"])
def test_a_letter_refused_for_now_is_tried_again(post, command: str) -> None:
    post.answers[command] = "451 try later"
    with pytest.raises(senders.smtplib.SMTPResponseException, match="try later"):
        _smtp(post)("wang@example.com", "s", "b", "k")


def test_an_accepted_letter_stays_accepted_when_the_farewell_fails(post) -> None:
    post.answers["QUIT"] = "500 what"
    assert _smtp(post)("wang@example.com", "s", "b", "k").endswith("4F1A")


def test_an_address_cannot_carry_a_second_command(post) -> None:
    with pytest.raises(ValueError, match=r"linefeed|newline"):
        _smtp(post)("a@example.com\r\nRCPT TO:<b@example.com>", "s", "b", "k")
    assert post.letters == []


def test_starttls_is_required_where_it_is_asked_for(post) -> None:
    sender = senders.SmtpSender(f"smtp+starttls://u:p@127.0.0.1:{post.server_address[1]}", "noreply@bank.example")
    with pytest.raises(senders.smtplib.SMTPNotSupportedError):
        sender("wang@example.com", "s", "b", "k")
    assert not any(line.startswith("AUTH") for line in post.commands)


def test_the_password_is_said_after_starttls(post, monkeypatch) -> None:
    steps: list[object] = []
    monkeypatch.setattr(senders.smtplib.SMTP, "starttls", lambda server, context: steps.append(context.check_hostname))
    monkeypatch.setattr(senders.smtplib.SMTP, "login", lambda server, user, password: steps.append((user, password)))
    url = f"smtp+starttls://noreply:p%40ss@127.0.0.1:{post.server_address[1]}"
    senders.SmtpSender(url, "noreply@bank.example")("wang@example.com", "s", "b", "k")
    assert steps == [True, ("noreply", "p@ss")]


def test_smtps_speaks_to_no_server_without_tls(post) -> None:
    sender = senders.SmtpSender(f"smtps://127.0.0.1:{post.server_address[1]}", "noreply@bank.example")
    with pytest.raises(ssl.SSLError):
        sender("wang@example.com", "s", "b", "k")
    assert post.letters == []


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://u:p@mail.example"])
def test_an_address_of_a_mail_server_that_makes_no_sense_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        senders.SmtpSender(url, "noreply@bank.example")


def test_the_gateway_is_handed_everything_with_the_key(gateway) -> None:
    receipt = _http(gateway, headers={"Authorization": "Bearer x"})("138", "进度", "已受理", "案:1/ack 2")
    assert receipt == "sms-7"
    ((path, headers, content),) = gateway.requests
    assert path == "/sms"
    assert content == {"address": "138", "subject": "进度", "body": "已受理", "key": "案:1/ack 2"}
    assert headers["Idempotency-Key"] == "%E6%A1%88:1/ack%202"
    assert headers["Authorization"] == "Bearer x"
    assert headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("body", "receipt"),
    [
        (b'{"msgid": 12}', "12"),
        (b"accepted", "accepted"),
        (b'{"ok": true}', '{"ok": true}'),
        (b"[1]", "[1]"),
        (b"", ""),
    ],
)
def test_the_receipt_is_the_id_or_the_answer(gateway, body: bytes, receipt: str) -> None:
    gateway.answer = (202, {}, body)
    assert _http(gateway)("138", "s", "b", "k") == receipt


def test_a_long_answer_is_cut(gateway) -> None:
    gateway.answer = (200, {}, b"x" * 100_000)
    assert len(_http(gateway)("138", "s", "b", "k")) == senders.RECEIPT


@pytest.mark.parametrize("status", [400, 404, 422])
def test_an_entry_that_the_gateway_cannot_take_is_refused_for_good(gateway, status: int) -> None:
    gateway.answer = (status, {}, b"bad number")
    with pytest.raises(Refused, match=f"{status} bad number"):
        _http(gateway)("138", "s", "b", "k")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_gateway_in_trouble_is_tried_again(gateway, status: int) -> None:
    gateway.answer = (status, {}, b"later")
    with pytest.raises(ConnectionError, match=f"{status} later"):
        _http(gateway)("138", "s", "b", "k")


def test_a_gateway_cannot_send_us_elsewhere(gateway) -> None:
    gateway.answer = (302, {"Location": f"http://127.0.0.1:{gateway.server_address[1]}/elsewhere"}, b"")
    with pytest.raises(ConnectionError, match="302"):
        _http(gateway)("138", "s", "b", "k")
    assert [path for path, _, _ in gateway.requests] == ["/sms"]


def test_a_proxy_of_the_machine_is_not_used(gateway, monkeypatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert _http(gateway)("138", "s", "b", "k") == "sms-7"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/x", "https://", "https://u:p@host/x", "host/x"])
def test_an_address_of_a_gateway_that_makes_no_sense_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="expected a gateway address"):
        senders.HttpSender(url)
