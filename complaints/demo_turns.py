"""What customers and the press do at the demo bank today: one withdraws, one complains again, one asks for a review.

So each kind of complaint and each way back has an open case to look at.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select

from complaints import recomplaints, register, reviews, sessions, tables, withdrawal
from complaints.viewer import SignedIn
from engine.environment import SYSTEM, Environment

OFFICE = "bai"
BRANCH = "chengnan"
AN_HOUR = timedelta(hours=1)
ARTICLE = {
    "channel": "MEDIA",
    "branch": BRANCH,
    "verbatim": "本地晚报网站刊发《银行网点只开两个窗口,老人排队两小时》,配有现场照片,评论已有三百余条。",
    "outlet": "江城晚报网站",
    "journalist": "陈记者",
    "report_url": "https://news.example/queue",
    "reach": "local",
}
COMPLAINT = {
    "channel": "PHONE",
    "matter_kind": "complaint",
    "urgency": "normal",
    "anonymous": False,
    "verbatim": "你们上次的答复说已经整改,我昨天去还是老样子,窗口照样没人。我对处理结果不满意,要求重新处理。",
    "expected": "真正整改,并给一个说法",
    "demand": "重新调查并书面答复",
}
REQUEST = "答复只说了加强管理,没有说明我的手续费为什么不能退。请另外派人核查这一决定。"
REASON = "问题已经和网点当面说清楚了,不想再追究。"


def play(environment: Environment) -> None:
    """Let them come, each by the door that a page uses; what a smaller bank has no case for does not happen."""
    _article(environment)
    handled, closed = _cases(environment, "handling"), _cases(environment, "closed")
    if handled:
        _withdraw(environment, handled[len(handled) // 2])
    if closed:
        _complain_again(environment, closed[0])
    if len(closed) > 1:
        environment.run(SYSTEM, lambda tx: reviews.ask_online(tx, closed[-1].number, REQUEST))


def _cases(environment: Environment, stage: str) -> list[Row[Any]]:
    """The ordinary cases of a stage whose customers have given their names, with the clerks who took them in."""
    case, party = tables.complaint, tables.party
    query = select(case.c.number, case.c.registered_by, case.c.branch, party.c.name, party.c.phone)
    query = query.join(party, party.c.number == case.c.number).where(
        case.c.stage == stage, case.c.process == "ordinary"
    )
    with environment.read() as connection:
        return list(connection.execute(query.where(party.c.name.is_not(None)).order_by(case.c.number)))


def _person(environment: Environment, user: str) -> SignedIn:
    with environment.read() as connection:
        return sessions.person_at_work(connection, user, environment.clock.now())


def _article(environment: Environment) -> None:
    person, read_at = _person(environment, OFFICE), environment.clock.now() - timedelta(minutes=10)
    data = ARTICLE | {"received_at": read_at, "published_at": read_at - AN_HOUR}
    environment.run(
        person.actor(), lambda tx: register.register(tx, person, data, key="media", task_element="ReportArticle")
    )


def _withdraw(environment: Environment, case: Row[Any]) -> None:
    person, said = _person(environment, case.registered_by), environment.clock.now() - AN_HOUR
    told = ("recording", REASON, said, f"REC-{case.number[-6:]}-9")
    environment.run(person.actor(), lambda tx: withdrawal.begin(tx, person, case.number, *told))


def _complain_again(environment: Environment, case: Row[Any]) -> None:
    person, received_at = _person(environment, case.registered_by), environment.clock.now() - timedelta(minutes=30)
    customer = {"customer_name": case.name, "customer_phone": case.phone, "branch": case.branch or BRANCH}
    data = COMPLAINT | customer | {"received_at": received_at}
    receipt = environment.run(person.actor(), lambda tx: register.register(tx, person, data))
    environment.run(person.actor(), lambda tx: recomplaints.confirm(tx, person, receipt.number, case.number))
