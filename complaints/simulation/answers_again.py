"""What is written when a customer does not leave it at that: re-complaint, review of the decision, withdrawal."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from complaints.simulation.page import FAILS, Answer, Page

OWN_REASONS = ("settled", "misunderstanding", "no-time", "elsewhere", "none")


def confirmed(page: Page) -> Answer:
    """The reviewer of a record looks at the earlier case that is proposed: mostly it is about that one again (R70)."""
    proposed, withdrawn = page.initial.get("earlier_case"), page.initial.get("resubmission_of")
    answer = {"resubmission_of": withdrawn} if withdrawn else {}
    if not proposed:
        return answer
    again = bool(page.initial.get("re_complaint")) or (not withdrawn and page.happens("complains_again"))
    return answer | {"earlier_case": proposed, "re_complaint": again}


def new_facts(page: Page) -> Answer:
    """Whether a re-complaint brings anything that the first case did not know (G3)."""
    if not page.happens("new_facts"):
        return {"new_facts": "no", "facts_reason": page.text("no_new_facts")}
    material = {"new_material": page.text("new_material"), "material_received_at": page.now}
    return {"new_facts": "yes", "facts_reason": page.text("facts_reason")} | material


def decide_review(page: Page) -> Answer:
    """Process, time limits and result are looked at; few decisions are changed (G5)."""
    changed = page.happens("decision_changed")
    found = {"review_process": "ok", "review_limits": "ok", "review_finding": "flawed" if changed else "ok"}
    basis = page.text("review_changed" if changed else "review_kept")
    return found | {"review_outcome": "changed" if changed else "kept", "review_basis": basis}


def correct_decision(page: Page) -> Answer:
    """The customer is told the new decision."""
    told = {"correction_channel": page.chance.choice(("call", "letter")), "corrected_at": page.now}
    said = {"correction": page.text("solution"), "reply_text": page.text("reply")}
    return said | told | {"correction_evidence": page.proof()}


def check_withdrawal(page: Page) -> Answer:
    """The customer is asked whether it is his own wish; a few have been pressed (R71)."""
    called = {"checked_at": page.now, "check_evidence": page.proof()}
    if page.happens("withdrawal_call_fails"):
        return called | {"check_result": FAILS}
    reached = {"check_result": "reached", "withdrawal_reason": page.chance.choice(OWN_REASONS)}
    if page.happens("customer_pressed"):
        wish = page.chance.choice(("yes", "no"))
        return called | reached | {"own_wish": wish, "pressure": "asked", "pressed_by": page.text("handler")}
    return called | reached | {"own_wish": "yes", "pressure": "none"}


def decide_withdrawal(page: Page) -> Answer:
    """The supervisor decides where the call has left doubts."""
    verdict = "confirmed" if page.happens("doubts_dispelled") else "void"
    return {"verdict": verdict, "decision_reason": page.text(f"withdrawal_{verdict}")}


def archive_withdrawal(page: Page) -> Answer:
    """What the file of a withdrawn case holds."""
    return {"withdrawal_checks": ["register", "evidence", "check", "letter"]}


FORMS: Mapping[str, Callable[[Page], Answer]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        new_facts,
        decide_review,
        correct_decision,
        check_withdrawal,
        decide_withdrawal,
        archive_withdrawal,
    )
}
