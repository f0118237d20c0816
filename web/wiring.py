"""The single place where the house is put together: database, clock, senders, keys, then the application over them."""

from __future__ import annotations

from complaints import house
from engine.clock import Clock, SystemClock
from engine.environment import Environment, Sender
from engine.senders import HttpSender, SmtpSender
from web.settings import Settings


def compose(settings: Settings, clock: Clock | None = None) -> Environment:
    """The environment that pages, jobs and commands of this installation run in."""
    clock = clock or SystemClock()
    return house.environment(
        settings.database_url, clock=clock, seal_key=settings.seal_key, senders=senders(settings, clock)
    )


def senders(settings: Settings, clock: Clock) -> dict[str, Sender]:
    """The ways to the outside that are set; entries of the outbox for other channels wait there."""
    ways: dict[str, Sender] = {}
    if settings.smtp_url:
        ways["email"] = SmtpSender(settings.smtp_url, settings.mail_from, clock=clock)
    if settings.sms_url:
        ways["sms"] = HttpSender(settings.sms_url)
    return ways
