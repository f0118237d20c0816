"""A bank at work in travelled time: every complaint reaches the archive, and the same seed tells the same story."""

import json
from datetime import datetime

import pytest
from sqlalchemy import select

import engine.tables
from complaints import house, simulate, tables
from complaints.simulation import players, policy, staff
from engine.clock import ZONE
from engine.errors import Conflict, Invalid

KEYS = {
    "cases",
    "archived",
    "steps",
    "steps_per_second",
    "response_24h",
    "within_limit",
    "resolved_48h",
    "satisfaction",
    "incidents",
}
TIMING = {"steps_per_second", "seconds", "cases_per_second", "memory_mb"}
TOLD = {}


def place(url, folder):
    return simulate.Place(url, folder, b"k" * 32)


def test_a_step_that_nobody_does_is_counted_and_time_does_not_run_for_ever(sqlite_url, tmp_path, monkeypatch):
    """The dossier waits for ever; the watch on silence (R105) would write letters until the calendar ends."""
    complete = players.Players._complete

    def all_but_the_dossier(self, task, user, chance):
        return task.element_id != "FileDossier" and complete(self, task, user, chance)

    monkeypatch.setattr(players.Players, "_complete", all_but_the_dossier)
    result = simulate.run(place(sqlite_url, tmp_path), simulate.Options(limit=1, seed=4))
    assert (result["cases"], result["archived"]) == (1, 0)
    assert result["open_tasks"] >= 1
    assert result["unattended"] >= players.PATIENCE


def test_twelve_complaints_from_registration_to_archive(database_url, tmp_path):
    """With returned slips, late people, call-backs and visits, through the commands of the pages; on both databases."""
    seen = []
    here = place(database_url, tmp_path)
    result = simulate.run(here, simulate.Options(limit=12, seed=4), lambda done, total: seen.append((done, total)))
    assert result.keys() >= KEYS
    assert (result["cases"], result["archived"], result["incidents"]) == (12, 12, 0)
    assert (result["open_tasks"], result["unattended"], result["wrong_rows"]) == (0, 0, 0)
    assert result["verified"]
    assert seen[-1] == (12, 12)
    for name in ("response_24h", "within_limit", "resolved_48h", "satisfaction"):
        assert 0 <= result[name] <= 1
    judged = sum(limit["met"] + limit["late"] for limit in result["by_class"].values())
    assert 12 - result["withdrawals"] <= judged <= 12
    assert result["steps"] > 12 * 12
    assert json.loads(json.dumps(result)) is not None
    told = {name: value for name, value in result.items() if name not in TIMING | {"events"}}
    assert TOLD.setdefault("figures", told) == told  # the second database tells the same story as the first
    _check_hands(here)


def _check_hands(here):
    """Nobody reviewed what he had recorded, nobody who handled a case asked whether the customer is satisfied."""
    environment = house.environment(here.url, seal_key=here.seal_key)
    event = engine.tables.event
    query = select(event.c.stream, event.c.element_id, event.c.actor).where(event.c.kind == "task-completed")
    hands = {}
    with environment.read() as connection:
        for stream, element, actor in connection.execute(query):
            hands.setdefault(stream, {}).setdefault(element, set()).add(actor)
        closed = connection.scalars(select(tables.complaint.c.closed_at)).all()
        visits = connection.scalars(select(tables.visit.c.result)).all()
    environment.store.close()
    assert all(closed)
    assert len(visits) > 6
    for done in hands.values():
        assert not done.get("Register", set()) & done.get("Review", set())
        assert not done.get("Report", set()) & done.get("ReviewReport", set())
        handled = set().union(*(done.get(name, set()) for name in ("Propose", "Reply", "Investigate")))
        assert not handled & done.get("CallBack", set())


def test_a_simulation_never_runs_over_real_cases(sqlite_url, tmp_path):
    simulate.run(place(sqlite_url, tmp_path), simulate.Options(limit=1))
    with pytest.raises(Conflict, match="without cases"):
        simulate.run(place(sqlite_url, tmp_path), simulate.Options(limit=1))


def test_dice_fall_by_seed_and_question_only():
    one, other = policy.read(None, 1), policy.read(None, 2)
    assert one.chance("case", "Review").random() == policy.read(None, 1).chance("case", "Review").random()
    assert one.chance("case", "Review").random() != other.chance("case", "Review").random()
    assert {one.factor(f"user{n}") for n in range(40)} == {0.6, 1.0, 1.6}


def test_four_in_ten_are_complex():
    """What the issue asks of the mix of subcategories."""
    usual = policy.read(None, 7)
    drawn = [usual.subcategory(usual.chance(n)) for n in range(1000)]
    ordinary = sum(code in ("OP.ERR", "SQ.ATT", "OP.MGMT") for code in drawn)
    assert 400 <= 1000 - ordinary <= 550


def test_a_policy_is_checked_as_a_whole(tmp_path):
    content = json.loads(policy.USUAL.read_text("utf-8"))
    content["shares"]["declined"] = 4
    del content["pace"]["other"], content["texts"]["reply"]
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(Invalid) as refused:
        policy.read(path, 1)
    assert {problem.where for problem in refused.value.problems} == {"shares.declined", "texts.reply", "pace.other"}


def test_people_work_in_service_hours_and_the_person_on_duty_at_weekends(bank):
    friday, sunday = datetime(2026, 3, 6, 17, 30, tzinfo=ZONE), datetime(2026, 3, 8, 20, 45, tzinfo=ZONE)
    team = staff.Staff(bank.environment)
    assert team.after(friday, 60).astimezone(ZONE) == datetime(2026, 3, 9, 9, 30, tzinfo=ZONE)
    assert team.on_call_after(friday, 60) == datetime(2026, 3, 6, 18, 30, tzinfo=ZONE)
    assert team.on_call_after(sunday, 30).date() == datetime(2026, 3, 9, tzinfo=ZONE).date()
    staff.put_on_duty(bank.environment, "95566", friday, sunday)
    with bank.environment.read() as connection:
        assert team.receiving(connection, "WEB", policy.read(None, 1).chance(), sunday) == ["lin"]
        assert team.receiving(connection, "VISIT", policy.read(None, 1).chance(), friday) == ["gao"]


def test_a_source_without_usable_rows_is_refused(sqlite_url, tmp_path):
    source = tmp_path / "empty.csv"
    source.write_text("text,expected,demand,channel,subcategory,product,branch,customer_name,phone,amount\n", "utf-8")
    with pytest.raises(Invalid, match="there is none"):
        simulate.run(place(sqlite_url, tmp_path), simulate.Options(source=source))
