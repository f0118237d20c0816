"""What a handler's command costs, per database: registering a complaint, reviewing the record and classifying it.

Through `casework` and `register`, as the pages call them, without HTTP: form, case file, clocks, process, letters and
history. `sql` is the largest number of statements.
"""

from __future__ import annotations

import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from support_bench import Meter, arguments, databases, show  # noqa: E402

from complaints import casework, demo, house, register, schema  # noqa: E402
from complaints.simulation import staff, year  # noqa: E402
from complaints.viewer import SignedIn  # noqa: E402
from engine import tables  # noqa: E402
from engine.clock import TravelClock  # noqa: E402
from engine.environment import Environment  # noqa: E402

NOW = datetime(2026, 5, 8, 2, tzinfo=UTC)
GROUP = "95566"
REVIEW = {"review_checks": ["complete", "verbatim", "contact", "duplicate"], "review_result": "ok"}
CLASSIFY = {"subcategory": "OP.ERR", "deviation_reason": "按客户原话和诉求判断。"}
WARM = 5


def main() -> None:
    options = arguments(__doc__ or "")
    with databases(options.database) as found:
        show({kind: run(url, 10 if options.quick else 150) for kind, url in found}, options.json)


def run(url: str, rounds: int) -> dict[str, Any]:
    """The figures of one database; the first rounds, which fill what is kept, are not counted."""
    schema.upgrade(url)
    environment = house.environment(url, clock=TravelClock(NOW), seal_key=b"bench")
    demo.load(environment, secrets.token_urlsafe(16), cases=False)
    team = staff.Staff(environment)
    first, second = (team.at_work(user, NOW) for user in team.handlers(GROUP)[:2])
    complaints = year.Year(year.mix(), team.units, 7, 30, rounds + WARM)
    meter = Meter(environment.store)
    for n in range(rounds + WARM):
        if n == WARM:
            meter.taken.clear()
        data = complaints.get(n).data | {"channel": "PHONE", "received_at": NOW}
        meter.measure(
            "register",
            lambda data=data: environment.run(first.actor(), lambda tx: register.register(tx, first, data)),  # type: ignore[misc]
        )
        _complete(environment, meter, "Review", second, REVIEW)
        _complete(environment, meter, "Classify", second, CLASSIFY)
    environment.store.close()
    return {name: meter.figures(name) for name in meter.taken}


def _complete(environment: Environment, meter: Meter, element: str, person: SignedIn, data: dict[str, Any]) -> None:
    with environment.read() as connection:
        task = connection.execute(select(tables.task.c.id).where(tables.task.c.element_id == element)).scalar_one()
    meter.measure(
        element.lower(),
        lambda: environment.run(person.actor(), lambda tx: casework.complete_task(tx, person, task, data)),
    )


if __name__ == "__main__":
    main()
