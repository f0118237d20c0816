"""Cases and steps a second of the simulation, from registration to the archive and the last visit, per database.

The shipped texts with the shipped policy; a step is a command of the pages with its form, timers, letters and history.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from support_bench import arguments, databases, show  # noqa: E402

from complaints import simulate  # noqa: E402

CASES, QUICK = 100, 6
SHOWN = ("cases", "archived", "steps", "timers", "events", "seconds", "cases_per_second", "steps_per_second")


def main() -> None:
    options = arguments(__doc__ or "")
    with databases(options.database) as found:
        show({kind: run(url, QUICK if options.quick else CASES) for kind, url in found}, options.json)


def run(url: str, cases: int) -> dict[str, Any]:
    """Simulate so many cases on an empty database. Raises SystemExit where one did not reach the archive."""
    with tempfile.TemporaryDirectory() as folder:
        result = simulate.run(simulate.Place(url, Path(folder)), simulate.Options(limit=cases))
    if not result["verified"] or result["incidents"] or result["archived"] != result["cases"]:
        raise SystemExit(f"Expected every case in the archive and no incident, but got {result}")
    return {name: result[name] for name in SHOWN} | {"events_per_second": round(result["events"] / result["seconds"])}


if __name__ == "__main__":
    main()
