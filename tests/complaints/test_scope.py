"""Who sees what: default nobody; what one may not see does not exist (R37)."""

import pytest

from complaints import board, casefile, casework, evidence, inbox, masking, notes, scope, search, supervision, trail
from complaints.viewer import SignedIn
from engine.errors import Forbidden, NotFound

EVERYBODY = ("lin", "mei", "gao", "wang", "zhao", "sun", "qian", "li", "boss", "he", "admin", "owner")
PHONE, NAME = "13812345678", "王小明"


@pytest.fixture
def distributed(bank):
    number = bank.register(verbatim="请打我电话13812345678,身份证110101199003071234,卡号6222021234567890123。").number
    bank.to_distribution(number)
    bank.do("mei", number, "Distribute", lead_unit="west", handling_requirement="三日内办结并回复客户")
    return number


def test_scope_by_role(bank, distributed):
    seen = {user for user in EVERYBODY if bank.ask(user, scope.sees, distributed)}
    assert seen == {"lin", "mei", "gao", "wang", "zhao", "sun", "boss", "he"}


@pytest.mark.parametrize("user", ["qian", "admin", "owner"])
def test_what_one_may_not_see_is_absent_everywhere(bank, distributed, user):
    assert bank.ask(user, board.open_cases).rows == ()
    assert bank.ask(user, search.cases, "").rows == ()
    assert bank.ask(user, search.cases, distributed).rows == ()
    assert bank.ask(user, inbox.groups).rows == ()
    task = bank.task(distributed, "Accept")
    upload = bank.upload("a.txt", b"text")
    for attempt in (
        lambda: bank.ask(user, casefile.case, distributed, bank.now),
        lambda: bank.ask(user, casefile.instances, distributed),
        lambda: bank.ask(user, trail.events, distributed),
        lambda: list(bank.ask(user, lambda c, v: list(trail.export(c, v, distributed, "csv")))),
        lambda: bank.act(user, masking.unmask, distributed, "工作需要"),
        lambda: bank.act(user, notes.write, distributed, "看看"),
        lambda: bank.act(user, evidence.attach, distributed, upload),
    ):
        with pytest.raises(NotFound):
            attempt()
    with pytest.raises((NotFound, Forbidden)):
        bank.act(user, casework.claim, task.id)


def test_a_number_that_does_not_exist_is_answered_alike(bank, distributed):
    with pytest.raises(NotFound) as real:
        bank.ask("qian", casefile.summary, distributed)
    with pytest.raises(NotFound) as invented:
        bank.ask("qian", casefile.summary, "TS-2026-009999")
    assert real.value.template == invented.value.template


def test_who_was_offered_a_task_sees_its_case_and_keeps_seeing_it(bank, distributed):
    bank.do("wang", distributed, "Accept", accept_result="accept", handler="wang")
    transfer = {"investigation_result": "transfer", "next_unit": "east", "transfer_reason": "不属于本单位职责范围。"}
    bank.do("wang", distributed, "Investigate", **transfer)
    assert bank.ask("qian", casefile.summary, distributed)
    assert bank.ask("wang", casefile.summary, distributed)
    with pytest.raises(NotFound):
        bank.ask("zhao", casefile.summary, distributed)


def test_compliance_reads_and_does_not_write(bank, distributed):
    assert bank.ask("he", casefile.case, distributed, bank.now)
    with pytest.raises(Forbidden):
        bank.act("he", notes.write, distributed, "合规意见")
    with pytest.raises(Forbidden):
        bank.act("he", supervision.raise_by_hand, distributed, 3, "请尽快办理")


def test_every_page_is_masked_for_every_role(bank, distributed):
    for user in ("lin", "wang", "gao", "sun", "he"):
        shown = [
            bank.ask(user, casefile.case, distributed, bank.now),
            bank.ask(user, trail.events, distributed),
            bank.ask(user, search.cases, NAME),
            bank.ask(user, board.open_cases),
            bank.ask(user, inbox.groups),
            bank.ask(user, inbox.mine),
            "".join(bank.ask(user, lambda c, v: list(trail.export(c, v, distributed, "json")))),
        ]
        text = repr(shown)
        for secret in (PHONE, NAME, "110101199003071234", "6222021234567890123"):
            assert secret not in text, (user, secret)
    assert "王**" in text
    assert "138****5678" in text


def test_unmasking_states_its_purpose_and_is_recorded(bank, distributed):
    party = bank.act("lin", masking.unmask, distributed, "电话联系客户")
    assert (party.name, party.phone) == (NAME, PHONE)
    (event,) = bank.ask("he", trail.stream, "unmasking").rows
    assert (event.actor, event.facts) == ("lin", {"number": distributed, "purpose": "电话联系客户"})
    with pytest.raises(NotFound):
        bank.ask("admin", trail.stream, "unmasking")
    with pytest.raises(NotFound):
        bank.ask("lin", trail.stream, "identity")


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (masking.name, "王小明", "王**"),
        (masking.name, "欧阳", "欧*"),
        (masking.name, "", ""),
        (masking.phone, "138-1234-5678", "138****5678"),
        (masking.phone, "12345", "*****"),
        (masking.email, "wang@example.com", "w***@example.com"),
        (masking.address, "北京市海淀区中关村大街1号", "北京市海淀区****"),
        (masking.id_number, "110101199003071234", "****1234"),
        (masking.text, "电话+86 13812345678。", "电话138****5678。"),
        (masking.text, "编号TS-2026-000123,金额12345元", "编号TS-2026-000123,金额12345元"),
        (masking.text, "身份证11010119900307123X", "身份证110101********123X"),
        (masking.text, "卡6222 0212", "卡6222 0212"),
        (masking.text, "邮箱wang.li@bank.cn", "邮箱w***@bank.cn"),
    ],
)
def test_masks(mask, value, shown):
    assert mask(value) == shown


def test_nobody_by_default(bank, distributed):
    stranger = SignedIn("stranger", "路人", groups=frozenset({"95566"}))
    with bank.environment.read() as connection:
        assert board.open_cases(connection, stranger).rows == ()
