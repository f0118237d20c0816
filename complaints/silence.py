"""No open case stays silent for long: five working days since the customer last heard of us (R105)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from complaints import catalogue, clocks, clockwork, letters, settings, streams, survey, tables
from engine import calendar, instances, messages
from engine.environment import Transaction

PROCESS, LETTER, ENDED = "keep-informed", "still-working", "case-ended"


def watch(tx: Transaction, number: str) -> None:
    """Start the process that writes to the customer when nobody else does."""
    instances.start(tx, PROCESS, business_key=number, stream=streams.of(number))


def watch_again(tx: Transaction, number: str) -> None:
    """A closed case was reopened: its watch on silence runs again, from now on."""
    clockwork.restart(tx, number, "silence")
    clockwork.heard(tx, number, tx.now)
    watch(tx, number)


def rest(tx: Transaction, number: str) -> None:
    """The case has ended: nobody writes any more."""
    clockwork.close(tx, number)
    messages.publish(tx, ENDED, business_key=number, everywhere=True)


def write(tx: Transaction, number: str) -> int:
    """Send a progress letter with the reason and the next date; returns how many follow each other without a word."""
    stage = tx.connection.scalar(select(tables.complaint.c.stage).where(tables.complaint.c.number == number))
    reason, following = catalogue.WAITS.get(str(stage), ("", ""))[0], catalogue.NEXT[str(stage)][0]
    heard = next_word(tx.connection, tx.now)
    due = clocks.due(tx.connection, number, "governing")
    facts: dict[str, object] = {
        "delay_reason": reason,
        "next_step": following,
        "next_word": letters.day(calendar.last_day(heard)),
    }
    by_post = not survey.reachable(tx.connection, number)
    letters.to_customer(tx, number, LETTER, by_post=by_post, facts=facts | {"limit": letters.limit(due)})
    return in_row(tx.connection, number)


def next_word(connection: Connection, last: datetime) -> datetime:
    """By when the customer must hear of us again after `last`."""
    days = int(settings.get(connection, "silence-days"))
    return calendar.end_of_day(calendar.add_working_days(connection, calendar.local_day(last), days).date)


def in_row(connection: Connection, number: str) -> int:
    """The progress letters since the customer was last reached or got another letter."""
    letter, contact = tables.letter, tables.contact
    other = select(func.max(letter.c.at)).where(letter.c.number == number, letter.c.template != LETTER)
    reached = select(func.max(contact.c.at)).where(contact.c.number == number, contact.c.outcome == "reached")
    last: list[datetime] = [at for at in (connection.scalar(other), connection.scalar(reached)) if at is not None]
    mine = select(func.count()).select_from(letter).where(letter.c.number == number, letter.c.template == LETTER)
    return connection.scalar(mine.where(letter.c.at > max(last)) if last else mine) or 0
