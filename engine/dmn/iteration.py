"""The boxed conditional, filter and iterators of DMN 1.4: they mean what `if`, `[…]`, `for`, `some` and `every` do."""

from __future__ import annotations

from dataclasses import dataclass

from engine import feel
from engine.dmn.logic import Logic, Note, layered

LOOPS = {
    "for": "for item in domain return body(item)",
    "partial": "for item in domain return body(item, partial)",
    "some": "some item in domain satisfies body(item)",
    "every": "every item in domain satisfies body(item)",
    "pick": "domain[place]",
}
LOOP = {kind: feel.compile(text, names=("domain", "body", "place")) for kind, text in LOOPS.items()}


@dataclass(frozen=True)
class Conditional:
    """If, then, else; what is not true is false."""

    condition: Logic
    then: Logic
    otherwise: Logic

    @property
    def names(self) -> frozenset[str]:
        return self.condition.names | self.then.names | self.otherwise.names

    def evaluate(self, frame: feel.Frame, notes: list[Note]) -> feel.Value:
        holds = self.condition.evaluate(frame, notes) is True
        return (self.then if holds else self.otherwise).evaluate(frame, notes)


@dataclass(frozen=True)
class Loop:
    """For, some or every: the body once for each item of the domain."""

    kind: str
    variable: str
    domain: Logic
    body: Logic

    @property
    def names(self) -> frozenset[str]:
        return self.domain.names | (self.body.names - {self.variable, *(("partial",) if self.kind == "for" else ())})

    def evaluate(self, frame: feel.Frame, notes: list[Note]) -> feel.Value:
        domain = self.domain.evaluate(frame, notes)

        def invoke(arguments: list[feel.Value], run: feel.Run) -> feel.Value:
            own = dict(zip((self.variable, "partial"), arguments, strict=False))
            return self.body.evaluate(layered(frame, own), notes)

        partial = self.kind == "for" and "partial" in self.body.names and self.variable != "partial"
        body = feel.Function(self.kind, ("item", "partial") if partial else ("item",), invoke)
        loop = LOOP["partial" if partial else self.kind]
        return loop.within(feel.root({"domain": domain, "body": body}, frame.run))


@dataclass(frozen=True)
class Filter:
    """The items for which the condition is true, whose entries are names in it, as is `item`; a number picks one."""

    domain: Logic
    condition: Logic

    @property
    def names(self) -> frozenset[str]:
        return self.domain.names | (self.condition.names - {"item"})

    def evaluate(self, frame: feel.Frame, notes: list[Note]) -> feel.Value:
        domain = self.domain.evaluate(frame, notes)
        items = domain if isinstance(domain, list) else [] if domain is None else [domain]
        kept = []
        for at, item in enumerate(items):
            frame.run.spend()
            own = {"item": item, **item} if isinstance(item, dict) else {"item": item}
            answer = self.condition.evaluate(layered(frame, own), notes)
            if answer is True:
                kept.append(item)
            elif at == 0 and feel.kind(answer) == "number":
                return LOOP["pick"].within(feel.root({"domain": items, "place": answer}, frame.run))
        return kept
