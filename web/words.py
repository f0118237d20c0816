"""Codes that people see, in English; the translations have the Chinese. Data of the bank (channels, products, …) is not
here: its names come from `complaints.catalogue`."""

from __future__ import annotations

from web import fact_words, history_words, i18n

WORDS: dict[str, dict[str, str]] = {
    "role": {
        "handler": "Handler",
        "supervisor": "Supervisor",
        "leader": "Leader",
        "owner": "Process owner",
        "administrator": "Administrator",
        "compliance": "Compliance",
    },
    "level": {"1": "Reminder", "2": "Urged", "3": "Supervised"},
    "clock": {
        "first-response": "First response",
        "target": "Target",
        "internal": "Internal limit",
        "statutory": "Statutory limit",
        "governing": "Governing limit",
        "sender": "Sender's deadline",
        "credit-report": "Credit-report objection",
        "silence": "Silence towards the customer",
        "slip": "Transfer slip",
        "task": "Step",
        "review": "Review",
    },
    "outcome": {
        "met": "Met",
        "late": "Late",
        "attempted": "Attempted",
        "ended": "Ended",
        "withdrawn": "Withdrawn",
        "merged": "Merged",
        "paused": "Paused",
        "running": "Running",
        "amber": "Running",
        "red": "Overdue",
        "completed": "Completed",
        "cancelled": "Cancelled",
        "failed": "Failed",
    },
    "pause": {"mediation": "Mediation with the customer's consent", "appraisal": "External appraisal"},
    "time_class": {"ordinary": "Ordinary", "complex": "Complex"},
    "satisfaction": {
        "very-satisfied": "Very satisfied",
        "satisfied": "Satisfied",
        "dissatisfied": "Dissatisfied",
        "declined": "Declined to answer",
        "unreachable": "Unreachable",
        "not-reached": "Satisfaction call, not reached",
    },
    "method": {"call": "Call", "letter": "Letter", "visit": "Visit", "email": "E-mail", "sms": "Text message"},
    "contact_outcome": {"reached": "Reached", "not-reached": "Not reached"},
    "contact_purpose": {
        "first-contact": "First contact",
        "reply": "Reply",
        "satisfaction": "Satisfaction call",
        "visit": "Follow-up visit",
        "withdrawal": "Check of a withdrawal",
        "note": "Other contact",
    },
    "wording": {
        "original": "In the customer's words",
        "experienced": "What happened to the customer",
        "expected": "What the customer had expected",
        "demand": "What the customer asks for",
        "addendum": "Addendum",
        "material": "Material sent later",
    },
    "repeat": {"product": "Same product", "subcategory": "Same subcategory", "words": "Similar words"},
    "review_way": {"letter": "Letter", "email": "E-mail", "visit": "In person", "portal": "Customer's page"},
    "review": {"kept": "Decision kept", "changed": "Decision changed"},
    "score": {"re-complaint": "Complained of again in"},
    "link": {
        "re-complaint": "Complains again after",
        "resubmitted-after-withdrawal": "Resubmitted after the withdrawal of",
        "merged": "Merged into",
        "group": "Of one group with",
    },
    "link_back": {
        "re-complaint": "Complained again in",
        "resubmitted-after-withdrawal": "Resubmitted in",
        "merged": "Took in",
        "group": "Of one group with",
    },
    "withdrawal": {
        "open": "Being checked",
        "confirmed": "Confirmed",
        "void": "Void",
        "taken-back": "Taken back by the customer",
    },
    "way": {"recording": "Recorded call", "signature": "Signed paper", "web": "Status page"},
    "pressure": {
        "none": "No pressure",
        "asked": "Asked by staff to withdraw",
        "promised": "Promised something for it",
        "threatened": "Threatened",
        "other": "Pressed otherwise",
    },
    "finding": {
        "owner-missing": "Nobody answers for this case",
        "owner-gone": "Whoever answers for this case has no open account",
        "process-missing": "The case is open, but no process of it runs",
        "nothing-waits": "Neither a task nor a date moves this case on",
        "clock-missing": "Something is owed, but its clock does not run",
        "task-for-nobody": "A task that nobody may do",
        "closed-but-live": "The case is closed, but its process still runs",
    },
    "action": {
        "open": "To be done",
        "overdue": "Overdue",
        "done": "Done, to be checked",
        "effective": "Effective",
        "withdrawn": "Withdrawn",
    },
    "promise": {"open": "Not due yet", "kept": "Kept", "broken": "Not kept", "mended": "Made good late"},
    "visit": {
        "content": "Nothing new",
        "new-issue": "New issue",
        "not-reached": "Not reached",
        "unreachable": "Unreachable after three attempts",
    },
    "stage_notice": {
        "sent": "told by letter",
        "opted-out": "wants no notices",
        "no-address": "no address",
        "repeated": "told within the hour",
        "in-receipt": "told in the receipt",
    },
    "reach": {"local": "Local or within the trade", "regional": "Regional", "national": "National"},
    "tone": {"negative": "Negative", "neutral": "Neutral", "positive": "Positive"},
    "assessment": {"rising": "Rising", "steady": "Going on", "calm": "Calm"},
    "customer_side": {"open": "Handled beside it", "none": "None", "withdrawn": "Withdrawn"},
    "event": history_words.EVENTS,
    "fact": fact_words.FACTS,
    "six": {
        "1": "The matter, and what the investigation verified",
        "2": "Measures towards the persons responsible",
        "3": "Lessons and corrective actions",
        "4": "How satisfied the customer is with the outcome",
        "5": "Time of handling",
        "6": "Handler and telephone",
    },
}


def word(kind: str, code: object) -> str:
    """A code as a word of the reader's language; an unknown code shows itself."""
    text = WORDS.get(kind, {}).get(str(code))
    return i18n.gettext(text) if text else str(code if code is not None else "")
