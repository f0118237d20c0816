"""What people write into the forms: one function per form, drawn from the policy."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import timedelta

from complaints.simulation import answers_aftercare, answers_again, answers_media, opinions
from complaints.simulation.page import FAILS, Answer, Case, Page
from complaints.simulation.policy import Policy
from engine import calendar


def register(page: Page) -> Answer:
    """The intake form, also when a settlement on the spot has failed and the case starts over."""
    known = ("channel", "received_at", "matter_kind")
    return intake(page) | {name: page.initial[name] for name in known if page.initial.get(name) is not None}


def intake(page: Page) -> Answer:
    """What a clerk is told at a desk."""
    return page.case.arrival.data | answers_aftercare.together(page)


def settle(page: Page) -> Answer:
    """The one screen of a settlement on the spot (R91)."""
    taken = ("channel", "received_at", "anonymous", "customer_name", "customer_phone", "verbatim", "product", "branch")
    data = {name: page.case.arrival.data[name] for name in taken if name in page.case.arrival.data}
    return data | {
        "subcategory": page.case.subcategory,
        "settled_amount": page.chance.choice((0, 0, 50, 100)),
        "settlement": page.text("settlement"),
        "settled_at": page.now,
        "customer_agrees": True,
        "settle_evidence": page.proof(),
    }


def review(page: Page) -> Answer:
    returned = page.case.rounds["AmendRecord"] == 0 and page.happens("record_returned")
    result = {"review_result": "return", "review_reason": page.text("record_reason")}
    checks = {"review_checks": ["complete", "verbatim", "contact", "duplicate"]} | answers_again.confirmed(page)
    return checks | (result if returned else {"review_result": "ok"})


AMENDED = ("customer_phone", "customer_email", "customer_address", "product", "branch")


def amend(page: Page) -> Answer:
    """What stands on the form stays: an empty field would take the customer's telephone away."""
    said = {"addendum": page.text("addendum"), "urgency": page.initial.get("urgency") or "normal"}
    return {name: page.initial[name] for name in AMENDED if page.initial.get(name) is not None} | said


def classify(page: Page) -> Answer:
    """The suggestion is confirmed, or changed with a reason (R7)."""
    suggested = page.initial.get("subcategory")
    changed = suggested is not None and suggested != page.case.subcategory
    reason = {"deviation_reason": page.text("deviation_reason")} if changed else {}
    return {"subcategory": page.case.subcategory} | reason


def distribute(page: Page) -> Answer:
    lead = page.initial.get("lead_unit") or page.chance.choice(page.units())
    assisting = [unit for unit in page.initial.get("assist_units") or [] if unit != lead]
    return {"lead_unit": lead, "assist_units": assisting, "handling_requirement": page.text("requirement")}


def accept(page: Page) -> Answer:
    again = page.case.rounds["returned"] > 0
    if page.happens("slip_returned_again" if again else "slip_returned") and page.case.rounds["returned"] < 2:
        page.case.rounds["returned"] += 1
        return {"accept_result": "return", "return_reason": page.text("return_reason")}
    colleague = page.chance.choice(page.colleagues()) if page.happens("handled_by_colleague") else page.user
    return {"accept_result": "accept", "handler": colleague}


def redistribute(page: Page) -> Answer:
    here = page.initial.get("next_unit")
    unit = here if page.happens("unit_insisted") else page.another_unit()
    return {"next_unit": unit or here, "redistribution_reason": page.text("redistribution_reason")}


def arbitrate(page: Page) -> Answer:
    return {"next_unit": page.another_unit(), "ruling": page.text("ruling")}


def investigate(page: Page) -> Answer:
    if page.case.rounds["asked"] == 0 and _time_to_ask(page) and page.happens("material_missing"):
        page.case.rounds["asked"] += 1
        return {"investigation_result": "material"}
    if page.case.rounds["transferred"] == 0 and page.happens("transferred"):
        page.case.rounds["transferred"] += 1
        return {
            "investigation_result": "transfer",
            "next_unit": page.another_unit(),
            "transfer_reason": page.text("transfer_reason"),
        }
    return {
        "investigation_result": "done",
        "verified_facts": page.text("facts"),
        "justified": page.chance.choices(("yes", "partly", "no"), (5, 3, 2))[0],
        "root_cause": page.chance.choice(("work-error", "service-manner", "communication", "product-quality")),
        "cause_tags": page.chance.choice(([], ["SVC_BELOW_STD"], ["INFO_OPAQUE"])),
        "evidence_list": page.text("evidence"),
    }


def _time_to_ask(page: Page) -> bool:
    """Whether tomorrow lies before the last day of any limit, and there is a customer to ask."""
    data = page.case.arrival.data
    first_day = calendar.local_day(page.case.arrival.received_at) == calendar.local_day(page.now)
    known = data.get("customer_phone") and data.get("channel") != "MEDIA"  # a report in the press may name nobody
    reachable = bool(known) and not page.case.rounds["withdrew"]
    return first_day and reachable and data.get("forwarder_deadline") is None


def request_material(page: Page) -> Answer:
    """What only the customer has, by tomorrow; another day it is too late to ask."""
    if not _time_to_ask(page):
        return {"material_request": "none"}
    asked = {"material_wanted": page.text("material_wanted"), "material_reason": page.text("material_reason")}
    return {"material_request": "ask", "material_day": page.day(1), "material_not_held": True} | asked


def record_material(page: Page) -> Answer:
    """Some bring it, of others it is needed no more; who never answers is what the timers are for."""
    if page.happens("material_needless"):
        return {"material_result": "given-up", "material_given_up_reason": page.text("material_needless")}
    supplied = {"material_note": page.text("material_note"), "material_evidence": page.proof()}
    return {"material_result": "received", "material_supplied_at": page.now} | supplied


def propose(page: Page) -> Answer:
    return {"solution": page.text("solution"), "reply_text": _reply(page)}


def _reply(page: Page) -> str:
    """The reply that the file holds, where it has one: real length, real wording."""
    real = str(page.case.arrival.aside.get("reply_text") or "")
    return real if len(real) >= 20 else page.text("reply")


def reply(page: Page) -> Answer:
    """The answer to the customer, and to who forwarded the complaint (R27)."""
    data: Answer = {"replied_at": page.now, "reply_evidence": page.proof(), "resolved": False}
    if page.case.arrival.data.get("channel") == "FORWARDED":
        data |= {"forwarder_replied_at": page.now, "forwarder_evidence": page.proof()}
    if page.happens("reply_impossible"):
        return data | {"reply_channel": "none", "no_reply_reason": page.text("no_reply_reason")}
    return (
        data
        | answers_aftercare.promise(page)
        | {
            "reply_text": _reply(page),
            "reply_contents": ["facts", "basis", "remedies"],
            "reply_channel": page.chance.choice(("call", "call", "letter", "email", "visit", "sms")),
            "resolved": page.happens("resolved_by_reply"),
        }
    )


def first_contact(page: Page) -> Answer:
    data = {"contact_method": "call", "contacted_at": page.now, "contact_evidence": page.proof()}
    if page.always("unreachable_at_first") or page.happens("contact_fails"):
        return data | {"contact_result": FAILS, "contact_note": page.text("not_reached")}
    return (
        data
        | answers_aftercare.promise(page)
        | {
            "contact_result": "reached",
            "told_handler": page.text("handler"),
            "told_until": page.day(5),
            "contact_note": page.text("contact_note"),
        }
    )


def satisfaction(page: Page) -> Answer:
    """The call-back; who rates, rates expectation and experience (R88)."""
    data = {"called_at": page.now, "call_evidence": page.proof()}
    if page.always("unreachable_at_last") or page.happens("call_fails"):
        return data | {"call_result": FAILS}
    answered = {"call_result": "answered"} | rating(page.policy, page.case, page.chance)
    return data | ({"call_result": "declined"} if page.happens("declined") else answered)


def rating(policy: Policy, case: Case, chance: random.Random) -> Answer:
    """Expectation and experience of a customer on the scale of 1 to 10; after a second handling he is content."""
    expected = chance.randint(5, 9)
    comment = {"satisfaction_comment": policy.text("comment", chance)}
    if policy.happens("dissatisfied", chance) and case.rounds["reworked"] == 0:
        return {"expectation": expected, "perception": chance.randint(1, expected - 1)} | comment
    better = chance.randint(1, 10 - expected) if policy.happens("very_satisfied", chance) else 0
    return {"expectation": expected, "perception": expected + better} | comment


def review_dissatisfaction(page: Page) -> Answer:
    rework = page.happens("reworked")
    page.case.rounds["reworked"] += rework
    decision = "rework" if rework else "keep"
    return {"dissatisfaction_decision": decision, "dissatisfaction_reason": page.text("dissatisfaction_reason")}


def six_elements(page: Page) -> Answer:
    """Elements 1 to 3; the others are never typed (R64–R66)."""
    action = {"action": page.text("action"), "action_owner": page.text("handler"), "action_check": "下月抽查"}
    data = {
        "verified_facts": page.text("facts"),
        "justified": page.chance.choice(("yes", "partly")),
        "lessons": page.text("lessons"),
        "actions": [action | {"action_due": page.day(30)}],
        "cause_tags": ["NONE"],
        "bank_outcome": "yes",
    }
    if page.happens("someone_responsible"):
        person = {"person": "当事柜员", "degree": "main", "measure": "批评教育", "measure_basis": "员工违规处理办法"}
        return data | {"responsibility": "found", "responsible_persons": [person]}
    return data | {"responsibility": "none", "no_responsibility_reason": page.text("no_responsibility")}


def review_report(page: Page) -> Answer:
    marks: Answer = dict.fromkeys((f"mark_{n}" for n in range(1, 7)), "pass")
    if page.case.rounds["report_returned"] == 0 and page.happens("report_returned"):
        page.case.rounds["report_returned"] += 1
        weak = {f"mark_{page.chance.randint(1, 3)}": "insufficient"}
        return marks | weak | {"report_result": "return", "report_comment": page.text("report_comment")}
    return marks | {"report_result": "ok"}


def archive(page: Page) -> Answer:
    return {"archive_checks": ["register", "contact", "slips", "investigation", "reply", "satisfaction", "report"]}


def request_extension(page: Page) -> Answer:
    received = calendar.local_day(page.case.arrival.received_at)
    last = received + timedelta(days=30)
    return {"stage": "30", "new_limit": last.isoformat(), "extension_reason": page.text("extension_reason")}


def approve_extension(page: Page) -> Answer:
    refused = page.happens("extension_refused")
    return {"approval": "refuse" if refused else "approve", "approval_reason": page.text("approval_reason")}


def notify_customer(page: Page) -> Answer:
    """The customer is told, with a file as proof (R36)."""
    page.uploads.append(page.upload("told_proof", f"{page.proof()}: 已电话告知客户延期。"))
    return {"told_method": "call", "told_at": page.now}


def review_settlement(page: Page) -> Answer:
    objected = page.happens("settlement_objected")
    return {"settlement_result": "object" if objected else "ok", "settlement_reason": page.text("settlement_reason")}


FORMS: Mapping[str, Callable[[Page], Answer]] = (
    {
        function.__name__.replace("_", "-"): function
        for function in (
            *(register, settle, review, amend, classify, distribute, accept, redistribute, arbitrate, investigate),
            *(request_material, record_material),
            *(propose, reply, first_contact, satisfaction, review_dissatisfaction, six_elements, review_report),
            *(archive, request_extension, approve_extension, notify_customer, review_settlement),
        )
    }
    | opinions.FORMS
    | dict(answers_aftercare.FORMS)
    | dict(answers_again.FORMS)
    | dict(answers_media.FORMS)
)
