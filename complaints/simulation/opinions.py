"""What leaders, departments and units write beside the handling itself: approvals, conclusions, opinions, reasons."""

from __future__ import annotations

from collections.abc import Callable

from complaints.simulation.page import Answer, Page


def approve_reply(page: Page) -> Answer:
    """The leader, and with media interest the Office; a proposal is returned once at most."""
    if page.case.rounds["reply_returned"] == 0 and page.happens("reply_returned"):
        page.case.rounds["reply_returned"] += 1
        return {"reply_approval": "return", "reply_approval_reason": page.text("reply_comment")}
    return {"reply_approval": "approve"}


def joint_conclusion(page: Page) -> Answer:
    """What several units conclude together (R26)."""
    return {"joint_conclusion": page.text("joint_conclusion")}


def improvement(page: Page) -> Answer:
    """What the product department would change (R57)."""
    return {
        "improvement_kind": page.chance.choice(("product", "process", "none")),
        "improvement_opinion": page.text("improvement"),
    }


def violation_nature(page: Page) -> Answer:
    """The nature of a violation (R20)."""
    nature = page.chance.choices(("none", "minor", "general", "serious"), (3, 4, 2, 1))[0]
    return {
        "violation_nature": nature,
        "violation_basis": page.text("facts"),
        "violation_advice": page.text("violation_advice"),
    }


def explain_target(page: Page) -> Answer:
    """Why the target of seven working days was passed (D3)."""
    return {"target_reason": page.text("extension_reason"), "target_expected": page.day(3)}


FORMS: dict[str, Callable[[Page], Answer]] = {
    function.__name__.replace("_", "-"): function
    for function in (approve_reply, joint_conclusion, improvement, violation_nature, explain_target)
}
