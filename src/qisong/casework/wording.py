"""What kinds, states and moves are called, in both languages; what a preset may name otherwise is not here."""

from __future__ import annotations

from qisong.casework.terms import ActionKind, Bucket, Kind, LeadKind, Move, Result, State
from qisong.words.text import Text

STATES: dict[State, Text] = {
    State.OPEN: Text("待分派", "nobody has it"),
    State.WORKING: Text("办理中", "being worked on"),
    State.FOUND: Text("已联系上，待核实", "spoken with, to be confirmed"),
    State.LOST: Text("查找无果，待提处理意见", "searched for in vain"),
    State.PROPOSED: Text("已提处理意见，待核实", "proposal made, to be confirmed"),
    State.FIXED: Text("已申请销号，待验收", "put right, to be verified"),
    State.CLOSED: Text("已销号", "closed"),
    State.WITHDRAWN: Text("已撤回", "withdrawn"),
}
MOVES: dict[Move, Text] = {
    Move.OPEN: Text("立案", "open"),
    Move.ASSIGN: Text("分派", "assign"),
    Move.EXTEND: Text("调整期限", "change the deadline"),
    Move.ENTRUST: Text("指定核实人", "name who verifies"),
    Move.FIND: Text("登记已联系上", "record that they were spoken with"),
    Move.GIVE_UP: Text("结束查找", "end the search"),
    Move.PROPOSE: Text("提处理意见", "make a proposal"),
    Move.REQUEST: Text("申请销号", "ask for verification"),
    Move.RETURN: Text("退回", "send back"),
    Move.SETTLE: Text("核实销号", "verify and close"),
    Move.REOPEN: Text("重新打开", "reopen"),
    Move.WITHDRAW: Text("撤回", "withdraw"),
    Move.FOLLOW: Text("随组织关系转移", "pass on with the affiliation"),
}
BUCKETS: dict[Bucket, Text] = {
    Bucket.CLOSED: Text("已销号", "closed"),
    Bucket.OVERDUE: Text("已超过期限", "overdue"),
    Bucket.WITHIN_10: Text("剩余 10 天以内", "10 days or fewer left"),
    Bucket.WITHIN_20: Text("剩余 11–20 天", "11–20 days left"),
    Bucket.LATER: Text("剩余 20 天以上", "more than 20 days left"),
    Bucket.UNDATED: Text("没有期限", "no deadline"),
}
LEADS: dict[LeadKind, Text] = {
    LeadKind.RELATIVE: Text("亲属", "relative"),
    LeadKind.FRIEND: Text("同学、朋友、同乡", "friend"),
    LeadKind.MEMBER: Text("本组织的人", "somebody of this organisation"),
    LeadKind.EMPLOYER: Text("工作单位", "employer"),
    LeadKind.NEIGHBOUR: Text("邻居", "neighbour"),
    LeadKind.RECORD: Text("档案、名册", "papers and registers"),
}
RESULTS: dict[Result, Text] = {
    Result.SPOKEN: Text("与本人说上话了", "spoke with the member"),
    Result.PASSED_ON: Text("答应转告", "will pass the message on"),
    Result.NO_ANSWER: Text("没人应答", "no answer"),
    Result.WRONG: Text("号码或地址已不是本人的", "no longer theirs"),
    Result.UNKNOWN: Text("不知道", "does not know"),
    Result.DECLINED: Text("不愿意说", "did not wish to say"),
}
KINDS: dict[Kind, Text] = {
    Kind.TRACING: Text("失联查找", "searches"),
    Kind.FINDING: Text("问题整改", "problems to be put right"),
    Kind.PERSONAL: Text("个人查摆", "what somebody found in themselves"),
    Kind.LIFTING: Text("整顿提升", "lifting a unit"),
}
ACTIONS: dict[ActionKind, Text] = {
    ActionKind.MEASURE: Text("整改措施", "measure"),
    ActionKind.PROGRESS: Text("进展", "progress"),
}
