"""What a test needs from the machine, and what happens where it is missing: a skip with a reason.

`HUIYIN_REQUIRE_ALL=1` (set by `.ci/run`) turns such a skip into a failure, so that nothing goes untested in silence.
"""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest
from support import postgres

MARKS = {
    "postgresql": "needs the PostgreSQL binaries",
    "browser": "needs Chromium and its driver",
    "slow": "takes more than a few seconds",
}


def missing(reason: str) -> NoReturn:
    """Skip the running test, or fail it where everything has to be there."""
    if os.environ.get("HUIYIN_REQUIRE_ALL") == "1":
        pytest.fail(f"HUIYIN_REQUIRE_ALL is set, but {reason}", pytrace=False)
    pytest.skip(reason)


def postgresql() -> Path:
    """The folder of PostgreSQL's programs."""
    found = postgres.binaries()
    if found is None:
        missing("PostgreSQL is not installed (no pg_ctl and initdb were found)")
    return found


def chromium() -> tuple[Path, Path]:
    """The browser and its driver."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    driver = shutil.which("chromedriver")
    if not browser or not driver:
        missing("Chromium and its driver are not installed")
    return Path(browser), Path(driver)


def shared(name: str) -> Path:
    """A file of the folder of papers beside the checkout; never part of the product, so absence is always a skip."""
    path = Path(__file__).parents[3] / "shared" / name
    if not path.exists():
        pytest.skip(f"shared/{name} is not beside this checkout")
    return path
