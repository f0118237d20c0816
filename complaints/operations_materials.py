"""Service operations of a request for material: the letter, its reminder, and what has become of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal

from complaints import materials
from complaints.operations_intake import case_of
from engine.operations import OperationCall, Result


def ask_for_material(call: OperationCall, *, grace_hours: Decimal) -> Result:
    """The customer reads what is needed, why and until when; a reminder follows the day, and an end the reminder."""
    return asdict(materials.ask(call.tx, case_of(call), call.instance_id, grace_hours))


def remind_of_material(call: OperationCall, *, last_at: datetime) -> Result:
    """One more letter, with the last date."""
    materials.remind(call.tx, case_of(call), call.instance_id, last_at)
    return None


def record_material(call: OperationCall, *, material_result: str | None = None) -> Result:
    """What has become of the request: received, given up with a reason, or not supplied."""
    materials.record(call.tx, case_of(call), call.instance_id, material_result)
    return None


OPERATIONS: Mapping[str, Callable[..., Result]] = {
    "ask-for-material": ask_for_material,
    "remind-of-material": remind_of_material,
    "record-material": record_material,
}
