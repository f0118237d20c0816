"""What holds for every request and answer: headers, the origin of changes, and forms that say PUT or DELETE."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask, Response, g, request

from engine import errors

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src {style}",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
OVERRIDES = frozenset({"PUT", "PATCH", "DELETE"})


class ForeignOrigin(errors.Forbidden):
    """The request came from another site; open the page again from here and repeat it."""


def inline_styles(view: Callable[..., Any]) -> Callable[..., Any]:
    """Allow inline styles on this page alone: the drawing libraries of the design pages set them."""
    view.inline_styles = True  # type: ignore[attr-defined]
    return view


class MethodOverride:
    """A plain form can only POST: `action="…?_method=DELETE"` makes it the method it means.

    Only the address is read, never the body, so that no limit on bodies is passed by.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST" and "_method=" in environ.get("QUERY_STRING", ""):
            method = parse_qs(environ["QUERY_STRING"]).get("_method", [""])[-1].upper()
            if method in OVERRIDES:
                environ["REQUEST_METHOD"] = method
        return self.application(environ, start_response)


def check_origin() -> None:
    """Refuse a change that another site asks for; browsers name the origin of every POST, tools need not."""
    origin = request.headers.get("Origin")
    if request.method not in SAFE and origin is not None and urlsplit(origin).netloc != request.host:
        raise ForeignOrigin


def protect(response: Response) -> Response:
    """Set the headers of every answer; pages of people who have signed in are never kept by a browser or a proxy."""
    view = getattr(g, "view", None)
    style = "'self' 'unsafe-inline'" if getattr(view, "inline_styles", False) else "'self'"
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY.format(style=style))
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    # not `no-referrer`: browsers would then name the origin of our own forms as `null`
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
        response.vary.add("Cookie")
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def install(app: Flask) -> None:
    """Put all of it around `app`."""
    app.wsgi_app = MethodOverride(app.wsgi_app)  # type: ignore[method-assign]
    app.before_request(check_origin)
    app.after_request(protect)
