"""The inbox: what is mine, what waits for my groups, the most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import Blueprint, render_template, request

from complaints import catalogue, inbox
from engine import clock
from web import context, i18n
from web.access import access

room = Blueprint("inbox", __name__)
ROLES = ("handler", "supervisor", "leader")
SORTS = ("due", "created", "priority")
SPANS = {"overdue": 0, "today": 1, "3d": 3, "7d": 7}
"""Days from the start of today within which the limit ends; overdue: it has ended."""


@dataclass(frozen=True)
class Asked:
    """What the address says, checked: anything unknown is as if it were not there."""

    text: str
    channel: str
    element: str
    level: str
    due: str
    sort: str
    after: str | None

    @classmethod
    def read(cls) -> Asked:
        """From the parameters of this request."""
        given = request.args
        level, due, sort = given.get("level", ""), given.get("due", ""), given.get("sort", "")
        return cls(
            text=given.get("text", "").strip()[:100],
            channel=given.get("channel", ""),
            element=given.get("element", "")[:200],
            level=level if level in ("1", "2", "3") else "",
            due=due if due in SPANS else "",
            sort=sort if sort in SORTS else "due",
            after=given.get("after") or None,
        )

    def filter(self, now: datetime) -> inbox.InboxFilter:
        """The same as a query understands it."""
        return inbox.InboxFilter(
            text=self.text or None,
            channel=self.channel or None,
            element=self.element or None,
            level=int(self.level) if self.level else None,
            due_before=before(self.due, now),
            sort=self.sort,  # type: ignore[arg-type]
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything but the order was asked."""
        return any((self.text, self.channel, self.element, self.level, self.due))


def before(due: str, now: datetime) -> datetime | None:
    """The instant that a span of SPANS ends at."""
    if due not in SPANS:
        return None
    if due == "overdue":
        return now
    today = datetime.combine(now.astimezone(clock.ZONE).date(), time(), clock.ZONE)
    return today + timedelta(days=SPANS[due])


@room.get("/inbox")
@access(*ROLES)
def mine() -> str:
    """Tasks that are assigned to me."""
    return _page("mine")


@room.get("/inbox/groups")
@access(*ROLES)
def groups() -> str:
    """Tasks that anyone of my groups may take."""
    return _page("groups")


def _page(tab: str) -> str:
    asked, person = Asked.read(), context.viewer()
    query = inbox.mine if tab == "mine" else inbox.groups
    with context.read() as connection:
        page = query(connection, person, asked.filter(context.environment().clock.now()), asked.after, limit=50)
        channels = catalogue.options(connection, "channels", i18n.locale())
    steps = {row.element: i18n.twin(row.name, row.name_en) for row in page.rows}
    if asked.element:
        steps.setdefault(asked.element, asked.element)
    return render_template("inbox/page.html", tab=tab, page=page, asked=asked, channels=channels, steps=steps)
