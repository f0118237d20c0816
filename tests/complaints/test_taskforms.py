"""With what a form begins: with what its `initial` asks for, never with what somebody decided the last time."""

import pytest

from complaints import casework


@pytest.fixture
def opened(bank):
    def opened(user, number, step):
        task = bank.task(number, step)
        view = bank.ask(
            user, lambda connection, person: casework.task_view(bank.environment, connection, person, task.id)
        )
        return {name: value for name, value in view.initial.items() if name in view.schema.fields}

    return opened


def test_the_author_of_a_returned_report_finds_his_text_and_its_reviewer_begins_anew(bank, opened):
    number = bank.answered()
    bank.call_back(number, 8, 8)
    bank.report(number)
    written = opened("gao", number, "ReviewReport")
    bank.review_report(number, mark_1="insufficient", report_result="return", report_comment="第一要素太简略")

    again = opened("wang", number, "Report")
    assert {"verified_facts", "justified", "responsibility", "lessons", "actions"} <= again.keys()
    assert again["responsibility"] == "none"
    bank.report(number)
    assert written == opened("gao", number, "ReviewReport") == {}


def test_a_second_call_begins_without_the_result_of_the_first(bank, opened):
    number = bank.answered()
    bank.not_reached(number)
    bank.travel(days=1)
    assert opened("mei", number, "CallBack") == {}


def test_a_refused_reply_keeps_its_text_and_is_decided_anew(bank, opened):
    number = bank.register().number
    bank.first_contact(number)
    bank.to_distribution(number)
    bank.do("mei", number, "Distribute", lead_unit="west", handling_requirement="三日内办结并回复客户")
    assert opened("wang", number, "Accept") == {}
    bank.do("wang", number, "Accept", accept_result="accept", handler="wang")
    facts = "经调阅监控和询问当事柜员,客户等候约一百分钟,柜员解释时语气生硬,情况基本属实,特此说明。"
    found = {"justified": "yes", "root_cause": "service-manner", "evidence_list": "监控录像、询问笔录"}
    bank.do("wang", number, "Investigate", investigation_result="done", verified_facts=facts, **found)
    bank.do("zhao", number, "Propose", solution="当面道歉,增设弹性窗口,对柜员批评教育。", reply_text="您好" * 20)
    refused = {"reply_approval": "return", "reply_approval_reason": "处理方案过于笼统,请补充整改时间。"}
    bank.do("sun", number, "ApproveReply", **refused)
    assert opened("zhao", number, "Propose")["solution"] == "当面道歉,增设弹性窗口,对柜员批评教育。"
    bank.do(
        "zhao", number, "Propose", solution="当面道歉,本月内增设弹性窗口,并对柜员批评教育。", reply_text="您好" * 20
    )
    assert opened("sun", number, "ApproveReply") == {}
