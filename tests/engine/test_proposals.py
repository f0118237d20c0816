"""Drafts, proposals, approval and the way back, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support import engine as kit

from engine import bundle, definitions, drafts, lint, overview, proposal_table, proposals, queries
from engine.environment import Actor
from engine.errors import Conflict, Forbidden, Invalid, NotFound

OWEN, ADA = Actor("owen"), Actor("ada")
assert proposal_table.proposal.metadata is kit.tables.metadata


def diagram(*tasks: str) -> bytes:
    return kit.diagram(kit.process(kit.chain(*((name, kit.user(name)) for name in tasks))))


@pytest.fixture
def deployed(story: kit.Story) -> str:
    """The deployment that everything begins with."""
    return story.deploy(diagram("one")).id


def drafted(story: kit.Story, deployed: str | None, content: bytes | None = None, name: str = "Two steps") -> str:
    draft = story.run(lambda tx: drafts.create(tx, name, deployed), OWEN)
    changed = diagram("one", "two") if content is None else content
    story.run(lambda tx: drafts.put(tx, draft, "diagram0.bpmn", changed), OWEN)
    return str(draft)


def proposed(story: kit.Story, deployed: str, content: bytes | None = None) -> str:
    draft = drafted(story, deployed, content)
    return str(story.run(lambda tx: proposals.propose(tx, draft, "A second pair of eyes"), OWEN))


def current(story: kit.Story) -> str | None:
    with story.environment.read() as connection:
        return proposals.current_deployment(connection)


def approve(story: kit.Story, proposal: str, by: Actor = ADA) -> definitions.Deployment:
    seen = current(story)
    story.clock.travel(timedelta(minutes=1))
    return story.run(lambda tx: proposals.approve(tx, proposal, seen), by)


def test_new_cases_run_on_what_was_approved_and_old_ones_finish_on_theirs(story: kit.Story, deployed: str) -> None:
    old = story.start()
    proposal = proposed(story, deployed)
    assert approve(story, proposal).new
    new = story.start()
    story.complete("one")
    story.complete("one")
    assert story.outcome(old) == "completed"
    assert story.outcome(new) is None
    assert story.open() == ["two"]
    facts = story.facts("proposal-approved", "deployment")[0]
    assert (facts["proposed_by"], facts["old"]) == ("owen", deployed)
    with story.environment.read() as connection:
        row = proposals.get(connection, proposal)
        assert (row.state, row.decided_by, row.deployment_id) == ("deployed", "ada", current(story))
        assert overview.deployments(connection)[0].comment == "Two steps: A second pair of eyes"


def test_the_whole_bundle_goes_back_in_one_command_and_forth_again(story: kit.Story, deployed: str) -> None:
    first = approve(story, proposed(story, deployed)).id
    story.run(lambda tx: proposals.make_current(tx, deployed), ADA)
    assert current(story) == deployed
    story.start()
    story.complete("one")
    assert story.open() == []
    assert story.facts("deployment-made-current", "deployment")[0]["new"] == deployed
    with pytest.raises(Conflict):
        story.run(lambda tx: proposals.make_current(tx, deployed), ADA)
    with pytest.raises(NotFound):
        story.run(lambda tx: proposals.make_current(tx, "none"), ADA)
    again = approve(story, proposed(story, deployed))
    assert (again.new, again.id, current(story)) == (False, first, first), "the same bundle becomes current again"


def test_nobody_decides_on_his_own_proposal(story: kit.Story, deployed: str) -> None:
    proposal = proposed(story, deployed)
    with pytest.raises(Forbidden):
        approve(story, proposal, OWEN)
    with pytest.raises(Forbidden):
        story.run(lambda tx: proposals.reject(tx, proposal, "no"), OWEN)
    with pytest.raises(Forbidden):
        story.run(lambda tx: proposals.withdraw(tx, proposal), ADA)
    assert current(story) == deployed


def test_a_proposal_is_decided_once(story: kit.Story, deployed: str) -> None:
    proposal = proposed(story, deployed)
    with pytest.raises(Invalid):
        story.run(lambda tx: proposals.reject(tx, proposal, "  "), ADA)
    story.run(lambda tx: proposals.reject(tx, proposal, "Not during the holidays"), ADA)
    for decide in (
        lambda tx: proposals.approve(tx, proposal, deployed),
        lambda tx: proposals.reject(tx, proposal, "again"),
        lambda tx: proposals.withdraw(tx, proposal),
    ):
        with pytest.raises(Conflict, match="ada"):
            story.run(decide, ADA)
    with story.environment.read() as connection:
        assert proposals.get(connection, proposal).reason == "Not during the holidays"
        assert proposals.listed(connection, waiting=True) == []
        assert [row.id for row in proposals.listed(connection, by="owen")] == [proposal]
    with pytest.raises(NotFound):
        story.run(lambda tx: proposals.withdraw(tx, "none"), OWEN)


def test_what_became_current_meanwhile_is_seen_before_it_is_replaced(story: kit.Story, deployed: str) -> None:
    first, second = proposed(story, deployed), proposed(story, deployed, diagram("one", "three"))
    approve(story, first)
    with pytest.raises(Conflict, match="meanwhile"):
        story.run(lambda tx: proposals.approve(tx, second, deployed), ADA)


def test_a_withdrawn_proposal_waits_no_more(story: kit.Story, deployed: str) -> None:
    proposal = proposed(story, deployed)
    story.run(lambda tx: proposals.withdraw(tx, proposal), OWEN)
    assert story.history("proposal-made", "proposal-withdrawn", stream="deployment") == [
        "proposal-made",
        "proposal-withdrawn",
    ]


def test_a_proposal_needs_a_change_a_comment_and_no_errors(story: kit.Story, deployed: str) -> None:
    draft = drafted(story, deployed, diagram("one"))
    with pytest.raises(Invalid, match="Nothing differs"):
        story.run(lambda tx: proposals.propose(tx, draft, "x"), OWEN)
    wrong = diagram("one").replace(b'"clerks"', b'"=1 +"')
    story.run(lambda tx: drafts.put(tx, draft, "diagram0.bpmn", wrong), OWEN)
    with pytest.raises(lint.Refused):
        story.run(lambda tx: proposals.propose(tx, draft, "x"), OWEN)
    with pytest.raises(Invalid, match="comment"):
        story.run(lambda tx: proposals.propose(tx, draft, " "), OWEN)
    empty = story.run(lambda tx: drafts.create(tx, "Empty", None), OWEN)
    with pytest.raises(Invalid, match="at least one process"):
        story.run(lambda tx: proposals.propose(tx, empty, "x"), OWEN)


def test_what_was_proposed_does_not_follow_the_draft(story: kit.Story, deployed: str) -> None:
    draft = drafted(story, deployed)
    proposal = story.run(lambda tx: proposals.propose(tx, draft, "x"), OWEN)
    story.run(lambda tx: drafts.discard(tx, draft), OWEN)
    with story.environment.read() as connection:
        frozen = proposals.files(connection, proposal)
        assert bundle.fingerprint(frozen) == proposals.get(connection, proposal).sha256
        assert frozen == {"diagram0.bpmn": diagram("one", "two")}
        assert drafts.listed(connection, "owen") == []


def test_a_draft_is_its_owners_alone(story: kit.Story, deployed: str) -> None:
    draft = drafted(story, deployed)
    for work in (
        lambda tx: drafts.put(tx, draft, "diagram0.bpmn", diagram()),
        lambda tx: drafts.rename(tx, draft, "mine"),
        lambda tx: drafts.discard(tx, draft),
        lambda tx: proposals.propose(tx, draft, "x"),
    ):
        with pytest.raises(NotFound):
            story.run(work, ADA)
    with story.environment.read() as connection:
        with pytest.raises(NotFound):
            drafts.get(connection, draft, "ada")
        assert drafts.listed(connection, "ada") == []


def test_the_second_window_is_told_and_the_first_goes_on(story: kit.Story, deployed: str) -> None:
    draft, body = drafted(story, deployed), diagram("one", "two")
    save = lambda base, writer: story.run(  # noqa: E731
        lambda tx: drafts.save(tx, draft, "diagram0.bpmn", body, base=base, writer=writer), OWEN
    )
    with story.environment.read() as connection:
        base = drafts.file(connection, draft, "diagram0.bpmn").revision
    assert [save(base, "first"), save(base, "first")] == [base + 1, base + 2]
    with pytest.raises(Conflict, match="another window"):
        save(base, "second")
    assert save(base + 2, "second") == base + 3
    with pytest.raises(Conflict):
        save(base, "first")


def test_files_have_sound_names_and_contents(story: kit.Story, deployed: str) -> None:
    draft = drafted(story, deployed)
    for name in ("../x.bpmn", "x.exe", ".dmn", "x y.form", "a/b.bpmn", "x.bpmn\n", "x" * 120 + ".dmn"):
        with pytest.raises(Invalid):
            story.run(lambda tx, name=name: drafts.put(tx, draft, name, diagram()), OWEN)
    for name, content in (("x.bpmn", b"<a"), ("x.dmn", diagram()), ("x.form", b"[1]")):
        with pytest.raises(Invalid):
            story.run(lambda tx, name=name, content=content: drafts.put(tx, draft, name, content), OWEN)
    with pytest.raises(NotFound):
        story.run(lambda tx: drafts.save(tx, draft, "x.bpmn", diagram(), base=1, writer="w"), OWEN)
    with pytest.raises(NotFound):
        story.run(lambda tx: drafts.create(tx, "x", "no deployment"), OWEN)
    with pytest.raises(Invalid):
        story.run(lambda tx: drafts.create(tx, " ", deployed), OWEN)


def test_files_are_renamed_and_removed(story: kit.Story, deployed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = drafted(story, deployed)
    story.run(lambda tx: drafts.put(tx, draft, "second.bpmn", diagram()), OWEN)
    with pytest.raises(Conflict):
        story.run(lambda tx: drafts.rename_file(tx, draft, "second.bpmn", "diagram0.bpmn"), OWEN)
    with pytest.raises(Invalid):
        story.run(lambda tx: drafts.rename_file(tx, draft, "second.bpmn", "second.dmn"), OWEN)
    story.run(lambda tx: drafts.rename_file(tx, draft, "second.bpmn", "third.bpmn"), OWEN)
    story.run(lambda tx: drafts.remove_file(tx, draft, "diagram0.bpmn"), OWEN)
    story.run(lambda tx: drafts.rename(tx, draft, "Another name"), OWEN)
    with story.environment.read() as connection:
        assert list(drafts.files(connection, draft)) == ["third.bpmn"]
        assert drafts.get(connection, draft, "owen").name == "Another name"
    monkeypatch.setattr(drafts, "FILES", 1)
    with pytest.raises(Invalid, match="at most 1"):
        story.run(lambda tx: drafts.put(tx, draft, "fourth.bpmn", diagram()), OWEN)


def test_administrators_see_what_waits(story: kit.Story, deployed: str) -> None:
    with story.environment.read() as connection:
        assert overview.figures(connection, story.clock.now()) == overview.Figures(0, 0, 0, 0)
        (row,) = overview.deployments(connection)
        assert (row.id, row.processes, row.current, row.running) == (deployed, 1, 1, 0)
        assert overview.incidents(connection) == overview.unsent(connection) == []
        with pytest.raises(NotFound):
            overview.one_incident(connection, "none")
    waiting = f'<bpmn:intermediateCatchEvent id="w">{kit.timer("duration", "PT1H")}</bpmn:intermediateCatchEvent>'
    story.deploy(kit.diagram(kit.process(kit.chain(("w", waiting)))))
    story.start()
    with story.environment.read() as connection:
        (timer,) = overview.timers(connection)
        assert (timer.element_id, timer.business_key, timer.process) == ("w", "K-1", "p")
        assert not timer.starts
        assert overview.jobs(connection) == []
        assert queries.definitions(connection)[0].running == 1
