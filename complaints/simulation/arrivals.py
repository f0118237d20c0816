"""The complaints of a file in the order in which they come in, kept on disk so that memory does not grow with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

import orjson

from complaints import intake_csv, intake_csv_mapping, intake_csv_reader
from engine.environment import Environment
from engine.errors import Invalid


@dataclass(frozen=True)
class Arrival:
    """A complaint on its way: data for the register form, and what only the simulation knows about it."""

    external: str
    received_at: datetime
    data: dict[str, Any]
    aside: dict[str, Any]


@dataclass
class Queue:
    """Arrivals by their place in a temporary file; `order` lists (received, place), the earliest first."""

    file: IO[bytes]
    order: list[tuple[datetime, int]] = field(default_factory=list)
    wrong: int = 0

    def get(self, place: int) -> Arrival:
        """The complaint at a place."""
        self.file.seek(place)
        stored = orjson.loads(self.file.readline())
        received = datetime.fromisoformat(stored["received_at"])
        return Arrival(stored["external"], received, stored["data"] | {"received_at": received}, stored["aside"])


def read(environment: Environment, file: IO[bytes], source: Path, mapping: Path | None, limit: int | None) -> Queue:
    """The rows of a CSV file through its mapping, kept in the temporary `file`; those that do not fit are counted.

    Raises Invalid when the file or the mapping cannot be used, or when no row has a time of receipt.
    """
    plan = intake_csv_mapping.read(mapping or intake_csv_mapping.shipped(source))
    table = intake_csv_reader.open_table(source, plan.columns)
    with environment.read() as connection:
        desk = intake_csv.Desk(plan, intake_csv.lists(connection), None)
    queue = Queue(file)
    for line in islice(table.lines(), limit):
        try:
            _keep(queue, desk.entry(line))
        except Invalid:
            queue.wrong += 1
    if not queue.order:
        raise Invalid("Expected complaints with a time of receipt in '{file}', but there is none", file=source.name)
    queue.order.sort()
    return queue


def _keep(queue: Queue, entry: intake_csv_mapping.Entry) -> None:
    received = entry.data.get("received_at")
    if not isinstance(received, datetime):
        raise Invalid("Expected a time of receipt")
    data = {name: value for name, value in entry.data.items() if name != "received_at"}
    stored = {"external": entry.external, "received_at": received, "data": data, "aside": entry.aside}
    queue.order.append((received, queue.file.tell()))
    queue.file.write(orjson.dumps(stored) + b"\n")
