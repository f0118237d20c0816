"""Operations: plain functions by name, whose inputs are converted to what their signatures ask for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Optional

import pytest

from engine.errors import Fault
from engine.operations import OperationCall, Operations

CALL = OperationCall(None, "i-1", "K-1", "case:1", "Notify", {})
AWARE = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def _given(kind: Any, value: object) -> object:
    """What an operation with one input annotated with `kind` is handed for `value`."""
    operations = Operations()

    def take(call: OperationCall, *, value: Any) -> Mapping[str, object]:
        return {"got": value}

    take.__annotations__["value"] = kind
    operations.operation("take")(take)
    return operations.by_name["take"](CALL, {"value": value})["got"]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (int, 3, 3),
        (int, Decimal("3"), 3),
        (int, Decimal("3.00"), 3),
        (int, "3", 3),
        (Decimal, Decimal("0.5"), Decimal("0.5")),
        (Decimal, 3, Decimal(3)),
        (Decimal, "0.50", Decimal("0.50")),
        (str, "转办", "转办"),
        (str, Decimal("1.50"), "1.50"),
        (bool, True, True),
        (datetime, AWARE, AWARE),
        (datetime, "2026-03-02T09:30:00+08:00", AWARE),
        (date, date(2026, 3, 2), date(2026, 3, 2)),
        (date, "2026-03-02", date(2026, 3, 2)),
        (list[str], ["a"], ["a"]),
        (dict[str, object], {"a": 1}, {"a": 1}),
        (object, 1.5, 1.5),
        (Any, None.__class__, None.__class__),
        (int | None, None, None),
        (int | None, Decimal(3), 3),
        (Optional[date], "2026-03-02", date(2026, 3, 2)),  # noqa: UP045
    ],
)
def test_inputs_are_converted_to_the_annotated_type(kind: Any, value: object, expected: object) -> None:
    given = _given(kind, value) if value is not None else _optional(kind)
    assert given == expected
    assert type(given) is type(expected)


def _optional(kind: Any) -> object:
    operations = Operations()

    def take(call: OperationCall, *, value: Any = 0) -> Mapping[str, object]:
        return {"got": value}

    take.__annotations__["value"] = kind
    operations.operation("take")(take)
    return operations.by_name["take"](CALL, {"value": None})["got"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (int, True),
        (int, Decimal("3.5")),
        (int, "three"),
        (int, "Infinity"),
        (int, "NaN"),
        (Decimal, True),
        (Decimal, "much"),
        (str, 3),
        (bool, 1),
        (bool, "true"),
        (datetime, "yesterday"),
        (date, "2026-13-01"),
        (date, 20260302),
        (list[str], "a"),
        (int | None, "x"),
    ],
)
def test_what_does_not_fit_is_a_fault_that_names_the_input(kind: Any, value: object) -> None:
    with pytest.raises(Fault, match="Expected input 'value' of operation 'take' to be") as raised:
        _given(kind, value)
    assert repr(value) in str(raised.value)


def test_the_inputs_are_those_of_the_signature() -> None:
    operations = Operations()

    @operations.operation("raise-level")
    def raise_level(call: OperationCall, *, level: int, note: str = "none") -> Mapping[str, object]:
        return {"said": f"{call.business_key} {level} {note}"}

    raise_it = operations.by_name["raise-level"]
    assert {name: spec.required for name, spec in raise_it.parameters.items()} == {"level": True, "note": False}
    assert raise_it(CALL, {"level": Decimal(2)}) == {"said": "K-1 2 none"}
    assert raise_it(CALL, {"level": 2, "note": "late"}) == {"said": "K-1 2 late"}


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({}, r"missing \[level\], unknown \[\]"),
        ({"level": None}, r"missing \[level\]"),
        ({"level": 1, "text": "x"}, r"missing \[\], unknown \[text\]"),
    ],
)
def test_missing_and_unknown_inputs_are_named(inputs: dict[str, object], message: str) -> None:
    operations = Operations()
    operations.operation("op")(_level)
    with pytest.raises(Fault, match=message) as raised:
        operations.by_name["op"](CALL, inputs)
    assert "Expected the inputs level for operation 'op'" in str(raised.value)


def _level(call: OperationCall, *, level: int) -> None:
    """Takes a level."""


def test_a_name_is_given_once() -> None:
    operations = Operations()
    operations.operation("op")(_level)
    with pytest.raises(ValueError, match="'op' is registered already"):
        operations.operation("op")(_level)
