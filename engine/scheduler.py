"""The only door to APScheduler: it wakes the engine, which then asks its own tables what is due.

Several nodes may do so at once; each timer, job, delivery and outbox entry is claimed by a lock, so nothing happens
twice. Never one APScheduler job per BPMN timer: that would be a second truth (design §3).
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler

from engine import jobs, messages, outbox, seal, start_timers, timers
from engine.environment import Environment

log = logging.getLogger(__name__)
LOOK_SECONDS = 1
SEAL_SECONDS = 30
FORGET_SECONDS = 3600
Chore = Callable[[Environment], int]


def work(environment: Environment) -> int:
    """Do everything that is due now: deliveries, timers, jobs, effects; returns how many were done."""
    done = 0
    steps = (messages.deliver_due, timers.fire_due, start_timers.fire_due, jobs.run_due)
    while worked := sum(step(environment) for step in steps):
        done += worked
    return done + outbox.send_due(environment)


def start(environment: Environment, *chores: tuple[Chore, int]) -> BackgroundScheduler:
    """Look for work every second, in threads of this process; `shutdown()` of the result stops it.

    `chores` are what the house above has to do from time to time, each with its seconds between two looks.
    """
    scheduler = BackgroundScheduler(timezone="UTC")
    plan: tuple[tuple[Chore, int], ...] = (
        (work, LOOK_SECONDS),
        (seal.seal, SEAL_SECONDS),
        (messages.forget_expired, FORGET_SECONDS),
        *chores,
    )
    for task, seconds in plan:
        scheduler.add_job(
            _guarded,
            "interval",
            args=(task, environment),
            seconds=seconds,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    scheduler.start()
    return scheduler


def _guarded(task: Chore, environment: Environment) -> None:
    """A failed look is logged and tried again at the next; what is due stays due."""
    try:
        task(environment)
    except Exception:
        log.exception("the scheduler's %s failed and will be tried again", task.__name__)
