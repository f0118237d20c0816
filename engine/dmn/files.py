"""Several files read together, each after those it imports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.dmn import reader, xml
from engine.dmn.circles import circular
from engine.dmn.errors import ModelError
from engine.dmn.model import Model
from engine.errors import Problem


@dataclass(frozen=True)
class Read:
    """The models by file name, and for the files that cannot be used all that is wrong with them."""

    models: dict[str, Model]
    problems: dict[str, tuple[Problem, ...]]


def read_files(files: Mapping[str, xml.Element], functions: Iterable[str] = ()) -> Read:
    """The models of files that may import each other, each given as engine/xml.py has parsed it.

    An import means the file with its namespace; of several with the same one, that which its locationURI names.
    """
    wanted = {name: [_target(files, one) for one in xml.children(root, "import")] for name, root in files.items()}
    graph = {name: {one for one in targets if isinstance(one, str)} for name, targets in wanted.items()}
    circles = frozenset(circular(graph))
    done = Read({}, {})

    def imported(name: str, target: str | Problem) -> Model | Problem:
        if isinstance(target, Problem):
            return target
        if name in circles and target in circles:
            return Problem(name, "Expected imports without a circle, but '{file}' imports itself", {"file": name})
        unusable = Problem(name, "Expected '{file}' to import from, but it cannot be used", {"file": target})
        return done.models.get(target, unusable)

    for name in _order(graph, circles):
        try:
            done.models[name] = reader.read(files[name], (), functions, [imported(name, one) for one in wanted[name]])
        except ModelError as error:
            done.problems[name] = error.problems
    return done


def _order(graph: Mapping[str, set[str]], circles: frozenset[str]) -> list[str]:
    """Each file after those it imports; in a circle any order will do, since nothing of it is read."""
    order: list[str] = []
    left = {name: targets - circles if name in circles else set(targets) for name, targets in graph.items()}
    while left:
        free = [name for name, targets in left.items() if not any(one in left for one in targets)]
        order += free
        for name in free:
            del left[name]
    return order


def _target(files: Mapping[str, xml.Element], element: xml.Element) -> str | Problem:
    namespace = element.get("namespace", "")
    found = [name for name, root in files.items() if root.get("namespace") == namespace]
    location = PurePosixPath(element.get("locationURI", "")).name
    if location in found:
        return location
    if len(found) == 1:
        return found[0]
    where = xml.identity(element)
    if not found:
        template = "Expected a file with the namespace '{namespace}', but there is none"
        return Problem(where, template, {"namespace": namespace})
    template = "Expected one file with the namespace '{namespace}', or its name as locationURI, but there are {files}"
    return Problem(where, template, {"namespace": namespace, "files": ", ".join(sorted(found))})
