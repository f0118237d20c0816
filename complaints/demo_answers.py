"""What the people of the demo bank write into the forms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from engine import calendar

Row = Mapping[str, str]
REPLY = "您反映的问题我行已核实,确有不足之处。我们已纠正并加强管理,在此诚恳致歉,感谢您的监督。"
REPORT: dict[str, Any] = {
    "verified_facts": "经查看监控、系统流水并询问当事人员,客户反映的主要情况属实,具体经过已记录在案。",
    "justified": "partly",
    "responsibility": "none",
    "no_responsibility_reason": "系流程衔接不畅所致,未发现个人违规行为。",
    "lessons": "应加强现场引导和解释,完善交接记录,避免同类问题。",
}
CAUSES = (["SVC_BELOW_STD"], ["INFO_OPAQUE"], ["SVC_BELOW_STD", "PROD_COMPLEX"], ["NONE"])
DIMENSIONS = (["service"], ["safety", "value"], ["feeling", "service"], ["quality", "product"], ["culture"])
ACTION = {"action": "组织一次服务规范培训并抽查", "action_owner": "网点负责人", "action_check": "下月抽查录像"}


def answer(step: str, row: Row, number: str, initial: Mapping[str, Any], now: datetime, user: str) -> dict[str, Any]:
    """The data of a step's form."""
    return (_intake(row, number, initial, now, user) | OPINIONS | _handling(number, now) | _closing(number, now))[step]


def _intake(row: Row, number: str, initial: Mapping[str, Any], now: datetime, user: str) -> dict[str, dict[str, Any]]:
    subcategory, suggested = row["subcategory"], initial.get("subcategory")
    return {
        "ContactCustomer": {
            "contact_method": "call",
            "contacted_at": now,
            "contact_result": "reached",
            "told_handler": "客户服务中心",
            "told_until": (calendar.local_day(now) + timedelta(days=3)).isoformat(),
            "contact_evidence": f"REC-{number[-4:]}-1",
            "contact_note": "已告知受理编号、承办安排和预计办结时间。",
        },
        "Review": {"review_checks": ["complete", "verbatim", "contact"], "review_result": "ok"},
        "Classify": {"subcategory": subcategory}
        | ({} if suggested in (None, subcategory) else {"deviation_reason": "按客户原话和诉求判断"}),
        "Distribute": {
            "lead_unit": initial.get("lead_unit") or "retail",
            "handling_requirement": "请核实情况,按期办结并将结果答复客户。",
        },
        "Accept": {"accept_result": "accept", "handler": user},
    }


OPINIONS: dict[str, dict[str, Any]] = {
    "JointConclusion": {
        "joint_conclusion": "各单位一致认为客户反映的主要情况属实,系流程衔接不畅所致,由牵头单位统一答复并整改。",
    },
    "Improve": {
        "improvement_kind": "process",
        "improvement_opinion": "建议在业务办理页面增加费用和时限提示,并统一各渠道的解释口径。",
    },
    "DetermineNature": {
        "violation_nature": "general",
        "violation_basis": "未按操作规程逐项提示风险,违反员工业务操作管理办法的有关规定。",
        "violation_advice": "批评教育并纳入当期考核。",
    },
    "ApproveReply": {"reply_approval": "approve"},
}


def _handling(number: str, now: datetime) -> dict[str, dict[str, Any]]:
    dice = int(number[-2:])
    return {
        "Investigate": {
            "investigation_result": "done",
            "verified_facts": "经查看监控、系统流水并询问当事人员,客户反映的主要情况属实,具体经过已记录在案。",
            "justified": "partly",
            "root_cause": "service-manner",
            "dimensions": DIMENSIONS[dice % 5],
            "evidence_list": "监控录像、系统流水、谈话记录",
        },
        "Propose": {
            "solution": "向客户当面致歉,纠正差错,并对相关环节进行整改。",
            "reply_text": REPLY,
        },
        "Reply": {
            "reply_text": REPLY,
            "reply_contents": ["facts", "basis", "remedies"],
            "reply_channel": "call",
            "replied_at": now,
            "reply_evidence": f"REC-{number[-4:]}-2",
            "resolved": dice % 3 > 0,
        },
    }


def _closing(number: str, now: datetime) -> dict[str, dict[str, Any]]:
    due, dice = calendar.local_day(now) + timedelta(days=30), int(number[-2:])
    perception, dimensions = (8, 9, 8, 10, 7)[dice % 5], DIMENSIONS[dice % 5]
    return {
        "CallBack": {
            "call_result": "answered",
            "called_at": now,
            "call_evidence": f"REC-{number[-4:]}-3",
            "expectation": 8,
            "perception": perception,
            "customer_outcome": "yes" if perception >= 8 else "no",
            **{f"expected_{name}": 8 for name in dimensions},
            **{f"perceived_{name}": perception - place for place, name in enumerate(dimensions)},
        },
        "ReviewDissatisfaction": {
            "dissatisfaction_decision": "keep",
            "dissatisfaction_reason": "答复依据充分,已再次向客户解释并说明救济途径。",
        },
        "Report": REPORT
        | {"cause_tags": CAUSES[dice % 4], "bank_outcome": "no" if dice % 7 == 0 else "yes", "dimensions": dimensions}
        | {"actions": [ACTION | {"action_due": due.isoformat()}]},
        "ReviewReport": {f"mark_{n}": "pass" for n in range(1, 7)} | {"report_result": "ok"},
        "FileDossier": {"archive_checks": ["register", "contact", "slips", "reply", "report"]},
    }
