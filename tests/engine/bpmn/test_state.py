"""The state as bytes: our own format and version, live tokens only, stable over dump and load."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from support.diagrams import ONCE, fork, service, subprocess
from support.engine import Story, chain, diagram, process, user

from engine import tables
from engine.advance import Tree
from engine.bpmn import state
from engine.environment import SYSTEM
from engine.errors import Fault


def stored(story: Story, root: str) -> bytes:
    return bytes(next(row.state for row in story.rows(tables.instance) if row.id == root))


def write(story: Story, content: bytes) -> None:
    story.run(lambda tx: tx.connection.execute(tables.instance.update().values(state=content)))


@pytest.mark.parametrize("content", [b"[3,[]]", b"[0,[]]", b"[null,[]]", b'["1.0",[]]'])
def test_a_state_of_an_unknown_version_is_refused_and_never_guessed(story: Story, content: bytes) -> None:
    story.deploy(diagram(process(chain(("a", user("a"))))))
    root = story.start()
    before = stored(story, root)
    write(story, content)
    with pytest.raises(Fault, match="format 2"):
        story.complete("a")
    with pytest.raises(Fault, match="format 2"):
        state.tokens(content)
    assert story.open() == ["a"]
    write(story, before)
    story.complete("a")
    assert story.outcome(root) == "completed"


def test_what_is_live_is_read_without_specs(story: Story) -> None:
    @story.environment.operations.operation("broken")
    def broken(call: Any) -> None:
        raise OSError

    inner = fork(("a", user("a")), ("n", service("n", "broken", ONCE)))
    story.deploy(diagram(process(chain(("sp", subprocess("sp", inner))))))
    root = story.start()
    found = {token.element: token for token in state.tokens(stored(story, root))}
    assert set(found) == {"sp", "a", "n"}
    assert (found["sp"].container, found["sp"].scope, found["a"].scope) == (True, None, found["sp"].id)
    assert (found["a"].parked, found["n"].parked) == (False, True)
    assert found["a"].id == story.task("a").id


def test_dump_and_load_give_the_same_bytes(story: Story) -> None:
    story.deploy(diagram(process(fork(*((name, user(name)) for name in "abc")))))
    root = story.start()
    story.complete("b")

    def look(tx: Any) -> bytes:
        x = Tree(tx, root).load(root)
        assert state.dump(x.game) == x.instance["state"]
        return bytes(x.instance["state"])

    content = story.run(look, by=SYSTEM)
    version, rows, remembered = orjson.loads(content)
    assert (version, [row[1] for row in rows], remembered) == (state.VERSION, ["a", "c"], {})
    assert len(content) < 250


def test_an_ended_instance_keeps_no_state(story: Story) -> None:
    story.deploy(diagram(process(chain(("a", user("a"))))))
    story.start(x=1)
    story.complete("a")
    (row,) = story.rows(tables.instance)
    assert (row.state, story.rows(tables.variable)) == (None, [])
