"""The national member roster 党员基本信息汇总表: its columns, its labels and what must hold in a row.

Column codes are those of ``Member`` where one exists. Labels are read by their words, never by number: numbers
disagree between systems.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from qisong.sheets.columns import Column, Form
from qisong.sheets.problems import Problem, Severity
from qisong.sheets.reading import read
from qisong.sheets.rows import Reading, Row
from qisong.words.dates import PartialDate
from qisong.words.identity import IdentityFault, birthday, eighteen_from_fifteen, identity_fault, is_mask, sex
from qisong.words.text import Text


@dataclass(frozen=True, eq=False)
class RosterForm(Form):
    """A roster's sheet, and what its labels come to: ``categories``: label → code of a category, ``suspends``: label of
    a standing → whether it suspends the membership; of several labels the first is written.

    ``has_probation``: nobody is taken in fully at once, so that two equal dates look like a slip.
    """

    categories: Mapping[str, str] = field(default_factory=dict)
    suspends: Mapping[str, bool] = field(default_factory=dict)
    has_probation: bool = False

    @cached_property
    def category_labels(self) -> dict[str, str]:
        return {code: label for label, code in reversed([*self.categories.items()])}

    @cached_property
    def standing_labels(self) -> dict[bool, str]:
        return {suspended: label for label, suspended in reversed([*self.suspends.items()])}

    @cached_property
    def by_title(self) -> dict[str, Column]:
        return {column.title: column for column in self.columns}

    def title_of(self, code: str) -> str:
        """ "" for what the sheet does not tell of."""
        return self.by_code[code].title if code in self.by_code else ""

    def problem(
        self, row: Row, column: str, code: str, text: Text, *, severity: Severity = "error", proposal: str = ""
    ) -> Problem:
        return row.problem(self.by_code[column], code, text, severity=severity, proposal=proposal)


CATEGORIES = ("正式党员", "预备党员", "积极分子", "发展对象", "群众")
STANDINGS = ("正常", "停止党籍", "保留党籍", "恢复党籍", "开除党籍")
RETAINED, EXPELLED = "保留党籍", "开除党籍"
SEXES = ("男", "女")
# Whoever joined in these years was a full member at once. The boundary days are accepted.
NO_PROBATION = (
    (date(1921, 7, 1), date(1923, 6, 9)),
    (date(1928, 6, 18), date(1945, 4, 22)),
    (date(1969, 4, 1), date(1977, 8, 11)),
)
EDUCATIONS = (
    *("博士研究生", "硕士研究生", "硕士生班", "中央党校研究生", "省（区、市）委党校研究生"),
    *("大学", "大专", "大学普通班", "第二学士学位班", "中央党校大学", "省（区、市）委党校大学"),
    *("中央党校大专", "省（区、市）委党校大专", "中等专科", "职业高中", "技工学校", "普通高中"),
    *("初中", "小学", "其他"),
)
_PEOPLES = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 "
    "柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 "
    "塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
)
ETHNICITIES = tuple(f"{name}族" for name in _PEOPLES.split())

ROSTER_FORM = RosterForm(
    code="roster",
    sheet_name="党员基本信息汇总表",
    title="党员基本信息汇总表",
    columns=(
        Column("serial", "序号", ("编号",), kind="integer", ordinal=True, width=6),
        Column("name", "姓名", ("党员姓名", "名字"), kind="name", required=True, width=10),
        Column(
            "branch",
            "所在党支部",
            (
                *("组织关系所在党支部", "党组织关系所在支部", "组织关系所在支部", "所在支部", "所属党支部"),
                *("党支部", "党支部名称", "所在党组织"),
            ),
            width=24,
        ),
        Column(
            "identity",
            "公民身份证号",
            ("公民身份号码", "公民身份证号码", "身份证号", "身份证号码", "居民身份证号码", "证件号码", "身份证"),
            kind="identity",
            width=21,
        ),
        Column("sex", "性别", kind="choice", choices=SEXES, synonyms={"男性": "男", "女性": "女"}, width=6),
        Column(
            "ethnicity",
            "民族",
            kind="choice",
            choices=(*ETHNICITIES, "其他"),
            synonyms={name.removesuffix("族"): name for name in ETHNICITIES},
            open_choices=True,
            width=8,
        ),
        Column("born", "出生日期", ("出生年月", "出生年月日", "出生时间", "生日"), kind="date"),
        Column(
            "education",
            "学历",
            ("文化程度", "最高学历"),
            kind="choice",
            choices=EDUCATIONS,
            synonyms={
                "大学本科": "大学",
                "本科": "大学",
                "大学专科": "大专",
                "专科": "大专",
                "中专": "中等专科",
                "高中": "普通高中",
                "技校": "技工学校",
                "职高": "职业高中",
            },
            open_choices=True,
        ),
        # The collection form holds the job here on screen, 正式 or 预备 in print; the values decide (see settle_row).
        Column(
            "category",
            "人员类别",
            ("党员类型", "党员类别", "正式/预备党员", "正式/预备", "政治面貌"),
            kind="choice",
            choices=CATEGORIES,
            synonyms={
                "正式": "正式党员",
                "预备": "预备党员",
                "入党积极分子": "积极分子",
                "中共党员": "正式党员",
                "中共正式党员": "正式党员",
                "中共预备党员": "预备党员",
            },
            open_choices=True,
            remark_unknown=False,
        ),
        Column("joined", "加入党组织日期", ("入党日期", "入党时间", "入党年月", "加入党组织时间"), kind="date"),
        Column(
            "became_full",
            "转为正式党员日期",
            ("转正日期", "转正时间", "转正年月", "转为正式党员时间"),
            kind="date",
        ),
        Column("job", "工作岗位", ("职业", "岗位"), width=20),
        Column(
            "mobile",
            "手机号",
            ("手机号码", "联系电话", "联系方式", "手机", "移动电话", "联系手机", "电话"),
            kind="phone",
            width=15,
        ),
        Column(
            "landline", "固定电话", ("座机号码", "座机", "住宅电话", "固话", "固定电话号码"), kind="phone", width=16
        ),
        Column(
            "address",
            "家庭住址",
            ("现居住地", "现居住地地址", "家庭地址", "住址", "现住址", "详细住址", "居住地址"),
            width=30,
        ),
        Column("standing", "党籍状态", ("党籍",), kind="choice", choices=STANDINGS, width=10),
        Column("lost", "是否为失联党员", ("是否失联党员", "是否失联"), kind="yesno", width=8),
        Column("lost_since", "失去联系日期", ("失联日期", "失联时间"), kind="date", only_if="lost"),
        Column("away", "是否为流动党员", ("是否流动党员", "是否流动"), kind="yesno", width=8),
        Column("destination", "外出流向", ("流出地", "外出地点"), only_if="away", width=20),
    ),
    categories={"正式党员": "full", "预备党员": "probationary"},
    suspends={"正常": False, "恢复党籍": False, RETAINED: False, "停止党籍": True},
    has_probation=True,
)


def read_roster(source: bytes | Path | str, filename: str, *, today: date, form: RosterForm = ROSTER_FORM) -> Reading:
    """A roster file read, settled and checked, row by row and as a whole. Raises ``Refusal`` as ``sheets.read`` does.

    Several files of one review are checked against each other with ``check_file`` over all their rows.
    """
    reading = read(source, filename, form, today=today)
    for row in reading.rows:
        reading.problems.extend(settle_row(row, form))
        reading.problems.extend(check_row(row, today=today, form=form))
    reading.problems.extend(check_file(reading.rows, form))
    return reading


def settle_row(row: Row, form: RosterForm = ROSTER_FORM) -> list[Problem]:
    """Put a job that stands under the category where it belongs; say so, and say when a category is unknown."""
    category = row.cells.get("category")
    if not isinstance(category, str) or category in form.by_code["category"].choices:
        return []
    row.cells["category"] = None
    if row.cells.get("job") is None:
        row.cells["job"] = category
    words = {"title": form.title_of("category"), "job": form.title_of("job"), "labels": "或".join(form.categories)}
    text = Text(
        "{title}应当是{labels}；这里像是{job}，已当作{job}读。请核对。",
        "{title} should be {labels}; this looks like {job} and was read so. Check it.",
    ).format(**words)
    return [form.problem(row, "category", "category-not-known", text, severity="warning")]


def check_row(row: Row, *, today: date, form: RosterForm = ROSTER_FORM) -> list[Problem]:
    """What does not agree within one row. A masked identity number is taken as it is."""
    return [*_check_identity(row, today, form), *_check_phones(row, form), *_check_joining(row, form)]


def _check_identity(row: Row, today: date, form: RosterForm) -> list[Problem]:
    number = row.text("identity")
    if not number or is_mask(number):
        return []
    fault = identity_fault(number, today=today)
    if fault is None:
        return [
            *_check_sex(row, number, form),
            *_check_birthday(row, number, form),
            *_check_rounding(row, number, form),
        ]
    severity: Severity = "warning" if fault.code == "identity-fifteen" else "error"
    return [form.problem(row, "identity", fault.code, _advice(fault), severity=severity, proposal=fault.proposal)]


def _advice(fault: IdentityFault) -> Text:
    """What to do; of a proposal only the last character is told, the whole number stands in ``Problem.proposal``."""
    last = fault.proposal[-1:]
    return _IDENTITY[fault.code].format(last=last)


_IDENTITY = {
    "identity-length": Text(
        "证号应当是 18 位，这里多了或少了。请对照身份证重新填写。",
        "An identity number has 18 characters; here are more or fewer. Copy it again from the card.",
    ),
    "identity-characters": Text(
        "证号只能有数字，最后一位可以是 X。请对照身份证重新填写。",
        "An identity number has digits only, and perhaps an X at the end. Copy it again from the card.",
    ),
    "identity-birthday": Text(
        "证号第 7 到 14 位不是一个可能的出生日期。请对照身份证重新填写。",
        "Characters 7 to 14 of the number are no possible day of birth. Copy it again from the card.",
    ),
    "identity-checksum": Text(
        "证号的校验位不对：如果前 17 位没有错，最后一位应当是 {last}。请对照身份证核对每一位。",
        "The check character is wrong: if the first 17 digits are right, the last must be {last}. Compare every "
        "character with the card.",
    ),
    "identity-fifteen": Text(
        "这是旧的 15 位证号。换成 18 位：在第 6 位后加 19，最后加校验位 {last}。请与本人核对。",
        "This is an old number of 15 digits. Made 18 long it has 19 after the 6th digit and ends in {last}. Check it "
        "with the member.",
    ),
}


def _check_sex(row: Row, number: str, form: RosterForm) -> list[Problem]:
    said = row.text("sex")
    if not said or said == sex(number):
        return []
    text = Text(
        f"性别与证号不一致：证号第 17 位表示“{sex(number)}”。请对照身份证，改正其中一个。",
        f"Sex and identity number disagree: the 17th digit says {sex(number)}. Compare with the card and mend one.",
    )
    return [form.problem(row, "sex", "identity-sex", text)]


def _check_birthday(row: Row, number: str, form: RosterForm) -> list[Problem]:
    said, born = row.cells.get("born"), birthday(number)
    if not isinstance(said, PartialDate) or born is None or said.agrees(PartialDate.of(born)):
        return []
    text = Text(
        "出生日期与证号里的不一致。以档案为准的，可以不改；是抄错的，请改正。",
        "Date of birth and identity number disagree. Leave it if the personnel file says so; mend it if it is a slip.",
    )
    return [form.problem(row, "born", "identity-born", text, severity="warning")]


def _check_rounding(row: Row, number: str, form: RosterForm) -> list[Problem]:
    if not number.endswith("000"):
        return []
    text = Text(
        "证号以 000 结尾，可能是被 Excel 改过的。请对照身份证核对最后三位。",
        "The number ends in 000 and may have been damaged by Excel. Compare its last three digits with the card.",
    )
    return [form.problem(row, "identity", "identity-rounded", text, severity="warning")]


def _check_phones(row: Row, form: RosterForm) -> list[Problem]:
    asked = [code for code in ("mobile", "landline") if code in row.cells]
    if not asked or any(row.raw.get(code) is not None and row.cells[code] is not None for code in asked):
        return []
    text = Text(
        "手机号和固定电话都没有。确实没有的可以不填。",
        "There is neither a mobile nor a fixed number. Leave it so if there is none.",
    )
    return [form.problem(row, asked[0], "phone-none", text, severity="warning")]


def _check_joining(row: Row, form: RosterForm) -> list[Problem]:
    joined, full = row.cells.get("joined"), row.cells.get("became_full")
    if not isinstance(joined, PartialDate) or not isinstance(full, PartialDate):
        return []
    if joined.first > full.last:
        text = Text(
            "{later}早于{earlier}。请对照档案，改正其中一个。",
            "{later} is before {earlier}. Compare with the file and mend one.",
        ).format(later=form.title_of("became_full"), earlier=form.title_of("joined"))
        return [form.problem(row, "became_full", "joined-after-full", text)]
    if not form.has_probation or joined != full or _had_no_probation(joined):
        return []
    text = Text(
        "两个日期相同，可那时有预备期。请对照档案核对。",
        "Both dates are the same, though there was a probation then. Compare with the file.",
    )
    return [form.problem(row, "became_full", "joined-equals-full", text, severity="warning")]


def _had_no_probation(joined: PartialDate) -> bool:
    return any(joined.first <= end and start <= joined.last for start, end in NO_PROBATION)


def check_file(rows: list[Row], form: RosterForm = ROSTER_FORM) -> list[Problem]:
    """What does not agree between rows, of one file or of several: the same identity number twice."""
    places: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        number = row.text("identity")
        if number and not is_mask(number):
            places[_comparable(number)].append(row)
    return [problem for same in places.values() if len(same) > 1 for problem in _doubled(same, form)] + _rounded(
        rows, form
    )


def _comparable(number: str) -> str:
    """An old and a new number of one person are the same number."""
    return number if len(number) != 15 or not number.isdigit() else eighteen_from_fifteen(number)


def _doubled(same: list[Row], form: RosterForm) -> list[Problem]:
    problems = []
    for row in same:
        others = "、".join(_place(other, row) for other in same if other is not row)
        text = Text(
            f"同一个证号还在：{others}。请核对是不是重复的人，或抄错了证号。",
            f"The same identity number stands in {others} too. Is it the same person twice, or a slip?",
        )
        problems.append(form.problem(row, "identity", "identity-twice", text))
    return problems


def _place(row: Row, seen_from: Row) -> str:
    parts = [row.file if row.file != seen_from.file else "", row.sheet if row.sheet != seen_from.sheet else ""]
    return " ".join(part for part in (*parts, row.address("identity")) if part)


def _rounded(rows: list[Row], form: RosterForm) -> list[Problem]:
    """One number ending in 000 may be true; many in one sheet were rounded by Excel before they became text."""
    sheets: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if len(row.text("identity")) == 18:
            sheets[row.file, row.sheet].append(row)
    problems = []
    for held in sheets.values():
        ending = [row for row in held if row.text("identity").endswith("000")]
        if len(ending) > max(1, len(held) // 50):
            problems += [form.problem(row, "identity", "identity-rounded-many", _ROUNDED) for row in ending]
    return problems


_ROUNDED = Text(
    "这张表里许多证号以 000 结尾：Excel 把后三位改成了 0。请把整列设为“文本”格式，从原件重新粘贴证号。",
    "Many numbers of this sheet end in 000: Excel has zeroed their last three digits. Set the column to text and paste "
    "the numbers again from the original.",
)
