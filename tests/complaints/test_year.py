"""A bank's year is made from a seed: its mix, its repeats, and the same figures however it is divided."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from click.testing import CliRunner

from complaints import simulate
from complaints.simulation import parts, policy, year
from engine.errors import Invalid
from web import cli

BRANCHES = ["B1", "B2", "B3"]
CASES = 6000


def made(seed=7, cases=CASES, part=0, of=1):
    return year.Year(year.mix(), BRANCHES, seed, 365, cases, part, of)


def shares(counted):
    whole = sum(counted.values())
    return {name: 100 * count / whole for name, count in counted.items()}


def test_the_same_seed_makes_the_same_complaints():
    one, again, other = made(), made(), made(seed=8)
    assert one.order == again.order
    assert [one.get(n) for n in range(50)] == [again.get(n) for n in range(50)]
    assert [one.get(n) for n in range(50)] != [other.get(n) for n in range(50)]


def test_products_and_reasons_come_in_the_published_mix():
    """JR/T 0169 dimensions B and C as a large bank has published them for 2025, within 2 points."""
    whole = made()
    arrived = [whole.get(n) for n in range(CASES)]
    products = shares(Counter(one.data["product"] for one in arrived))
    assert products["debit-card"] == pytest.approx(33.6, abs=2)
    assert products["credit-card"] == pytest.approx(29.1, abs=2)
    assert products["personal-loan"] + products["mortgage"] == pytest.approx(14.3, abs=2)
    assert products["payment"] == pytest.approx(5.3, abs=1)
    reasons = shares(Counter(whole.reason(n) for n in range(CASES)))
    published = {"rules": 73.4, "pricing": 8.6, "systems": 5.6, "attitude": 4.0, "collection": 3.3, "disclosure": 2.2}
    for reason, share in published.items():
        assert reasons[reason] == pytest.approx(share, abs=2)
    assert len({one.data["verbatim"] for one in arrived}) > CASES / 4


def test_they_come_in_order_over_the_whole_year_and_mostly_when_people_are_up():
    order = [at for at, _ in made().order]
    assert order == sorted(order)
    assert (order[0].month, order[-1].month) == (1, 12)
    hours = shares(Counter(at.hour for at in order))
    assert hours[10] > 5 * hours[3]
    days = Counter(at.weekday() for at in order)
    assert days[0] > 1.5 * days[6]


def test_some_come_again_from_the_same_customer():
    whole = made()
    again = [n for n in range(CASES) if whole._earlier(n) is not None]
    assert 0.02 < len(again) / CASES < 0.06
    for n in (n for n in again[:60] if whole._earlier(whole._earlier(n)) is None):
        one, before = whole.get(n), whole.get(whole._earlier(n))
        assert one.data["product"] == before.data["product"]
        assert (n - whole._earlier(n)) % parts.PARTS == 0  # both are in the same part
        if not one.data["anonymous"] and "customer_phone" in before.data:
            assert one.data["customer_phone"] == whole._matter(whole._earlier(n))["customer"]["customer_phone"]


def test_parts_are_the_whole():
    whole, divided = made(), [made(part=part, of=4) for part in range(4)]
    assert sorted(entry for part in divided for entry in part.order) == whole.order
    assert divided[1].get(5) == whole.get(5)


def test_a_wrong_file_of_shares_is_told_as_a_whole(tmp_path):
    content = year.mix() | {"openings": []}
    path = tmp_path / "mix.json"
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(Invalid) as refused:
        year.mix(path)
    assert [problem.where for problem in refused.value.problems] == ["openings"]
    path.write_text(json.dumps(year.mix() | {"products": {"gold-bar": 1}}), "utf-8")
    with pytest.raises(Invalid) as refused:
        year.mix(path)
    assert [problem.where for problem in refused.value.problems] == ["products.gold-bar"]


TIMES = {"seconds", "steps_per_second", "cases_per_second", "memory_mb", "days_checked"}


def test_a_divided_bank_tells_the_same_figures(monkeypatch):
    """Eight complaints in one process and one database, and in two processes with one each."""
    options = simulate.Options(seed=3, days=4, cases=8)
    with simulate.temporary() as place:
        whole = simulate.run(place, options)
    monkeypatch.setattr(parts, "LARGE", 8)
    monkeypatch.setattr(parts, "PARTS", 2)
    divided = simulate.run_in_parts(options, workers=2)
    assert (whole["archived"], whole["violations"], whole["verified"]) == (8, 0, True)
    assert whole["by_kind"] == {kind: {"cases": n, "archived": n} for kind, n in (("complex", 6), ("ordinary", 2))}
    assert len(whole["memory_mb"]) == 4
    apart = TIMES | {"events"}  # each database has been deployed and set up
    assert {k: v for k, v in divided.items() if k not in apart} == {k: v for k, v in whole.items() if k not in apart}


def fail_at_one(part, progress):
    """The work of a part: the second fails, the others would go on for ever."""
    if part == 1:
        raise ValueError("part 1")
    try:
        while True:
            progress(0, 1)
    except KeyboardInterrupt:
        return part


def test_when_a_part_fails_the_others_end_and_its_error_is_told():
    with pytest.raises(ValueError, match="part 1"):
        parts.play(fail_at_one, 4, 2, 4, None)


def test_an_interrupted_simulation_tells_what_it_has_measured():
    def give_up(archived, total):
        if archived >= 1:
            raise KeyboardInterrupt

    with simulate.temporary() as place:
        told = simulate.run(place, simulate.Options(seed=3, days=4, cases=4), give_up)
    assert told["interrupted"]
    assert 1 <= told["archived"] < 4
    assert told["verified"]


def test_a_kind_without_a_process_gets_no_share(tmp_path):
    content = json.loads(policy.USUAL.read_text("utf-8")) | {"kinds": {"on-the-moon": 0.1, "ordinary": 0.9}}
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(content), "utf-8")
    with simulate.temporary() as place, pytest.raises(Invalid) as refused:
        simulate.run(place, replace(simulate.Options(days=1, cases=1), policy=path))
    assert [problem.where for problem in refused.value.problems] == ["kinds.on-the-moon"]


def test_days_and_cases_belong_together():
    told = CliRunner().invoke(cli.main, ["simulate", "--days", "3"])
    assert told.exit_code == 2
    assert "together" in told.output
