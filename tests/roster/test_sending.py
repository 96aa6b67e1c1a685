from collections.abc import Callable
from datetime import date

import pytest

from qisong.org.models import Journal
from qisong.org.tending import merge_units
from qisong.roster.editing import begin_circumstance, record_departure, transfer_member
from qisong.roster.letter import read
from qisong.roster.models import Affiliation, Letter, Member
from qisong.roster.returning import take_back
from qisong.roster.sending import answer_letter, letter_file, recall_letter, send_member
from qisong.roster.terms import Fate
from qisong.words.text import Refusal
from tests.roster.letters import MAY, THERE, sent, told
from tests.roster.people import member, number
from tests.world import BEGINNING, World

pytestmark = pytest.mark.postgres
PASSPHRASE = "7KQM-W3XD-9PHT"


def code_of(verb: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        verb()
    return refused.value.code


def formal(one: Member, day: date) -> list[str]:
    return list(Affiliation.objects.formal(day).filter(member=one).values_list("unit__code", flat=True))


def test_member_leaves_on_the_day_of_the_letter(world: World) -> None:
    one = member(world.branch)
    letter = sent(one)
    assert (letter.fate, letter.unit, letter.member) == (Fate.UNDER_WAY, world.branch, one)
    assert [formal(one, date(2026, 4, 30)), formal(one, MAY)] == [["B1"], []]


def test_letter_says_what_the_new_county_needs_and_no_more(world: World) -> None:
    one = member(world.branch, identity=number(), phone="13800001234", landline="0571-88881234", address="东岭村")
    for kind in ("frail", "away"):
        begin_circumstance(by=None, member=one, kind=kind, on=BEGINNING)
    said = told(sent(one))
    assert said.particulars == {"name": "田守一", "category": "full", "identity": number(), "phone": "13800001234"}
    assert (said.circumstances, said.member, said.on) == ({"frail": "2020-01-01"}, one.pk, MAY)
    assert (said.from_code, said.from_name, said.to_code) == ("C0", "青山县委", "C9")


def test_journal_tells_of_the_letter_by_ids(world: World) -> None:
    one = member(world.branch)
    letter = sent(one)
    row = Journal.objects.latest("seq")
    assert (row.kind, row.touched) == ("letter.sent", {"member": [str(one.pk)], "letter": [str(letter.pk)]})


def test_letter_goes_once_only(world: World) -> None:
    one = member(world.branch)
    sent(one)
    assert code_of(lambda: sent(one)) == "gone-by-letter"


def test_whoever_left_gets_no_letter(world: World) -> None:
    one = member(world.branch)
    record_departure(by=None, member=one, on=MAY)
    assert code_of(lambda: sent(one)) == "already-departed"


@pytest.mark.parametrize(
    ("there", "code"),
    [
        ({"to_code": "C0", "to_name": "青山县委"}, "own-county"),
        ({"to_code": " ", "to_name": "白水县"}, "county-missing"),
        ({"to_code": "C9", "to_name": ""}, "county-missing"),
        ({"to_code": "C" * 41, "to_name": "白水县"}, "county-missing"),
    ],
)
def test_county_must_be_another_one(world: World, there: dict[str, str], code: str) -> None:
    one = member(world.branch)
    assert code_of(lambda: send_member(by=None, member=one, on=MAY, **there)) == code


def test_day_may_lie_neither_ahead_nor_before_the_belonging(world: World) -> None:
    one = member(world.branch)
    days = [date(2999, 1, 1), date(2019, 12, 31)]
    assert [code_of(lambda day=day: sent(one, day)) for day in days] == ["date-future", "too-early"]  # type: ignore[misc]
    assert Letter.objects.count() == 0


def test_no_other_verb_brings_back_whom_a_letter_took(world: World) -> None:
    one = member(world.branch)
    sent(one)
    tie = one.affiliations.get()
    verbs: list[Callable[[], object]] = [
        lambda: transfer_member(by=None, member=one, unit=world.sibling, on=date(2026, 5, 2)),
        lambda: take_back(by=None, tie=tie, reason="误记"),
    ]
    assert [code_of(verb) for verb in verbs] == ["gone-by-letter", "already-back"]
    assert formal(one, date(2026, 6, 1)) == []


def test_file_can_be_saved_again_and_is_the_same_letter(world: World) -> None:
    letter = sent(member(world.branch))
    files = [letter_file(by=world.clerk, letter=letter, passphrase=word) for word in (PASSPHRASE, "another-one")]
    assert read(files[0], PASSPHRASE) == read(files[1], "another-one") == told(letter)
    assert Journal.objects.latest("seq").kind == "letter.saved"


def test_taken_letter_keeps_nothing_of_the_person(world: World) -> None:
    one = member(world.branch)
    letter = sent(one)
    code = told(letter).taken
    answered = answer_letter(by=None, letter=letter, code=code.lower().replace("-", ""))
    assert (answered.fate, answered.sealed, formal(one, MAY)) == (Fate.TAKEN, "", [])
    assert answer_letter(by=None, letter=answered, code=code).pk == letter.pk
    assert code_of(lambda: letter_file(by=None, letter=answered, passphrase=PASSPHRASE)) == "letter-answered"


def test_declined_letter_means_that_the_member_never_left(world: World) -> None:
    one = member(world.branch)
    begin_circumstance(by=None, member=one, kind="frail", on=BEGINNING)
    letter = sent(one)
    answer_letter(by=None, letter=letter, code=told(letter).declined)
    assert [formal(one, day) for day in (date(2026, 4, 30), MAY, date(2026, 6, 1))] == [["B1"]] * 3
    assert one.circumstances.get().valid_to is None
    assert sent(one).pk != letter.pk


def test_answers_do_not_follow_one_another(world: World) -> None:
    letter = sent(member(world.branch))
    content = told(letter)
    answer_letter(by=None, letter=letter, code=content.declined)
    assert code_of(lambda: answer_letter(by=None, letter=letter, code=content.taken)) == "letter-answered"


def test_wrong_code_answers_nothing(world: World) -> None:
    letter = sent(member(world.branch))
    assert code_of(lambda: answer_letter(by=None, letter=letter, code="AAAA-AAAA-AAAA")) == "code-wrong"
    assert Letter.objects.get().fate == Fate.UNDER_WAY


def test_declined_after_the_unit_was_merged_asks_where_to(world: World) -> None:
    one = member(world.branch)
    letter = sent(one)
    merge_units(by=None, unit=world.branch, into=world.sibling, on=date(2026, 5, 20))
    code = told(letter).declined
    assert code_of(lambda: answer_letter(by=None, letter=letter, code=code)) == "unit-gone"
    answer_letter(by=None, letter=letter, code=code, unit=world.sibling)
    assert [formal(one, day) for day in (date(2026, 4, 30), MAY)] == [["B1"], ["B2"]]


def test_unit_merged_on_an_earlier_day_changes_nothing_of_it(world: World) -> None:
    one = member(world.branch)
    letter = sent(one)
    merge_units(by=None, unit=world.branch, into=world.sibling, on=date(2026, 4, 1))
    assert [formal(one, day) for day in (date(2026, 4, 15), MAY)] == [["B2"], []]
    answer_letter(by=None, letter=letter, code=told(letter).declined)
    assert formal(one, MAY) == ["B2"]


def test_letter_that_no_site_can_answer_is_recalled_with_a_reason(world: World) -> None:
    one = member(world.branch)
    letter = sent(one)
    assert code_of(lambda: recall_letter(by=None, letter=letter, reason=" ")) == "reason-missing"
    assert recall_letter(by=None, letter=letter, reason="代码写错，没有这个站点").fate == Fate.DECLINED
    assert (formal(one, MAY), Journal.objects.latest("seq").kind) == (["B1"], "letter.recalled")


def test_letters_are_found_within_the_scope(world: World) -> None:
    letter = sent(member(world.branch))
    sent(member(world.other_branch))
    assert list(Letter.objects.within(world.scope("clerk"))) == [letter]
    assert THERE["to_code"] == letter.to_code
