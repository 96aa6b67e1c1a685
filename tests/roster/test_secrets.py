import pytest

from qisong.org.models import Journal
from qisong.roster.models import Member, SealedIdentity
from qisong.roster.secrets import holder_of, mask_of, open_secret, sealed_row, unsealed
from qisong.roster.terms import Secret
from qisong.seals.sealing import SealBrokenError
from qisong.words.text import Refusal
from tests.roster.people import member as person
from tests.roster.people import number
from tests.world import World

NUMBER = number(serial=1)


@pytest.fixture
def member(world: World) -> Member:
    return person(world.branch, identity=NUMBER, phone="13800001234")


def test_secret_opened_with_reason_is_journalled(world: World, member: Member) -> None:
    assert open_secret(by=world.office, member=member, kind=Secret.IDENTITY, reason="核对汇总表") == NUMBER
    told = Journal.objects.last()
    assert told is not None
    assert (told.kind, told.reason, told.unit_id) == ("secret.opened", "核对汇总表", world.branch.pk)
    assert told.touched == {"member": [str(member.pk)], "secret": ["identity"]}


def test_secret_without_reason_stays_closed(world: World, member: Member) -> None:
    before = Journal.objects.count()
    with pytest.raises(Refusal) as refusal:
        open_secret(by=world.office, member=member, kind=Secret.IDENTITY, reason=" ")
    assert (refusal.value.code, refusal.value.place, Journal.objects.count()) == ("reason-missing", "reason", before)


def test_secret_not_kept_is_empty(world: World, member: Member) -> None:
    assert open_secret(by=None, member=member, kind=Secret.LANDLINE, reason="找人") == ""


def test_masks_show_two_characters_of_a_number(member: Member) -> None:
    masks = {kind: mask_of(member, kind) for kind in Secret}
    assert masks == {"identity": "*" * 16 + NUMBER[-2:], "phone": "138****34", "landline": "", "house": ""}


def test_rows_hold_no_plain_value(member: Member) -> None:
    held = "".join(row.sealed + row.index for row in SealedIdentity.objects.all())
    assert (NUMBER in held, "13800001234" in held) == (False, False)


def test_equal_value_is_found_by_its_index(member: Member) -> None:
    assert holder_of(Secret.IDENTITY, NUMBER) == member.pk
    assert holder_of(Secret.PHONE, NUMBER) is None


def test_sealed_value_moved_to_another_member_does_not_open(world: World, member: Member) -> None:
    other = person(world.branch, "田守二")
    row = sealed_row(member.pk, Secret.PHONE, "13800001234")
    row.member = other
    with pytest.raises(SealBrokenError):
        unsealed(row)
