"""What was typed wrongly and reversed or corrected afterwards, so that the ledger looks like one."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field, replace

from qisong.config.demo.acts import Act, Handed
from qisong.config.demo.chance import chance
from qisong.config.demo.county import County
from qisong.config.demo.lacking import PAPER, Lacking

TWICE, WRONG_PERSON, WRONG_COPIES = 10, 14, 8


@dataclass(frozen=True)
class WrongReceipt:
    """The receipt of an item by a member in the act of this key is to be reversed."""

    key: str
    member: int
    item: str
    reason: str


@dataclass
class Mistakes:
    acts: list[tuple[Act, str]] = field(default_factory=list)  # recorded, then reversed as a whole, with the reason
    receipts: list[WrongReceipt] = field(default_factory=list)
    custody: list[tuple[Act, str]] = field(default_factory=list)  # recorded; its one custody row is reversed
    corrected: dict[str, Act] = field(default_factory=dict)  # by the key of the right act, what was recorded first


def plan_mistakes(county: County, lacking: Lacking, acts: list[Act]) -> Mistakes:
    """Adds wrong receipts to some acts; everything else stands beside them."""
    mistakes, stream = Mistakes(), chance("mistakes")
    sessions = [act for act in acts if act.has("meeting", "study")]
    mistakes.acts = [(again(act), "重复登记") for act in stream.sample(sessions, TWICE - 2)]
    mistakes.acts.append((again(next(act for act in acts if act.has("oath"))), "重复登记"))
    mistakes.acts.append(
        (again(next(act for act in acts if act.received and act.received[0].item == "flags")), "重复登记")
    )
    errands = [act for act in acts if act.subject == "送学上门" and act.received]
    for act in stream.sample(errands, WRONG_PERSON):
        item = stream.choice(PAPER)
        name_somebody_else(mistakes, act, item, county, lacking)
    deliveries = [act for act in acts if act.custody and not act.received and len(act.units) > 1]
    chosen = stream.sample(deliveries, WRONG_COPIES + 3)
    for act in chosen[:WRONG_COPIES]:
        mistakes.corrected[act.key] = too_many(act)
    for act in chosen[WRONG_COPIES:]:
        first = act.custody[0]
        beside = Act(act.on, act.unit, [first.unit], [], act.subject, act.place, act.channel, key=f"{act.key}-again")
        beside.custody = [replace(first, copies=30)]
        mistakes.custody.append((beside, "数量记错单位"))
    return mistakes


def again(act: Act) -> Act:
    """The same act under another key, as somebody typed it a second time. What had left a branch is not given twice."""
    copy = deepcopy(act)
    copy.key = f"{act.key}-again"
    copy.received = [line for line in copy.received if not line.holder]
    copy.answers = []
    return copy


def too_many(act: Act) -> Act:
    wrong = deepcopy(act)
    wrong.key = f"{act.key}-wrong"
    wrong.custody[0].copies += 10
    return wrong


def name_somebody_else(mistakes: Mistakes, act: Act, item: str, county: County, lacking: Lacking) -> None:
    """Somebody who lacks the item is named by mistake as having got it."""
    others = [one.number for one in county.roster(act.unit, act.on) if one.number in lacking.of[item]]
    if others:
        act.received.append(Handed(item, others[:1], "visit", act.unit))
        mistakes.receipts.append(WrongReceipt(act.key, others[0], item, "发错了人"))
