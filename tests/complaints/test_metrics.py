"""The figures of R28 to R31: two hundred complaints, counted by SQL and once more by hand."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from complaints import metrics, tables
from engine.columns import FAR

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ANSWERS = ("very-satisfied", "satisfied", "dissatisfied", "declined", "unreachable", None)


def made(n):
    """A complaint with its clocks, by dice of its own."""
    dice = random.Random(n)
    received = NOW - timedelta(minutes=dice.randrange(60 * 24 * 30))
    answered = received + timedelta(hours=dice.choice((5, 24, 47, 48, 49, 90)), microseconds=dice.choice((0, 999_000)))
    solved = answered if answered <= NOW and dice.random() < 0.7 else None
    outcome = dice.choice(("met", "met", "met", "late", "attempted", None))
    return {
        "number": f"TS-{n:04d}",
        "channel": dice.choice(("PHONE", "WEB")),
        "unit": dice.choice(("west", "east", None)),
        "received_at": received,
        "first_resolved_at": solved,
        "resolved_at": solved if dice.random() < 0.9 else None,
        "time_class": dice.choice(("ordinary", "complex", None)),
        "satisfaction": dice.choice(ANSWERS),
        "phone": "139" if dice.random() < 0.8 else None,
        "first": {"due": received + DAY, "outcome": outcome},
        "internal": {"due": received + 5 * DAY, "outcome": dice.choice(("met", "met", "late", None))},
        "statutory": {"due": received + 15 * DAY, "outcome": dice.choice(("met", None))},
    }


CASES = [made(n) for n in range(200)]


@pytest.fixture
def connection(bank):
    def fill(connection):
        for case in CASES:
            row = {name: value for name, value in case.items() if name in tables.complaint.c}
            rest = {"kind": "complaint", "process": "ordinary", "registered_by": "lin", "subject": "", "query_hash": ""}
            more = {"registered_at": case["received_at"], "intake_group": "95566", "stage": "received", "due_at": FAR}
            connection.execute(insert(tables.complaint).values(**row, **rest, **more))
            connection.execute(insert(tables.party).values(number=case["number"], phone=case["phone"]))
            for name in ("first", "internal", "statutory"):
                connection.execute(insert(tables.clock).values(clock(case, name)))

    bank.environment.store.write(fill)
    with bank.environment.read() as found:
        yield found


def clock(case, name):
    ended = case[name]["outcome"]
    return {
        "number": case["number"],
        "name": "first-response" if name == "first" else name,
        "measure": "hours",
        "limit": 1,
        "started_at": case["received_at"],
        "due_at": case[name]["due"],
        "provisional": False,
        "stopped_at": case[name]["due"] if ended else None,
        "outcome": ended,
    }


@pytest.mark.proves("R29")
def test_response_counts_those_whose_window_has_ended(connection):
    ended = [case for case in CASES if case["first"]["due"] <= NOW]
    unanswerable = [case for case in ended if case["first"]["outcome"] is None and case["phone"] is None]
    judged = [case for case in ended if case not in unanswerable]
    found = metrics.response(connection, NOW)
    assert found.met == sum(case["first"]["outcome"] == "met" for case in ended)
    assert found.late == sum(case["first"]["outcome"] == "late" for case in ended)
    assert found.attempted == sum(case["first"]["outcome"] == "attempted" for case in ended)
    assert found.missing == sum(case["first"]["outcome"] is None for case in judged)
    assert found.unanswerable == len(unanswerable) > 0
    assert found.ended == len(judged) < len(CASES)
    assert found.share == round(found.met / len(judged), 4)


def test_attempts_are_shown_apart_and_are_no_success():
    assert metrics.Response(met=95, late=0, missing=0, attempted=5, unanswerable=7).share == 0.95
    assert metrics.Response(0, 0, 0, 0, 3).share is None


@pytest.mark.parametrize("time_class", ["ordinary", "complex"])
def test_the_limit_is_kept_when_both_clocks_are(connection, time_class):
    def state(case):
        both = case["internal"], case["statutory"]
        if any(one["outcome"] == "late" for one in both):
            return "late"
        if any(one["outcome"] is None and one["due"] <= NOW for one in both):
            return "missing"
        return "running" if any(one["outcome"] is None for one in both) else "met"

    states = [state(case) for case in CASES if case["time_class"] == time_class]
    (found,) = (limit for limit in metrics.within_limit(connection, NOW) if limit.time_class == time_class)
    assert (found.met, found.late, found.missing, found.running) == tuple(
        states.count(name) for name in ("met", "late", "missing", "running")
    )
    assert found.share == round(found.met / (found.met + found.late + found.missing), 4)


def test_the_share_over_all_classes_weighs_by_complaints():
    limits = [metrics.Limit("complex", 1, 1, 0, 5), metrics.Limit("ordinary", 5, 0, 1, 0)]
    assert metrics.overall(limits) == 0.75
    assert metrics.overall([]) is None


@pytest.mark.proves("R30")
def test_solved_in_48_hours_first_and_final(connection):
    """To the hour: 48 hours are in time, a second more is not; who was reopened loses his mark, but not the first."""
    window = timedelta(hours=48)
    ended = [case for case in CASES if case["received_at"] + window <= NOW]
    found = metrics.solved(connection, NOW)
    assert found.ended == len(ended)
    for figure, column in ((found.first, "first_resolved_at"), (found.final, "resolved_at")):
        assert figure == sum(
            case[column] is not None and case[column] - case["received_at"] <= window for case in ended
        )
    assert found.share_first > found.share_final > 0


def test_satisfaction_is_of_those_who_answered(connection):
    said = [case["satisfaction"] for case in CASES]
    found = metrics.satisfied(connection)
    assert found.content == said.count("very-satisfied") + said.count("satisfied")
    assert found.answered == found.content + said.count("dissatisfied")
    assert found.asked == len(CASES) - said.count(None)
    assert found.share == round(found.content / found.answered, 4)
    assert found.response_rate == round(found.answered / found.asked, 4)


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(85, 100, (0.7672, 0.9069)), (0, 10, (0.0, 0.2775)), (10, 10, (0.7225, 1.0)), (1, 2, (0.0945, 0.9055))],
)
def test_the_interval_is_that_of_wilson(part, whole, expected):
    assert metrics.wilson(part, whole) == expected


def test_too_few_answers_are_marked():
    assert metrics.Satisfaction(3, 3, 9).too_few
    assert not metrics.Satisfaction(85, 100, 120).too_few
    assert metrics.Satisfaction(85, 100, 120).share == 0.85
    assert metrics.Satisfaction(0, 0, 4).interval is None


@pytest.mark.proves("R50")
def test_figures_are_cut_by_month_unit_and_channel(connection):
    scope = metrics.Scope(since=NOW - 10 * DAY, until=NOW - 2 * DAY, unit="west", channel="WEB")
    chosen = [
        case
        for case in CASES
        if scope.since <= case["received_at"] < scope.until and case["unit"] == "west" and case["channel"] == "WEB"
    ]
    assert 0 < len(chosen) < 40
    assert metrics.solved(connection, NOW, scope).ended == len(chosen)
    assert metrics.satisfied(connection, scope).asked == sum(case["satisfaction"] is not None for case in chosen)
    assert sum(
        limit.met + limit.late + limit.missing + limit.running for limit in metrics.within_limit(connection, NOW, scope)
    ) == sum(case["time_class"] is not None for case in chosen)
    response = metrics.response(connection, NOW, scope)
    assert response.ended + response.unanswerable == len(chosen)
