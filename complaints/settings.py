"""What a bank sets without a release: names, addresses, periods. Changes are history (stream `settings`)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select

from complaints import tables
from engine import store
from engine.environment import Transaction
from engine.errors import NotFound
from engine.prepared import Prepared

DEFAULTS = {
    "bank-name": "示例银行",
    "hotline": "95566",
    "public-url": "http://127.0.0.1:8000",
    "service-hours": "09:00-12:00,13:00-18:00",
    "retention-years": "3",
    "survey-days": "30",
    "session-idle-minutes": "30",
    "session-hours": "12",
    "satisfaction-tolerance": "0.05",
    "silence-days": "5",
    "repeat-days": "180",
    "repeat-likeness": "0.5",
}

_ALL = Prepared(select(tables.setting.c.key, tables.setting.c.value))


def get(connection: Connection, key: str) -> str:
    """The value of a setting, or its default. Raises NotFound for a key that does not exist."""
    if key not in DEFAULTS:
        raise NotFound(what="setting", id=key)
    known = store.known(connection)
    if "settings" not in known:  # all at once: one command or page asks for several
        known["settings"] = {row.key: row.value for row in connection.execute(_ALL)}
    return str(known["settings"].get(key, DEFAULTS[key]))


def adopt(tx: Transaction, values: Mapping[str, str]) -> None:
    """Take over what the installation is configured with; only what differs is written, and recorded."""
    for key, value in values.items():
        if get(tx.connection, key) != value:
            put(tx, key, value)


def put(tx: Transaction, key: str, value: str) -> None:
    """Change a setting; it holds from the next command on."""
    old = get(tx.connection, key)
    tx.connection.execute(delete(tables.setting).where(tables.setting.c.key == key))
    tx.connection.execute(insert(tables.setting).values(key=key, value=value))
    store.known(tx.connection).pop("settings", None)
    tx.record("settings", "setting-changed", key=key, old=old, new=value)
