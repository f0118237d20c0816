"""Journey 3: compliance reads a case's history, takes it along, verifies it, and learns of a row changed by SQL."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

JOURNEY = 3
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_read_export_and_verify_a_history(browser, cast, server):
    number = closed_case(server)
    browser.become(cast.compliance)
    browser.follow("合规审计")
    browser.fill(text=number)
    browser.press("main form[role=search] .btn-primary")
    browser.follow(number)
    browser.find(".djs-container .djs-element.done")
    browser.shot("01-history", full=True)

    browser.fill(kind="form-submitted")
    browser.press("#history-card form[role=search] button")
    assert {cell.text.split("\n")[0] for cell in browser.all("#history tbody td:nth-child(3)")} == {"填写表单"}
    browser.shot("02-filtered")

    # an element of the diagram narrows the list as well
    browser.follow("显示全部")
    browser.click(browser.find(".bpmn-toolbar button:nth-child(3)"))  # the whole diagram
    with browser.leaving():
        browser.click(browser.find(".djs-element[data-element-id=Reply] .djs-hit"))
    shown = browser.all("#history tbody tr")
    assert shown
    assert all("答复客户" in row.text for row in shown)
    browser.shot("03-element")

    browser.follow("显示全部")
    rows = list(csv.DictReader(browser.download("CSV", f"{number}.csv").splitlines()))
    events = json.loads(browser.download("JSON", f"{number}.json"))
    assert len(rows) == len(events) - 1 > 20  # the first export is part of the second
    assert rows[0]["kind"] == "registered"

    verify(browser)
    browser.sees("没有任何改动")
    browser.shot("04-unchanged")

    with changed(server, number) as seq:
        browser.open(f"/compliance/cases/{number}")
        verify(browser)
        browser.sees(f"第 {seq} 条", number)
        browser.misses("没有任何改动")
        browser.shot("05-changed")

    browser.open("/compliance")
    browser.press("main form[action='/compliance/verifications'] button")
    browser.sees("没有任何改动")


def closed_case(server) -> str:
    """A case of the demo bank that has gone all the way."""
    with closing(sqlite3.connect(server.database)) as database:
        query = "SELECT number FROM complaint WHERE stage = 'closed' AND process = 'ordinary' ORDER BY number"
        return str(database.execute(query).fetchone()[0])


@contextmanager
def changed(server, number: str) -> Iterator[int]:
    """Somebody with the database in his hands rewrites who replied; afterwards it is put right again."""
    with closing(sqlite3.connect(server.database, timeout=20, isolation_level=None)) as database:
        triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name = 'event' AND type = 'trigger'")
        guards = triggers.fetchall()
        assert guards
        query = "SELECT seq, actor FROM event WHERE stream = ? AND kind = 'task-completed' AND element_id = 'Reply'"
        seq, actor = database.execute(query, (f"case:{number}",)).fetchone()
        update = "UPDATE event SET actor = ? WHERE stream = ? AND seq = ?"
        with pytest.raises(sqlite3.IntegrityError):
            database.execute(update, ("lin", f"case:{number}", seq))
        for name, _ in guards:
            database.execute(f"DROP TRIGGER {name}")
        database.execute(update, ("lin", f"case:{number}", seq))
        yield seq
        database.execute(update, (actor, f"case:{number}", seq))
        for _, sql in guards:
            database.execute(sql)


def verify(browser) -> None:
    """One click; the page tells how far it is until it is done."""
    browser.press("main form[action='/compliance/verifications'] button")
    browser.wait(lambda: not browser.all("#verification progress"), "the verification did not end")
