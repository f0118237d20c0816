"""Every story is told by a process that parses the diagrams anew before each command, on both kinds of database.

One that keeps what it has parsed asks the database for less; its stories are told on SQLite only.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.databases import KINDS, NewDatabase
from support.engine import START, Story

from engine import testing

KEPT = "-kept"


@pytest.fixture(params=["sqlite" + KEPT, *KINDS])
def database_url(request: pytest.FixtureRequest, new_database: NewDatabase) -> str:
    return new_database(request.param.removesuffix(KEPT))


@pytest.fixture
def story(request: pytest.FixtureRequest, database_url: str) -> Iterator[Story]:
    forget = not request.node.callspec.params["database_url"].endswith(KEPT)
    with testing.story(database_url, at=START, kind=Story, forget=forget) as found:
        assert isinstance(found, Story)
        yield found
