"""What customers and staff begin beside the tasks: withdrawals, requests for a review, changes of the kind.

Each goes through the door that a page uses; one that comes too late for its case does not happen.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, select

import engine.tables
from complaints import evidence, holding, kinds, portal, reviews, withdrawal
from complaints.simulation.page import Case
from complaints.simulation.scene import Scene
from engine.errors import Conflict

SUBCATEGORIES = {"complex": "SQ.PROD", "ordinary": "OP.MGMT"}
"""What a case turns out to be about when its kind is changed to one that leads."""
RECEIVED = ("Register",)
"""Who did this knows the case, and takes what the customer says or hands in later."""


class Turns:
    """Plans them when a case is opened and when a step is done; `look` sees what tasks have come of it."""

    def __init__(self, scene: Scene, look: Callable[[str], None]) -> None:
        self.scene, self._look = scene, look

    def opened(self, number: str, case: Case) -> None:
        """Some customers will withdraw."""
        chance = self.scene.policy.chance(case.external, "withdraws")
        if self.scene.policy.happens("withdraws", chance):
            self._customer("Withdraw", number, case, chance, self._withdraw)

    def done(self, number: str, case: Case, element: str, user: str) -> None:
        """After a distribution a case may turn out to be of another kind, after a reply a review may be asked for."""
        scene = self.scene
        if element == "Distribute":
            chance = scene.policy.chance(case.external, "kind")
            for kind, share in sorted(scene.policy.kinds.items()):
                if share and chance.random() < share:
                    at = scene.staff.after(scene.now, scene.policy.minutes("ChangeKind", user, chance))
                    scene.later(at, partial(self._change_kind, number, case, kind, user))
        elif element == "Reply":
            chance = scene.policy.chance(case.external, "review", case.rounds["Reply"])
            if scene.policy.happens("asks_for_review", chance):
                self._customer("AskReview", number, case, chance, self._ask_review)

    def rests(self, connection: Connection, case: Case, task: Row[Any]) -> bool:
        """Whether a task waits until it is known what comes of a withdrawal."""
        if not case.rounds["withdrew"] or not holding.held(connection, task.business_key):
            return False
        table = engine.tables.instance
        query = select(table.c.suspended_at).where(table.c.id == task.instance_id)
        return connection.scalar(query) is not None or task.form_key in withdrawal.CUSTOMERS

    def _customer(
        self,
        what: str,
        number: str,
        case: Case,
        chance: random.Random,
        act: Callable[[str, Case, random.Random, datetime, str | None], None],
    ) -> None:
        """At any hour on the status page; what is `said` otherwise is taken in service hours by who knows the case."""
        scene = self.scene
        said = at = scene.now + timedelta(minutes=scene.policy.minutes(what, "customer", chance))
        clerk = next((case.hands[step] for step in RECEIVED if step in case.hands), None)
        online = clerk is None or scene.policy.happens("on_the_status_page", chance)
        if not online:
            at = scene.staff.after(at, 1)
        scene.later(at, partial(act, number, case, chance, said, None if online else clerk))

    def _withdraw(self, number: str, case: Case, chance: random.Random, said: datetime, clerk: str | None) -> None:
        scene = self.scene
        reason = scene.policy.text("withdrawal_reason", chance)
        try:
            if clerk is None:
                portal.withdraw(scene.environment, number, case.code, reason, remote=case.external)
            else:
                person, proof = scene.staff.at_work(clerk, scene.now), f"REC-{chance.randrange(10**8):08d}"
                scene.environment.run(
                    person.actor(),
                    lambda tx: withdrawal.begin(tx, person, number, "recording", reason, said, proof),
                )
        except Conflict:  # answered or closed meanwhile
            return
        scene.count["withdrawals"] += 1
        case.rounds["withdrew"] += 1
        self._acted(number, case)
        if scene.policy.happens("withdrawal_taken_back", chance):
            at = scene.now + timedelta(minutes=scene.policy.minutes("TakeBack", "customer", chance))
            scene.later(at, partial(self._take_back, number, case))

    def _take_back(self, number: str, case: Case) -> None:
        with suppress(Conflict):  # it was decided before
            portal.take_back(self.scene.environment, number, case.code, remote=case.external)
            self._acted(number, case)

    def _ask_review(self, number: str, case: Case, chance: random.Random, said: datetime, clerk: str | None) -> None:
        scene = self.scene
        request = scene.policy.text("review_request", chance)
        with suppress(Conflict):  # a rework has taken the decision back, or a review is under way
            if clerk is None:
                portal.ask_review(scene.environment, number, case.code, request, remote=case.external)
            else:
                person = scene.staff.at_work(clerk, scene.now)
                letter = evidence.receive(scene.vault, "letter.txt", io.BytesIO(request.encode()), "request_file")
                scene.environment.run(
                    person.actor(),
                    lambda tx: reviews.ask(tx, person, number, "letter", said, request, letter),
                )
            scene.count["reviews"] += 1
            self._acted(number, case)

    def _change_kind(self, number: str, case: Case, kind: str, user: str) -> None:
        scene = self.scene
        person = scene.staff.at_work(user, scene.now)
        reason = scene.policy.text("kind_reason", scene.policy.chance(case.external, "kind", kind))
        subcategory = SUBCATEGORIES.get(kind)
        with suppress(Conflict):  # of this kind already, answered, or held up
            scene.environment.run(
                person.actor(), lambda tx: kinds.change(tx, person, number, kind, reason, subcategory)
            )
            scene.count["kind changes"] += 1
            self._acted(number, case)

    def _acted(self, number: str, case: Case) -> None:
        self.scene.count["steps"] += 1
        self.scene.cases.setdefault(number, case)  # a review is asked for after all else is over
        self._look(number)
