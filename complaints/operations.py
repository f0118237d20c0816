"""The service operations that diagrams call by `camunda:topic`: the list of docs/processes.md, by floor of a case."""

from __future__ import annotations

from complaints import (
    operations_aftercare,
    operations_again,
    operations_closing,
    operations_intake,
    operations_kinds,
    operations_materials,
    operations_media,
    operations_units,
    operations_withdrawal,
)
from engine.operations import Operations


def registry() -> Operations:
    """All operations, ready for an environment."""
    found = Operations()
    modules = (
        operations_intake,
        operations_kinds,
        operations_units,
        operations_materials,
        operations_closing,
        operations_aftercare,
        operations_media,
        operations_withdrawal,
        operations_again,
    )
    for module in modules:
        for name, function in module.OPERATIONS.items():
            found.operation(name)(function)
    return found
