"""SpiffWorkflow's task and workflow, stripped to what a BPMN token needs.

Stock tasks predict their future, copy data from parent to child and read the machine's clock; tokens of ours do none of
that (docs/decisions/0001-spiffworkflow.md). A live task is a token: what it remembers lies in `internal_data`:
`scope` (the embedded subprocess it runs in), `via` (the flow it came by), `host` (of a boundary event), `body`, `index`
(of a multi-instance item), `rows` (which kinds of rows wait for it), `fired`, `called`, `parked`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution

LIVE = TaskState.FUTURE | TaskState.WAITING | TaskState.READY | TaskState.STARTED


class Token(Task):  # type: ignore[misc]
    """One activation of a flow node; its id is the activity instance id, stable over compaction and restore."""

    def __init__(
        self,
        workflow: Any,
        task_spec: Any,
        parent: Token | None = None,
        state: int = TaskState.FUTURE,
        id: UUID | None = None,
    ) -> None:
        self.id = id or uuid4()
        self.workflow = workflow
        self.task_spec = task_spec
        self._parent = None if parent is None else parent.id
        self._children: list[UUID] = []
        self._state = state
        self.triggered = False
        self.thread_id = 0
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        self.last_state_change = 0.0
        workflow.tasks[self.id] = self
        if parent is not None:
            parent._children.append(self.id)

    @property
    def key(self) -> str:
        """The id as rows and history write it."""
        return str(self.id)

    @property
    def live(self) -> bool:
        """Still waiting, running or about to run."""
        return bool(self._state & LIVE)

    def spawn(self, task_spec: Any, **remembered: Any) -> Token:
        """A new token below this one, not yet arrived."""
        child = Token(self.workflow, task_spec, self)
        child.internal_data = {name: value for name, value in remembered.items() if value is not None}
        return child

    def arrive(self) -> None:
        """The token has reached its node."""
        self.task_spec._update(self)

    def _set_state(self, value: int) -> None:
        if not self._state & TaskState.FINISHED_MASK:  # what is over stays over
            self._state = value


class TokenGame(Workflow):  # type: ignore[misc]
    """All tokens of one process instance. There is no script engine in it, so no diagram text can be run as Python."""

    def __init__(self, spec: Any, execution: Execution) -> None:
        super().__init__(spec, deserializing=True)
        self.execution = execution
        self.task_tree = Token(self, None, state=TaskState.COMPLETED, id=UUID(int=0))

    def _task_completed_notify(self, task: Token) -> None:
        """Joins and scopes are looked after by our run loop, not by a sweep over all waiting tasks."""

    def live(self) -> list[Token]:
        """Every live token, oldest first."""
        return [task for task in self.tasks.values() if task.live]

    def at(self, spec: Any) -> list[Token]:
        """Every live token at a node, oldest first."""
        return [task for task in self.tasks.values() if task.task_spec is spec and task.live]

    def compact(self) -> None:
        """Forget what is over: live tokens hang below the root again, in their order."""
        root = self.task_tree
        live = self.live()
        self.tasks = {root.id: root} | {token.id: token for token in live}
        root._children = [token.id for token in live]
        for token in live:
            token._parent, token._children = root.id, []
