"""Random structured processes through the database: every construct inside every other, and whatever people may do.

After every command three players have left the same trace (see `support.players`), and an independent token game agrees
on what is open, what waits, what was passed, and whether it has ended.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

import pytest
import support.players
from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import strategies as st
from support.blocks.processes import PROCESSES, Drawn
from support.databases import NewDatabase
from support.players import Player
from support.properties import examples
from support.token_game import Game, TooLong

from engine import tables

STEPS = 300
HOUR = 3600
HEARD = {"publish": "message", "signal": "signal"}
KINDS = st.sampled_from(["complete", "complete", "complete", "travel", "publish", "signal", "change"])
ACTIONS = st.lists(st.tuples(KINDS, st.integers(0, 99), st.integers(0, 2)), min_size=3, max_size=20)
numbers = itertools.count(1)


@pytest.fixture
def players(new_database: NewDatabase) -> Iterator[list[Player]]:
    with support.players.players(lambda: new_database("sqlite")) as made:
        yield made


@settings(max_examples=examples(120), suppress_health_check=list(HealthCheck))
@given(drawn=PROCESSES, actions=ACTIONS)
def test_the_engine_agrees_with_the_token_game(
    players: list[Player], drawn: Drawn, actions: list[tuple[str, int, int]]
) -> None:
    key = f"process{next(numbers)}"  # an id that no part has
    content = drawn.content(key)
    note(content.decode())
    for player in players:
        player.start(content, key, STEPS)
    try:
        game = Game(content, STEPS)
        compare(game, players)
        for action in actions:
            act(game, players, action)
            compare(game, players)
            if game.failed or game.completed or game.deadlocked:
                break
    except (TooLong, RecursionError):
        event("endless")
        assert all(player.incidents for player in players)
        return
    event("completed" if game.completed else "failed" if game.failed else "deadlocked" if game.deadlocked else "open")
    for player in players:
        player.clear()
        left = [row for table in (tables.task, tables.timer, tables.subscription) for row in player.story.rows(table)]
        assert not left


def act(game: Game, players: list[Player], action: tuple[str, int, int]) -> None:
    kind, number, pick = action
    note(f"{action} {game.tasks()}")
    if kind == "travel":
        for player in players:
            player.travel(HOUR * (1 + number % 2))
        game.travel(HOUR * (1 + number % 2))
    elif kind == "change" and not game.completed:
        for player in players:
            player.change(pick)
        game.change(pick)
    elif kind in ("publish", "signal") and (heard := game.heard(HEARD[kind])):
        name = heard[number % len(heard)]
        for player in players:
            getattr(player, kind)(name, pick)
        game.hear(HEARD[kind], name, pick)
    elif game.tasks():
        element, path = game.tasks()[number % len(game.tasks())]
        for player in players:
            player.complete(element, path, pick)
        game.complete(element, pick, path)


def compare(game: Game, players: list[Player]) -> None:
    first = players[0]
    first.restored()
    for player in players:
        assert bool(player.incidents) == (game.failed or game.deadlocked)
        assert player.tasks() == game.tasks()
        assert (player.outcome == "completed") == game.completed
        assert player.waiting() == game.waiting()
        assert Counter(player.left()) == Counter(game.trace)
        assert player.trace() == first.trace()
