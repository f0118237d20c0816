"""The host functions about what went before a case, and about who stands above a unit: reads only (R70, G5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from complaints import bodies, directory, earlier, people
from engine.functions import Host


def earlier_complaint(host: Host) -> str | None:
    """The case of which this one is the re-complaint (R70); null for a first complaint."""
    return earlier.before(host.connection, str(host.business_key))


def earlier_period_running(host: Host) -> bool:
    """Whether the case that was complained about first is open with its limits running, now (G3)."""
    first = earlier_complaint(host)
    return first is not None and earlier.runs(host.connection, first)


def unit_kind(host: Host, unit: str | None) -> str | None:
    """The kind of a unit: branch, department, head-office, supervision …; null for none."""
    row = people.find(host.connection, unit)
    return row.kind if row else None


def parent_unit(host: Host, unit: str | None) -> str | None:
    """The unit above; null at the top."""
    row = people.find(host.connection, unit)
    return row.parent if row else None


def supervision_unit(host: Host) -> str | None:
    """The supervision body of the head office (D8)."""
    return next((row.code for row in people.units(host.connection, "supervision")), None)


def last_resort(host: Host, groups: list[str], excluded: list[str]) -> list[str]:
    """The leader of the head office where all the people of the groups are `excluded`, else nobody more (R5)."""
    if bodies.members(host.connection, groups) - set(excluded):
        return []
    top = directory.head_office(host.connection)
    user = top and directory.leader(host.connection, top, host.now, host.business_key)
    return [user] if user else []


def head_office(host: Host) -> str | None:
    """The unit at the top."""
    return directory.head_office(host.connection)


FUNCTIONS: Mapping[str, tuple[tuple[str, ...], Callable[..., object]]] = {
    "earlier complaint": ((), earlier_complaint),
    "earlier period running": ((), earlier_period_running),
    "unit kind": (("unit",), unit_kind),
    "parent unit": (("unit",), parent_unit),
    "supervision unit": ((), supervision_unit),
    "last resort": (("groups", "excluded"), last_resort),
    "head office": ((), head_office),
}
