"""Make a decision: what it requires first, then itself, with a trace of what happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import feel
from engine.dmn import logic, trace
from engine.dmn.errors import DecisionError
from engine.dmn.model import Decision, Element, InputData, Knowledge, Link, Model, Service
from engine.feel import limits

Row = dict[str, feel.Value]


@dataclass(frozen=True)
class Result:
    """What came out.

    `value` is the value as DMN has it; `rows` the outputs of the rules that count, by name (for a decision without a
    table: its value under its name); `trace` is JSON-able, one entry per decision made, the last the one asked for.
    """

    value: feel.Value
    trace: list[dict[str, Any]]
    rows: list[Row] = field(default_factory=list)


def decide(model: Model, id: str, context: Mapping[str, object], scope: feel.Scope) -> Result:
    """Make a decision, or run a decision service, with the caller's variables.

    One evaluation, so all of it shares the step bound. Raises DecisionError when there is no such decision, an input
    is not allowed or a table is violated (with the rule numbers), feel.FeelError over a bound.
    """
    try:
        return _decide(model.elements.get(id), id, Evaluation(feel.Run(scope), context))
    except RecursionError:
        raise feel.TooMuch(what="levels of nesting", limit=limits.NESTING) from None


def _decide(asked: Element | None, id: str, evaluation: Evaluation) -> Result:
    if isinstance(asked, Decision):
        value = evaluation.make(asked)
        return Result(value, evaluation.trace, evaluation.rows)
    if not isinstance(asked, Service):
        raise DecisionError("Expected a decision, but there is no '{decision}' in the model", decision=id)
    context, run = evaluation.context, evaluation.run
    frame = feel.root(context, run)
    inputs = {name: feel.to_feel(context.get(name), run.zone) for name in asked.parameters}
    value = evaluation.serve(asked, inputs)
    evaluation.trace.append(trace.service_entry(asked, inputs, value, frame, "decision"))
    single = len(asked.outputs) == 1
    return Result(value, evaluation.trace, evaluation.rows if single else [value])


class Evaluation:
    """Decisions under way that see the same variables; each is made once."""

    def __init__(self, run: feel.Run, context: Mapping[str, object]) -> None:
        self.run = run
        self.context = context
        self.results: dict[Decision | InputData, feel.Value] = {}
        self.trace: list[dict[str, Any]] = []
        self.rows: list[Row] = []  # of the decision made last

    def make(self, asked: Decision) -> feel.Value:
        """The value of a decision, after those it requires."""
        for decision in asked.chain(self.results):
            notes: list[logic.Note] = []
            frame = self._frame(decision, notes)
            value = logic.fitted(
                decision.type, decision.logic.evaluate(frame, notes), frame, decision.result, decision.name
            )
            self.results[decision] = value
            self.rows = _rows(decision, value, notes)
            self.trace.append(trace.entry(decision, value, notes, frame))
        return self.results[asked]

    def serve(self, service: Service, inputs: Mapping[str, feel.Value]) -> feel.Value:
        """The value of a service: that of its output decision; of several a context by their names."""
        frame = feel.root({}, self.run)
        for decision in service.decisions:
            given = inputs.get(decision.result)
            self.results[decision] = logic.fitted(decision.type, given, frame, decision.result, service.name)
        made = {decision.result: self.make(decision) for decision in service.outputs}
        value = made if len(made) > 1 else next(iter(made.values()))
        return logic.fitted(service.type, value, frame, service.result, service.name)

    def value(self, element: Element, notes: list[logic.Note]) -> feel.Value:
        """What a required element is to the one that requires it."""
        if isinstance(element, InputData):
            if element not in self.results:
                frame = feel.root({}, self.run)
                given = feel.to_feel(self.context.get(element.name), self.run.zone)
                self.results[element] = logic.fitted(element.type, given, frame, element.name, element.id)
            return self.results[element]
        if isinstance(element, Knowledge):
            names = Given(element.links, self, notes)
            return element.function.evaluate(feel.root(names, self.run), notes)
        if isinstance(element, Service):
            return self._callable(element, notes)
        return self.results[element]

    def _frame(self, decision: Decision, notes: list[logic.Note]) -> feel.Frame:
        if not decision.links:
            return feel.root(self.context, self.run)
        return feel.root(logic.Layer(Given(decision.links, self, notes), self.context), self.run)

    def _callable(self, service: Service, notes: list[logic.Note]) -> feel.Function:
        def invoke(arguments: list[feel.Value], run: feel.Run) -> feel.Value:
            given = logic.arguments_of(service.name, service.parameters, arguments)
            inputs = dict(zip(service.parameters, given, strict=True))
            inner = Evaluation(run, inputs)
            value = inner.serve(service, inputs)
            note = trace.service_entry(service, inputs, value, feel.root({}, run), "service")
            notes.append(note | {"decisions": inner.trace})
            return value

        return feel.Function(service.name, service.parameters, invoke)


class Given(Mapping[str, feel.Value]):
    """What requirements give, by name, and what those to imported elements give, by the name of the import.

    Functions are made when asked for: knowledge that requires knowledge is not unfolded before it is called.
    """

    def __init__(self, links: tuple[Link, ...], evaluation: Evaluation, notes: list[logic.Note]) -> None:
        self.direct = {link.path[0]: link.target for link in links if len(link.path) == 1}
        self.imported: dict[str, dict[str, Element]] = {}
        for link in links:
            if len(link.path) > 1:
                self.imported.setdefault(link.path[0], {})[link.path[1]] = link.target
        self.evaluation = evaluation
        self.notes = notes

    def __getitem__(self, name: str) -> feel.Value:
        if name in self.direct:
            return self.evaluation.value(self.direct[name], self.notes)
        return {key: self.evaluation.value(one, self.notes) for key, one in self.imported[name].items()}

    def __contains__(self, name: object) -> bool:
        return name in self.direct or name in self.imported

    def __iter__(self) -> Iterator[str]:
        yield from self.direct
        yield from self.imported

    def __len__(self) -> int:
        return len(self.direct) + len(self.imported)


def _rows(decision: Decision, value: feel.Value, notes: list[logic.Note]) -> list[Row]:
    table = decision.table
    if table is None:
        return [{decision.result: value}]
    rows: list[Row] = notes[-1]["rows"]
    if table.policy.aggregation:
        return [{table.outputs[0].name: value}] if value is not None else []
    return rows
