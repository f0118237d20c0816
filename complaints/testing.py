"""The bank in which scenarios are played: the demo bank with its people, its operations and functions as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import insert

from complaints import catalogue, clockwork, demo, dossier, house, owners, schema, sessions, streams, tables
from engine import testing
from engine.clock import TravelClock
from engine.columns import FAR
from engine.environment import SYSTEM, Actor, Environment, Transaction
from engine.errors import Invalid, NotFound
from engine.store import Store

PASSWORD = "nobody-signs-in-here"
CHANNEL = "PHONE"


class Bank(testing.House):
    """The demo bank. `given` knows one more word, `complaint`: what is recorded about the case, by field name."""

    words: ClassVar[Mapping[str, Callable[[testing.Part], Any]]] = {"complaint": testing.Part.values}

    def prepare(self, url: str, at: datetime) -> None:
        """Units, people, appointments, duty roster and calendar around the instant; no cases."""
        schema.upgrade(url)
        environment = house.environment(url, clock=TravelClock(at), seal_key=b"scenario")
        try:
            demo.load(environment, PASSWORD, cases=False)
        finally:
            environment.store.close()

    def environment(self, store: Store, clock: TravelClock) -> Environment:
        """The whole house over a copy of that bank; letters and mails stay in the outbox."""
        return house.environment(store, clock=clock, seal_key=b"scenario")

    def actor(self, story: testing.Story, name: str) -> Actor | None:
        """A person of the demo bank, with the groups of this moment."""
        with story.environment.read() as connection:
            try:
                return sessions.person_at_work(connection, name, story.clock.now()).actor()
            except NotFound:
                return None

    def arrange(self, story: testing.Story, given: Mapping[str, Any]) -> None:
        """The case to which the business key belongs, registered and with its first clock running."""
        if "complaint" in given:
            if not given.get("business_key"):
                raise Invalid("Expected a business key for the complaint")
            story.run(lambda tx: _open(tx, given["business_key"], given["process"], given["complaint"]), SYSTEM)


def _open(tx: Transaction, number: str, process: str, fields: Mapping[str, Any]) -> None:
    group = fields.get("intake_group", "95566")
    row = {
        "number": number,
        "kind": "complaint",
        "process": process,
        "channel": fields.get("channel", CHANNEL),
        "received_at": fields.get("received_at", tx.now),
        "registered_at": tx.now,
        "registered_by": tx.actor.user,
        "subject": "",
        "intake_group": group,
        "first_owner": fields.get("first_owner"),
        "owner": fields.get("first_owner") or owners.choose(tx.connection, group, number, tx.now),
        "stage": "received",
        "due_at": FAR,
        "query_hash": "",
    }
    tx.connection.execute(insert(tables.complaint).values(row))
    tx.connection.execute(insert(tables.party).values(number=number))
    tx.record(streams.of(number), "registered", number=number, channel=row["channel"])
    clockwork.begin(tx, number)
    dossier.set_party(tx, number, fields)
    rest = {name: value for name, value in fields.items() if name not in dossier.PARTY and name not in row}
    if rest:
        source = dossier.Source("Register", "register", None, None)
        dossier.submit(tx, number, source, rest, [])


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of a folder that belong to a test; the shipped processes come with the shipped forms."""
    found = house.bundle() if folder.resolve() == catalogue.FOLDER.resolve() else {}
    return found | testing.files_of(folder)
