"""What people did in a case, without what the machine wrote down about itself: the short history beside a form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from complaints.casefile_rows import CasePage
from web import i18n, words


@dataclass(frozen=True)
class Moment:
    """Somebody did something; `bad` for what should not have become necessary."""

    at: datetime
    what: str
    detail: str
    by: str
    bad: bool = False


def of(case: CasePage) -> list[Moment]:
    """The story of a case, the newest first."""
    return sorted(_moments(case), key=lambda moment: moment.at, reverse=True)


def _moments(case: CasePage) -> Iterator[Moment]:
    for entry in case.entries:
        yield Moment(entry.at, entry.title, "", entry.by)
    for contact in case.contacts:
        how, result = words.word("method", contact.method), words.word("contact_outcome", contact.outcome)
        what = i18n.gettext("{how}: {result}", how=how, result=result)
        yield Moment(contact.at, what, contact.note, contact.by, contact.outcome == "not-reached")
    for raised in case.supervisions:
        what = raised.name or words.word("level", raised.level)
        yield Moment(raised.at, what, raised.reason, raised.by, True)
    for letter in case.letters:
        yield Moment(letter.at, letter.subject, "", letter.by)
    for extended in case.extensions:
        until = i18n.gettext("Limit extended until {day}", day=i18n.day(extended.new_due))
        yield Moment(extended.at, until, "", extended.by)
