"""What the file shows of filled-in forms: names instead of codes, in the reader's language."""

import pytest

from complaints import casefile, people
from engine.environment import SYSTEM

SHOWN = {
    "zh": {
        ("牵头承办单位", "城西支行"),
        ("经办人", "王磊"),
        ("主要子类", "服务态度"),
        ("根本原因", "服务方式"),
        ("接到投诉时间", "2026-03-02 10:00"),
        ("办理期限", "2026-03-05"),
    },
    "en": {
        ("Leading unit", "West branch"),
        ("Handler", "王磊"),
        ("Primary subcategory", "Service attitude"),
        ("Root cause", "Way of serving"),
        ("Received at", "2026-03-02 10:00"),
        ("Until when", "2026-03-05"),
    },
}


@pytest.mark.parametrize("locale", SHOWN)
def test_units_people_categories_and_times_are_written_for_people(bank, locale):
    bank.environment.run(SYSTEM, lambda tx: people.amend_unit(tx, "west", name_en="West branch"))
    number = bank.register().number
    bank.first_contact(number)
    bank.to_reply(number)
    page = bank.ask("lin", lambda connection, person: casefile.case(connection, person, number, bank.now, locale))
    assert {line for entry in page.entries for line in entry.shown} >= SHOWN[locale]


def test_a_report_reads_in_the_order_of_its_form_with_its_lists_by_name(bank):
    number = bank.answered()
    bank.call_back(number, 8, 8)
    bank.report(number)
    page = bank.ask("wang", lambda connection, person: casefile.case(connection, person, number, bank.now))
    lines = next(entry.shown for entry in page.entries if entry.form == "six-elements")
    labels = [label for label, _ in lines]
    assert labels.index("投诉事由及调查核实情况") < labels.index("责任认定") < labels.index("应吸取的教训")
    assert ("整改措施", "按客流预测调整午间排班 · 孙涛 · 2026-03-31 · 四月抽查等候时间") in lines
