"""What a person types about one member, read by the same grammar as the roster's sheet, or refused at its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from django.utils import timezone

from qisong.org.models import Site
from qisong.org.terms import TermCategory
from qisong.org.words import term_of, worded
from qisong.roster.addresses import split_address
from qisong.roster.own_form import own_form
from qisong.roster.terms import KEPT_FOR, Category, Sex
from qisong.sheets.columns import Column, is_null
from qisong.sheets.kinds import CellFault, CellNote, Reader
from qisong.words.dates import PartialDate
from qisong.words.digits import tidy
from qisong.words.identity import identity_fault, is_mask, sex
from qisong.words.text import Refusal, refuse

# Fields whose column of the form has another code.
COLUMNS = {"phone": "mobile"}
TOO_LONG = "太长了，最多 {limit} 个字。", "Too long; at most {limit} characters."


def checked(values: Mapping[str, str], *, today: date) -> dict[str, str]:
    """The values as they are stored. Refuses what cannot be read and columns the county does not keep."""
    read = {field: check(values[field], field, today) for field, check in CHECKS.items() if field in values}
    if unknown := values.keys() - read.keys():
        raise TypeError(f"no such field: {', '.join(sorted(unknown))}")
    part_address(read)
    site = Site.current()
    for field, column in KEPT_FOR.items():
        if read.get(field) and not site.keeps(column):
            raise not_kept(field)
    return read


def part_address(read: dict[str, str]) -> None:
    """A house number typed behind the village belongs to the sealed part."""
    place, door = split_address(read.get("address", ""))
    if door:
        read["address"] = place
        read["house"] = read.get("house") or door


def not_kept(field: str) -> Refusal:
    if field == "house":
        return refuse(
            "not-kept",
            "本县没有启用门牌号，地址写到村组为止。",
            "This county keeps no house numbers; write the address down to the village.",
            place="address",
        )
    return refuse(
        "not-kept",
        "本县没有启用这一栏，请留空。需要时由系统管理员说明用途后启用。",
        "This county does not keep this column; leave it empty. It is switched on for the county, with a purpose.",
        place=field,
    )


def check_cell(value: str, field: str, today: date) -> str:
    """A value by its column of the county's form."""
    column = own_form().by_code[COLUMNS.get(field, field)]
    try:
        read = read_cell(value, column, today)
    except CellFault as fault:
        raise Refusal(fault.code, fault.text, field) from None
    return bounded(str(read), field) if read is not None else ""


def read_cell(value: str, column: Column, today: date) -> object:
    try:
        return Reader(today=today, epoch1904=False, typed=True).read(value, column)
    except CellNote as note:
        return note.value


def check_sealed(value: str, field: str, today: date) -> str:
    """A mask shows two characters of a number and can stand for none."""
    if is_mask(value):
        raise refuse(
            "mask-only",
            "打星号的不是完整号码。要改就填完整号码，不改请留原样。",
            "Stars are no whole number. Type all of it to change it, or leave it as it was.",
            place=field,
        )
    return check_cell(value, field, today)


def check_name(value: str, field: str, today: date) -> str:
    name = check_cell(value, field, today)
    if not name:
        raise refuse("name-missing", "请填写姓名。", "Give the name.", place=field)
    return name


def check_identity(value: str, field: str, today: date) -> str:
    number = check_sealed(value, field, today)
    if number and identity_fault(number, today=today):
        raise refuse(
            "identity-wrong",
            "公民身份证号不对：应为 18 位，且校验码相符。请对照证件重新填写。",
            "This is no identity number: 18 characters whose last agrees with the others. Copy it from the card.",
            place=field,
        )
    return number


def check_sex(value: str, field: str, _today: date) -> str:
    return one_of(list(Sex), value, field)


def check_category(value: str, field: str, _today: date) -> str:
    return one_of(list(Category), value, field)


def one_of(known: list[str], value: str, field: str) -> str:
    if value not in known:
        raise refuse("unknown-choice", "请从列出的几项里选。", "Choose one of those listed.", place=field)
    return str(value)


def check_house(value: str, field: str, _today: date) -> str:
    return bounded("" if is_null(value.strip()) else tidy(value), field)


def bounded(value: str, field: str) -> str:
    limit = LIMITS.get(field, 60)
    if len(value) > limit:
        raise refuse("too-long", *TOO_LONG, place=field, limit=limit)
    return value


LIMITS = {"job": 120, "ethnicity": 30, "address": 200, "detail": 120, "destination": 120, "topics": 120}
COLUMN_CHECKS = dict.fromkeys(("born", "joined", "became_full", "job", "ethnicity", "education", "address"), check_cell)
CHECKS: Mapping[str, Callable[[str, str, date], str]] = COLUMN_CHECKS | {
    "name": check_name,
    "sex": check_sex,
    "category": check_category,
    "identity": check_identity,
    "phone": check_sealed,
    "landline": check_sealed,
    "house": check_house,
}


def check_together(values: Mapping[str, str]) -> None:
    """What must hold between the fields of one member; ``values`` as stored."""
    joined, full = values.get("joined", ""), values.get("became_full", "")
    if joined and full and PartialDate.from_text(joined).first > PartialDate.from_text(full).last:
        text = worded(
            "{joined}晚于{full}，请核对。",
            "The first date is after the second: {joined}, {full}.",
            joined="joined",
            full="became-full",
        )
        raise Refusal("joined-after-full", text, "became_full")
    if full and values.get("category") == Category.PROBATIONARY:
        text = worded(
            "{probationary}还没有{date}。请改成{full}，或把{date}留空。",
            "Leave this empty for: {probationary} ({date}).",
            probationary="probationary",
            full="full",
            date="became-full",
        )
        raise Refusal("probationary-with-full-date", text, "became_full")
    check_sex_agrees(values.get("identity", ""), values.get("sex", ""))


def check_sex_agrees(number: str, written: str) -> None:
    if number and written and sex(number) != {Sex.MALE: "男", Sex.FEMALE: "女"}[Sex(written)]:
        raise refuse(
            "identity-sex",
            "性别与公民身份证号不一致，请核对。",
            "The sex does not agree with the identity number.",
            place="sex",
        )


def check_day(on: date, place: str = "on") -> None:
    if on > timezone.localdate():
        raise refuse("date-future", "日期在今天以后。", "The date lies in the future.", place=place)


def check_circumstance(kind: str, detail: str) -> str:
    """The detail as it is stored."""
    if term_of(TermCategory.CIRCUMSTANCE, kind) is None:
        raise refuse("unknown-circumstance", "没有“{kind}”这种情况。", "There is no {kind}.", place="kind", kind=kind)
    detail = "" if is_null(detail.strip()) else tidy(detail)
    if says_too_much(detail):
        raise refuse(
            "health-or-faith",
            "这里不记病情和信仰，只写去向或实际不便，例如“在外地务工”。",
            "Neither illness nor faith is kept here; write only where to, or what is difficult.",
            place="detail",
        )
    return bounded(detail, "detail")


def says_too_much(detail: str) -> bool:
    """Whether a free text tells of an illness or a faith, which are stored nowhere."""
    return any(word in detail for word in FORBIDDEN_WORDS)


FORBIDDEN_WORDS = ("病", "癌", "瘫", "中风", "手术", "残疾", "信教", "宗教", "教徒", "信佛")
