"""Three kinds of "no": a rejection (a person may not do this now), a BPMN error (business, caught in the diagram) and a
fault (technical, becomes an incident). The template is an English sentence with named places, so that the pages can
translate it; the class docstring is the default template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


class EngineError(Exception):
    """The engine could not do what was asked."""

    def __init__(self, template: str | None = None, **parameters: object) -> None:
        self.template: str = template or (type(self).__doc__ or "").strip()
        self.parameters: dict[str, object] = parameters
        super().__init__(self.template)

    def __str__(self) -> str:
        return self.template.format(**self.parameters)


class Rejected(EngineError):
    """This may not be done now."""


class NotFound(Rejected):
    """Expected an existing {what}, but there is no '{id}'."""


class Forbidden(Rejected):
    """You may not do this."""


class Conflict(Rejected):
    """Somebody else was faster."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an input: where (file, element, field or row), what and with which values."""

    where: str
    template: str
    parameters: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.where}: {self.template.format(**self.parameters)}"


class Invalid(Rejected):
    """The input is not valid."""

    def __init__(self, template: str | None = None, problems: tuple[Problem, ...] = (), **parameters: object) -> None:
        self.problems = problems
        super().__init__(template, **parameters)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *map(str, self.problems)])


class BpmnError(EngineError):
    """The operation ended with the business error '{code}'."""

    def __init__(self, code: str, template: str | None = None, **parameters: object) -> None:
        self.code = code
        super().__init__(template, code=code, **parameters)


class Fault(EngineError):
    """A technical error that becomes an incident."""
