"""How people behave: shares, speeds and phrases from a file in `processes/policies`, drawn by seed.

A draw is keyed by the seed and by what it is about (case, step, round), never by the order of events or by ids, so that
the same seed gives the same figures on every database.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select

import engine.tables
from complaints import catalogue
from engine.environment import Environment
from engine.errors import Invalid, Problem

FOLDER = catalogue.FOLDER / "policies"
USUAL = FOLDER / "usual.json"
PARTS = ("people", "pace", "shares", "subcategories", "texts")


@dataclass(frozen=True)
class Pace:
    """How many minutes a step takes: usually between two, for a share of the cases between two larger ones."""

    usual: tuple[int, int]
    late: tuple[int, int]
    late_share: float

    def minutes(self, chance: random.Random) -> int:
        """A draw, short times being likelier than long ones."""
        low, high = self.late if chance.random() < self.late_share else self.usual
        return round(low + (high - low) * chance.random() ** 2)


@dataclass(frozen=True)
class Policy:
    """A policy file, and the seed of this run."""

    seed: int
    shares: Mapping[str, float]
    paces: Mapping[str, Pace]
    people: Mapping[str, tuple[float, float]]
    subcategories: Mapping[str, float]
    texts: Mapping[str, Sequence[str]]
    kinds: Mapping[str, float]

    def chance(self, *about: object) -> random.Random:
        """The dice for one question; asked again, they fall the same."""
        return random.Random(":".join(map(str, (self.seed, *about))))

    def happens(self, what: str, chance: random.Random) -> bool:
        """Whether something with a share in the file happens this time."""
        return chance.random() < self.shares[what]

    def minutes(self, element: str, user: str, chance: random.Random) -> int:
        """How long a person lets a step wait, and takes for it."""
        pace = self.paces.get(element) or self.paces["other"]
        return max(1, round(pace.minutes(chance) * self.factor(user)))

    def factor(self, user: str) -> float:
        """Below 1 for who is fast, above for who is slow; a person stays the same throughout."""
        names = sorted(self.people)
        shares = [self.people[name][0] for name in names]
        return self.people[self.chance("person", user).choices(names, shares)[0]][1]

    def subcategory(self, chance: random.Random) -> str:
        """What the customer's matter turns out to be."""
        names = sorted(self.subcategories)
        return chance.choices(names, [self.subcategories[name] for name in names])[0]

    def text(self, what: str, chance: random.Random) -> str:
        """One of the phrases for something."""
        return chance.choice(self.texts[what])


def read(path: Path | None, seed: int) -> Policy:
    """A policy file, the shipped one by default. Raises Invalid with everything that is wrong in it."""
    path = path or USUAL
    try:
        content = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise Invalid("Expected a policy file in JSON, but {reason}", reason=str(error))
    problems = tuple(_problems(content))
    if problems:
        raise Invalid("The policy file '{file}' is not right", problems, file=path.name)
    return Policy(
        seed,
        content["shares"],
        {name: _pace(entry) for name, entry in content["pace"].items()},
        {name: (entry["share"], entry["factor"]) for name, entry in content["people"].items()},
        content["subcategories"],
        content["texts"],
        content.get("kinds", {}),
    )


def check_kinds(environment: Environment, policy: Policy) -> None:
    """Raise Invalid for a kind that has a share in the policy, but no process that such a complaint could run on."""
    with environment.read() as connection:
        deployed = set(connection.scalars(select(engine.tables.current_definition.c.key)))
    problems = tuple(
        Problem(f"kinds.{kind}", "Expected the process '{process}' to be deployed", {"process": kind})
        for kind, share in policy.kinds.items()
        if share and kind not in deployed
    )
    if problems:
        raise Invalid("The policy gives shares to kinds that this bank cannot handle", problems)


def _pace(entry: Mapping[str, Any]) -> Pace:
    low, high = entry["minutes"]
    late = entry.get("late", {"minutes": (low, high), "share": 0})
    return Pace((low, high), (late["minutes"][0], late["minutes"][1]), late["share"])


def _problems(content: Any) -> list[Problem]:
    missing = [part for part in PARTS if not isinstance(content, dict) or not isinstance(content.get(part), dict)]
    if missing:
        return [Problem(part, "Expected an object") for part in missing]
    shipped = orjson.loads(USUAL.read_bytes())
    found = []
    for part in ("shares", "texts"):
        template = "Expected a share from 0 to 1" if part == "shares" else "Expected a list of phrases"
        for name in shipped[part]:
            value = content[part].get(name)
            fits = isinstance(value, int | float) and 0 <= value <= 1 if part == "shares" else bool(value)
            if not fits:
                found.append(Problem(f"{part}.{name}", template))
    if "other" not in content["pace"]:
        found.append(Problem("pace.other", "Expected the pace of the steps that are not named"))
    return found
