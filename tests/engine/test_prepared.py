"""A statement is built once and run with other values; what a transaction has read is forgotten at its end."""

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, select, update

from engine import store
from engine.prepared import prepared
from engine.store import Store

ANIMALS = Table("animal", MetaData(), Column("name", String, primary_key=True), Column("legs", Integer))
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
