"""Operations in tests: what is called is remembered, and given results stand in for the registered function.

The inputs are checked and converted as the registered operation would do it; an operation that nobody has registered
takes the inputs that the diagrams give it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.bpmn.model import Process
from engine.errors import BpmnError, Fault
from engine.operations import Operation, OperationCall, Operations, Parameter, Result
from engine.testing.formulas import resolve


@dataclass(frozen=True)
class Given:
    """What an operation answers once: `returns` a result, `fails` for a technical reason, or `throws` an error code."""

    returns: Mapping[str, object] | None = None
    fails: str | None = None
    throws: str | None = None

    def answer(self, inputs: Mapping[str, object], now: datetime) -> Result:
        """Return or raise what was given; formulas in it see the inputs."""
        if self.fails is not None:
            raise Fault("The test lets the operation fail: {reason}", reason=self.fails)
        if self.throws is not None:
            raise BpmnError(self.throws)
        return None if self.returns is None else resolve(self.returns, inputs, now)


@dataclass(frozen=True)
class Called:
    """One call of an operation that came through: where, and with which inputs."""

    operation: str
    element: str
    inputs: Mapping[str, object]


@dataclass
class Doubles:
    """The operations of an environment under test: all calls, and the answers that were given for some of them."""

    operations: Operations
    calls: list[Called] = field(default_factory=list)
    """Every call that was made, also those that failed."""
    _given: dict[str, list[Given]] = field(default_factory=dict)
    _watching: dict[str, Operation] = field(default_factory=dict)
    _unregistered: set[str] = field(default_factory=set)

    def watch(self) -> None:
        """Remember the calls of everything that is registered now; calling it again takes in what was added."""
        for name, operation in list(self.operations.by_name.items()):
            if self._watching.get(name) is not operation:
                self._watch(operation)

    def give(self, name: str, *answers: Given) -> None:
        """Answer the next calls of an operation with these, in turn; the last one also answers all later calls."""
        self.know(name)
        self._given[name] = list(answers)

    def know(self, name: str) -> None:
        """Let diagrams call an operation, registered or not; one that nobody has registered needs a given result."""
        self.watch()
        if name not in self._watching:
            self._unregistered.add(name)
            self._watch(Operation(name, _nobody, {}))

    def declare(self, processes: Iterable[Process]) -> None:
        """Let operations that only the test knows take the inputs with which the diagrams call them."""
        nodes = [node for process in processes for node in process.nodes.values()]
        for name in self._unregistered:
            calls = [node for node in nodes if node.attributes.get("topic", "").strip() == name]
            inputs = sorted({parameter for node in calls for parameter, _ in node.inputs})
            self._watch(Operation(name, _nobody, {parameter: Parameter(object, False) for parameter in inputs}))

    def _watch(self, operation: Operation) -> None:
        name = operation.name

        def called(call: OperationCall, **inputs: object) -> Result:
            self.calls.append(Called(name, call.element_id, inputs))
            answers = self._given.get(name)
            if not answers:
                return operation.function(call, **inputs)
            return (answers.pop(0) if len(answers) > 1 else answers[0]).answer(inputs, call.tx.now)

        watching = Operation(name, called, operation.parameters)
        self._watching[name] = self.operations.by_name[name] = watching


def _nobody(call: OperationCall, **inputs: object) -> Result:
    raise Fault("Expected a result for the operation at '{element}', but none is given", element=call.element_id)
