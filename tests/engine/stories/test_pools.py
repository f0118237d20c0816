"""Several executable pools in one file: what is sent along message flows arrives, and at nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.diagrams import BEGIN, MESSAGE, NAMES, SIGNAL, catch, node, parameters, service
from support.engine import START, Story, chain, diagram, on_nodes, process, timer, user

from engine import definitions, incidents, instances, messages, postbox, scheduler, tables, tasks
from engine.environment import Environment, Limits
from engine.lint import Finding
from engine.operations import OperationCall

UNNAMED = "<bpmn:messageEventDefinition/>"
LIMIT = "at most 100 messages in a row"


def pools(*keys: str, flows: str = "") -> str:
    """Pools for these processes (`box` is a partner without one), and the message flows between them."""
    parts = "".join(
        f'<bpmn:participant id="pool-{key}" ' + ("/>" if key == "box" else f'processRef="{key}"/>') for key in keys
    )
    return f'<bpmn:collaboration id="k">{parts}{flows}</bpmn:collaboration>'


def said(source: str, target: str, message: str = "") -> str:
    reference = f'messageRef="{message}"' if message else ""
    return f'<bpmn:messageFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}" {reference}/>'


def throw(identity: str, definition: str = UNNAMED, **inputs: str) -> tuple[str, str]:
    return identity, node("intermediateThrowEvent", identity, definition, "", parameters(inputs) if inputs else "")


def bank() -> str:
    """Asks the customer's pool, waits for the answer, and looks at it."""
    return process(chain(throw("ask", amount="=amount"), ("w", catch("w", UNNAMED)), ("look", user("look"))), "bank")


def customer(*more: tuple[str, str]) -> str:
    """Begins with the question, thinks, and answers at its end."""
    return process(chain(("think", user("think")), *more, prefix="c", start=UNNAMED, end=MESSAGE), "customer")


ASKING = pools("bank", "customer", flows=said("ask", "cs", "B") + said("ce", "w"))


def test_a_question_starts_the_other_pool_and_its_answer_comes_back(story: Story) -> None:
    story.deploy(diagram(bank(), customer(), extra=NAMES + ASKING))
    root = story.start("bank", amount=5)
    (asked,) = [row for row in story.rows(tables.instance) if row.id != root]
    assert (asked.business_key, asked.root_id, story.variables(asked.id)) == ("K-1", asked.id, {"amount": "5"})
    assert story.open() == ["think"]
    story.environment.deployments.clear()
    story.complete("think")
    assert story.open() == ["look"]
    assert story.facts("message-received")[0]["name"] == "answered"
    story.complete("look")
    assert {row.outcome for row in story.rows(tables.instance)} == {"completed"}


def test_an_answer_finds_the_case_it_belongs_to(story: Story) -> None:
    story.deploy(diagram(bank(), customer(), extra=NAMES + ASKING))
    roots = {}
    for key in ("K-1", "K-2", None):
        roots[key] = story.run(
            lambda tx, key=key: instances.start(tx, "bank", business_key=key, variables={"amount": 1})
        )
    thinking = {row.business_key: row.id for row in story.rows(tables.task)}
    for key in ("K-2", None, "K-1"):
        before = set(story.rows(tables.task))
        story.run(lambda tx, key=key: tasks.complete(tx, thinking[key]))
        (new,) = set(story.rows(tables.task)) - before
        assert (new.element_id, new.instance_id) == ("look", roots[key])


def test_who_waits_for_the_same_message_elsewhere_does_not_get_it(story: Story) -> None:
    other = process(chain(("v", catch("v", MESSAGE)), ("stolen", user("stolen")), prefix="o"), "other")
    story.deploy(diagram(bank(), customer(), other, extra=NAMES + ASKING))
    for _ in range(3):
        story.start("other")
    story.start("bank")
    story.complete("think")
    assert story.open() == ["look"]
    story.publish("answered", business_key="K-1")
    assert story.open() == ["look", "stolen"]


def test_a_message_that_comes_before_its_receiver_waits_is_kept(story: Story) -> None:
    early = chain(("sends", node("sendTask", "sends")), throw("again"), ("done", user("done")))
    waits = ("first", user("first")), ("r", node("receiveTask", "r")), ("second", user("second"))
    late = process(chain(*waits, prefix="l", start=BEGIN), "late")
    drawn = pools("early", "late", flows=said("sends", "ls") + said("again", "r", "M"))
    story.deploy(diagram(process(early, "early"), late, extra=NAMES + drawn))
    story.start("early")
    assert story.open() == ["done", "first"]
    story.environment.deployments.clear()
    story.travel(days=29)
    story.complete("first")
    assert story.open() == ["done", "second"]
    story.start("early")
    story.travel(days=31)
    story.complete("first")
    assert story.open() == ["done", "done", "second"]
    assert messages.forget_expired(story.environment) == 1
    ((lost,),) = [story.facts("message-lost", stream="messages")]
    assert (lost["name"], lost["process"]) == ("answered", "late")


def test_a_message_and_its_pool_that_came_at_the_same_instant_meet(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = process(chain(("v", catch("v", MESSAGE)), ("stolen", user("stolen")), prefix="o"), "other")
    sender = process(chain(throw("t", MESSAGE), prefix="s"), "sender")
    receiver = process(chain(("a", user("a")), ("w", catch("w", MESSAGE)), ("z", user("z"))))
    drawn = pools("sender", "p", flows=said("t", "w"))
    story.deploy(diagram(sender, receiver, other, extra=NAMES + drawn))
    monkeypatch.setattr(postbox, "look_for_waiting", lambda tx, process, rows: None)  # neither has seen the other
    story.start("other")
    story.start()
    story.start("sender")
    story.complete("a")
    monkeypatch.undo()
    assert story.open() == []
    scheduler.work(story.environment)
    assert (story.open(), story.rows(tables.delivery)) == (["z"], [])


def test_one_event_sends_to_each_pool_that_it_leads_to(story: Story) -> None:
    teller = process(chain(throw("t")), "teller")
    starting = process(chain(("do1", user("do1")), prefix="a1", start=MESSAGE), "asked1")
    waiting = process(chain(("w2", catch("w2", MESSAGE)), ("do2", user("do2")), prefix="a2"), "asked2")
    drawn = pools(
        "teller", "asked1", "asked2", "box", flows=said("t", "a1s") + said("t", "pool-asked2") + said("t", "pool-box")
    )
    story.deploy(diagram(teller, starting, waiting, extra=NAMES + drawn))
    story.start("asked2")
    story.start("teller")
    assert story.open() == ["do1", "do2"]


def test_a_name_passes_on_along_the_flows(story: Story) -> None:
    body = chain(throw("t1"), ("w1", catch("w1", UNNAMED)), ("a", user("a")))
    other = chain(
        ("r", node("receiveTask", "r")), ("s", node("sendTask", "s", "", "", parameters({"n": "=n + 1"}))), prefix="g"
    )
    drawn = pools("p", "q", flows=said("t1", "r", "B") + said("s", "w1", "M"))
    story.deploy(diagram(process(body), process(other, "q"), extra=NAMES + drawn))
    story.start("q", n=1)
    root = story.start("p")
    assert (story.open(), story.variables(root)) == (["a"], {"n": "2"})
    sent = {(row.name, row.process) for row in story.rows(tables.message)}
    assert sent == {("begin", "q"), ("answered", "p")}


def test_what_is_sent_to_a_partner_without_a_process_is_drawn_only(story: Story) -> None:
    body = chain(throw("t", MESSAGE), ("a", user("a")))
    listening = process(chain(("w", catch("w", MESSAGE)), ("b", user("b")), prefix="g"), "q")
    drawn = pools("p", "box", "q", flows=said("t", "pool-box") + said("pool-box", "w") + said("a", "pool-box"))
    story.deploy(diagram(process(body), listening, extra=NAMES + drawn))
    story.start("q")
    story.start("p")
    assert story.open() == ["a", "b"]  # a message without a pool to go to reaches whoever waits for its name


def findings(story: Story, *processes: str, drawn: str) -> list[Finding]:
    found = definitions.check(story.environment, {"d.bpmn": diagram(*processes, extra=NAMES + drawn)})
    return [finding for finding in found if finding.rule == "message-flow"]


@pytest.mark.parametrize(
    ("source", "target", "message", "said_of_it"),
    [
        ("t", "a", "", "'a', which waits for no message"),
        ("t", "pool-q", "B", "message 'answered' is sent along the message flow of the message 'begin'"),
        ("t", "v", "", "'answered' is sent along the message flow, but nothing there waits for it"),
        ("pool-p", "w", "", "begins at the border of a pool"),
        ("u", "w", "", "begins at 'u', which sends no message"),
        ("t", "u", "", "begins and ends in the same pool"),
        ("t", "nowhere", "", "'nowhere' is not there"),
        ("nowhere", "w", "", "'nowhere' is not there"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_flow_that_brings_nothing_is_refused(
    story: Story, source: str, target: str, message: str, said_of_it: str
) -> None:
    sender = process(chain(("u", user("u")), throw("t", MESSAGE)))
    receiver = process(chain(("w", catch("w", MESSAGE)), ("v", catch("v", BEGIN)), ("a", user("a")), prefix="g"), "q")
    drawn = pools("p", "q", flows=said(source, target, message))
    (finding,) = findings(story, sender, receiver, drawn=drawn)
    assert (finding.severity, finding.element) == ("error", f"{source}-{target}")
    assert said_of_it in finding.message


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_pool_where_nothing_waits_cannot_be_sent_to(story: Story) -> None:
    drawn = pools("p", "q", flows=said("t", "pool-q"))
    quiet = process(chain(("a", user("a")), prefix="g"), "q")
    (finding,) = findings(story, process(chain(throw("t", MESSAGE))), quiet, drawn=drawn)
    assert "nothing there waits for it" in finding.message
    by_operation = process(chain(("t", service("t", "tell"))))
    (warning,) = findings(story, by_operation, quiet, drawn=drawn)
    assert (warning.severity, "operation" in warning.message) == ("warning", True)


# two processes that answer each other for ever


def ping(key: str, heard: str, thrown: str, before: str = "", between: str = "") -> str:
    """Starts with one message and ends with another."""
    done = between or node("task", f"{key}-p", "", before)
    return process(chain((f"{key}-p", done), prefix=key, start=heard, end=thrown), key)


@pytest.mark.parametrize(
    ("heard", "thrown"), [(BEGIN, MESSAGE), (SIGNAL, '<bpmn:signalEventDefinition signalRef="T"/>')]
)
@pytest.mark.parametrize("before", ["", 'camunda:asyncBefore="true"'])
def test_an_endless_exchange_ends_as_an_incident_with_the_figure(
    story: Story, heard: str, thrown: str, before: str
) -> None:
    names = NAMES + '<bpmn:signal id="T" name="answer"/>'
    story.deploy(diagram(ping("p", heard, thrown), ping("q", thrown, heard, before), extra=names))
    story.run(
        lambda tx: messages.publish(tx, "begin", business_key="K-1") if heard == BEGIN else messages.signal(tx, "alarm")
    )
    scheduler.work(story.environment)
    (incident,) = story.rows(tables.incident)
    assert LIMIT in incident.message
    assert len(story.rows(tables.instance)) == 100
    assert story.rows(tables.delivery) == []
    assert scheduler.work(story.environment) == 0


def test_a_person_may_let_it_go_on_for_as_long_again(story: Story) -> None:
    story.environment.limits = Limits(hops=4)
    story.deploy(diagram(ping("p", BEGIN, MESSAGE), ping("q", MESSAGE, BEGIN), extra=NAMES))
    story.publish("begin", business_key="K-1")
    (incident,) = story.rows(tables.incident)
    story.run(lambda tx: incidents.retry(tx, incident.id))
    (again,) = story.rows(tables.incident)
    assert (len(story.rows(tables.instance)), again.id != incident.id) == (8, True)


def test_an_operation_that_publishes_is_counted_too(story: Story) -> None:
    story.environment.limits = Limits(hops=4)

    @story.environment.operations.operation("tell")
    def tell(call: OperationCall) -> None:
        messages.publish(call.tx, "begin", business_key="K-1")

    twice = "<camunda:failedJobRetryTimeCycle>R1/PT1M</camunda:failedJobRetryTimeCycle>"
    story.deploy(diagram(process(chain(("t", service("t", "tell", twice)), start=BEGIN)), extra=NAMES))
    story.publish("begin", business_key="K-1")
    story.travel(minutes=1)
    (incident,) = story.rows(tables.incident)
    assert "at most 4 messages in a row" in incident.message
    assert len(story.rows(tables.instance)) == 4


def test_an_exchange_with_pauses_goes_on(story: Story) -> None:
    story.environment.limits = Limits(hops=4)
    slow = ping("q", MESSAGE, BEGIN, between=catch("q-p", timer("duration", "PT2M")))
    story.deploy(diagram(ping("p", BEGIN, MESSAGE), slow, extra=NAMES))
    story.publish("begin", business_key="K-1")
    for _ in range(6):
        story.travel(minutes=2)
    assert (story.rows(tables.incident), len(story.rows(tables.instance))) == ([], 14)


def test_two_nodes_that_deliver_at_once_bring_each_message_once(story: Story, database_url: str) -> None:
    story.deploy(diagram(bank(), customer(), extra=NAMES + ASKING))
    story.environment.deliver = None
    for n in range(15):
        story.run(lambda tx, n=n: instances.start(tx, "bank", business_key=f"K-{n}"))

    def look(n: int, node: Environment) -> None:
        while story.rows(tables.delivery):
            scheduler.work(node)

    on_nodes(story, database_url, 2, look)
    thinking = sorted(str(row.business_key) for row in story.rows(tables.task))
    assert thinking == sorted(f"K-{n}" for n in range(15))
    assert story.clock.now() - START < timedelta(seconds=1)
