"""What a person should look at before a comparison is applied, said at the cell it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qisong.org.words import worded
from qisong.roster.branches import Branches
from qisong.roster.form import RosterForm
from qisong.roster.holding import Held
from qisong.roster.interpreting import says_none
from qisong.roster.matching import Match, Told
from qisong.roster.statements import COLUMNS
from qisong.roster.terms import Category, Secret
from qisong.sheets.problems import Problem, Severity
from qisong.sheets.rows import Row
from qisong.words.text import Text


class Doubts:
    def __init__(self, branches: Branches, form: RosterForm) -> None:
        self._form = form
        self._branches = branches
        self._warned: set[tuple[str, str, str]] = set()
        self.problems: list[Problem] = []

    def tell(self, row: Row, match: Match, rows: Sequence[Row]) -> None:
        """Why a row is doubtful. The same person in two files is an error: one of the files is too many."""
        others = [rows[number] for number in match.twice]
        if any(other.file != row.file for other in others):
            where = "、".join(f"{other.file} {other.sheet} {other.number}" for other in others)
            self._note(row, "name", "row-twice", TWICE.format(where=where), "error")
            return
        column = "identity" if match.doubt in {"elsewhere", "died", "another-number"} else "name"
        where = "、".join(str(other.number) for other in others)
        self._note(row, column, f"doubtful-{match.doubt}", DOUBTS[match.doubt].format(where=where), "warning")

    def complete(self, row: Row, told: Told) -> None:
        """What a newcomer needs and the row leaves out: a branch and a category. A mask stands for no number."""
        said = told.said
        if said.unit is None and not told.lost_branch:
            self._take_home(row, told)
        if "category" not in said.values:
            said.values["category"] = Category.FULL
            if "became_full" not in said.values and not row.text("category"):
                self._note_absent(
                    row, "category", "category-assumed", worded(*ASSUMED, full="full", probationary="probationary")
                )
        self.check_masks(row, said.masks)

    def _take_home(self, row: Row, told: Told) -> None:
        if "branch" in row.cells and self._branches.has_units_beneath:
            self._note(row, "branch", "branch-empty", BRANCH_EMPTY, "error")
            return
        told.said.unit = self._branches.unit
        if self._branches.has_units_beneath:
            self._note_absent(row, "branch", "branch-column-missing", NO_BRANCH_COLUMN)

    def check_masks(self, row: Row, kinds: Iterable[str]) -> None:
        """Masks that are not those of what is held: what they hide is not imported."""
        for kind in kinds:
            self._note(row, COLUMNS.get(kind, kind), "mask-unknown", MASK_UNKNOWN, "warning")

    def check_none(self, row: Row, held: Held) -> None:
        """Cells that say 无 of something that is held: nothing is erased by a sheet."""
        for field, value in held.values.items():
            if value and says_none(row, field):
                self._note(row, field, "held-kept", HELD_KEPT, "warning")
        for kind in (Secret.IDENTITY, Secret.PHONE, Secret.LANDLINE):
            column = COLUMNS.get(kind, kind)
            if kind in held.secrets and says_none(row, column):
                self._note(row, column, "held-kept", HELD_KEPT, "warning")

    def _note_absent(self, row: Row, column: str, code: str, text: Text) -> None:
        """At the cell if the sheet has the column, else once for the sheet."""
        if column in row.cells:
            self._note(row, column, code, text, "warning")
        elif (row.file, row.sheet, code) not in self._warned:
            self._warned.add((row.file, row.sheet, code))
            title = self._form.title_of(column)
            told = text.format(title=title)
            self.problems.append(Problem(row.file, row.sheet, "", None, title, "", code, "warning", told))

    def _note(self, row: Row, column: str, code: str, text: Text, severity: Severity) -> None:
        self.problems.append(self._form.problem(row, column, code, text, severity=severity))


TWICE = Text(
    "同一个人还在：{where}。请只留一处；如果是两个人，请填上两人的公民身份证号。",
    "The same person stands in {where}, too. Keep one; if they are two people, give both identity numbers.",
)
DOUBTS = {
    "elsewhere": Text(
        "这个证号的成员在另一个组织的名册上。换了组织的，请共同的上级导入或办理转接；这一行先不写入。",
        "The member with this number is on another unit's roster. If they have moved, let the common upper level "
        "import the row or record a transfer; this row is not written.",
    ),
    "died": Text(
        "名册上这位成员已记去世。请核对；这一行先不写入。",
        "The roster records that this member died. Check it; this row is not written.",
    ),
    "another-number": Text(
        "本组织有同名、同出生日期的成员，证号却不同。请在核对页上选“是这个人”或“另一个人”；这一行先不写入。",
        "A member of this unit has the same name and date of birth but another number. Say on the review page "
        "whether it is the same person; this row is not written.",
    ),
    "several": Text(
        "本组织有几位同名、同出生日期的成员，不知道是哪一位。请在核对页上选；这一行先不写入。",
        "Several members of this unit have this name and date of birth. Choose one on the review page; this row is "
        "not written.",
    ),
    "other-branch": Text(
        "名册上同名、同出生日期的成员在别的组织。请在核对页上选“是这个人”或“另一个人”；这一行先不写入。",
        "A member with this name and date of birth belongs to another unit. Say on the review page whether it is the "
        "same person; this row is not written.",
    ),
    "no-birth-date": Text(
        "本组织有同名的成员，缺出生日期，分不清是不是同一个人。请补上出生日期，或在核对页上选；这一行先不写入。",
        "This unit has a member of the same name, and without a date of birth nobody can tell. Give the date, or "
        "choose on the review page; this row is not written.",
    ),
    "namesakes": Text(
        "第 {where} 行与这一行同名、同出生日期。是一个人就删去一行；是两个人，请填证号或在核对页上选。这一行先不写入。",
        "Row {where} has the same name and date of birth. If they are one person delete one; if two, give the numbers "
        "or choose on the review page. This row is not written.",
    ),
}
BRANCH_EMPTY = Text(
    "没有写在哪个组织。请写组织名称或组织代码。",
    "No unit is given. Write its name or its code.",
)
NO_BRANCH_COLUMN = Text(
    "表里没有“{title}”一栏，新成员都记在所选的组织本身。不对的话，请加上这一栏。",
    "The sheet has no column {title}; new members go to the chosen unit itself. Add the column if that is wrong.",
)
ASSUMED = (
    "没有写是{full}还是{probationary}，先按{full}记。请核对。",
    "The row does not say: {full} or {probationary}? Recorded as {full}. Check it.",
)
MASK_UNKNOWN = Text(
    "打星号的号码与名册上的对不上，没有导入。要改就填完整号码。",
    "The masked number is not the one held and was not imported. Give the whole number to change it.",
)
HELD_KEPT = Text(
    "表上写“无”，名册上有。导入不会抹去已有的内容；确实没有了，请在成员页上删除。",
    "The sheet says there is none, the roster holds one. An import erases nothing; delete it on the member's page.",
)
