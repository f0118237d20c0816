"""A complaint changes its kind: one process ends, the other begins where the work stands, the case stays what it is."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select, update
from support.diagrams import call, node
from support.engine import chain, diagram, flow, process, user

import engine.tables
from complaints import clocks, clockwork, holding, house, kinds, notices, progress, register, slips, tables
from engine import definitions
from engine.environment import SYSTEM
from engine.errors import Conflict, EngineError, Forbidden, Invalid, NotFound

REASON = "事实比登记时复杂"
NAMES = ("kind-changed", "ordinary-begins", "complex-begins", "media-begins", "media")
MESSAGES = "".join(f'<bpmn:message id="m-{name}" name="{name}"/>' for name in NAMES)


def heard(name: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="m-{name}"/>'


def beside(name: str, identity: str, attributes: str, *tasks: str) -> str:
    """An event subprocess that hears a message and then has these tasks."""
    body = chain(*((task, user(task)) for task in tasks), prefix=identity)
    start = f'<bpmn:startEvent id="{identity}s"'
    body = body.replace(f"{start}/>", f"{start} {attributes}>{heard(name)}</bpmn:startEvent>")
    return node("subProcess", identity, body, 'triggeredByEvent="true"')


def leading(key: str, hears: bool = True) -> str:
    """A process that leads a case; its work is called, and a change of kind gets it out of there."""
    begins = f'<bpmn:startEvent id="begun">{heard(f"{key}-begins")}</bpmn:startEvent>' + flow("b", "begun", "Work")
    ends = beside("kind-changed", "Changed", "") if hears else ""
    joined = beside("media", "Joined", 'isInterrupting="false"', "Approve")
    return process(chain(("Work", call("Work", "inside"))) + begins + ends + joined, key)


MEDIA = chain(("Statement", user("Statement"))).replace(
    '<bpmn:startEvent id="fs"/>', f'<bpmn:startEvent id="fs">{heard("media-begins")}</bpmn:startEvent>'
)


def files(**processes: str) -> dict[str, bytes]:
    """The shipped tables and forms with these processes."""
    shipped = {name: content for name, content in house.bundle().items() if not name.endswith(".bpmn")}
    inside = process(chain(("Inside", user("Inside"))), "inside")
    drawn = {f"{name}.bpmn": diagram(xml, extra=MESSAGES) for name, xml in (processes | {"inside": inside}).items()}
    return shipped | drawn


@pytest.fixture
def deploy(bank):
    def deployed(**processes: str) -> None:
        bank.environment.run(SYSTEM, lambda tx: definitions.deploy(tx, "huiyin", files(**processes)))

    return deployed


@pytest.fixture
def number(bank, deploy):
    """A case on the small ordinary process, first heard by lin, with wang as its owner, classified."""
    deploy(ordinary=leading("ordinary"), complex=leading("complex"), media=process(MEDIA, "media"))
    return opened(bank)


def opened(bank) -> str:
    data = {
        "channel": "PHONE",
        "received_at": bank.now - timedelta(days=1),
        "verbatim": "两个柜员说法不一,非常不满意。",
    }

    def work(tx):
        number = register.open_case(tx, data, "ordinary", owner="lin").number
        of_case = tables.complaint.c.number == number
        tx.connection.execute(update(tables.complaint).where(of_case).values(owner="wang"))
        return number

    number = bank.environment.run(bank.who("lin").actor(), work)
    classified(bank, number, "SQ.ATT", "ordinary", 3, 3, 15)
    return number


def classified(bank, number, subcategory, time_class, *days):
    values = {"subcategory": subcategory, "category": "SQ", "time_class": time_class}

    def work(tx):
        tx.connection.execute(update(tables.complaint).where(tables.complaint.c.number == number).values(values))
        clockwork.set_limits(tx, number, *days)
        progress.move(tx, number, "classified")

    bank.environment.run(SYSTEM, work)


def issue(bank, number, *units):
    def work(tx):
        return [slips.issue(tx, number, unit, unit == units[0], "") for unit in units]

    return bank.environment.run(SYSTEM, work)


def conclude(bank, number, slip):
    bank.environment.run(SYSTEM, lambda tx: slips.conclude(tx, number, slip, "yes", "work-error"))


def change(bank, number, kind="complex", subcategory="SQ.PROD", by="gao", reason=REASON):
    bank.act(by, kinds.change, number, kind, reason, subcategory)


def live(bank, number):
    with bank.environment.read() as connection:
        return sorted(row.process for row in holding.roots(connection, number))


def variables(bank, number, key):
    instance, definition, variable = engine.tables.instance, engine.tables.definition, engine.tables.variable
    query = (
        select(variable.c.name, variable.c.text)
        .join(instance, instance.c.id == variable.c.instance_id)
        .join(definition, definition.c.id == instance.c.definition_id)
        .where(instance.c.business_key == number, definition.c.key == key, instance.c.ended_at.is_(None))
    )
    with bank.environment.read() as connection:
        return dict(connection.execute(query).all())


def facts(bank, number, kind):
    table = engine.tables.event
    query = select(table.c.body, table.c.actor).where(table.c.stream == f"case:{number}", table.c.kind == kind)
    with bank.environment.read() as connection:
        return [orjson.loads(row.body) | {"actor": row.actor} for row in connection.execute(query)]


def test_an_ordinary_complaint_becomes_complex_in_one_command(bank, number):
    assert (live(bank, number), bank.steps(number)) == (["ordinary"], ["Inside"])
    before = bank.case(number)
    change(bank, number)

    assert (live(bank, number), bank.steps(number)) == (["complex"], ["Inside"])
    assert variables(bank, number, "complex") == {"channel": "PHONE", "entry": "distribute"}
    case = bank.case(number)
    assert (case.process, case.time_class, case.category, case.subcategory) == ("complex", "complex", "SQ", "SQ.PROD")
    kept = ("number", "received_at", "registered_at", "first_owner", "owner", "unit", "stage", "query_hash")
    assert all(getattr(case, name) == getattr(before, name) for name in kept)
    with bank.environment.read() as connection:
        found = {clock.name: (clock.limit, clock.started_at) for clock in clocks.of(connection, number, bank.now)}
    assert found == {
        "first-response": (24, before.received_at),
        "target": (7, before.received_at),
        "internal": (10, before.received_at),
        "statutory": (15, before.received_at),
        "silence": (5, before.registered_at),
    }
    (told,) = facts(bank, number, "kind-changed")
    assert (told["old"], told["new"], told["why"], told["actor"]) == ("ordinary", "complex", REASON, "gao")
    assert (told["subcategory_old"], told["subcategory_new"], told["entry"]) == ("SQ.ATT", "SQ.PROD", "distribute")
    cancelled = {fact["actor"] for fact in facts(bank, number, "element-cancelled")}
    assert cancelled == {"gao"}, "the person ends the called work, in the same command"
    assert bank.events(number).count("registered") == 1
    for user_id in ("lin", "wang"):
        subjects = [row.subject for row in bank.ask(user_id, notices.unread) if row.template == "kind-changed"]
        assert subjects == [f"投诉 {number} 变更为复杂投诉"]
    assert bank.incidents() == []
    assert bank.verified()


def test_it_goes_on_where_the_work_stands(bank, number):
    lead, assisting = issue(bank, number, "west", "east")
    change(bank, number)
    assert variables(bank, number, "complex")["entry"] == "handle"
    conclude(bank, number, lead)
    change(bank, number, "ordinary", "SQ.ATT")
    assert live(bank, number) == ["ordinary"]
    assert variables(bank, number, "ordinary") == {"channel": "PHONE", "entry": "handle"}
    conclude(bank, number, assisting)
    change(bank, number)
    assert variables(bank, number, "complex")["entry"] == "propose"
    with bank.environment.read() as connection:
        assert [slip.id for slip in slips.listed(connection, number)] == [lead, assisting], "nothing is issued again"


def test_the_media_join_a_complaint_and_its_own_process_goes_on(bank, number):
    change(bank, number, "media", None, by="lin")
    assert live(bank, number) == ["media", "ordinary"]
    assert bank.steps(number) == ["Approve", "Inside", "Statement"]
    assert bank.case(number).process == "ordinary"
    change(bank, number)
    assert live(bank, number) == ["complex", "media"]
    with pytest.raises(Conflict):
        change(bank, number, "media", None)


def closed(tx, number):
    of_case = tables.complaint.c.number == number
    tx.connection.execute(update(tables.complaint).where(of_case).values(closed_at=tx.now))


def unclassified(tx, number):
    of_case = tables.complaint.c.number == number
    tx.connection.execute(update(tables.complaint).where(of_case).values(time_class=None, stage="registered"))


def answered(tx, number):
    progress.move(tx, number, "replied")


def held(tx, number):
    holding.suspend(tx, number, "the customer withdraws")


def settled(tx, number):
    of_case = tables.complaint.c.number == number
    tx.connection.execute(update(tables.complaint).where(of_case).values(process="on-the-spot"))


@pytest.mark.parametrize(
    ("given", "asked", "error"),
    [
        (None, {"kind": "ordinary"}, Conflict),
        (None, {"subcategory": None}, Invalid),
        (None, {"subcategory": "OP.ERR"}, Invalid),
        (None, {"subcategory": "no-such"}, Invalid),
        (None, {"kind": "withdrawal"}, Invalid),
        (None, {"kind": "no-such"}, Invalid),
        (None, {"reason": " 短 "}, Invalid),
        (None, {"by": "qian"}, NotFound),
        (None, {"by": "he"}, Forbidden),
        (unclassified, {}, Conflict),
        (answered, {}, Conflict),
        (closed, {}, Conflict),
        (held, {}, Conflict),
        (settled, {}, Conflict),
    ],
)
def test_a_change_that_cannot_be_changes_nothing(bank, number, given, asked, error):
    if given is not None:
        bank.environment.run(SYSTEM, lambda tx: given(tx, number))
    before, events = bank.case(number), bank.events(number)
    with pytest.raises(error):
        change(bank, number, **asked)
    assert (bank.case(number), bank.events(number)) == (before, events)
    assert live(bank, number) == ["ordinary"]


@pytest.mark.parametrize("missing", ["the message", "the process"])
def test_a_process_that_does_not_know_of_it_is_left_alone(bank, deploy, missing):
    other = leading("complex") if missing == "the message" else process(chain(("Other", user("Other"))), "complex")
    deploy(ordinary=leading("ordinary", hears=missing != "the message"), complex=other)
    number = opened(bank)
    events = bank.events(number)
    with pytest.raises(Conflict) as refused:
        change(bank, number)
    assert isinstance(refused.value, EngineError)
    assert live(bank, number) == ["ordinary"]
    assert bank.events(number) == events


def test_a_reopened_case_may_change_again(bank, number):
    bank.environment.run(SYSTEM, lambda tx: answered(tx, number))
    bank.environment.run(SYSTEM, lambda tx: progress.move(tx, number, "handling"))
    change(bank, number)
    assert live(bank, number) == ["complex"]
