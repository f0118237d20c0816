"""What the rules refuse beyond the form itself: dates that cannot be, words that may not change, people who may not.

A rule is a function of the submission that yields problems by field; the table at the end says which form it watches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from complaints import (
    actions,
    clocks,
    clockwork,
    closing,
    dossier,
    earlier,
    elements,
    extension,
    golive,
    groups,
    improvements,
    links,
    materials,
    media,
    people,
    progress,
    promises,
    recomplaints,
    recusal,
    repeats,
    special,
)
from complaints.viewer import SignedIn
from engine.environment import Transaction
from engine.errors import Conflict, Forbidden, Invalid, Problem

HANDLING = ("Accept", "AcceptSecond", "Investigate", "Propose", "Reply", "Report", "Settle")
"""What a handler of a case does; the units' work, not the intake's."""
RESUBMITTED = "resubmitted-after-withdrawal"


@dataclass(frozen=True)
class Submission:
    """A filled-in form about to be taken into a case."""

    connection: Connection
    number: str
    form: str
    data: Mapping[str, Any]
    case: Mapping[str, Any]
    variables: Mapping[str, Any]
    now: datetime
    instance_id: str


def after(tx: Transaction, number: str, form: str, data: Mapping[str, Any], instance_id: str) -> None:
    """What a form writes beside the case file."""
    if form == "register":
        groups.register(tx, number, data)
        progress.move(tx, number, "registered")
        if data.get("forwarder_deadline") is not None:
            clockwork.open_until(tx, number, "sender", data["forwarder_deadline"])
        special.open_limits(tx, number)
    if form == "review" and data.get("re_complaint") and earlier.before(tx.connection, number) is None:
        recomplaints.link(tx, number, str(data["earlier_case"]).strip())
    if form == "review-report":
        elements.review(tx, number, data)
    if form == "improvement":
        improvements.propose(tx, number, data)
    promises.from_form(tx, number, form, data)
    media.file(tx, number, form, data, instance_id)
    other = data.get("resubmission_of") if form == "review" and data.get("review_result") == "ok" else None
    if other and other not in links.others(tx.connection, number, RESUBMITTED):
        links.add(tx, number, str(other), RESUBMITTED)


Rule = Callable[[Submission], Iterator[Problem]]


def check(submission: Submission, signed_in: SignedIn) -> None:
    """Raise Invalid with all problems by field, or Forbidden for a person who may not do this."""
    if submission.form == "satisfaction":
        _check_caller(submission, signed_in)
    media.check(submission.connection, submission.number, submission.form, signed_in, submission.instance_id)
    problems = tuple(problem for rule in RULES.get(submission.form, ()) for problem in rule(submission))
    if problems:
        raise Invalid("Some fields need your attention", problems)


def _check_caller(submission: Submission, signed_in: SignedIn) -> None:
    """Satisfaction is never taken by a handler of the case (D14, R64, R85)."""
    if signed_in.user in dossier.authors(submission.connection, submission.number, *HANDLING):
        raise Forbidden("Expected somebody who has not handled the case to ask the customer (D14)")


def _immutable(submission: Submission) -> Iterator[Problem]:
    for field in dossier.IMMUTABLE:
        old, new = submission.case.get(field), submission.data.get(field)
        if old is not None and new is not None and field in submission.data and not _same(old, new):
            yield Problem(field, "This was recorded at receipt and cannot be changed; add an addendum.")


def _same(old: object, new: object) -> bool:
    if isinstance(old, datetime) and isinstance(new, datetime):  # forms show minutes
        return old.replace(second=0, microsecond=0) == new.replace(second=0, microsecond=0)
    return str(old).strip() == str(new).strip()


def _after_receipt(*fields: str) -> Rule:
    def rule(submission: Submission) -> Iterator[Problem]:
        received = clocks.received(submission.connection, submission.number).replace(second=0, microsecond=0)
        for field in fields:
            at = submission.data.get(field)
            if at is not None and at < received:
                yield Problem(field, "This lies before the receipt of the complaint.")

    return rule


def _extension(submission: Submission) -> Iterator[Problem]:
    stage, day = submission.data.get("stage"), submission.data.get("new_limit")
    if stage is None or day is None:
        return
    try:
        extension.check(submission.connection, submission.number, stage, day, submission.now)
    except Invalid as error:
        yield Problem("new_limit", error.template, error.parameters)


def _customer(submission: Submission) -> Iterator[Problem]:
    if submission.data.get("investigation_result") == "material":
        try:
            materials.check_customer(submission.connection, submission.number)
        except Invalid as error:
            yield Problem("investigation_result", error.template, error.parameters)


def _material_day(submission: Submission) -> Iterator[Problem]:
    day = submission.data.get("material_day")
    if day is not None:
        try:
            materials.check_day(submission.connection, submission.number, day, submission.now)
        except Invalid as error:
            yield Problem("material_day", error.template, error.parameters)


def _transfer(submission: Submission) -> Iterator[Problem]:
    unit = submission.data.get("next_unit")
    if unit is not None and unit == submission.variables.get("unit"):
        yield Problem("next_unit", "Expected another unit than the one that hands over.")


def _units_live(*fields: str) -> Rule:
    """A unit in preparation is refused where it is chosen, beside its field, and again where the slip is written."""

    def rule(submission: Submission) -> Iterator[Problem]:
        for field in fields:
            chosen = submission.data.get(field) or []
            for unit in [chosen] if isinstance(chosen, str) else chosen:
                try:
                    golive.check_unit(submission.connection, str(unit), submission.now)
                except Conflict as error:
                    yield Problem(field, error.template, error.parameters)

    return rule


def _handler(submission: Submission) -> Iterator[Problem]:
    user = submission.data.get("handler")
    if user and recusal.applies(submission.connection, submission.number, str(user), submission.now):
        name = people.names(submission.connection, [str(user)])[str(user)]
        yield Problem("handler", "{name} is concerned by this complaint and keeps away from it.", {"name": name})


def _one_level_higher(submission: Submission) -> Iterator[Problem]:
    """Who handled what was before does not get it back by a return or a transfer (R70)."""
    other = earlier.before(submission.connection, submission.number)
    unit = submission.data.get("next_unit")
    if other is not None and unit is not None and unit == earlier.unit(submission.connection, other):
        yield Problem("next_unit", "This unit handled the first complaint; a re-complaint is handled one level higher.")


def _earlier_case(submission: Submission) -> Iterator[Problem]:
    if not submission.data.get("re_complaint"):
        return
    other = str(submission.data.get("earlier_case") or "").strip()
    if not other or recomplaints.flaw(submission.connection, submission.number, other):
        yield Problem("earlier_case", "Expected the number of a complaint registered before this one.")
    elif earlier.before(submission.connection, submission.number) not in (None, other):
        yield Problem("earlier_case", "This is the re-complaint of another case already.")


def _marks(submission: Submission) -> Iterator[Problem]:
    marks = [value for field, value in submission.data.items() if field.startswith("mark_")]
    if "insufficient" in marks and submission.data.get("report_result") == "ok":
        yield Problem("report_result", "Expected the report to be returned: an element is insufficient.")


def _elements(submission: Submission) -> Iterator[Problem]:
    if submission.data.get("responsibility") == "found" and not submission.data.get("responsible_persons"):
        yield Problem("responsible_persons", "Expected at least one person, or a reason why nobody is responsible.")
    needless = submission.data.get("justified") == "no" or actions.waiver(submission.connection, submission.number)
    if not submission.data.get("actions") and not needless:
        yield Problem("actions", "Expected at least one corrective action with owner and due date.")


def _causes(submission: Submission) -> Iterator[Problem]:
    tags = submission.data.get("cause_tags") or ()
    if closing.NONE in tags and len(tags) > 1:
        yield Problem("cause_tags", "Expected either causes or none of them.")


def _dimensions(submission: Submission) -> Iterator[Problem]:
    if len(submission.data.get("dimensions") or ()) > closing.MOST:
        yield Problem("dimensions", "Expected at most {most} dimensions.", {"most": closing.MOST})


def _promise(submission: Submission) -> Iterator[Problem]:
    wrong = promises.check(submission.data, submission.now)
    if wrong is not None:
        yield Problem(wrong, "Expected what was promised together with a date that has not passed.")


def _resubmission(submission: Submission) -> Iterator[Problem]:
    other = submission.data.get("resubmission_of")
    if other and other not in repeats.withdrawn(submission.connection, submission.number):
        yield Problem("resubmission_of", "Expected a withdrawn complaint of the same customer on the same matter.")


RULES: Mapping[str, tuple[Rule, ...]] = {
    "register": (_immutable,),
    "review": (_resubmission, _earlier_case),
    "settle": (_immutable, _after_receipt("settled_at")),
    "first-contact": (_after_receipt("contacted_at"), _promise),
    "accept": (_handler,),
    "distribute": (_units_live("lead_unit", "assist_units"),),
    "redistribute": (_units_live("next_unit"), _one_level_higher),
    "arbitrate": (_units_live("next_unit"), _one_level_higher),
    "investigate": (_customer, _transfer, _units_live("next_unit"), _one_level_higher, _dimensions),
    "request-material": (_material_day,),
    "record-material": (_after_receipt("material_supplied_at"),),
    "new-facts": (_after_receipt("material_received_at"),),
    "reply": (_after_receipt("replied_at", "forwarder_replied_at"), _promise),
    "visit": (_promise,),
    "satisfaction": (_after_receipt("called_at"),),
    "six-elements": (_elements, _causes, _dimensions),
    "review-report": (_marks,),
    "request-extension": (_extension,),
}
