"""Every story is told twice: by one process, and by one that parses the diagrams anew before each command."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.engine import START, Story

from engine import testing


@pytest.fixture(params=[False, True], ids=["kept", "restored"])
def story(request: pytest.FixtureRequest, database_url: str) -> Iterator[Story]:
    with testing.story(database_url, at=START, kind=Story, forget=request.param) as found:
        assert isinstance(found, Story)
        yield found
