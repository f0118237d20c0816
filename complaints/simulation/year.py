"""A year of complaints made from a file of shares and phrases: the n-th of them depends on the seed and on n only.

They come by hour and weekday, in the order of time; a few come again from the same customer about the same matter.
Nothing is kept: what a complaint says is made when it is asked for.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

import orjson

from complaints import catalogue
from complaints.simulation.arrivals import Arrival
from engine.clock import ZONE
from engine.errors import Invalid, Problem

SHIPPED = catalogue.FOLDER / "demo" / "year.json"
STRIDE = 8
"""Who complains again did so a multiple of so many complaints ago: parts of a year keep such pairs together."""
LOOKS_BACK = 60
HOUR = timedelta(hours=1)
WEIGHTS = ("channels", "products", "reasons")
LISTS = ("weekdays", "hours", "openings", "whens", "places", "endings", "again", "amounts", "forwarders")


@dataclass(frozen=True)
class Year:
    """`cases` complaints over `days` days, of which this part holds every `parts`-th from `part` on."""

    mix: Mapping[str, Any]
    branches: Sequence[str]
    seed: int
    days: int
    cases: int
    part: int = 0
    parts: int = 1
    wrong: int = 0

    @cached_property
    def order(self) -> list[tuple[datetime, int]]:
        """(received, n) of each complaint of this part, the earliest first."""
        return [(self._received(n), n) for n in range(self.part, self.cases, self.parts)]

    @property
    def begin(self) -> datetime:
        """The first midnight."""
        return datetime.fromisoformat(self.mix["from"]).replace(tzinfo=ZONE)

    @cached_property
    def _weights(self) -> list[float]:
        """How many complaints have come by the end of each hour, in no unit."""
        days = (self.begin + timedelta(days=n) for n in range(self.days))
        return list(
            accumulate(self.mix["weekdays"][day.weekday()] * weight for day in days for weight in self.mix["hours"])
        )

    def _received(self, n: int) -> datetime:
        """One complaint in each equal part of the year's weight: in order, without being sorted."""
        sought = (n + self._chance("when", n).random()) / self.cases * self._weights[-1]
        hour = bisect_left(self._weights, sought)
        before = self._weights[hour - 1] if hour else 0
        share = (sought - before) / (self._weights[hour] - before)
        return (self.begin + HOUR * hour + HOUR * share).replace(microsecond=0)

    def get(self, n: int) -> Arrival:
        """The n-th complaint."""
        chance, external = self._chance("channel", n), f"year-{self.seed}-{n}"
        earlier = self._earlier(n)
        about = self._matter(n if earlier is None else earlier)
        channel = _drawn(self.mix["channels"], chance)
        anonymous = chance.random() < self.mix["anonymous"]
        again = "" if earlier is None else chance.choice(self.mix["again"])
        data = {
            "channel": channel,
            "received_at": self._received(n),
            "matter_kind": "complaint",
            "urgency": "urgent" if chance.random() < self.mix["urgent"] else "normal",
            "verbatim": again + about["verbatim"],
            "demand": about["demand"],
            "product": about["product"],
        }
        data |= {"anonymous": True} if anonymous else about["customer"]
        data |= {"branch": about["branch"]} if about["branch"] else {}
        if channel == "FORWARDED":
            data |= {"forwarder": chance.choice(self.mix["forwarders"]), "forwarder_document": f"转〔{n}〕号"}
        return Arrival(external, data["received_at"], data, {"subcategory": about["subcategory"]})

    def reason(self, n: int) -> str:
        """Why the n-th customer complains."""
        earlier = self._earlier(n)
        return str(self._matter(n if earlier is None else earlier)["reason"])

    def _earlier(self, n: int) -> int | None:
        chance = self._chance("again", n)
        before = n - STRIDE * chance.randint(1, LOOKS_BACK)
        return before if chance.random() < self.mix["repeats"] and before >= 0 else None

    def _matter(self, n: int) -> dict[str, Any]:
        """Who complains about what, in which words."""
        chance, mix = self._chance("matter", n), self.mix
        reason = _drawn({code: entry["share"] for code, entry in mix["reasons"].items()}, chance)
        entry = mix["reasons"][reason]
        product = _drawn(mix["products"], chance)
        said = {
            "product": catalogue.label("products", product),
            "amount": chance.choice(mix["amounts"]),
            "when": chance.choice(mix["whens"]),
            "place": chance.choice(mix["places"]),
        }
        words = chance.choice(mix["openings"]) + chance.choice(entry["matters"]) + chance.choice(mix["endings"])
        named = self.branches and chance.random() < mix["branch_named"]
        return {
            "reason": reason,
            "subcategory": _drawn(entry["subcategories"], chance),
            "product": product,
            "verbatim": words.format(**said),
            "demand": chance.choice(entry["demands"]).format(**said),
            "branch": chance.choice(self.branches) if named else None,
            "customer": {
                "anonymous": False,
                "customer_name": chance.choice(mix["surnames"]) + "".join(chance.choices(mix["given"], k=2)),
                "customer_phone": f"13{n % 10}-{n // 10_000 % 10_000:04d}-{n % 10_000:04d}",
            },
        }

    def _chance(self, *about: object) -> random.Random:
        return random.Random(":".join(map(str, ("year", self.seed, *about))))


def _drawn(weights: Mapping[str, float], chance: random.Random) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def mix(path: Path | None = None) -> dict[str, Any]:
    """The file of shares and phrases, the shipped one by default. Raises Invalid with all that is wrong in it."""
    path = path or SHIPPED
    try:
        content: dict[str, Any] = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise Invalid("Expected a file of shares in JSON, but {reason}", reason=str(error))
    problems = [Problem(name, "Expected a list of phrases") for name in LISTS if not content.get(name)]
    problems += [Problem(name, "Expected an object") for name in WEIGHTS if not isinstance(content.get(name), dict)]
    if problems:
        raise Invalid("The file of shares '{file}' is not right", tuple(problems), file=path.name)
    for kind, known in (("channels", content["channels"]), ("products", content["products"])):
        codes = {row["code"] for row in catalogue.rows(kind)}
        problems += [
            Problem(f"{kind}.{code}", "Expected a code of the catalogue") for code in known if code not in codes
        ]
    if problems:
        raise Invalid("The file of shares '{file}' is not right", tuple(problems), file=path.name)
    return content
