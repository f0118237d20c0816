"""Whatever is done to clocks, in any order: what hangs on them says what they say, and a limit never comes earlier."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

import engine.tables
from complaints import clocks, clockwork, evidence, extension, following, pauses
from complaints.pauses import Told
from engine import calendar
from engine.columns import FAR
from engine.environment import SYSTEM
from engine.errors import Conflict, Invalid

SHARES = [Decimal(n) / 20 for n in range(21)]


def begin_pause(bank, number, chance):
    files = [bank.upload("a.txt", b"yes", field) for field in ("basis", "proof")]
    reason = chance.choice(pauses.REASONS)
    bank.act("gao", pauses.begin, number, reason, files[0], Told("call", bank.now, files[1]), "")


def end_pause(bank, number, chance):
    bank.act("gao", pauses.end, number, "结束")


def extend(bank, number, chance):
    def work(tx):
        evidence.keep(tx, number, [bank.upload("b.txt", b"told", extension.PROOF)])
        limit = clocks.due(tx.connection, number, "limit") or tx.now
        day = calendar.last_day(limit) + timedelta(days=chance.randint(1, 4))
        extension.grant(tx, number, chance.choice(("30", "60")), day)

    bank.environment.run(SYSTEM, work)


def new_facts(bank, number, chance):
    bank.environment.run(SYSTEM, lambda tx: clockwork.new_facts(tx, number, bank.now, "材料"))


def close_a_day(bank, number, chance):
    day = calendar.local_day(bank.now) + timedelta(days=chance.randint(1, 5))

    def work(tx):
        calendar.override(tx, "west", day, False, "停业")
        clockwork.recompute(tx, number, "calendar")

    bank.environment.run(SYSTEM, work)


def to_complex(bank, number, chance):
    bank.environment.run(SYSTEM, lambda tx: clockwork.set_limits(tx, number, 7, 10, 15))


def stop_and_unstop(bank, number, chance):
    stopped = ("target", "internal", "statutory")
    bank.environment.run(SYSTEM, lambda tx: clockwork.stop(tx, number, bank.now - timedelta(minutes=5), *stopped))
    bank.environment.run(SYSTEM, lambda tx: clockwork.unstop(tx, number, *stopped, why="void"))


MOVES = (begin_pause, end_pause, extend, new_facts, close_a_day, to_complex, stop_and_unstop)


def standing(bank, number):
    """Each clock: its moments over all shares must rise, from its start to its due time."""
    found = {}
    with bank.environment.read() as connection:
        for view in clocks.of(connection, number, bank.now):
            if view.stopped_at is None:
                moments = [clocks.moment(connection, number, view.name, share, bank.now) for share in SHARES]
                times = [moment.at for moment in moments if moment is not None]
                assert times == sorted(times)
                assert (times[-1], times[0] >= view.started_at) == (view.due_at, True)
                found[view.name] = view.due_at
    return found


def hanging(bank, number):
    """Every timer and due date with the key of a clock is what the clock says."""
    timer, task = engine.tables.timer, engine.tables.task
    with bank.environment.read() as connection:
        timers = connection.execute(select(timer).where(timer.c.key.startswith(following.PREFIX))).all()
        for row in timers:
            moment = following.moment(connection, number, row.key, bank.now)
            assert (row.stopped_at is not None) == (moment is None or moment.stopped), row.key
            assert row.stopped_at is not None or row.due_at == moment.at, row.key
        for row in connection.execute(select(task).where(task.c.due_key.startswith(following.PREFIX))):
            moment = following.moment(connection, number, row.due_key, bank.now)
            assert moment is None or row.due_at == (FAR if moment.stopped else moment.at), row.due_key
        governing = clocks.due(connection, number, "governing") or FAR
    assert bank.case(number).due_at == governing
    return len(timers)


@pytest.mark.parametrize("seed", range(6))
def test_random_changes_keep_timers_equal_to_clocks_and_limits_never_earlier(bank, seed):
    chance = random.Random(seed)
    number = bank.register().number
    bank.do("mei", number, "Review", review_checks=["complete"], review_result="ok")
    bank.do("mei", number, "Classify", subcategory="SQ.ATT")
    bank.do("mei", number, "Distribute", lead_unit="west", handling_requirement="三日内办结并回复客户")
    bank.do("wang", number, "Accept", accept_result="accept", handler="wang")
    before, done, seen = standing(bank, number), 0, 0
    for _ in range(14):
        bank.travel(minutes=chance.randint(1, 1200))
        try:
            chance.choice(MOVES)(bank, number, chance)
            done += 1
        except (Conflict, Invalid):
            assert hanging(bank, number) >= 0
        after = standing(bank, number)
        assert all(after[name] >= before[name] for name in ("target", "internal", "statutory"))
        before, seen = after, max(seen, hanging(bank, number))
    assert done >= 3
    assert seen >= 1
    assert bank.incidents() == []
    with bank.environment.read() as connection:
        assert calendar.overrides(connection, "west") == [
            one for one in calendar.overrides(connection) if one.day > date(2026, 3, 1)
        ]
