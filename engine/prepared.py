"""Statements that are built and compiled once: building one anew, finding it again among the compiled ones and making a
cursor's result of its rows costs several times as much as running it.

`Prepared` wraps a statement with placeholders; the connection takes it like the statement. `@prepared` makes one of a
function that builds the statement from placeholders, when it is needed first; called with values the function gives
what `execute`, `scalar` and `scalars` take: `connection.scalar(*_name_of(user))`. A placeholder is compared by `=`, so
that a value that may be None needs `is_not_distinct_from`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, wraps
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Executable, bindparam
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData

Values = Mapping[str, Any]
Convert = Callable[[Any], Any]
LONG = 20
"""Lists of more values are left to SQLAlchemy, so that no statement is kept in hundreds of lengths."""


class Changed(NamedTuple):
    """What a statement without rows tells."""

    rowcount: int


class Prepared(Executable):
    """A statement that a connection executes as SQLAlchemy would: in its transaction, with its types and its errors.

    It is left to SQLAlchemy where more than text and values is needed, outside of transactions, and while somebody
    listens to cursors. An INSERT without values has the columns of the rows that it is given.
    """

    def __init__(self, statement: Any) -> None:
        self.statement = statement
        self._lists: list[str] | None = None
        self._texts: dict[tuple[Any, ...], Text | None] = {}

    def _execute_on_connection(self, connection: Connection, given: Sequence[Values], options: Values) -> Any:
        text = self._text(connection, given, options)
        if text is None:
            return self.statement._execute_on_connection(connection, given, options)
        cursor = text.run(connection, given)
        if text.keys is None:
            return Changed(cursor.rowcount)
        return IteratorResult(text.keys, text.rows(cursor))

    def _execute_on_scalar(self, connection: Connection, given: Sequence[Values], options: Values) -> Any:
        text = self._text(connection, given, options)
        if text is None or text.keys is None:
            return self.statement._execute_on_scalar(connection, given, options)
        first = next(text.rows(text.run(connection, given)), None)
        return None if first is None else first[0]

    def _text(self, connection: Connection, given: Sequence[Values], options: Values) -> Text | None:
        dialect = connection.dialect
        if options or not connection.in_transaction() or connection.dispatch.before_cursor_execute:
            return None
        if len(given) > 1 and dialect.name != "sqlite":  # the driver would wait for the answer to each row
            return None
        if self._lists is None:
            self._lists = _lists(self.statement, dialect)
        first = given[0] if given else {}
        lengths = [len(first[name]) for name in self._lists]
        if sum(lengths) > LONG:
            return None
        key = (dialect.name, *(lengths or first))
        if key not in self._texts:
            self._texts[key] = _compiled(self.statement, first, dialect)
        return self._texts[key]


def _lists(statement: Any, dialect: Dialect) -> list[str]:
    """The placeholders that take a list."""
    return [name for name, bind in statement.compile(dialect=dialect).binds.items() if bind.expanding and bind.required]


def _compiled(statement: Any, given: Values, dialect: Dialect) -> Text | None:
    """None for what fills in values of its own, and for columns of the same name."""
    compiled = statement.compile(dialect=dialect, column_keys=list(given))
    keys = [column.keyname for column in compiled._result_columns]
    special = compiled.insert_prefetch or compiled.update_prefetch or compiled.literal_execute_params
    if special or compiled.escaped_bind_names or len(set(keys)) < len(keys):
        return None
    return Text(compiled, given, dialect)


class Text:
    """A statement in the words of one database: its parameters and columns, each with what changes its values."""

    def __init__(self, compiled: Any, given: Values, dialect: Dialect) -> None:
        values = compiled.construct_params(given, escape_names=False)
        state = compiled._process_parameters_for_postcompile(values)
        values = {**values, **state.additional_parameters}
        converts = {**compiled._bind_processors, **state.processors}
        self.sql: str = state.statement
        self._order = tuple(state.positiontup) if compiled.positional else None
        self._lists = [(name, state.parameter_expansion[name]) for name in given if name in state.parameter_expansion]
        own = [*given, *(part for _, parts in self._lists for part in parts)]
        self._constants = {
            name: converts[name](value) if name in converts else value
            for name, value in values.items()
            if name not in own
        }
        self._converts = [(name, converts[name]) for name in own if name in values and name in converts]
        columns = compiled._result_columns
        self.keys = _keys(columns) if columns else None
        self._columns: list[tuple[int, Convert]] | None = None  # which differ, the driver tells with the first rows
        self._dialect, self._types = dialect, [column.type.dialect_impl(dialect) for column in columns]

    def run(self, connection: Connection, given: Sequence[Values]) -> Any:
        """The driver's cursor after the statement; its errors become SQLAlchemy's."""
        values: Any = given
        cursor = None
        try:
            values = [self._bound(one) for one in given or [{}]]
            cursor = connection.connection.cursor()
            if len(values) == 1:
                cursor.execute(self.sql, values[0])
            else:
                cursor.executemany(self.sql, values)
        except BaseException as error:
            connection._handle_dbapi_exception(error, self.sql, values, cursor, None)
        return cursor

    def _bound(self, given: Values) -> Any:
        values = {**self._constants, **given}
        for name, parts in self._lists:
            values.update(zip(parts, values.pop(name), strict=True))
        for name, convert in self._converts:
            values[name] = convert(values[name])
        return values if self._order is None else [values[name] for name in self._order]

    def rows(self, cursor: Any) -> Iterator[Sequence[Any]]:
        """All rows, with the values of their types."""
        rows = cursor.fetchall()
        if rows and self._columns is None:
            kinds = [kind for _, kind, *_ in cursor.description]
            found = [mine.result_processor(self._dialect, kind) for mine, kind in zip(self._types, kinds, strict=True)]
            self._columns = [(index, convert) for index, convert in enumerate(found) if convert]
        return map(self._row, rows) if self._columns else iter(rows)

    def _row(self, row: Sequence[Any]) -> Sequence[Any]:
        changed = list(row)
        for index, convert in self._columns or ():
            changed[index] = convert(changed[index])
        return tuple(changed)


def _keys(columns: Sequence[Any]) -> SimpleResultMetaData:
    """A value is found by the name of its column and by the column itself."""
    objects = [tuple(thing for thing in column.objects if not isinstance(thing, str)) for column in columns]
    return SimpleResultMetaData([column.keyname for column in columns], objects)


def prepared(build: Callable[..., Any]) -> Callable[..., tuple[Any, dict[str, Any]]]:
    """A statement whose parameters are placeholders, named apart from every column."""
    names = tuple(f"given_{name}" for name in inspect.signature(build).parameters)

    @cache
    def statement() -> Prepared:
        return Prepared(build(*(bindparam(name) for name in names)))

    @wraps(build)
    def call(*values: object) -> tuple[Any, dict[str, Any]]:
        return statement(), dict(zip(names, values, strict=True))

    return call
