"""What requires itself, also through others."""

from __future__ import annotations

from collections.abc import Mapping


def circular(graph: Mapping[str, set[str]]) -> list[str]:
    """The nodes of circles (and between circles), in the order of the graph.

    Taken away again and again: what leads to nothing that is left, and what nothing that is left leads to.
    """
    left = dict(graph)
    while True:
        needed = set().union(*left.values()) if left else set()
        free = [id for id, needs in left.items() if id not in needed or not any(one in left for one in needs)]
        if not free:
            return list(left)
        for id in free:
            del left[id]
