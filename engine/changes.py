"""What changes between two bundles, in the words of their diagrams, decision tables and forms. Pure functions.

Every file is taken apart into parts with attributes (a task and its groups, a flow and its condition, a rule and its
cells, a field and its limits). Parts are matched by their ids, so a part that only moved on the canvas is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine import bundle as bundles
from engine import change_parts
from engine.change_parts import Part
from engine.errors import EngineError

READERS = {"bpmn": change_parts.of_diagram, "dmn": change_parts.of_decisions, "form": change_parts.of_form}


@dataclass(frozen=True)
class Difference:
    """One attribute of a part; None where it is not there."""

    attribute: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class PartChange:
    """A part that was added, removed or changed, with what it is (`kind`: userTask, flow, rule, select, …)."""

    change: str
    kind: str
    id: str
    name: str
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class FileChange:
    """A file that was added, removed or changed. A changed file without parts differs in its layout only.

    `readable` is False where one of the two versions could not be taken apart.
    """

    name: str
    kind: str
    change: str
    parts: tuple[PartChange, ...] = ()
    readable: bool = True


@dataclass
class _Sides:
    """The parts of a file before and after, by id."""

    old: Mapping[str, Part] = field(default_factory=dict)
    new: Mapping[str, Part] = field(default_factory=dict)


def compare(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> tuple[FileChange, ...]:
    """What is different in `new`, by file name; files that are the same byte for byte are left out."""
    names = sorted({*old, *new})
    return tuple(compare_file(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))


def compare_file(name: str, old: bytes | None, new: bytes | None) -> FileChange:
    """What is different in one file; None stands for a version without it."""
    kind = bundles.kind_of(name)
    change = "added" if old is None else "removed" if new is None else "changed"
    reader = READERS.get(kind)
    if reader is None:
        return FileChange(name, kind, change, readable=False)
    try:
        sides = _Sides(reader(old) if old is not None else {}, reader(new) if new is not None else {})
    except (EngineError, ValueError):
        return FileChange(name, kind, change, readable=False)
    return FileChange(name, kind, change, tuple(_parts(sides)))


def _parts(sides: _Sides) -> Iterable[PartChange]:
    for identity, part in sides.new.items():
        before = sides.old.get(identity)
        if before is None:
            yield PartChange("added", part.kind, identity, part.name, _differences(Part(part.kind, ""), part, sides))
        elif differences := _differences(before, part, sides):
            yield PartChange("changed", part.kind, identity, part.name or before.name, differences)
    for identity, part in sides.old.items():
        if identity not in sides.new:
            yield PartChange("removed", part.kind, identity, part.name, _differences(part, Part(part.kind, ""), sides))


def _differences(old: Part, new: Part, sides: _Sides) -> tuple[Difference, ...]:
    found = [Difference("type", old.kind, new.kind)] if old.kind != new.kind else []
    labels = {**old.labels, **new.labels}
    for name in dict.fromkeys([*old.attributes, *new.attributes]):
        before, after = old.attributes.get(name), new.attributes.get(name)
        if old.identities.get(name, before) != new.identities.get(name, after):
            found.append(Difference(labels.get(name, name), before, after))
    if (order := _order(old, new, sides)) is not None:
        found.append(order)
    return tuple(found)


def _order(old: Part, new: Part, sides: _Sides) -> Difference | None:
    """Whether those that both have stand in another order; what was added or removed does not count."""
    shared = set(old.order) & set(new.order)
    before, after = ([each for each in part.order if each in shared] for part in (old, new))
    if before == after:
        return None
    told = [", ".join(sides.old[each].name or each for each in ids) for ids in (before, after)]
    return Difference("order", *told)
