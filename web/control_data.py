"""What is data and not program: the working-day calendar by year, and the bank's settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from flask import render_template
from werkzeug.wrappers import Response

from complaints import calendar_moves, people, settings
from engine import calendar, calendar_seed
from engine.calendar_seed import Day
from engine.errors import Conflict, Invalid, NotFound
from web import context
from web.access import access
from web.control_room import ROLES, room, text

YEARS = range(2015, 2051)
NUMBERS = frozenset(
    {
        "retention-years",
        "survey-days",
        "session-idle-minutes",
        "session-hours",
        "satisfaction-tolerance",
        "silence-days",
        "repeat-days",
        "repeat-likeness",
    }
)
ADDRESSES = ("http://", "https://")


@dataclass(frozen=True)
class Year:
    """A year of the calendar; `status` is official, provisional, or missing where it is not loaded."""

    year: int
    days: tuple[Day, ...]
    beside: bool = False
    """Whether the table has a year next to it: one further away would leave a gap that no limit may cross."""

    @property
    def status(self) -> str:
        """Provisional as soon as one day is."""
        if not self.days:
            return "missing"
        return "provisional" if any(day.provisional for day in self.days) else "official"

    @property
    def working(self) -> int:
        """How many days are worked."""
        return sum(day.working for day in self.days)

    @property
    def special(self) -> list[Day]:
        """Holidays, and weekend days that are worked instead."""
        return [day for day in self.days if day.kind in ("holiday", "make-up")]

    @property
    def loadable(self) -> bool:
        """Whether official days are known that the table does not have yet."""
        known = self.year in calendar_seed.OFFICIAL_YEARS
        return known and (self.status == "provisional" or (self.status == "missing" and self.beside))

    @property
    def seedable(self) -> bool:
        """Whether the year is not there at all, but could be, with provisional days."""
        known = self.year in calendar_seed.provisional_years()
        return known and not self.loadable and not self.days and self.beside


def _year(table: calendar.Calendar, year: int) -> Year:
    first, following = date(year, 1, 1), date(year + 1, 1, 1)
    if not _has(table, first) or not _has(table, following - timedelta(1)):
        return Year(year, (), _has(table, first - timedelta(1)) or _has(table, following))
    return Year(year, tuple(table.day(first + timedelta(n)) for n in range((following - first).days)))


def _has(table: calendar.Calendar, day: date) -> bool:
    try:
        return bool(table.day(day))
    except calendar.CalendarExhausted:
        return False


@room.get("/calendar")
@access(*ROLES)
def years() -> str:
    """The years with their status: a provisional one waits for the notice of the State Council."""
    with context.read() as connection:
        table = calendar.current(connection)
        today = calendar.local_day(context.environment().clock.now())
        facts = {"alarm": calendar_moves.alarm(connection, today), "own": calendar.overrides(connection)}
        units = people.units(connection)
    found = [year for year in (_year(table, number) for number in YEARS) if year.days or year.loadable or year.seedable]
    return render_template("control/calendar.html", tab="calendar", years=found, units=units, **facts)


@room.get("/calendar/<int:number>")
@access(*ROLES)
def year(number: int) -> str:
    """The days of a year that are not as usual."""
    with context.read() as connection:
        found = _year(calendar.current(connection), number) if number in YEARS else Year(number, ())
    if not found.days:
        raise NotFound(what="year", id=number)
    return render_template("control/year.html", tab="calendar", year=found)


@room.post("/calendar/<int:number>")
@access(*ROLES)
def load_year(number: int) -> Response:
    """Load the days of a year as they are known: official where the notice is out, else provisional."""
    with context.read() as connection:
        found = _year(calendar.current(connection), number) if number in YEARS else Year(number, ())
    if not found.loadable and not found.seedable:
        raise Conflict("There are no new days of {year} to load", year=number)
    change = calendar_moves.Change(days=tuple(calendar_seed.days_of(number)))
    context.run(lambda tx: calendar_moves.apply(tx, change), reason=text("reason", 500) or None)
    context.say("The days of {year} have been loaded.", year=number)
    return context.back_to("control.year", number=number)


@room.get("/settings")
@access(*ROLES)
def bank_settings() -> str:
    """What the bank sets without a release."""
    with context.read() as connection:
        rows = [(key, settings.get(connection, key), default) for key, default in settings.DEFAULTS.items()]
    return render_template("control/settings.html", tab="settings", rows=rows)


@room.put("/settings/<key>")
@access(*ROLES)
def put_setting(key: str) -> Response:
    """Change one setting; it holds from the next command on."""
    value = text("value", 1000)
    _check(key, value)
    context.run(lambda tx: settings.put(tx, key, value), reason=text("reason", 500) or None)
    context.say("The setting has been changed.")
    return context.back_to("control.bank_settings", _anchor=key)


def _check(key: str, value: str) -> None:
    if not value:
        raise Invalid("The value is empty.")
    if key == "service-hours":
        try:
            calendar.ServiceHours.parse(value)
        except calendar.BadServiceHours as error:
            raise Invalid(error.template, (), **error.parameters)
    if key == "public-url" and not value.startswith(ADDRESSES):
        raise Invalid("Expected an address that begins with http:// or https://, but got '{value}'", value=value)
    if key in NUMBERS:
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or number < 0:
            raise Invalid("Expected a number of at least 0, but got '{value}'", value=value)
