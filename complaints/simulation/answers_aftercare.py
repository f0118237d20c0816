"""What is written beside and after the handling: promises, corrective actions, visits, the papers of a major case."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from complaints.simulation.page import FAILS, Answer, Page

PLAN = ("reception", "safety", "care", "recording", "representatives")
REPRESENTATIVES = 5
"""So many speak for a group (G9)."""


def promise(page: Page) -> Answer:
    """Now and then the customer is promised something, whatever the form is about (R108)."""
    if not page.happens("promises"):
        return {}
    return {"promise_text": page.text("promise"), "promise_due": page.day(page.chance.randint(5, 14))}


def keep_promise(page: Page) -> Answer:
    """The promise is kept, with proof."""
    return {"kept_at": page.now, "kept_proof": page.proof(), "kept_note": page.text("promise_kept")}


def make_good(page: Page) -> Answer:
    """What follows when it was not."""
    said = {"breach_reason": page.text("breach_reason"), "breach_remedy": page.text("breach_remedy")}
    return said | {"breach_told_at": page.now, "breach_proof": page.proof()}


def carry_out(page: Page) -> Answer:
    """A corrective action is done, with proof (R39)."""
    return {"action_done": page.text("action_done"), "action_proof": page.proof()}


def check_effect(page: Page) -> Answer:
    """Somebody else looks whether it works; what does not is done again, once in a case."""
    if page.case.rounds["ineffective"] == 0 and page.happens("action_ineffective"):
        page.case.rounds["ineffective"] += 1
        again = {"effect_result": "not-effective", "effect_due": page.day(30)}
        return again | {"effect_finding": page.text("effect_missing")}
    return {"effect_result": "effective", "effect_finding": page.text("effect_seen")}


def visit(page: Page) -> Answer:
    """A follow-up visit; something new, or a promise that was not kept, is reported (R56)."""
    if page.happens("visit_fails"):
        missed = {"visit_result": FAILS, "promise_kept": "none", "visit_note": page.text("visit_missed")}
        return {"visited_at": page.now} | missed
    issue, broken = page.happens("new_issue"), page.happens("promise_broken")
    return promise(page) | {
        "visit_result": "new-issue" if issue else "content",
        "visited_at": page.now,
        "promise_kept": "no" if broken else "yes",
        "visit_note": page.text("visit_issue" if issue or broken else "visit_note"),
    }


def together(page: Page) -> Answer:
    """Some who come in person do not come alone; twenty are a major case (R12)."""
    if page.case.arrival.data.get("channel") != "VISIT" or not page.happens("comes_in_a_group"):
        return {}
    people = page.chance.randint(20, 45) if page.happens("many_people") else page.chance.randint(3, 15)
    names = [f"{page.text('surname')}代表{n}" for n in range(1, min(people, REPRESENTATIVES) + 1)]
    return {"head_count": people, "representatives": [{"representative_name": name} for name in names]}


def emergency_plan(page: Page) -> Answer:
    """Who does what while many people are in the hall."""
    said = {"site_leader": page.text("handler"), "speaker": page.text("handler"), "plan_steps": list(PLAN)}
    return said | {"plan_note": page.text("plan_note")}


def regulator_report(page: Page) -> Answer:
    """A major case is reported."""
    said = {"regulator": page.text("regulator"), "reported_at": page.now, "report_reference": page.proof()}
    return said | {"report_summary": page.text("major_summary")}


FORMS: Mapping[str, Callable[[Page], Answer]] = {
    function.__name__.replace("_", "-"): function
    for function in (keep_promise, make_good, carry_out, check_effect, visit, emergency_plan, regulator_report)
}
