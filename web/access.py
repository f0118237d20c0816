"""Who may open which page. Every view says so with a decorator; one that says nothing is refused, and a test finds it.

The roles are the keys of the menu as well: one place tells what a role sees and where it starts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """`roles` empty: everybody who has signed in. `public`: also who has not."""

    roles: frozenset[str] = frozenset()
    public: bool = False

    def allows(self, roles: frozenset[str]) -> bool:
        """Whether somebody signed in with `roles` may enter."""
        return self.public or not self.roles or bool(self.roles & roles)


def access(*roles: str) -> Callable[[View], View]:
    """Declare that the view is for people with one of `roles`; without any: for everybody who has signed in."""

    def declare(view: View) -> View:
        view.access_rule = Rule(frozenset(roles))  # type: ignore[attr-defined]
        return view

    return declare


def public(view: View) -> View:
    """Declare that the view is for everybody, signed in or not."""
    view.access_rule = Rule(public=True)  # type: ignore[attr-defined]
    return view


def rule(view: Callable[..., Any]) -> Rule | None:
    """The declared rule of a view, or None when there is none."""
    return getattr(view, "access_rule", None)
