"""The customers: their telephones and mailboxes at the end of the outbox, and the surveys that some of them answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from complaints import survey
from engine.environment import Environment

SURVEY = re.compile(r"/portal/survey/([\w-]+)")
CHANNELS = ("email", "sms")


@dataclass
class Customers:
    """Takes what the bank sends; `surveys` are the links that nobody has looked at yet."""

    received: int = 0
    surveys: list[str] = field(default_factory=list)

    def connect(self, environment: Environment) -> None:
        """Stand at the other end of every channel."""
        for channel in CHANNELS:
            environment.senders[channel] = self

    def __call__(self, address: str, subject: str, body: str, key: str) -> str:
        """A message arrives; the receipt is that of a provider who always delivers."""
        self.received += 1
        self.surveys += SURVEY.findall(body)
        return f"simulated:{key}"

    def opened(self, environment: Environment) -> list[tuple[str, str]]:
        """(link, case) of the surveys that have arrived since the last look and still work."""
        links, self.surveys = self.surveys, []
        with environment.read() as connection:
            found = [(link, survey.find(connection, link, environment.clock.now())) for link in links]
        return [(link, number) for link, number in found if number is not None]
