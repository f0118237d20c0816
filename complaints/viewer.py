"""Who looks or acts: the argument of every query and command that a page calls."""

from __future__ import annotations

from dataclasses import dataclass

from engine.environment import Actor
from engine.errors import Forbidden

ROLES = ("handler", "supervisor", "leader", "owner", "administrator", "compliance")


@dataclass(frozen=True)
class SignedIn:
    """A person at work: `groups` are the candidate groups of this moment, `covers` the absent people deputised for."""

    user: str
    name: str
    unit: str | None = None
    roles: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    covers: frozenset[str] = frozenset()
    must_change: bool = False
    session: str | None = None
    interests: frozenset[str] = frozenset()
    """The names under which a complaint may be about this person or somebody near to him (complaints/recusal.py)."""

    def actor(self, reason: str | None = None, on_behalf_of: str | None = None) -> Actor:
        """The engine's view of this person."""
        return Actor(self.user, self.groups, on_behalf_of, reason)

    def has(self, *roles: str) -> bool:
        """Whether the person holds any of `roles`."""
        return not self.roles.isdisjoint(roles)

    def require(self, *roles: str) -> None:
        """Raise Forbidden unless the person holds any of `roles`."""
        if not self.has(*roles):
            raise Forbidden("Expected one of the roles {roles}, but you do not hold any", roles=", ".join(roles))
