"""What a verification of the history can find, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SEALS = "seal"
"""The name under which a break in the chain of seals itself is reported; its `seq` is the number of the seal."""

CHANGED = (
    "Expected the hash {computed} of event {seq}, computed from its fields and the hash of event {before}, but found "
    "{stored}: event {seq} was changed, or event {before} together with its hash"
)
GAP = "Expected event {expected} after event {before}, but found event {found}"
BEYOND = "Expected event {length} to be the last one, but more events follow"
SHORT = "Expected {length} events, but the last one is event {last}"
HEAD = "Expected the stream's head to be {hash}, the hash of its last event {seq}, but found {head}"
NO_ROW = "Expected the row with the stream's length and head, but it is gone"
SEALED_OTHER = "Expected event {length} to have the hash {head}, as in seal {n} of {at}, but found {stored}"
SEALED_GONE = "Expected event {length}, which seal {n} of {at} covers, but the last one is event {last}"
SEALED_MARK = "Events up to {marked} are marked as sealed, but the newest seal covers them up to {sealed}"
SEAL_CHANGED = "Expected the MAC of seal {seq} of {at} to fit its content and the seal before it, but it does not"
SEAL_GAP = "Expected seal {before} before seal {seq}, but it is gone"
UNKNOWN_KEY = "Expected the key that the {count} seals were made with, but the given key fits none of them"
NO_KEY = "Expected the key that the seals were made with, but none was given"
ANCHOR_GONE = "Expected seal {seq}, which the anchor names, but it is gone"
ANCHOR_OTHER = "Expected the MAC of seal {seq} to be {mac}, as the anchor says, but found {stored}"


@dataclass(frozen=True)
class Break:
    """Where a stream first differs from what was written.

    `kind`: changed, missing, inserted, truncated, recomputed, seal broken or unknown key. In words: `str()`.
    """

    stream: str
    seq: int
    kind: str
    template: str
    parameters: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.stream}: {self.template.format(**self.parameters)}"


@dataclass(frozen=True)
class Report:
    """What a verification saw: number of events, seconds taken, and the first break of each stream."""

    events: int
    seconds: float
    breaks: tuple[Break, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return not self.breaks


class Findings:
    """Collects breaks: the first of each stream, and every one of the seals."""

    def __init__(self) -> None:
        self.by_stream: dict[str, Break] = {}
        self.of_seals: list[Break] = []

    def add(self, stream: str, seq: int, kind: str, template: str, **parameters: object) -> None:
        """Note a break, unless the stream has an earlier one."""
        known = self.by_stream.get(stream)
        if known is None or known.seq > seq:
            self.by_stream[stream] = Break(stream, seq, kind, template, {"seq": seq, **parameters})

    def add_seal(self, n: int, kind: str, template: str, **parameters: object) -> None:
        """Note a break in the chain of seals."""
        self.of_seals.append(Break(SEALS, n, kind, template, {"seq": n, **parameters}))

    def all(self) -> tuple[Break, ...]:
        """The breaks of the seals, then those of the streams by name."""
        return (*self.of_seals, *sorted(self.by_stream.values(), key=lambda found: found.stream))
