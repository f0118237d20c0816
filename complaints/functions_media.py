"""The host functions of the media processes: reads only, the list of docs/processes.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from complaints import media, media_log
from engine.functions import Host


def customer_side_open(host: Host) -> bool:
    """Whether a customer's own complaint is handled beside the public matter (R68)."""
    return media.customer_open(host.connection, str(host.business_key))


def media_leaders(host: Host) -> list[str]:
    """The accountable leaders of the unit concerned and of the head office (R41, R68)."""
    return media_log.leaders(host.connection, str(host.business_key), host.now)


def media_reach(host: Host) -> str:
    """The widest reach of the reports found so far."""
    return media_log.reach(host.connection, str(host.business_key))


def days_without_reports(host: Host) -> int:
    """Natural days since the last report was found."""
    return media_log.days_without(host.connection, str(host.business_key), host.now)


def journalist_deadline(host: Host) -> datetime | None:
    """Until when a journalist asks for an answer."""
    return media_log.deadline(host.connection, str(host.business_key))


def statement_approver(host: Host) -> str | None:
    """Who approves the statement in work, never its author (R58)."""
    return media_log.approver(host.connection, str(host.business_key), host.now)


def statements_settled(host: Host) -> bool:
    """Whether what the bank says is settled: nothing is in work (R68)."""
    return media_log.settled(host.connection, str(host.business_key))


FUNCTIONS: Mapping[str, tuple[tuple[str, ...], Callable[..., object]]] = {
    "customer side open": ((), customer_side_open),
    "media leaders": ((), media_leaders),
    "media reach": ((), media_reach),
    "days without reports": ((), days_without_reports),
    "journalist deadline": ((), journalist_deadline),
    "statement approver": ((), statement_approver),
    "statements settled": ((), statements_settled),
}
