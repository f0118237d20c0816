"""A statement is built once and run with other values; what a transaction has read is forgotten at its end."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Column, Float, Integer, MetaData, String, Table, bindparam, event, insert, select, update
from sqlalchemy.exc import IntegrityError, StatementError

from engine import store
from engine.columns import Instant
from engine.prepared import LONG, Changed, Prepared, prepared
from engine.store import Store

ANIMALS = Table(
    "animal",
    MetaData(),
    Column("name", String, primary_key=True),
    Column("legs", Integer),
    Column("weight", Float),
    Column("born", Instant),
)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BUILT = []


@prepared
def with_legs(legs):
    BUILT.append(legs)
    return select(ANIMALS.c.name).where(ANIMALS.c.legs.in_(legs)).order_by(ANIMALS.c.name)


@prepared
def grow(name, legs):
    return update(ANIMALS).where(ANIMALS.c.name == name).values(legs=legs)


@pytest.fixture
def animals(database_url):
    place = Store(database_url)
    ANIMALS.create(place.database)
    rows = [{"name": "crane", "legs": 2}, {"name": "ox", "legs": 4}, {"name": "carp", "legs": 0}]
    place.write(lambda connection: connection.execute(ANIMALS.insert(), rows))
    yield place
    ANIMALS.drop(place.database)
    place.close()


def test_one_statement_many_values(animals):
    with animals.read() as connection:
        assert connection.scalars(*with_legs([2, 4])).all() == ["crane", "ox"]
        assert connection.scalars(*with_legs([0])).all() == ["carp"]
        assert connection.scalars(*with_legs([])).all() == []
    assert len(BUILT) == 1
    assert with_legs([1])[0] is with_legs([2])[0]


def test_a_placeholder_may_be_called_like_a_column_that_is_set(animals):
    animals.write(lambda connection: connection.execute(*grow("carp", 6)))
    with animals.read() as connection:
        assert connection.scalars(*with_legs([6])).all() == ["carp"]


def test_every_value_is_given():
    with pytest.raises(ValueError, match="argument"):
        grow("ox")


def test_what_is_known_is_known_for_one_transaction(animals):
    """Two transactions on the same pooled connection, and a savepoint that is undone."""

    def undone(connection):
        with animals.savepoint(connection):
            store.known(connection)["legs"] = 6
            raise LookupError

    def work(connection):
        assert store.known(connection) == {}
        store.known(connection)["legs"] = 4
        assert store.known(connection) == {"legs": 4}
        with pytest.raises(LookupError):
            undone(connection)
        assert store.known(connection) == {}
        store.known(connection)["legs"] = 8

    animals.write(work)
    animals.write(work)
    with animals.read() as connection:
        assert store.known(connection) == {}
        connection.scalars(*with_legs([2])).all()
        assert store.known(connection) == {}


@prepared
def _born_at(born):
    return select(ANIMALS).where(ANIMALS.c.born >= born, ANIMALS.c.born <= born, ANIMALS.c.name.in_(["ox", "crane"]))


def test_values_have_the_types_of_their_columns(animals):
    """The second time no statement is made any more; both times the rows are those of SQLAlchemy."""
    animals.write(lambda connection: connection.execute(update(ANIMALS).values(born=NOON, weight=2.5)))
    with animals.read() as connection:
        statement, given = _born_at(NOON)
        told = connection.execute(statement.statement, given).mappings().all()
        for _ in range(2):
            rows = connection.execute(statement, given).all()
            assert [row._mapping for row in rows] == told
            assert {row.name: (row.born, row.weight, row._mapping[ANIMALS.c.legs]) for row in rows} == {
                "crane": (NOON, 2.5, 2),
                "ox": (NOON, 2.5, 4),
            }
        assert connection.execute(*_born_at(datetime(2020, 1, 1, tzinfo=UTC))).first() is None
        assert connection.scalar(*_born_at(datetime(2020, 1, 1, tzinfo=UTC))) is None


def test_rows_are_added_and_changed_one_or_many(animals):
    adding, growing = Prepared(insert(ANIMALS)), Prepared(update(ANIMALS).values(legs=bindparam("legs_now")))

    def work(connection):
        connection.execute(adding, {"name": "ant", "legs": 6})
        connection.execute(adding, [{"name": "bee", "legs": 6}, {"name": "spider", "legs": 8}])
        connection.execute(adding, {"name": "cloud"})
        assert connection.scalars(*with_legs([6, 8])).all() == ["ant", "bee", "spider"]
        return connection.execute(growing, {"legs_now": 1})

    assert animals.write(work) == Changed(rowcount=7)


def test_a_long_list_is_searched_too(animals):
    with animals.read() as connection:
        assert connection.scalars(*with_legs([2, *range(100, 100 + LONG)])).all() == ["crane"]


def test_errors_are_those_of_sqlalchemy(animals):
    adding = Prepared(insert(ANIMALS))
    with pytest.raises(IntegrityError):
        animals.write(lambda connection: connection.execute(adding, {"name": "ox"}))
    with animals.read() as connection, pytest.raises(StatementError, match="aware instant"):
        connection.execute(*_born_at(NOON.replace(tzinfo=None)))


def test_who_listens_hears_every_statement(animals):
    heard = []
    event.listen(animals.database, "before_cursor_execute", lambda *told: heard.append(told[2]))
    with animals.read() as connection:
        assert connection.scalar(*with_legs([4])) == "ox"
    assert [text for text in heard if "animal" in text]
