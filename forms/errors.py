"""What is wrong with a schema or with what was sent: data that the caller can translate and show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: an English template, its parameters, and where: a key or path (`lines.0.amount`)."""

    where: str
    template: str
    parameters: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The English sentence, without the place."""
        return self.template.format(**self.parameters)

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class ProblemsError(Exception):
    """Carries every problem found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class SchemaError(ProblemsError):
    """A form schema cannot be used; `problems` lists everything to change in it."""


class Invalid(ProblemsError):
    """What was sent does not fit the form; `problems` names each field."""
