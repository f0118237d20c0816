"""What holds data in a diagram, and what carries it from one to the other (BPMN 10.4), as plain values.

Each item is a variable of its owner: of the process, the subprocess, the activity or the event that declares it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

DATA_OBJECT, PROPERTY = "dataObject", "property"
INPUT, OUTPUT, OUTPUT_ITEM = "dataInput", "dataOutput", "outputDataItem"
STORE = "dataStore"


@dataclass(frozen=True)
class Item:
    """A data object, property, data input, data output or data store; `owner` is the id of who declares it.

    `name` is what expressions call it; `labels` are the other names by which references to it are drawn.
    """

    id: str
    name: str
    kind: str
    owner: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assignment:
    """`value` is a FEEL text; `path` leads from the target of the association to what is replaced in it.

    `path` is None when `to` is no path from the target.
    """

    value: str
    to: str
    path: tuple[str, ...] | None


@dataclass(frozen=True)
class DataAssociation:
    """Carries data into an activity or event, or out of it; `target` is None when it leads nowhere."""

    id: str
    sources: tuple[Item, ...]
    target: Item | None
    transformation: str | None = None
    assignments: tuple[Assignment, ...] = ()

    @property
    def plain(self) -> bool:
        """Copies one value as it is."""
        return self.transformation is None and not self.assignments

    def texts(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Its FEEL texts in the order in which they are worked out.

        Each with the slot of the compiled expression, and with the path to what it replaces in the target.
        """
        if self.transformation is not None:
            yield f"transformation of {self.id}", self.transformation, ()
        for number, assignment in enumerate(self.assignments, 1):
            yield f"assignment {number} of {self.id}", assignment.value, assignment.path or ()


@dataclass(frozen=True)
class Data:
    """What an element declares, what flows in and out, and what must be there before it begins and after it ends.

    `specified` says that the element has an `ioSpecification`; `sets` counts its input and output sets; `unused` are
    the inputs and outputs that stand in none of them.
    """

    items: tuple[Item, ...] = ()
    inputs: tuple[DataAssociation, ...] = ()
    outputs: tuple[DataAssociation, ...] = ()
    required: frozenset[str] = frozenset()
    specified: bool = False
    sets: tuple[int, int] = (0, 0)
    unused: tuple[str, ...] = ()

    def names(self, *kinds: str) -> tuple[str, ...]:
        """The names of the items of these kinds, each once, as written."""
        return tuple(dict.fromkeys(item.name for item in self.items if item.kind in kinds))

    def __bool__(self) -> bool:
        return bool(self.items or self.inputs or self.outputs)


NOTHING = Data()
