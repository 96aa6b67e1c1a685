"""What changed hands, and what people said about it: custody, receipts, answers."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from qisong.ledger.answering import require_until
from qisong.ledger.composition import Composition
from qisong.ledger.documents import AnswerDraft, CustodyDraft, GiverDraft, ReceivedDraft
from qisong.ledger.models import Answer, Custody, Item, Receipt, Round, Title
from qisong.ledger.terms import Direction, Source
from qisong.org.models import new_id
from qisong.org.terms import TermCategory

Recipient = UUID | int  # a member, or a unit


class Origin(NamedTuple):
    """From whom copies came (a person or a unit), and whose custody they left, if any's."""

    person: UUID | None
    unit: int | None
    source: Source
    holder: int | None


def hand(act: Composition) -> None:
    """Custody first: what a visitor brought is handed on in the same act."""
    for taken in act.draft.custody:
        take(act, taken)
    for received in act.draft.received:
        hand_over(act, received)
    note_answers(act)


def take(act: Composition, line: CustodyDraft) -> None:
    item, title = item_and_title(act, line)
    unit = act.tried(line.unit.at, act.own_unit, line.unit) if line.unit else act.recorder
    if item is None or unit is None:
        return
    person, giver = custody_giver(act, line, unit)
    custody = Custody(id=new_id(), activity_id=act.activity.pk, on=act.on, unit_id=unit, item_id=item.pk, title=title)
    custody.copies, custody.direction = line.copies, line.direction
    custody.giver_person_id, custody.giver_unit_id = person, giver
    act.add(custody)
    act.move((unit, item.pk, act.on, line.copies if line.direction == Direction.TAKEN else -line.copies))


def custody_giver(act: Composition, line: CustodyDraft, unit: int) -> tuple[UUID | None, int | None]:
    """The one named, else the unit above that day."""
    if line.giver:
        return giver(act, line.giver)
    above = act.known.parent(unit, act.on)
    if above is None:
        act.wrong(
            line.at,
            "giver-needed",
            "这个组织没有上级，请写明从谁那里领的（giver）。",
            "There is no unit above; name the giver.",
        )
    return None, above


def hand_over(act: Composition, line: ReceivedDraft) -> None:
    item, title = item_and_title(act, line)
    if line.channel:
        act.tried(line.channel.at, act.known.term, TermCategory.CHANNEL, line.channel)
    recipients = recipients_of(act, line)
    if item is None:
        return
    origin = origin_of(act, line, item)
    note_repeated(act, recipients, item, title)
    act.add(*(handed(act, line, recipient, item=item, title=title, origin=origin) for _place, recipient in recipients))
    if origin.holder:
        act.move((origin.holder, item.pk, act.on, -line.copies * len(recipients)))


def item_and_title(act: Composition, line: ReceivedDraft | CustodyDraft) -> tuple[Item | None, Title | None]:
    item = act.items.get(line.item.at)
    title = act.tried(line.title.at, act.known.title, item, line.title) if item and line.title else None
    return item, title


def recipients_of(act: Composition, line: ReceivedDraft) -> list[tuple[str, Recipient]]:
    """Whoever a line names, each with the place where it does."""
    here = f"{line.at}.to"
    if line.to.present and not act.draft.present:
        act.wrong(here, "nobody-present", "没有填在场的人，无法发给他们。", "Nobody is named as present.")
    found: list[tuple[str, Recipient | None]] = [(here, member) for member in act.present if line.to.present]
    found += [(ref.at, act.member(ref)) for ref in line.to.members]
    found += [(named.at, act.tried(named.at, act.own_unit, named)) for named in line.to.units]
    return [(place, recipient) for place, recipient in found if recipient]


def note_repeated(act: Composition, recipients: list[tuple[str, Recipient]], item: Item, title: Title | None) -> None:
    repeated: dict[str, None] = {}
    for place, recipient in recipients:
        receipt = (recipient, item.pk, title.pk if title else None)
        if receipt in act.received:
            repeated[place] = None
        act.received.add(receipt)
    for place in repeated:
        act.wrong(
            place,
            "received-twice",
            "这次活动里同一个人同一样东西记了两次（在场听课的已自动记上），请去掉一处。",
            "This act names the same recipient and item twice (who was present at a lesson has it already).",
        )


def origin_of(act: Composition, line: ReceivedDraft, item: Item) -> Origin:
    """One giver and one source. Unsaid: the recording unit out of what it holds, if it holds any; else whoever led;
    else the recording unit. A recording unit that holds copies and gives, gives those."""
    holder = act.tried(line.holder.at, act.own_unit, line.holder) if line.holder else None
    stated = line.source or (Source.CUSTODY if line.holder else None)
    person, unit = None, holder or act.recorder
    if line.giver:
        person, unit = giver(act, line.giver)
    elif act.leader and (stated == Source.GIVER or (stated is None and not act.holds(item))):
        person, unit = act.leader, None
    source = stated or (Source.CUSTODY if unit == act.recorder and act.holds(item) else Source.GIVER)
    if source == Source.CUSTODY:
        return Origin(person, unit, source, holder or act.recorder)
    if line.holder:
        act.wrong(
            line.holder.at,
            "holder-without-custody",
            "直接来自发放者的，不填 holder。",
            "What comes directly from the giver leaves nobody's custody; leave holder out.",
        )
    return Origin(person, unit, source, None)


def giver(act: Composition, draft: GiverDraft) -> tuple[UUID | None, int | None]:
    if draft.unit:
        return None, act.tried(draft.unit.at, act.known.unit, draft.unit, act.on)
    person = act.tried(draft.person.at, act.known.person, draft.person, act.on) if draft.person else None
    return person, None


def handed(
    act: Composition, line: ReceivedDraft, recipient: Recipient, *, item: Item, title: Title | None, origin: Origin
) -> Receipt:
    receipt = act.receipt(member=recipient if isinstance(recipient, UUID) else None, item=item)
    receipt.unit_id = recipient if isinstance(recipient, int) else None
    receipt.title, receipt.copies = title, line.copies
    receipt.channel = line.channel.code if line.channel else act.channel
    receipt.giver_person_id, receipt.giver_unit_id = origin.person, origin.unit
    receipt.source, receipt.holder_id = origin.source, origin.holder
    return receipt


def note_answers(act: Composition) -> None:
    seen: set[tuple[UUID, int]] = set()
    for line in act.draft.answers:
        member, round_ = act.member(line.member), answered_round(act, line)
        if member is None or round_ is None:
            continue
        item = act.items[line.item.at]
        if (member, item.pk) in seen:
            act.wrong(line.at, "twice", "同一个人对同一样东西答了两次。", "This person answers twice for one item.")
        seen.add((member, item.pk))
        answer = Answer(id=new_id(), member_id=member, item_id=item.pk, round_id=round_.pk, kind=line.answer, on=act.on)
        answer.until, answer.activity_id, answer.recorded_by = line.until, act.activity.pk, act.by
        act.add(answer)


def answered_round(act: Composition, line: AnswerDraft) -> Round | None:
    act.tried(f"{line.at}.until", require_until, line.answer, line.until, act.on)
    item = act.items.get(line.item.at)
    return act.tried(line.item.at, act.known.round, item, act.on) if item else None
