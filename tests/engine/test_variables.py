"""Variables: one typed row each, read and written by scopes, and exactly the same value after a restore."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.engine import Story, chain, diagram, process, user

from engine import feel, tables, variables
from engine.errors import Invalid
from engine.variables import Scopes

ROOT, SUB, TASK = "root", "sub", "task"
FIRST, LAST = datetime.fromisoformat("0001-01-02"), datetime.fromisoformat("9999-12-30")
HOUR = timezone(timedelta(hours=8))

scalars = (
    st.none()
    | st.booleans()
    | st.decimals(allow_nan=False, allow_infinity=False, places=None).map(lambda d: feel.to_feel(d))
    | st.text()
    | st.dates()
    | st.datetimes()
    | st.datetimes(FIRST, LAST).map(lambda at: at.replace(tzinfo=HOUR))
    | st.times()
    | st.timedeltas()
    | st.integers(-(10**6), 10**6).map(feel.YearsMonths)
)
values = st.recursive(
    scalars | st.builds(feel.Range, scalars, scalars, st.booleans(), st.booleans()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_a_stored_value_is_read_back_as_it_was(value: Any) -> None:
    kind, text, *_ = variables.encode(value)
    found = variables.decode(kind, text)
    assert (found, _shape(found)) == (value, _shape(value))
    assert len(kind) <= 10


def _shape(value: Any) -> Any:
    """The types inside: True equals 1, and a naive time its zoned one never."""
    if isinstance(value, list):
        return [_shape(item) for item in value]
    if isinstance(value, dict):
        return {name: _shape(item) for name, item in value.items()}
    return type(value)


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "null", None),
        (True, "boolean", "true"),
        (Decimal("7"), "integer", "7"),
        (Decimal(2**31), "long", "2147483648"),
        (Decimal("0.50"), "double", "0.50"),
        (Decimal(2**63), "double", "9223372036854775808"),
        ("2026-05-08", "string", "2026-05-08"),
        (date(2026, 5, 8), "date", "2026-05-08"),
        (datetime(2026, 5, 8, 9, tzinfo=UTC), "datetime", "2026-05-08T09:00:00+00:00"),
        (time(9, 30), "time", "09:30:00"),
        (timedelta(days=1), "duration", "86400"),
        (feel.YearsMonths(14), "months", "14"),
        ([Decimal(1), "x"], "json", '[1,"x"]'),
        ({"day": date(2026, 5, 8)}, "typed", '{"context":{"day":{"value":["date","2026-05-08"]}}}'),
    ],
)
def test_types_and_texts(value: object, kind: str, text: str | None) -> None:
    assert variables.encode(value)[:2] == (kind, text)


def test_numbers_and_instants_can_be_filtered(story: Story) -> None:
    story.deploy(diagram(process(chain(("a", user("a"))))))
    story.start(
        amount=Decimal("1.5"),
        day=date(2026, 5, 8),
        ok=True,
        span=timedelta(hours=1),
        at=datetime.fromisoformat("2026-05-08T09:00"),
    )
    found = {row.name: (row.number, row.at and row.at.isoformat()) for row in story.rows(tables.variable)}
    assert found == {
        "amount": (1.5, None),
        "day": (None, "2026-05-07T16:00:00+00:00"),
        "ok": (1.0, None),
        "span": (3600.0, None),
        "at": (None, "2026-05-08T01:00:00+00:00"),
    }


def test_the_nearest_scope_is_read_and_written() -> None:
    scopes = Scopes(ROOT)
    chain_ = (TASK, SUB, ROOT)
    scopes.set(chain_, "x", 1)
    scopes.set(chain_, "y", 1, local=True)
    scopes.set((SUB, ROOT), "z", 1, local=True)
    assert scopes.set(chain_, "z", 2) == (Decimal(1), Decimal(2))
    assert sorted(scopes) == [(ROOT, "x", Decimal(1)), (SUB, "z", Decimal(2)), (TASK, "y", Decimal(1))]
    assert scopes.view(chain_) == {"x": 1, "y": 1, "z": 2}
    assert scopes.view((ROOT,)) == {"x": 1}
    scopes.set((SUB, ROOT), "x", 9, local=True)
    assert (scopes.view(chain_)["x"], scopes.view((ROOT,))["x"]) == (9, 1)
    scopes.drop(SUB)
    scopes.drop(SUB)
    assert scopes.view(chain_) == {"x": 1, "y": 1}


def test_only_what_changed_is_written_and_dead_scopes_go(story: Story) -> None:
    story.deploy(diagram(process(chain(("a", user("a"))))))
    root = story.start(kept=1, changed=1)

    def work(tx: Any) -> None:
        scopes = Scopes.load(tx.connection, root)
        scopes.set(("local", root), "x", [date(2026, 5, 8)], local=True)
        scopes.set((root,), "changed", True)  # equal to 1, but not the same
        scopes.set((root,), "kept", 1)
        assert list(scopes._changed) == [("local", "x"), (root, "changed")]
        scopes.flush(tx.connection, 1000)
        again = Scopes.load(tx.connection, root)
        assert again.documents == {root: {"kept": 1, "changed": True}, "local": {"x": [date(2026, 5, 8)]}}
        again.drop("local")
        again.flush(tx.connection, 1000)

    story.run(work)
    assert {row.name: row.type for row in story.rows(tables.variable)} == {"kept": "integer", "changed": "boolean"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("x" * 201, 1, "at most 200 characters"),
        ("x", "a\0b", "without NUL"),
        ("x\0", 1, "without NUL"),
        ("x", "字" * 400, "at most 1000 bytes, but got 1200"),
    ],
)
def test_what_does_not_fit_is_refused(story: Story, name: str, value: object, said: str) -> None:
    story.environment.limits = type(story.environment.limits)(data_bytes=1000)
    story.deploy(diagram(process(chain(("a", user("a"))))))
    with pytest.raises(Invalid, match=said):
        story.start(**{name: value})
    assert story.rows(tables.instance) == []
