"""Each stage is told to the customer, and no open case stays silent for five working days (R105, R106)."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from complaints import clocks, contacts, silence, stage_notices, tables
from engine.clock import ZONE
from engine.errors import Invalid


def notices(bank, number):
    with bank.environment.read() as connection:
        return [(row.stage, row.reason) for row in stage_notices.of(connection, number)]


def letters(bank, number, template):
    table = tables.letter
    with bank.environment.read() as connection:
        query = select(table.c.at, table.c.body).where(table.c.number == number, table.c.template == template)
        return connection.execute(query.order_by(table.c.at)).all()


@pytest.mark.proves("R106")
def test_each_change_of_stage_is_told(bank):
    number = bank.answered()
    stages = ["classified", "distributed", "handling", "replied"]
    assert notices(bank, number) == [("registered", "in-receipt"), *((stage, "") for stage in stages)]
    bodies = [row.body for row in letters(bank, number, "stage")]
    assert len(bodies) == 4
    assert "下一步:完成调查并答复您" in "".join(bodies)
    assert "2026年3月5日 24:00" in "".join(bodies)
    changed = bank.events(number).count("stage-changed")
    assert changed == bank.events(number).count("stage-told") == 5


@pytest.mark.proves("R106")
def test_who_wants_none_or_cannot_be_reached_gets_none_and_that_is_recorded(bank):
    number = bank.register().number
    with pytest.raises(Invalid):
        bank.act("lin", stage_notices.opt, number, "否", off=True)
    bank.act("lin", stage_notices.opt, number, "客户电话中要求不再发短信", off=True)
    bank.first_contact(number)
    bank.to_distribution(number)
    assert notices(bank, number)[1:] == [("classified", "opted-out")]
    assert letters(bank, number, "stage") == []
    bank.act("lin", stage_notices.opt, number, "客户要求恢复短信", off=False)
    nameless = bank.register(anonymous=True, customer_name=None, customer_phone=None).number
    assert notices(bank, nameless) == [("registered", "no-address")]
    assert bank.events(number).count("notices-set") == 2


def test_a_stage_passed_twice_in_an_hour_is_told_once(bank):
    number = bank.register().number
    bank.first_contact(number)
    bank.to_reply(number)
    bank.reply(number, resolved=False)
    for _ in range(2):
        bank.call_back(number, 9, 6)
        decision = {"dissatisfaction_decision": "rework", "dissatisfaction_reason": "答复未回应主要诉求,重新办理。"}
        bank.do("gao", number, "ReviewDissatisfaction", **decision)
        bank.do(
            "zhao", number, "Propose", solution="再次登门致歉并给予合理补偿,并逐条回应诉求。", reply_text="您好" * 10
        )
        bank.do("sun", number, "ApproveReply", reply_approval="approve")
        bank.reply(number, resolved=False)
    told = notices(bank, number)
    assert told.count(("handling", "")) == 1
    assert told.count(("handling", "repeated")) == 2
    bank.travel(hours=1)
    bank.call_back(number, 9, 6)
    bank.do("gao", number, "ReviewDissatisfaction", **decision)
    assert notices(bank, number).count(("handling", "")) == 2


def test_silence_is_broken_by_a_letter_then_by_the_owner(bank):
    number = bank.register().number
    bank.first_contact(number)
    with bank.environment.read() as connection:
        assert clocks.due(connection, number, "silence") == datetime(2026, 3, 10, tzinfo=ZONE)
    first = datetime(2026, 3, 6, 16, 36, tzinfo=ZONE)  # 37.6 of the 47 working hours since Monday, 10:00
    bank.travel(to=first - timedelta(seconds=1))
    assert letters(bank, number, "still-working") == []
    bank.travel(seconds=1)
    (letter,) = letters(bank, number, "still-working")
    assert letter.at == first
    assert "正在核对登记内容" in letter.body
    assert "2026年3月13日" in letter.body, "the next date"
    bank.travel(days=7)
    second = letters(bank, number, "still-working")[1].at
    assert second == datetime(2026, 3, 12, 17, 43, 12, tzinfo=ZONE)
    table = tables.notice
    with bank.environment.read() as connection:
        asked = connection.execute(select(table.c.value, table.c.at).where(table.c.template == "call-customer")).one()
    assert tuple(asked) == ("lin", second)
    bank.act("lin", contacts.record, number, "call", "reached", bank.now, "已电话说明进展")
    called = bank.now
    bank.travel(days=3)
    assert len(letters(bank, number, "still-working")) == 2, f"the clock runs anew from {called}"
    assert bank.incidents() == []


WAYS = [{}, {"customer_phone": None, "customer_address": "某市某路一号"}]


@pytest.mark.proves("R105")
@pytest.mark.parametrize("way", WAYS, ids=["phone", "post"])
def test_never_more_than_five_working_days(bank, way):
    number = bank.register(**way).number
    bank.travel(days=30)
    with bank.environment.read() as connection:
        at = select(tables.letter.c.at).where(tables.letter.c.number == number, tables.letter.c.channel != "none")
        words = sorted(connection.scalars(at))
        limits = [silence.next_word(connection, word) for word in words]
    assert len(words) > 4
    assert all(following < limit for following, limit in zip([*words[1:], bank.now], limits, strict=True))


def test_it_ends_with_the_case_and_does_not_begin_without_an_address(bank):
    nameless = bank.register(anonymous=True, customer_name=None, customer_phone=None).number
    bank.travel(days=10)
    assert letters(bank, nameless, "still-working") == []
    assert bank.incidents() == []
