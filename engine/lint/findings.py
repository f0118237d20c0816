"""What lint finds: rule, place, what is wrong and what to do, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.errors import Invalid, Problem


@dataclass(frozen=True)
class Finding:
    """One finding. `severity` is error (refuses the deployment) or warning; `advice` says what to do.

    `template` and `advice` are texts with the places that `parameters` fill; `line` is 0 where none is known.
    """

    rule: str
    severity: str
    file: str
    element: str
    name: str
    template: str
    advice: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    line: int = 0

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return self.template.format(**self.parameters)

    @property
    def where(self) -> str:
        """File and element."""
        return f"{self.file}#{self.element}" if self.element else self.file

    def __str__(self) -> str:
        named = f" ({self.name})" if self.name else ""
        advice = self.advice.format(**self.parameters)
        return f"{self.where}{named}: {self.severity}: {self.message} [{self.rule}] {advice}"


class Refused(Invalid):
    """The deployment has {count} errors and changes nothing."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        errors = [finding for finding in self.findings if finding.severity == "error"]
        problems = tuple(Problem(f.where, f.template, f.parameters) for f in errors)
        super().__init__(None, problems, count=len(errors))
