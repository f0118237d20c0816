"""A bank whose cases are played in parts: each with a database of its own, several at once, figures added up.

How many parts there are follows from the number of cases, never from the machine, so that one worker and many tell the
same figures. A part is a process of its own; an interruption is told to all of them, and they end with what they have.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from typing import Any, TypeVar

LARGE, PARTS = 1000, 4
"""From so many cases on the bank is played in so many parts; complaints/simulation/year.py keeps repeats together."""
RUBBISH = 50_000
"""So many new objects are made between two looks for cycles of them."""
LOOK = 0.5
"""Seconds between two looks at how far the parts are."""
Progress = Callable[[int, int], None]
T = TypeVar("T")
_shared: Any = None
"""In a worker: how far each part is, and whether to end."""


def number(cases: int) -> int:
    """Into how many parts so many cases are divided."""
    return PARTS if cases >= LARGE else 1


def usual_workers(parts: int) -> int:
    """As many at once as the machine has processors for."""
    return max(1, min(parts, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1))


def play(
    work: Callable[[int, Progress], T], parts: int, workers: int, total: int, progress: Progress | None
) -> Sequence[T]:
    """Run `work(part, progress)` for each part, so many at once; their results in the order of the parts.

    When one fails, the others end at once and its error is raised.
    """
    context = multiprocessing.get_context("spawn")
    done, stop = context.Array("q", parts), context.Event()
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(done, stop))
    with pool:
        futures = [pool.submit(_run, work, part) for part in range(parts)]
        waiting = set(futures)
        while waiting:
            try:
                ended, waiting = wait(waiting, LOOK)
                if any(future.exception() for future in ended):
                    stop.set()
                    waiting = {future for future in waiting if not future.cancel()}
                if progress is not None:
                    progress(sum(done[:]), total)
            except KeyboardInterrupt:
                stop.set()
        return [future.result() for future in futures]


def _begin(done: Any, stop: Any) -> None:
    global _shared  # a worker has no other way to keep what it was begun with
    gc.freeze()  # what is there now stays; with so much of it, looking for rubbish often finds nothing
    gc.set_threshold(RUBBISH, 20, 50)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent tells when to end
    _shared = done, stop


def _run(work: Callable[[int, Progress], T], part: int) -> T:
    done, stop = _shared

    def report(archived: int, total: int) -> None:
        done[part] = archived
        if stop.is_set():
            raise KeyboardInterrupt

    return work(part, report)
