"""Which moving time a timer or a due date follows: told by the host functions that its expression has asked."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import Fault
from engine.functions import Followed


def choose(followed: Sequence[Followed], value: object) -> Followed | None:
    """The time that `value` is, None when nothing that moves was asked.

    Raises Fault when it cannot be followed, since it would silently stay where it is: two things were asked, or the
    expression has made another time of it.
    """
    subjects = sorted({one.subject for one in followed})
    if not subjects:
        return None
    if len(subjects) > 1:
        raise Fault("Expected a time that follows one thing, but it follows {subjects}", subjects=", ".join(subjects))
    same = [one for one in followed if one.at == value]
    if not same:
        raise Fault("Expected a time of {subject} as it is, but the expression changes it", subject=subjects[0])
    return same[-1]
