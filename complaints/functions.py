"""The host functions that diagrams and decision tables may call: reads only, the list of docs/processes.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, cast

from sqlalchemy import select

from complaints import (
    assignment,
    catalogue,
    clocks,
    decisions,
    directory,
    dossier,
    following,
    functions_earlier,
    functions_media,
    people,
    recusal,
    repeats,
    settings,
    slips,
    submission,
    tables,
    units,
    withdrawal,
)
from engine import calendar, feel
from engine.clock import ZONE
from engine.environment import Environment
from engine.errors import Fault
from engine.functions import Functions, Host
from engine.prepared import prepared


def duty_group(host: Host) -> str | None:
    """The people on duty for first contact now; where nobody is on the roster, the intake group of the case."""
    if people.on_duty(host.connection, host.now):
        return "duty"
    return cast(str | None, _of_case(host, "intake_group"))


def _of_case(host: Host, column: str) -> object:
    row = host.connection.execute(*_case(host.business_key)).first()
    return getattr(row, column, None)


@prepared
def _case(number: Any) -> Any:
    case = tables.complaint.c
    return select(case.intake_group, case.first_owner, case.branch, case.product).where(case.number == number)


def first_contact_owner(host: Host) -> str | None:
    """The first owner while on duty, on the roster or in service hours; while he is away, his deputy (R28, R34)."""
    user = cast(str | None, _of_case(host, "first_owner"))
    if user is None or recusal.applies(host.connection, host.business_key, user, host.now):
        return None
    if people.is_absent(host.connection, user, host.now):
        return assignment.stand_in(host.connection, user, host.business_key, host.now)
    return user if user in people.on_duty(host.connection, host.now) or _service_hours(host) else None


def _service_hours(host: Host) -> bool:
    hours = calendar.ServiceHours.parse(settings.get(host.connection, "service-hours"))
    working = calendar.current(host.connection)
    return working.working_minutes_between(host.now, host.now + timedelta(seconds=1), hours) > 0


def customer_contactable(host: Host) -> bool:
    """Whether a telephone, e-mail or postal address is known (D4, R22)."""
    row = host.connection.execute(*_addresses(host.business_key)).first()
    return row is not None and any(row)


@prepared
def _addresses(number: Any) -> Any:
    party = tables.party.c
    return select(party.phone, party.email, party.address).where(party.number == number)


def clock(host: Host, name: str) -> dict[str, object]:
    """A clock: `due`, `running`, `paused`, and `at(share)`. A timer that is one of its times follows it."""
    number = str(host.business_key)
    found = clocks.moment(host.connection, number, name, now=host.now)

    def at(arguments: list[Any], run: feel.Run) -> object:
        share = arguments[0] if len(arguments) == 1 else None
        if not isinstance(share, Decimal) or not 0 <= share <= 1:
            raise Fault("Expected a share from 0 to 1 of clock {name}, but got {share}", name=name, share=share)
        return feel.to_feel(_moment(host, name, share), run.zone)

    return {
        "due": _moment(host, name, Decimal(1)),
        "running": found is not None,
        "paused": found is not None and found.stopped,
        "at": feel.Function("at", ("share",), at),
    }


def _moment(host: Host, name: str, share: Decimal) -> datetime | None:
    found = clocks.moment(host.connection, str(host.business_key), name, share, host.now)
    if found is None:
        return None
    return host.follow(name, following.key(name, share), found.at, stopped=found.stopped)


def clock_due(host: Host, name: str) -> datetime | None:
    """When a clock is due: `clock(name).due`."""
    return _moment(host, name, Decimal(1))


def clock_at(host: Host, name: str, share: Decimal) -> datetime | None:
    """When a share of a clock is used: `clock(name).at(share)`."""
    return _moment(host, name, share)


def clock_running(host: Host, name: str) -> bool:
    """Whether a clock runs or is paused: `clock(name).running`."""
    return clocks.moment(host.connection, str(host.business_key), name) is not None


def working_hours_after(host: Host, hours: Decimal) -> datetime:
    """That many service hours from now."""
    return clocks.working_after(host.connection, host.now, hours)


def working_days_after(host: Host, days: Decimal) -> datetime:
    """The end of the n-th working day from today."""
    return calendar.end_of_day(calendar.add_working_days(host.connection, calendar.local_day(host.now), int(days)).date)


def contact(host: Host, unit: str | None, which: str) -> str | None:
    """Contact A or B of a unit, whoever of the two is there (R42, R55)."""
    return directory.contact(host.connection, host.business_key, unit, which, host.now) if unit else None


def leader(host: Host, unit: str | None) -> str | None:
    """The accountable leader of a unit, or above it, whom the case does not concern (R41, G7)."""
    return directory.leader(host.connection, unit, host.now, host.business_key) if unit else None


def approver(host: Host, unit: str | None, excluded: list[str]) -> str | None:
    """Who approves what a unit proposes: its leader, or the next above who is none of `excluded` (R41)."""
    return directory.leader(host.connection, unit, host.now, host.business_key, frozenset(excluded)) if unit else None


def done_by(host: Host, steps: list[str]) -> list[str]:
    """Who has done one of the steps in this case, in whichever of its processes (R75)."""
    return sorted(dossier.authors(host.connection, str(host.business_key), *steps))


def handled_by(host: Host) -> list[str]:
    """Who has done the units' work in this case: none of them asks the customer whether he is satisfied (D14)."""
    return done_by(host, list(submission.HANDLING))


def slip_state(host: Host, slip: str) -> str:
    """How far a unit is: `issued`, `accepted` or `concluded`."""
    return slips.state(host.connection, slip)


def extension_approver(host: Host, unit: str | None, stage: str) -> str | None:
    """Who decides on an extension: the unit's leader, from day 30 on the head office's (G1)."""
    return leader(host, unit if stage == "30" and unit else directory.head_office(host.connection))


def lead_unit(host: Host) -> str | None:
    """The unit of the lead slip, after all transfers."""
    return slips.lead_unit(host.connection, str(host.business_key))


def complained_unit(host: Host) -> str | None:
    """The branch or department complained about; for one that is closed, its successor."""
    return units.in_force(host.connection, cast(str | None, _of_case(host, "branch")))


def product_department(host: Host) -> str | None:
    """The department that answers for the product of the case."""
    product = _of_case(host, "product")
    departments = people.units(host.connection, "department")
    return next((row.code for row in departments if product in row.products), None)


def topics_mentioned(host: Host) -> list[str]:
    """The topics whose words occur in the complaint."""
    case = dossier.case(host.connection, str(host.business_key)) or {}
    words = (dossier.ORIGINAL, "experienced", "expected", "demand")
    return catalogue.topics("\n".join(str(case.get(name) or "") for name in words))


def repeated_complaint(host: Host) -> bool:
    """Whether the same customer complained about the same matter before."""
    return bool(repeats.earlier(host.connection, str(host.business_key)))


def case_handlers(host: Host) -> list[str]:
    """Who has handled the case, answers for it or has taken its withdrawal: somebody else checks that (R71)."""
    return sorted(withdrawal.handlers(host.connection, str(host.business_key)))


def visit_time(host: Host, closed_at: datetime | str, days: Decimal) -> datetime:
    """The start of service hours that many natural days after closure, moved to a working day (R56)."""
    closed = datetime.fromisoformat(closed_at) if isinstance(closed_at, str) else closed_at
    day = calendar.local_day(closed) + timedelta(days=int(days))
    working = calendar.current(host.connection)
    if not working.is_working(day):
        day = working.add_working_days(day, 1).date
    return datetime.combine(day, _opening(host, day), ZONE)


def _opening(host: Host, day: date) -> time:
    return calendar.ServiceHours.parse(settings.get(host.connection, "service-hours")).windows[0][0]


def visitor(host: Host, unit: str | None) -> str | None:
    """Who visits the customer: contact A, else B, else the leader, nobody complained about (R56)."""
    return contact(host, unit, "A")


def persons_complained_of(host: Host) -> list[str]:
    """The user ids of all who keep away from the case: named in it, near to somebody named, or declared (R55, G7).

    From a re-complaint keep away besides who handled what was before it (R70).
    """
    return sorted(directory.kept_away(host.connection, host.business_key, host.now))


def customer_unit(host: Host) -> str | None:
    """The unit that keeps the customer's account or relationship (R35); null when nobody has said."""
    return units.in_force(host.connection, dossier.fields(host.connection, str(host.business_key)).get("customer_unit"))


def duty_team(host: Host) -> str | None:
    """The team that takes the channel of the case (R32); null while the bank has named none."""
    return assignment.team_of_case(host.connection, host.business_key)


def assignee_for(host: Host, team: str | None, skill: str | None) -> str | None:
    """Who of a team gets the task: able, at work, free, not concerned, least loaded; null leaves it to its groups."""
    return assignment.pick(host.connection, team, skill, host.business_key, host.now) if team else None


def intake_group(environment: Environment, host: Host, channel: str) -> str:
    """The group that takes a channel, from decision `intake-routing` (R43, R52)."""
    return decisions.intake_group(environment, host.connection, channel, host.now, host.instance_id)


FUNCTIONS: Mapping[str, tuple[tuple[str, ...], Callable[..., object]]] = {
    "duty group": ((), duty_group),
    "first contact owner": ((), first_contact_owner),
    "customer contactable": ((), customer_contactable),
    "clock": (("name",), clock),
    "clock due": (("name",), clock_due),
    "clock at": (("name", "share"), clock_at),
    "clock running": (("name",), clock_running),
    "working hours after": (("hours",), working_hours_after),
    "working days after": (("days",), working_days_after),
    "contact": (("unit", "which"), contact),
    "leader": (("unit",), leader),
    "approver": (("unit", "excluded"), approver),
    "done by": (("steps",), done_by),
    "handled by": ((), handled_by),
    "slip state": (("slip",), slip_state),
    "extension approver": (("unit", "stage"), extension_approver),
    "lead unit": ((), lead_unit),
    "complained unit": ((), complained_unit),
    "product department": ((), product_department),
    "topics mentioned": ((), topics_mentioned),
    "repeated complaint": ((), repeated_complaint),
    "case handlers": ((), case_handlers),
    "visit time": (("closed at", "days"), visit_time),
    "persons complained of": ((), persons_complained_of),
    "visitor": (("unit",), visitor),
    "customer unit": ((), customer_unit),
    "duty team": ((), duty_team),
    "assignee for": (("team", "skill"), assignee_for),
}


FOLLOWED = frozenset({"clock", "clock due", "clock at"})


def register(registry: Functions, environment: Environment) -> None:
    """Fill a registry; `intake group` asks a decision table, for which it needs the environment."""
    own = {**FUNCTIONS, **functions_earlier.FUNCTIONS, **functions_media.FUNCTIONS}
    for name, (parameters, function) in own.items():
        registry.function(name, parameters, clocks.NAMES if name in FOLLOWED else ())(function)
    registry.function("intake group", ("channel",))(partial(intake_group, environment))
