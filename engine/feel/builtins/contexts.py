"""Functions on contexts."""

from __future__ import annotations

from engine.feel import limits
from engine.feel.builtins.registry import builtin
from engine.feel.values import Run, Value


@builtin("get value", "m: context", "key: any")
@builtin("get value", "context: context", "keys: list")
def get_value(context: dict[str, Value], keys: Value) -> Value:
    value: Value = context
    for key in keys if isinstance(keys, list) else [keys]:
        value = value.get(key) if isinstance(value, dict) and isinstance(key, str) else None
    return value


@builtin("get entries", "m: context")
def get_entries(m: dict[str, Value]) -> list[Value]:
    return [{"key": key, "value": value} for key, value in m.items()]


@builtin("context", "entries: list")
def context(entries: list[Value]) -> Value:
    result: dict[str, Value] = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or "value" not in entry:
            return None
        if entry["key"] in result:
            return None
        result[entry["key"]] = entry["value"]
    return result


@builtin("context put", "context: context", "key: any", "value: any")
@builtin("context put", "context: context", "keys: list", "value: any")
def context_put(run: Run, context: dict[str, Value], keys: Value, value: Value) -> Value:
    """Null where a key on the way leads to no context."""
    run.spend(len(context) // 16)
    path = keys if isinstance(keys, list) else [keys]
    if not path or len(path) > limits.DEPTH or not all(isinstance(key, str) for key in path):
        return None
    first, *rest = path
    if not rest:
        return {**context, first: value}
    inner = context.get(first)
    put = context_put(run, inner, rest, value) if isinstance(inner, dict) else None
    return None if put is None else {**context, first: put}


@builtin("context merge", "contexts: list")
def context_merge(run: Run, contexts: list[Value]) -> Value:
    if not all(isinstance(one, dict) for one in contexts):
        return None
    run.spend(sum(map(len, contexts)) // 16)
    return {key: value for one in contexts for key, value in one.items()}
