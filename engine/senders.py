"""The ways to the outside: e-mail by SMTP, and an HTTP adapter to which gateways for SMS or 企业微信 are attached.

Where they lead is a setting of the administrator, never a value of a process: a process only chooses the channel, and
the address of an entry travels as data.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import smtplib
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import orjson

from engine.clock import Clock, SystemClock
from engine.outbox import Refused

RECEIPT = 2048  # bytes of an answer that are kept
IDS = ("id", "messageId", "message_id", "msgid", "requestId")
AGAIN = (408, 425, 429)


@dataclass(frozen=True)
class SmtpSender:
    """E-mail through the server at `url`: `smtp://host:port` (no TLS, for a relay on the own machine),
    `smtp+starttls://user:password@host:port` or `smtps://user:password@host:port`; `timeout` in seconds.

    Raises ValueError when the URL is none of these or would send a password unprotected.
    """

    url: str
    sender_address: str
    timeout: float = 5
    clock: Clock = field(default_factory=SystemClock)

    def __post_init__(self) -> None:
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme not in ("smtp", "smtp+starttls", "smtps") or not parts.hostname:
            raise ValueError("expected an address such as smtps://host:465 for sending e-mail")
        if parts.scheme == "smtp" and parts.username:
            raise ValueError("expected smtps: or smtp+starttls: for sending e-mail with a password")

    def __call__(self, address: str, subject: str, body: str, key: str) -> str:
        """Send one message and return the server's answer. Raises Refused when the address or the text is refused."""
        content = self._message(address, subject, body, key).as_bytes(policy=SMTP)
        with contextlib.closing(self._connect()) as server:
            server.ehlo_or_helo_if_needed()
            _accepted(*server.mail(self.sender_address))
            _accepted(*server.rcpt(address))
            answer = _accepted(*_data(server, content))
            with contextlib.suppress(smtplib.SMTPException, OSError):  # accepted is accepted
                server.quit()
        return answer

    def _message(self, address: str, subject: str, body: str, key: str) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self.sender_address
        message["To"] = address
        message["Subject"] = " ".join(subject.split())
        message["Date"] = format_datetime(self.clock.now())
        message["Message-ID"] = (
            f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{self.sender_address.split('@')[-1]}>"
        )
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body, charset="utf-8", cte="base64")
        return message

    def _connect(self) -> smtplib.SMTP:
        parts = urllib.parse.urlsplit(self.url)
        host, context = parts.hostname or "", ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=self.timeout, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=self.timeout)
        try:
            if parts.scheme == "smtp+starttls":
                server.starttls(context=context)
            if parts.username:
                server.login(urllib.parse.unquote(parts.username), urllib.parse.unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def _data(server: smtplib.SMTP, content: bytes) -> tuple[int, bytes]:
    try:
        return server.data(content)
    except smtplib.SMTPDataError as error:
        return error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else error.smtp_error.encode()


def _accepted(code: int, answer: bytes) -> str:
    text = answer.decode(errors="replace")[:RECEIPT]
    if code >= 500:
        raise Refused(reason=f"{code} {text}")
    if code >= 300:
        raise smtplib.SMTPResponseException(code, text)
    return text


@dataclass(frozen=True)
class HttpSender:
    """POSTs `{"address", "subject", "body", "key"}` as JSON to the gateway at `url`, with `headers` (its credentials).

    The key is also the `Idempotency-Key`. No redirects, no proxies, no other host. `timeout` in seconds.
    Raises ValueError when the URL is not http or https with a host.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 5

    def __post_init__(self) -> None:
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise ValueError("expected a gateway address such as https://host/path, with credentials in the headers")

    def __call__(self, address: str, subject: str, body: str, key: str) -> str:
        """Hand one entry over and return the provider's id of it, or the answer. Raises Refused for a 4xx answer."""
        content = {"address": address, "subject": subject, "body": body, "key": key}
        headers = {
            **self.headers,
            "Content-Type": "application/json",
            "Idempotency-Key": urllib.parse.quote(key, safe=":/._~-"),
        }
        request = urllib.request.Request(self.url, orjson.dumps(content), headers, method="POST")
        try:
            with _opener().open(request, timeout=self.timeout) as answer:
                return _receipt(answer.read(RECEIPT))
        except urllib.error.HTTPError as error:
            with error:
                reason = f"{error.code} {error.read(200).decode(errors='replace')}"
            if 400 <= error.code < 500 and error.code not in AGAIN:
                raise Refused(reason=reason)
            raise ConnectionError(f"expected the gateway to accept the entry, but it answered {reason}")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: object,
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> None:
        """Follow nothing: the answer becomes an error, and the entry is tried again."""


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)


def _receipt(answer: bytes) -> str:
    try:
        content = orjson.loads(answer)
    except orjson.JSONDecodeError:
        content = None
    if isinstance(content, dict):
        for name in IDS:
            if isinstance(content.get(name), (str, int)):
                return str(content[name])[:RECEIPT]
    return answer.decode(errors="replace")
