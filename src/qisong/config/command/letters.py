"""Members who go to another county and come from one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from django.utils import timezone

from qisong.config.command.exchange import READABLE, WRITABLE
from qisong.config.command.speaking import Day, UnitCode, answer_json, say, site
from qisong.org.models import Unit
from qisong.roster import arriving, sending
from qisong.roster.letter import check_passphrase, read
from qisong.roster.models import Arrival, Letter, Member
from qisong.roster.terms import Fate
from qisong.seals.passphrase import new_passphrase
from qisong.words.text import Text, refuse

VARIABLE = "QISONG_PASSPHRASE"
TO_LOCK = click.option(
    "--passphrase",
    envvar=VARIABLE,
    default=new_passphrase,
    help=f"口令，默认新起一个；也可用环境变量 {VARIABLE}。 The passphrase; a new one unless given.",
)
TO_OPEN = click.option(
    "--passphrase",
    envvar=VARIABLE,
    prompt="口令 / Passphrase",
    hide_input=True,
    help=f"口令，默认会问；也可用环境变量 {VARIABLE}。 The passphrase; asked for unless given.",
)
HERE = click.option("--unit", required=True, type=UnitCode(), help="归哪个组织。 The unit.")


@click.group()
def letter() -> None:
    """跨县转接组织关系:开介绍信、接收、回执。 Letters that take members from county to county."""


@letter.command()
@click.argument("member", type=click.UUID)
@click.argument("out", type=WRITABLE)
@click.option("--to", "to_code", required=True, help="对方县站点的代码。 The code of the other county's site.")
@click.option("--name", "to_name", required=True, help="对方县的名称。 The name of the other county.")
@click.option("--on", type=Day(), help="从哪天起不在本县，默认今天。 From which day; today unless named.")
@TO_LOCK
def send(member: UUID, out: Path, *, to_code: str, to_name: str, on: date | None, passphrase: str) -> None:
    """开介绍信:从那天起本县名册上不再有这个人。 Write a letter; from that day the member is on no roster here."""
    site()
    check_passphrase(passphrase)
    found = Member.objects.filter(pk=member).first()
    if found is None:
        raise refuse("unknown-person", "没有这位成员：{pk}。", "There is no such member: {pk}.", pk=member)
    day = on or timezone.localdate()
    written = sending.send_member(by=None, member=found, to_code=to_code, to_name=to_name, on=day)
    keep_file(written, out, passphrase)


@letter.command()
@click.argument("letter", type=click.UUID)
@click.argument("out", type=WRITABLE)
@TO_LOCK
def save(letter: UUID, out: Path, *, passphrase: str) -> None:
    """再存一次介绍信文件:还是同一封。 Save the file of a letter again; it is the same letter."""
    keep_file(find_letter(letter), out, passphrase)


@letter.command()
@click.argument("file", type=READABLE)
@HERE
@TO_OPEN
@click.option("--json", "as_json", is_flag=True, help="以 JSON 回答。 Answer in JSON.")
def take(file: Path, *, unit: Unit, passphrase: str, as_json: bool) -> None:
    """接收介绍信:同一封再交,回答不变。 Take a letter in; handed in again, it gets the same answer."""
    tell(arriving.take_in(by=None, content=read(file.read_bytes(), passphrase), unit=unit), as_json=as_json)


@letter.command()
@click.argument("file", type=READABLE)
@HERE
@TO_OPEN
@click.option("--json", "as_json", is_flag=True, help="以 JSON 回答。 Answer in JSON.")
def decline(file: Path, *, unit: Unit, passphrase: str, as_json: bool) -> None:
    """退信:本县永远不再接收这一封。 Decline a letter; it will never be taken in here."""
    tell(arriving.decline(by=None, content=read(file.read_bytes(), passphrase), unit=unit), as_json=as_json)


@letter.command()
@click.argument("letter", type=click.UUID)
@click.argument("code")
@click.option("--unit", type=UnitCode(), help="退信而原组织已不在时，归哪个组织。 Where to, if the old unit is gone.")
def answer(letter: UUID, code: str, *, unit: Unit | None) -> None:
    """登记对方的回执号。 Enter the code with which the other county answered."""
    done = sending.answer_letter(by=None, letter=find_letter(letter), code=code, unit=unit)
    if done.fate == Fate.TAKEN:
        say(Text("对方已接收。", "The other county has taken the member in."))
    else:
        say(Text("对方退信，成员仍在本县名册。", "The other county declined; the member is on this county's roster."))


@letter.command()
@click.argument("letter", type=click.UUID)
@click.option("--reason", required=True, help="谁确认对方没有接收、以后也不会接收。 Who knows that nobody took it in.")
@click.option("--unit", type=UnitCode(), help="原组织已不在时，归哪个组织。 Where to, if the old unit is gone.")
def recall(letter: UUID, *, reason: str, unit: Unit | None) -> None:
    """收回介绍信:只在代码写错、或对方站点已不存在时用。 Recall a letter that no site can ever answer.

    对方若已接收，这个人会同时在两个县。 Had the other county taken it in, the member would be in both.
    """
    sending.recall_letter(by=None, letter=find_letter(letter), reason=reason, unit=unit)
    say(Text("已收回，成员仍在本县名册。", "Recalled; the member is on this county's roster."))


@letter.command("list")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 回答。 Answer in JSON.")
def list_(*, as_json: bool) -> None:
    """还没有回执的介绍信,开出最久的在前。 Letters without an answer, the oldest first."""
    site()
    under_way = Letter.objects.filter(fate=Fate.UNDER_WAY).order_by("sent_on", "pk")
    told = [told_of(one) for one in under_way.select_related("unit")]
    if as_json:
        answer_json(told)
        return
    for one in told:
        zh = "{letter}：{unit} → {to_name}（{to_code}），{days} 天，{until}到期"
        say(Text(zh, "{letter}: {unit} → {to_name} ({to_code}), {days} days, until {until}").format(**one))
    say(Text("在途 {n} 封。", "{n} under way.").format(n=len(told)))


def told_of(one: Letter) -> dict[str, Any]:
    """Without a name: the member's page has it, for those who may read it."""
    return {
        "letter": one.pk,
        "member": one.member_id,
        "unit": one.unit.code,
        "to_code": one.to_code,
        "to_name": one.to_name,
        "on": one.on,
        "sent_on": one.sent_on,
        "until": one.until,
        "days": (timezone.localdate() - one.sent_on).days,
    }


def find_letter(pk: UUID) -> Letter:
    site()
    found = Letter.objects.select_related("unit").filter(pk=pk).first()
    if found is None:
        raise refuse("unknown-letter", "没有这封介绍信：{pk}。", "There is no such letter: {pk}.", pk=pk)
    return found


def keep_file(letter: Letter, out: Path, passphrase: str) -> None:
    out.write_bytes(sending.letter_file(by=None, letter=letter, passphrase=passphrase))
    zh = "介绍信 {letter} 已存为 {out}，{until}前有效。口令（不要和文件一起送）：{passphrase}"
    en = "Letter {letter} saved as {out}, valid until {until}. Passphrase (never send it with the file): {passphrase}"
    say(Text(zh, en).format(letter=letter.pk, out=out, until=letter.until, passphrase=passphrase))


def tell(arrival: Arrival, *, as_json: bool) -> None:
    if as_json:
        kept = ("letter", "member_id", "on", "fate", "code", "answered_on")
        answer_json({name: getattr(arrival, name) for name in kept})
        return
    taken = Text("已接收，{on}起在本县。", "Taken in; of this county since {on}.").format(on=arrival.on)
    say(taken if arrival.fate == Fate.TAKEN else Text("已退信。", "Declined."))
    say(Text("回执号，请告诉对方县：{code}", "Tell the other county this code: {code}").format(code=arrival.code))
