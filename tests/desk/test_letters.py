from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from qisong.org.todos import todos_for
from qisong.roster.letter import read, written
from qisong.roster.models import Affiliation, Arrival, Letter
from qisong.roster.terms import Fate
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader, text_of
from tests.roster.letters import letter_to_us, sent, told
from tests.world import World

PASSPHRASE = "7KQM-W3XD-9PHT"
DAY = "2026-05-19"


def opened(client: Reader, world: World, passphrase: str = PASSPHRASE) -> object:
    file = SimpleUploadedFile("letter.qisong", written(letter_to_us().as_text(), PASSPHRASE))
    url = f"/units/{world.branch.pk}/letters/take/"
    return client.post(url, {"file": file, "passphrase": passphrase})


def sealed_in(answer: object) -> str:
    return str(answer.context["page"].form["sealed"].value())  # type: ignore[attr-defined]


def test_letter_is_written_on_the_member_s_page_and_leads_to_its_file(signed_in: SignedIn, world: World) -> None:
    client, one = signed_in(world.clerk), world.member("田守一")
    answer = client.post(f"/members/{one.pk}/letter/", {"to_name": "白水县", "to_code": "C9", "on": DAY})
    letter = Letter.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/letters/{letter.pk}/")
    page = text_of(client.get(f"/letters/{letter.pk}/"))
    assert [word in page for word in ("田守一到了吗", "白水县", "在途")] == [True] * 3


def test_refusal_stands_at_its_field(signed_in: SignedIn, world: World) -> None:
    one = world.member("田守一")
    answer = signed_in(world.clerk).post(f"/members/{one.pk}/letter/", {"to_name": "x", "to_code": "C0", "on": DAY})
    assert (answer.status_code, "本县的代码" in text_of(answer), Letter.objects.count()) == (400, True, 0)


def test_file_is_saved_under_a_name_that_says_nothing(signed_in: SignedIn, world: World) -> None:
    letter = sent(world.member("田守一"))
    answer = signed_in(world.clerk).post(f"/letters/{letter.pk}/file/", {"passphrase": PASSPHRASE})
    assert read(answer.content, PASSPHRASE) == told(letter)
    name = f'attachment; filename="letter-{letter.pk.hex[-8:]}.qisong"'
    assert (answer.headers["Content-Disposition"], answer.headers["Cache-Control"]) == (name, "no-store")


def test_short_passphrase_gives_no_file(signed_in: SignedIn, world: World) -> None:
    letter = sent(world.member("田守一"))
    answer = signed_in(world.clerk).post(f"/letters/{letter.pk}/file/", {"passphrase": "123"})
    assert (answer.status_code, "口令至少" in text_of(answer)) == (400, True)


def test_code_of_the_other_county_ends_the_letter(signed_in: SignedIn, world: World) -> None:
    letter = sent(world.member("田守一"))
    code = told(letter).taken
    client = signed_in(world.clerk)
    wrong = client.post(f"/letters/{letter.pk}/", {"code": "1234"})
    assert (wrong.status_code, "回执号不对" in text_of(wrong)) == (400, True)
    client.post(f"/letters/{letter.pk}/", {"code": f" {code.lower()} "})
    letter.refresh_from_db()
    assert letter.fate == Fate.TAKEN
    assert "存文件" not in text_of(client.get(f"/letters/{letter.pk}/"))


def test_letter_is_looked_at_before_anybody_is_on_the_roster(signed_in: SignedIn, world: World) -> None:
    answer = opened(signed_in(world.clerk), world)
    page = text_of(answer)  # type: ignore[arg-type]
    assert [word in page for word in ("白露归哪个组织", "白水县", "1970年8月8日")] == [True] * 3
    assert Arrival.objects.count() == 0


@pytest.mark.parametrize(("button", "fate", "here"), [({}, Fate.TAKEN, 1), ({"decline": "1"}, Fate.DECLINED, 0)])
def test_looked_at_it_is_answered_once(
    signed_in: SignedIn, world: World, button: dict[str, str], fate: Fate, here: int
) -> None:
    client = signed_in(world.clerk)
    sent_back = {"sealed": sealed_in(opened(client, world)), "unit": str(world.branch.pk)} | button
    for _twice in range(2):
        answer = client.post(f"/units/{world.branch.pk}/letters/take/", sent_back, follow=True)
    arrival = Arrival.objects.get()
    assert (arrival.fate, arrival.code in text_of(answer)) == (fate, True)
    assert Affiliation.objects.filter(member__person__name="白露", unit=world.branch).count() == here


def test_wrong_passphrase_and_other_files_are_refused(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.clerk)
    assert "口令不对" in text_of(opened(client, world, "wrong"))  # type: ignore[arg-type]
    file = SimpleUploadedFile("roster.xlsx", b"PK\x03\x04")
    other = client.post(f"/units/{world.branch.pk}/letters/take/", {"file": file, "passphrase": PASSPHRASE})
    assert (other.status_code, "这不是介绍信文件" in text_of(other)) == (400, True)


def test_page_of_somebody_else_is_not_accepted(signed_in: SignedIn, world: World) -> None:
    sealed = sealed_in(opened(signed_in(world.clerk), world))
    answer = signed_in(world.office).post(
        f"/units/{world.branch.pk}/letters/take/", {"sealed": sealed, "unit": str(world.branch.pk)}
    )
    assert (answer.status_code, Arrival.objects.count()) == (404, 0)


def test_list_costs_the_same_with_one_letter_and_with_three(signed_in: SignedIn, world: World) -> None:
    client, url = signed_in(world.clerk), f"/units/{world.committee.pk}/letters/"
    sent(world.member("田守一"))
    one = client.count(url)
    for name in ("田春禾", "西门三"):
        sent(world.member(name))
    assert (client.count(url), "在途 3 封" in text_of(client.get(url))) == (one, True)


def test_letter_without_an_answer_waits_for_whoever_keeps_the_roster(world: World) -> None:
    letter = sent(world.member("田守一"))
    asked = [todo.text.zh for todo in todos_for(world.scope("clerk")) if todo.url_name == "desk:letter"]
    Letter.objects.update(sent_on=timezone.localdate() - timedelta(days=20))
    late = [todo.text.zh for todo in todos_for(world.scope("clerk")) if todo.url_name == "desk:letter"]
    assert (asked, late) == ([], ["介绍信开出 20 天还没有回执：田守一 → 白水县"])
    assert (letter.on, [one.url_name for one in todos_for(world.scope("outsider"))]) == (date(2026, 5, 1), [])
