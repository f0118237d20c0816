"""Customers without an account: file, follow, add; guessing ends quickly (R11, R73, R74)."""

import pytest

from complaints import casefile, dossier, portal, register
from engine.errors import Forbidden, Invalid

FORM = {
    "matter_kind": "complaint",
    "customer_name": "陈静",
    "customer_phone": "13700001111",
    "customer_email": "chen@example.com",
    "verbatim": "手机银行转账失败,钱扣了对方没收到,客服一直说等。",
    "demand": "尽快退款",
    "product": "mobile-bank",
    "branch": "west",
    "consent": True,
}


def file(bank, *uploads, remote="10.0.0.1", **changes):
    return portal.file(bank.environment, FORM | changes, list(uploads), remote=remote)


def follow(bank, number, code, remote="10.0.0.1", **options):
    return portal.look_up(bank.environment, number, code, remote=remote, **options)


def test_a_filed_complaint_waits_for_the_channels_group(bank):
    receipt = file(bank, bank.upload("截图.png", b"\x89PNG\r\n\x1a\n...", "customer_files"))
    assert bank.steps(receipt.number) == ["Register"]
    case = bank.case(receipt.number)
    assert (case.channel, case.intake_group, case.first_owner) == ("WEB", "95566", None)
    page = bank.ask("lin", casefile.case, receipt.number, bank.now)
    assert [file.name for file in page.evidence] == ["截图.png"]
    assert page.party.phone == "137****1111"
    assert page.letters[0].template == "acknowledgement"
    assert receipt.query_code not in page.letters[0].body


def test_the_clerk_completes_the_record_and_becomes_first_owner(bank):
    number = file(bank).number
    with bank.environment.read() as connection:
        given = dossier.case(connection, number)
    data = {
        "channel": "WEB",
        "received_at": given["received_at"],
        "matter_kind": "complaint",
        "urgency": "urgent",
        "customer_name": "陈静",
        "customer_phone": "13700001111",
        "customer_email": "chen@example.com",
        "verbatim": given["verbatim"],
        "demand": given["demand"],
        "product": "mobile-bank",
        "branch": "west",
    }
    for change, field in (
        ({"verbatim": "客户没说什么要紧的。"}, "verbatim"),
        ({"channel": "PHONE"}, "channel"),
        ({"received_at": "2026-03-01T10:00:00+08:00"}, "received_at"),
    ):
        with pytest.raises(Invalid) as error:
            bank.do("lin", number, "Register", **(data | change))
        assert [problem.where for problem in error.value.problems] == [field]
    bank.do("lin", number, "Register", **data)
    case = bank.case(number)
    assert (case.first_owner, case.urgency) == ("lin", "urgent")
    assert bank.steps(number) == ["ContactCustomer", "Review"]
    with pytest.raises(Forbidden):
        bank.do("lin", number, "Review", review_checks=["complete"], review_result="ok")


def test_anonymous_needs_no_name(bank):
    data = {name: value for name, value in FORM.items() if not name.startswith("customer_")}
    receipt = portal.file(bank.environment, data | {"anonymous": True}, remote="10.0.0.1")
    page = follow(bank, receipt.number, receipt.query_code)
    assert page.stage == "received"
    assert bank.ask("lin", casefile.case, receipt.number, bank.now).party.anonymous


def test_without_consent_nothing_is_taken(bank):
    with pytest.raises(Invalid) as error:
        file(bank, consent=False)
    assert "consent" in [problem.where for problem in error.value.problems]


def test_the_status_page_follows_the_case_and_says_nothing_internal(bank):
    receipt = bank.register(complained_person="柜员甲")
    number, code = receipt.number, receipt.query_code
    assert follow(bank, number, code.lower().replace("-", " ")).stage_text == "已登记,待复核"
    assert follow(bank, number, code, locale="en").stage_text == "Registered, to be reviewed"
    bank.first_contact(number)
    bank.to_reply(number)
    page = follow(bank, number, code)
    assert (page.stage, page.handler, page.phone) == ("handling", "王磊", "010-wang")
    assert page.reply is None
    assert page.due_at.isoformat() == "2026-03-05T16:00:00+00:00"
    bank.reply(number)
    page = follow(bank, number, code)
    assert page.stage == "replied"
    assert page.reply.startswith("我行已对柜员批评教育")
    assert "柜员甲" not in repr(page)
    assert "监控" not in repr(page)


def test_material_is_added_and_the_handler_told(bank):
    receipt = file(bank)
    upload = bank.upload("流水.pdf", b"%PDF-1.7 ...", "material_files")
    portal.add_material(
        bank.environment, receipt.number, receipt.query_code, "补充:订单号 A-1。", [upload], remote="10.0.0.1"
    )
    page = follow(bank, receipt.number, receipt.query_code)
    assert [material.text for material in page.materials] == ["补充:订单号 A-1。"]
    assert "notice-sent" in bank.events(receipt.number)
    with pytest.raises(portal.WrongCode):
        portal.add_material(bank.environment, receipt.number, "WRONG", "x" * 10, [], remote="10.0.0.1")


@pytest.mark.parametrize("known", [True, False])
def test_five_wrong_codes_lock_a_number_known_or_not(bank, known):
    receipt = file(bank)
    number = receipt.number if known else "TS-2026-999999"
    for n in range(5):
        with pytest.raises(portal.WrongCode):
            follow(bank, number, "AAAA-AAAA-AAAA", remote=f"10.0.1.{n}")
    with pytest.raises(portal.Locked) as error:
        follow(bank, number, receipt.query_code, remote="10.0.2.1")
    assert error.value.parameters == {"minutes": 30}
    bank.travel(minutes=31)
    if known:
        assert follow(bank, number, receipt.query_code).number == number


def test_an_address_that_guesses_many_numbers_is_locked_too(bank):
    for n in range(20):
        with pytest.raises(portal.WrongCode):
            follow(bank, f"TS-2026-{n:06d}", "AAAA-AAAA-AAAA")
    receipt = bank.register()
    with pytest.raises(portal.Locked):
        follow(bank, receipt.number, receipt.query_code)
    assert follow(bank, receipt.number, receipt.query_code, remote="10.9.9.9").number == receipt.number


def test_a_flood_of_complaints_from_one_address_ends(bank):
    for _ in range(20):
        file(bank)
    with pytest.raises(portal.Locked):
        file(bank)
    assert file(bank, remote="10.0.0.2").number == "TS-2026-000021"


def test_query_codes_are_kept_as_hashes(bank):
    receipt = bank.register()
    stored = bank.case(receipt.number).query_hash
    assert receipt.query_code not in stored
    assert stored == register.code_hash(receipt.number, receipt.query_code)
