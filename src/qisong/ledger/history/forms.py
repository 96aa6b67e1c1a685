"""The three shapes of old records and the headings under which people have kept them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from qisong.sheets.columns import Column, Form
from qisong.words.digits import fold_heading

MEETINGS, REGISTER, SIGN_IN = "meetings", "register", "sign-in"
# What such forms also have and no act needs: it is known, and left out without a word.
LEFT = "left:"
# Before the code of an item: a column that counts it.
ITEM = "item:"
_UNIT = (
    *("所在支部", "所在党支部", "支部名称", "党支部名称", "所属支部", "所属党支部", "党支部", "党组织", "党组织名称"),
    *("组织名称", "所在党组织", "召开支部", "召开单位", "单位", "单位名称", "组织", "组织代码"),
)
_LESSON = ("党课", "党课主题", "党课名称", "授课题目", "讲课题目", "课题", "党课内容")


def _left(*titles: str) -> tuple[Column, ...]:
    return tuple(Column(f"{LEFT}{title}", title) for title in titles)


_MEETINGS = Form(
    code=MEETINGS,
    sheet_name="会议记录",
    title="会议记录",
    columns=(
        Column("serial", "序号", ("编号", "次数", "场次"), kind="integer", ordinal=True),
        Column(
            "on",
            "日期",
            (
                *("活动时间", "时间", "会议时间", "会议日期", "活动日期", "召开时间", "召开日期", "活动召开时间"),
                *("开会时间", "开展时间", "学习时间", "学习日期", "开始时间", "举办时间"),
            ),
            kind="date",
            required=True,
        ),
        Column("ends", "结束时间", ("活动结束时间", "会议结束时间")),
        Column("unit", "支部", _UNIT),
        Column(
            "meeting",
            "会议类型",
            ("活动类型", "类型", "会议类别", "活动类别", "会议形式", "活动形式", "会议种类", "类别"),
        ),
        Column("subject", "主题", ("活动主题", "会议主题", "学习主题", "题目", "标题")),
        Column("title", "会议名称", ("活动名称", "名称")),
        Column("place", "地点", ("会议地点", "活动地点", "召开地点", "学习地点", "开展地点")),
        Column("chair", "主持人", ("主持", "会议主持人", "主持人姓名")),
        Column("recorder", "记录人", ("记录", "会议记录人", "记录员")),
        Column("led", "到会指导人员", ("主讲人", "授课人", "讲课人", "带队人", "带队领导", "指导人员", "上级到会人员")),
        Column(
            "present",
            "参加人员",
            (
                *("参与人员", "出席", "出席人员", "出席人", "参会人员", "到会人员", "实到人员", "参加人", "参学人员"),
                *("参加党员", "参会党员", "出席党员", "到会党员", "参加人员名单", "参加人员姓名", "参加对象"),
            ),
        ),
        Column("leave", "请假", ("请假人员", "请假党员", "请假人", "请假人员及原因")),
        Column("absent", "缺席", ("缺席人员", "缺席党员", "缺席人", "未到人员", "缺席人员及原因", "缺席及原因")),
        Column("observers", "列席", ("列席人员", "列席人")),
        Column("due", "应到人数", ("应到", "应参加人数", "应到党员", "应到党员数"), kind="integer"),
        Column(
            "came", "实到人数", ("实到", "参加人数", "出席人数", "到会人数", "参会人数", "实到党员数"), kind="integer"
        ),
        Column("lesson", "党课题目", _LESSON),
        Column("topics", "议题", ("会议议题", "议程", "会议议程", "学习议题")),
        Column("agenda", "内容", ("会议内容", "活动内容", "主要内容", "学习内容", "内容摘要")),
        Column("record", "会议记录", ("活动纪要", "会议纪要", "纪要", "活动记录")),
        Column("decisions", "决议", ("会议决议", "活动决议", "议定事项", "决定事项", "决定", "形成决议")),
        *_left(
            *("备注", "签到率", "到会率", "迟到人数", "迟到人员", "缺席人数", "请假人数", "列席人数", "活动图片"),
            *("图片", "照片", "活动照片", "附件"),
        ),
    ),
)

_REGISTER = Form(
    code=REGISTER,
    sheet_name="发放登记",
    title="发放登记",
    columns=(
        Column("serial", "序号", ("编号",), kind="integer", ordinal=True),
        Column(
            "on",
            "日期",
            (
                *("送学日期", "送学时间", "发放日期", "发放时间", "领取日期", "领取时间", "送达日期", "送达时间"),
                *("登记日期", "时间"),
            ),
            kind="date",
            required=True,
        ),
        Column(
            "name",
            "姓名",
            ("党员姓名", "领取人", "领取人姓名", "接收人", "送学对象", "发放对象", "领取党员"),
            kind="name",
            required=True,
        ),
        Column("unit", "支部", _UNIT),
        Column(
            "item",
            "物品",
            (
                *("内容", "物品名称", "送达物品", "发放物品", "发放内容", "送学内容", "资料名称", "品名", "名称"),
                *("学习资料", "送达物品及数量", "物品及数量", "发放物品及数量", "领取物品"),
            ),
        ),
        Column("copies", "数量", ("发放数量", "领取数量", "本数", "册数", "份数", "件数")),
        Column("lesson", "党课题目", _LESSON),
        Column("channel", "送学方式", ("方式", "发放方式", "送达方式", "领取方式", "送学形式")),
        Column("giver", "送学人", ("发放人", "送达人", "经办人", "送学人员", "发放人员")),
        *_left(
            *("备注", "类别", "党员类别", "签收方式", "签收", "签字", "签名", "领取人签字", "领取人签名", "本人签字"),
            *("签收人", "签收情况", "党员意见", "意见", "联系电话", "手机号", "电话", "单位意见"),
        ),
    ),
)

_SIGN_IN = Form(
    code=SIGN_IN,
    sheet_name="签到册",
    title="签到册",
    columns=(
        Column("serial", "序号", ("编号",), kind="integer", ordinal=True),
        Column("name", "姓名", ("党员姓名", "参会人员", "参加人员", "应到人员"), kind="name", required=True),
        Column(
            "signed",
            "签名",
            ("签到", "签字", "签到签名", "签名签到", "本人签名", "本人签字", "签到栏", "签到情况", "签到(签名)"),
            required=True,
            may_be_empty=True,
        ),
        Column("unit", "支部", _UNIT),
        Column("remark", "备注", ("说明",)),
        *_left("性别", "职务", "联系电话", "手机号", "电话", "签到时间"),
    ),
)

FORMS: Mapping[str, Form] = {form.code: form for form in (_MEETINGS, _REGISTER, _SIGN_IN)}
# All headings in one form: what a marked copy looks for when it seeks the heading of a sheet of any shape.
ANY_FORM = Form("history", "", "", tuple(column for form in FORMS.values() for column in form.columns))
# What stands above a sign-in sheet is said in the words of a meeting's columns.
ABOVE = ("on", "unit", "meeting", "subject", "title", "place", "chair", "recorder", "led", "lesson", "topics", "agenda")
# The word for such a sheet in its own title, which says nothing of the meeting.
SHEET_WORDS = (
    *("签到册", "签到表", "签到簿", "签到单", "会议记录", "发放登记表", "发放登记", "登记表", "记录表", "台账"),
)


def fitted(form: Form, further: Mapping[str, Iterable[str]], more: Iterable[Column] = ()) -> Form:
    """``form`` with ``further`` headings, folded, for its columns by code, and ``more`` columns after them."""
    columns = [
        replace(column, aliases=(*column.aliases, *further.get(column.code, ()))) for column in (*form.columns, *more)
    ]
    return replace(form, columns=tuple(columns))


def mappable(form: Form) -> list[Column]:
    """The columns that somebody may say an unknown heading means."""
    return [column for column in form.columns if not column.ordinal and not column.code.startswith(LEFT)]


def heading_key(heading: str) -> str:
    return fold_heading(heading)[:200]
