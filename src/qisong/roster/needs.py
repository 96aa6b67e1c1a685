"""The verbs of what one member needs and wishes, and of who may be rung for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from qisong.org.models import Account
from qisong.roster.checking import check_day
from qisong.roster.contacts import Contact
from qisong.roster.editing import changing
from qisong.roster.models import ContactPerson, Member, Need, Wish
from qisong.roster.replies import Known, Reply, checked_reply, keep_contact, keep_wish, newer_than, wished
from qisong.roster.ties import end
from qisong.words.text import refuse


def begin_need(*, by: Account | None, member: Member, kind: str, on: date, until: date | None = None) -> Need:
    """From ``on`` the member needs to be reached so; ``until`` is the first day on which that is over, if known."""
    check_day(on)
    check(Reply({kind: until}), on)
    with changing("need.begun", by=by, member=member) as (held, entry):
        check_newest(held, on)
        if held.needs.on(on).filter(kind=kind).exists():
            raise refuse("already-so", "已经记有这种需要。", "This is recorded already.", place="kind")
        entry.touch("need", [kind])
        return Need.objects.create(member=held, kind=kind, valid_from=on, valid_to=until)


def end_need(*, by: Account | None, need: Need, on: date) -> Need:
    check_day(on)
    with changing("need.ended", by=by, member=need.member) as (held, entry):
        standing = held.needs.filter(pk=need.pk).first()
        if standing is None or not standing.holds_on(max(on, standing.valid_from)):
            raise refuse("already-ended", "这种需要已经结束。", "This has ended already.", place="on")
        entry.touch("need", [standing.kind])
        return end(standing, on)


def record_wish(*, by: Account | None, member: Member, ways: Sequence[str], topics: str, on: date) -> Wish | None:
    """How the member wishes to be reached and what they would like to learn; nothing at all ends an earlier wish."""
    check_day(on)
    wish = check(Reply(ways=wished(ways), topics=topics), on)
    with changing("wish.recorded", by=by, member=member) as (held, _entry):
        check_newest(held, on)
        keep_wish(Known.load([held.pk], on), held.pk, wish.ways, wish.topics)
        return held.wishes.filter(valid_from=on, valid_to=None).first()


def name_contact_person(
    *, by: Account | None, member: Member, contact: Contact, on: date, helper: Member | None = None
) -> ContactPerson | None:
    """Who may be rung for the member: another member, or somebody by name; nobody at all ends what was held."""
    check_day(on)
    given = Contact(helper.person.name, contact.relation, contact.phone) if helper else contact
    if helper and helper.pk == member.pk:
        raise refuse("oneself", "联系人不能是本人。", "This is the member themself.", place="helper")
    with changing("contact.named", by=by, member=member) as (held, _entry):
        check_newest(held, on)
        known = Known.load([held.pk], on)
        kept = check(Reply(contact=given), on, known.reply(held.pk)).contact
        keep_contact(known, held.pk, kept)
        row = held.contact_people.filter(valid_from=on, valid_to=None).first()
        if row and helper:
            row.helper, row.name = helper, ""
            row.save(update_fields=["helper", "name"])
        return row


def check(reply: Reply, on: date, before: Reply | None = None) -> Reply:
    """The reply as it is kept; the first thing wrong with it is refused."""
    kept, wrong = checked_reply(reply, before or Reply(), on)
    if wrong:
        raise wrong[0]
    return kept


def check_newest(member: Member, on: date) -> None:
    if newer_than([member.pk], on):
        raise refuse(
            "answered-since",
            "在这一天之后已经有更新的记录。请填更晚的日期。",
            "Something newer than this day is known already; give a later day.",
            place="on",
        )
