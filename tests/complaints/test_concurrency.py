"""Several people at once: one completes a task, numbers have no gaps, nobody is counted twice."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from complaints import casework, portal, register, tables
from engine.errors import Conflict, NotFound

THREADS = 4


def together(work, count):
    with ThreadPoolExecutor(THREADS) as pool:
        return [future.result() for future in [pool.submit(work, n) for n in range(count)]]


def test_one_of_several_completes_a_task_and_the_others_are_told_who(bank):
    mei = bank.who("mei")
    for _ in range(5):
        number = bank.register().number
        task = bank.task(number, "Review").id

        def complete(n, task=task):
            data = {"review_checks": ["complete"], "review_result": "ok"}
            try:
                bank.environment.run(mei.actor(), lambda tx: casework.complete_task(tx, mei, task, data))
            except Conflict as error:
                return error.parameters["user"]
            return "done"

        assert sorted(together(complete, THREADS)) == ["done", *["梅芳"] * (THREADS - 1)]
        assert bank.events(number).count("form-submitted") == 2
        with bank.environment.read() as connection:
            entries = select(tables.entry.c.id).where(
                tables.entry.c.number == number, tables.entry.c.element == "Review"
            )
            assert len(connection.execute(entries).all()) == 1
    assert bank.verified()


def test_numbers_taken_together_have_no_gaps(bank):
    lin = bank.who("lin")
    data = {
        "channel": "PHONE",
        "received_at": bank.now,
        "matter_kind": "complaint",
        "urgency": "normal",
        "customer_name": "李四",
        "verbatim": "排队时间太长,希望改进。",
        "demand": "改进",
    }

    def work(n):
        return bank.environment.run(lin.actor(), lambda tx: register.register(tx, lin, data)).number

    assert sorted(together(work, 12)) == [f"TS-2026-{n:06d}" for n in range(1, 13)]


def test_a_survey_answered_twice_at_once_counts_once(bank):
    bank.answered()
    import engine.tables

    with bank.environment.read() as connection:
        outbox = engine.tables.outbox
        body = connection.scalar(select(outbox.c.body).where(outbox.c.body.contains("/survey/")))
    token = body.split("/survey/")[1].split(" ")[0]

    def answer(n):
        try:
            portal.answer(bank.environment, token, 8, 8, "")
        except NotFound:
            return 0
        return 1

    assert sum(together(answer, THREADS)) == 1
