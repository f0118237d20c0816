"""Whose customer it is, is responsible (R35): the table names lead and assist, and both are told."""

import pytest
from sqlalchemy import select

from complaints import tables
from engine import definitions, dmn, feel
from engine.functions import Host


def decided(bank, number, subcategory):
    with bank.environment.read() as connection:
        functions = bank.environment.functions.bind(Host(connection, bank.now, number, None))
        scope = feel.Scope(now=bank.now, functions=functions)
        model = definitions.current(bank.environment, connection, "ordinary").bundle.decisions["customer-ownership"]
        result = dmn.decide(model, "customer-ownership", feel.to_feel({"subcategory": subcategory}), scope)
        return dict(result.value)


@pytest.mark.proves("R35")
@pytest.mark.parametrize(
    ("customer_unit", "branch", "subcategory", "lead", "assist"),
    [
        ("east", "west", "SQ.ATT", "west", ["east"]),
        ("east", "west", "OP.VIOL", "west", ["east"]),
        ("east", "west", "SQ.FEE", "east", ["west"]),
        ("east", "east", "SQ.FEE", "east", []),
        ("east", None, "SQ.FEE", "east", []),
        (None, "west", "SQ.FEE", "west", []),
        (None, None, "SQ.FEE", None, []),
    ],
)
def test_lead_and_assist_come_from_the_table(bank, customer_unit, branch, subcategory, lead, assist):
    number = bank.register(customer_unit=customer_unit, branch=branch).number
    assert decided(bank, number, subcategory) == {"lead_unit": lead, "assist_units": assist}


@pytest.mark.proves("R35")
def test_a_customer_of_one_branch_complains_about_another_and_both_are_told(bank):
    number = bank.register(customer_unit="east", branch="west").number
    bank.to_distribution(number, "SQ.ATT")
    chosen = decided(bank, number, "SQ.ATT")
    bank.do("mei", number, "Distribute", handling_requirement="三日内办结并回复客户", **chosen)
    table = tables.notice
    with bank.environment.read() as connection:
        query = select(table.c.value).where(table.c.number == number, table.c.template == "transfer-slip")
        assert sorted(connection.scalars(query)) == ["qian", "wang"]
    assert bank.case(number).unit == "west"
