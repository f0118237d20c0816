"""The people of the bank at work: they take complaints in and do their tasks, by the commands of the pages."""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, select

import engine.tables
from complaints import casework, clocks, earlier, evidence, extension, portal, recusal, register, tables
from complaints.simulation import answers, answers_media
from complaints.simulation.arrivals import Arrival
from complaints.simulation.page import Answer, Case, Page
from complaints.simulation.scene import Scene
from complaints.simulation.turns import Turns
from complaints.viewer import SignedIn
from engine import queries
from engine.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from engine.prepared import prepared

PATIENCE, A_DAY = 5, 480
"""How often a task that nobody may do is looked at again, and after how many minutes of service hours."""
LATEST_EXTENSION = timedelta(days=20)
SETTLED = ("SQ.ATT", "OP.ERR", "OP.MGMT")
NEVER_SETTLED = ("MEDIA", "FORWARDED")
ON_CALL = ("Register", "ContactCustomer")
"""What does not wait for service hours when somebody is on duty (R28)."""
CLOSING = ("FileDossier", "FileWithdrawal", "NewFacts")
"""Steps after which a case may be closed: archived, or merged with the one before it."""
SAME_HANDS = {"AmendRecord": "Register"}
"""Who recorded a complaint amends it: were it somebody else, a group of two would have nobody left to review."""
_task = engine.tables.task


@prepared
def _tasks(number: Any) -> Any:
    return select(_task).where(_task.c.business_key == number).order_by(_task.c.created_at, _task.c.element_id)


@prepared
def _one(task: Any) -> Any:
    return select(_task).where(_task.c.id == task)


@prepared
def _closed_at(number: Any) -> Any:
    return select(tables.complaint.c.closed_at).where(tables.complaint.c.number == number)


class Players:
    """Everybody who works at the bank."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.turns = scene, Turns(scene, self.look)
        self._planned: set[str] = set()

    def receive(self, place: int) -> None:
        """A complaint has come in, at the portal or at a desk, where somebody turns to it after a while."""
        scene = self.scene
        arrival, staff = scene.queue.get(place), scene.staff
        chance = scene.policy.chance(arrival.external, "receive")
        if arrival.data["channel"] == portal.CHANNEL and scene.policy.happens("filed_at_the_portal", chance):
            self._file(arrival, chance)
            return
        with scene.environment.read() as connection:
            user = staff.receiving(connection, str(arrival.data["channel"]), chance, scene.now)[0]
        pace = staff.after if staff.in_service(scene.now) else staff.on_call_after
        minutes = scene.policy.minutes("Receive", user, chance)
        scene.later(pace(scene.now, minutes), partial(self._register, place, user))

    def _file(self, arrival: Arrival, chance: random.Random) -> None:
        """The customer fills in the public form himself; the intake group still has to register it."""
        environment = self.scene.environment
        with environment.read() as connection:
            asked = portal.form_view(environment, connection, "portal-complaint").schema.fields
        sent = {name: value for name, value in arrival.data.items() if name in asked} | {"consent": True}
        receipt = portal.file(environment, sent, remote=arrival.external)
        self._open_case(receipt, Case(arrival.external, arrival, self._subcategory(arrival, chance)))

    def _subcategory(self, arrival: Arrival, chance: random.Random) -> str:
        """What the matter is: the file says so, or the dice."""
        return str(arrival.aside.get("subcategory") or self.scene.policy.subcategory(chance))

    def _open_case(self, receipt: register.Receipt, case: Case) -> None:
        number, case.code = receipt.number, receipt.query_code
        self.scene.cases[number] = case
        self.scene.count["cases"] += 1
        self.scene.count["steps"] += 1
        self.turns.opened(number, case)
        self.look(number)

    def _register(self, place: int, user: str) -> None:
        """A clerk takes the complaint in, or settles it on the spot."""
        scene = self.scene
        arrival, person = scene.queue.get(place), scene.staff.at_work(user, scene.now)
        chance = scene.policy.chance(arrival.external, "register")
        case = Case(arrival.external, arrival, self._subcategory(arrival, chance))
        page = self._page(case, person, chance, dict)
        key, element, form = self._begins(page)
        data = form(page)
        receipt = scene.environment.run(
            person.actor(),
            lambda tx: register.register(tx, person, data, key=key, task_element=element, external=arrival.external),
        )
        case.hands[element] = user
        self._open_case(receipt, case)

    def _begins(self, page: Page) -> tuple[str, str, Callable[[Page], Answer]]:
        """What a clerk begins with: the record, a settlement on the spot, or a report that nobody complained about."""
        data = page.case.arrival.data
        if data["channel"] == "MEDIA" and page.happens("press_only"):
            return "media", "ReportArticle", answers_media.media_article
        settled = (
            page.case.subcategory in SETTLED
            and data["channel"] not in NEVER_SETTLED
            and data.get("branch") is not None
            and page.happens("settled_on_the_spot")
        )
        return ("on-the-spot", "Settle", answers.settle) if settled else ("ordinary", "Register", answers.intake)

    def look(self, number: str) -> None:
        """See which tasks of a case are new, and plan when somebody does them."""
        with self.scene.environment.read() as connection:
            for task in connection.execute(*_tasks(number)).all():
                if task.id not in self._planned:
                    self._planned.add(task.id)
                    self._plan(connection, self.scene.cases[number], task)

    def _plan(self, connection: Connection, case: Case, task: Row[Any]) -> None:
        scene, staff = self.scene, self.scene.staff
        to = queries.candidates(connection, task.id)
        offered = sorted(value for _, value in to)
        about = (case.external, task.element_id, *offered, case.rounds[task.element_id])
        chance = scene.policy.chance(*about)
        user = next(iter(staff.candidates(connection, task, to, chance, scene.now)), "")
        begin = max(scene.now, task.follow_up_at or scene.now)
        on_call = task.element_id in ON_CALL and user in staff.on_duty(connection, begin)
        pace = staff.on_call_after if on_call else staff.after
        at = pace(begin, scene.policy.minutes(task.element_id, user, chance))
        if task.element_id == "Investigate":
            self._extend_in_time(connection, task, offered, at, chance)
        scene.later(at, partial(self._do, task.id, about, 0))

    def _do(self, task_id: str, about: tuple[object, ...], tried: int) -> None:
        """The first of those to whom the task is offered and who may do it does it; if nobody, again a day later."""
        scene = self.scene
        with scene.environment.read() as connection:
            task = connection.execute(*_one(task_id)).first()
            if task is None:  # a timer or a survey was faster
                self._planned.discard(task_id)
                return
            case = scene.cases[task.business_key]
            if self.turns.rests(connection, case, task):
                scene.later(scene.staff.after(scene.now, A_DAY), partial(self._do, task_id, about, tried))
                return
            to = queries.candidates(connection, task_id)
            doers = scene.staff.candidates(connection, task, to, scene.policy.chance(*about, "who"), scene.now)
        before = case.hands.get(SAME_HANDS.get(task.element_id, ""))
        doers.sort(key=lambda user: user != before)
        if any(self._complete(task, user, scene.policy.chance(*about, user)) for user in doers):
            self._planned.discard(task_id)
            self.look(task.business_key)
            return
        scene.count["unattended"] += 1
        if tried < PATIENCE:
            scene.later(scene.staff.after(scene.now, A_DAY), partial(self._do, task_id, about, tried + 1))

    def _complete(self, task: Row[Any], user: str, chance: random.Random) -> bool:
        """Fill the form in and send it; False when this person may not (four eyes, complained about)."""
        scene, case = self.scene, self.scene.cases[task.business_key]
        person = scene.staff.at_work(user, scene.now)
        page = self._page(case, person, chance, partial(self._open, person, task.id), task.business_key)
        page.case = replace(case, rounds=Counter(case.rounds))
        claimed = False
        try:
            if task.assignee is None and scene.policy.happens("claims", chance):
                scene.environment.run(person.actor(), lambda tx: casework.claim(tx, person, task.id))
                claimed = True
            data = answers.FORMS[task.form_key](page)
            scene.environment.run(
                person.actor(), lambda tx: casework.complete_task(tx, person, task.id, data, page.uploads)
            )
        except (Forbidden, NotFound):
            scene.count["passed on"] += 1
            if claimed:
                scene.environment.run(person.actor(), lambda tx: casework.release(tx, person, task.id))
            return False
        except Invalid as error:
            raise Fault("Expected '{form}' filled in right, but {why}", form=task.form_key, why=str(error))
        case.rounds = page.case.rounds
        case.rounds[task.element_id] += 1
        case.hands[task.element_id] = user
        scene.count["steps"] += 1
        if task.element_id in CLOSING:
            self._closed(task.business_key)
        self.turns.done(task.business_key, case, task.element_id, user)
        return True

    def _open(self, person: SignedIn, task_id: str) -> Mapping[str, Any]:
        with self.scene.environment.read() as connection:
            return casework.task_view(self.scene.environment, connection, person, task_id).initial

    def _page(
        self,
        case: Case,
        person: SignedIn,
        chance: random.Random,
        opening: Callable[[], Mapping[str, Any]],
        number: str | None = None,
    ) -> Page:
        scene = self.scene
        return Page(
            scene.policy,
            chance,
            case,
            person.user,
            scene.now,
            opening,
            colleagues=partial(self._colleagues, person, number),
            units=partial(self._units, number),
            upload=self._upload,
        )

    def _colleagues(self, person: SignedIn, number: str | None) -> list[str]:
        """The handlers of somebody's unit who need not keep away from the case, himself among them."""
        scene = self.scene
        with scene.environment.read() as connection:
            found = scene.staff.colleagues(person)
            return [user for user in found if not recusal.applies(connection, number, user, scene.now)]

    def _units(self, number: str | None) -> list[str]:
        """The units that may handle the case: not the one that did before it was complained about again."""
        with self.scene.environment.read() as connection:
            first = earlier.before(connection, number) if number else None
            unit = earlier.unit(connection, first) if first else None
        return [one for one in self.scene.staff.units if one != unit]

    def _upload(self, field: str, text: str) -> evidence.Upload:
        return evidence.receive(self.scene.vault, f"{field}.txt", io.BytesIO(text.encode()), field)

    def _closed(self, number: str) -> None:
        """Forget the texts of a case that is closed; what comes after needs no more than its name."""
        with self.scene.environment.read() as connection:
            closed = connection.scalar(*_closed_at(number))
        case = self.scene.cases[number]
        if closed is not None and case.arrival.data:
            self.scene.count["archived"] += 1
            case.arrival = replace(case.arrival, data={}, aside={})

    def _extend_in_time(
        self, connection: Connection, task: Row[Any], offered: list[str], at: datetime, chance: random.Random
    ) -> None:
        """Who sees that he will be late asks for an extension half-way (G1)."""
        scene, number = self.scene, task.business_key
        due = clocks.due(connection, number, "governing")
        received = scene.cases[number].arrival.received_at
        if due is None or not scene.now < due < at or due - received > LATEST_EXTENSION:
            return
        unit = next((name.removeprefix("unit:") for name in offered if name.startswith("unit:")), None)
        if unit is not None and scene.policy.happens("extension_when_late", chance):
            group = f"unit:{unit}"
            user = (scene.staff.handlers(group) or scene.staff.of_group(group))[0]
            half_way = scene.staff.after(scene.now + (due - scene.now) / 2, 1)
            scene.later(half_way, partial(self._request_extension, number, unit, user))

    def _request_extension(self, number: str, unit: str, user: str) -> None:
        scene = self.scene
        person = scene.staff.at_work(user, scene.now)
        with suppress(Conflict):  # one is asked for already, or the customer has been answered meanwhile
            scene.environment.run(person.actor(), lambda tx: extension.begin(tx, person, number, unit))
            scene.count["steps"] += 1
        self.look(number)
