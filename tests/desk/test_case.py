"""One case through its pages: each kind from its opening to its verified end, and what is refused on the way."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from qisong.casework.models import Case, Evidence
from qisong.casework.terms import State
from qisong.org.models import Account
from qisong.roster.models import Circumstance
from tests.casework.cases import day, fixed, lifting, problem, search, tried
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader
from tests.world import World


def today() -> str:
    return timezone.localdate().isoformat()


def later(days: int = 30) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def moved(reader: Reader, case: Case, move: str, **said: str) -> int:
    """The status with which the page of one move answers."""
    return reader.post(reverse("desk:case-move", args=[case.pk, move]), {"on": today()} | said).status_code


def recorded(reader: Reader, case: Case, work: str, **said: object) -> int:
    sent = {f"{work}-{name}": value for name, value in ({"on": today()} | said).items()}
    return reader.post(reverse("desk:case-work", args=[case.pk, work]), sent).status_code


def text(reader: Reader, case: Case) -> str:
    return reader.get(reverse("desk:case", args=[case.pk])).content.decode()


def test_a_problem_from_its_opening_to_its_verified_end(world: World, signed_in: SignedIn) -> None:
    clerk, recorder = signed_in(world.clerk), signed_in(world.recorder)
    sent = {"text": "学习记录缺三次", "aspect": "work", "on": today(), "owner": str(world.recorder.person_id)}
    clerk.post(
        reverse("desk:raise-problem", args=[world.branch.pk]), sent | {"due_on": later(), "measures": "补上\n查一遍"}
    )
    case = Case.objects.get()
    assert recorded(recorder, case, "action", kind="progress", text="补上了三次") == 302
    assert moved(recorder, case, "request") == 302
    assert moved(recorder, case, "settle") == 400
    assert Case.objects.get().state == State.FIXED
    assert moved(clerk, case, "settle") == 302
    page = text(recorder, case)
    assert [word in page for word in ("已销号", "补上了三次", "查一遍", "工作效率")] == [True] * 4


def test_self_verification_is_refused_with_its_reason(world: World, signed_in: SignedIn) -> None:
    case, recorder = fixed(world), signed_in(world.recorder)
    page = text(recorder, case)
    assert ("要由别人核实" in page, reverse("desk:case-move", args=[case.pk, "settle"]) in page) == (True, False)
    answer = recorder.post(reverse("desk:case-move", args=[case.pk, "settle"]), {"on": today()})
    assert "不能自己给自己销号" in answer.content.decode()


def test_a_search_from_the_members_page_to_its_confirmed_end(world: World, signed_in: SignedIn) -> None:
    member, clerk, recorder = world.member("何渺"), signed_in(world.clerk), signed_in(world.recorder)
    assert (
        reverse("desk:open-search", args=[member.pk])
        in recorder.get(reverse("desk:member", args=[member.pk])).content.decode()
    )
    sent = {
        "since": "2026年3月",
        "loss": "work-away",
        "owner": str(world.recorder.person_id),
        "due_on": later(),
        "on": today(),
    }
    recorder.post(reverse("desk:open-search", args=[member.pk]), sent)
    case = Case.objects.get()
    assert recorded(recorder, case, "lead", kind="relative", name="何水", relation="妹妹", reach="13700005678") == 302
    assert "13700005678" in text(recorder, case)
    assert recorded(recorder, case, "attempt", channel="phone", result="spoken", tried_by="东方晓") == 302
    assert moved(recorder, case, "find") == 302
    assert moved(clerk, case, "settle") == 302
    page = text(recorder, case)
    assert ("13700005678" in page, "其余内容已在结案时清除" in page) == (False, True)
    assert not Circumstance.objects.filter(member=member, kind="out-of-contact", valid_to=None).exists()


def test_a_search_in_vain_is_decided(world: World, signed_in: SignedIn) -> None:
    case, recorder = search(world), signed_in(world.recorder)
    tried(case, world)
    assert moved(recorder, case, "give-up", reason="都问过了") == 302
    assert moved(recorder, case, "propose", proposal="correct") == 400
    assert moved(recorder, case, "propose", proposal="suspend", met_on=today(), body="东岭镇党委") == 302
    assert moved(signed_in(world.clerk), case, "settle") == 302
    assert "停止党籍" in text(recorder, case)


def test_a_lax_branch_is_lifted_from_above(world: World, signed_in: SignedIn) -> None:
    clerk, office, recorder = signed_in(world.clerk), signed_in(world.office), signed_in(world.recorder)
    sent = {"reasons": "半年没有开会", "helper": str(world.leader.pk), "owner": str(world.clerk.person_id)}
    clerk.post(reverse("desk:open-lifting", args=[world.branch.pk]), sent | {"due_on": later(90), "on": today()})
    case = Case.objects.get()
    assert recorded(clerk, case, "action", kind="progress", text="补开了会") == 302
    assert moved(clerk, case, "request") == 302
    assert moved(clerk, case, "settle") == 400
    assert moved(office, case, "settle") == 302
    assert recorder.get(reverse("desk:case", args=[case.pk])).status_code == 404


def test_an_own_problem_is_read_by_two(world: World, signed_in: SignedIn) -> None:
    recorder, clerk, office = signed_in(world.recorder), signed_in(world.clerk), signed_in(world.office)
    sent = {"text": "读得少", "verifier": str(world.clerk.person_id), "on": today()}
    recorder.post(reverse("desk:raise-own"), sent)
    case = Case.objects.get()
    page = reverse("desk:case", args=[case.pk])
    assert [one.get(page).status_code for one in (recorder, clerk, office)] == [200, 200, 404]
    assert recorded(recorder, case, "action", kind="progress", text="每天读一页") == 302
    assert [moved(clerk, case, "request"), moved(recorder, case, "request"), moved(recorder, case, "settle")] == [
        404,
        302,
        404,
    ]
    assert moved(clerk, case, "settle") == 302


def test_a_move_that_does_not_fit_says_what_is_possible(world: World, signed_in: SignedIn) -> None:
    case = problem(world)
    answer = signed_in(world.office).get(reverse("desk:case-move", args=[case.pk, "settle"]))
    assert (answer.status_code, "现在可以" in answer.content.decode()) == (400, True)


@pytest.mark.parametrize("move", ["follow", "open", "nonsense"])
def test_a_move_that_nobody_makes_is_not_found(world: World, signed_in: SignedIn, move: str) -> None:
    case = problem(world)
    assert signed_in(world.office).get(reverse("desk:case-move", args=[case.pk, move])).status_code == 404


def test_a_wrong_attempt_keeps_what_was_typed(world: World, signed_in: SignedIn) -> None:
    case, recorder = search(world), signed_in(world.recorder)
    sent = {
        "attempt-on": today(),
        "attempt-channel": "phone",
        "attempt-result": "no-answer",
        "attempt-tried_by": "东方晓",
    }
    answer = recorder.post(
        reverse("desk:case-work", args=[case.pk, "attempt"]), sent | {"attempt-note": "打 13700005678"}
    )
    page = answer.content.decode()
    assert (answer.status_code, "说明里不写电话号码" in page, "打 13700005678" in page) == (400, True, True)
    assert case.attempts.count() == 0


def test_evidence_comes_back_as_it_was_and_is_never_shown_in_the_window(world: World, signed_in: SignedIn) -> None:
    case, recorder = problem(world), signed_in(world.recorder)
    file = SimpleUploadedFile("照片.html", b"<script>")
    assert recorded(recorder, case, "action", kind="progress", text="见附件", file=file) == 302
    answer = recorder.get(reverse("desk:case-evidence", args=[Evidence.objects.get().pk]))
    assert (answer.content, answer["Content-Type"]) == (b"<script>", "application/octet-stream")
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("key", ["outsider", "trainer", "auditor", "system-administrator"])
def test_a_case_of_another_place_does_not_exist(world: World, signed_in: SignedIn, key: str) -> None:
    case, reader = search(world), signed_in(account(world, key))
    tried(case, world)
    assert reader.get(reverse("desk:case", args=[case.pk])).status_code == 404
    assert [moved(reader, case, "find"), recorded(reader, case, "lead", kind="relative", name="何水")] == [404, 404]


def account(world: World, key: str) -> Account:
    return world.accounts[key]


def test_a_page_asks_the_same_number_of_questions_however_much_was_tried(world: World, signed_in: SignedIn) -> None:
    case, recorder = search(world), signed_in(world.recorder)
    url = reverse("desk:case", args=[case.pk])
    tried(case, world)
    one = recorder.count(url)
    for _n in range(2):
        tried(case, world)
    assert recorder.count(url) == one


def test_the_last_day_of_a_deadline_is_not_overdue(world: World, signed_in: SignedIn) -> None:
    case = problem(world, due_on=timezone.localdate())
    assert "今天到期" in text(signed_in(world.recorder), case)
    assert day(0) < timezone.localdate()


def test_a_lifted_branch_is_in_no_list_of_its_own(world: World, signed_in: SignedIn) -> None:
    case, recorder = lifting(world), signed_in(world.recorder)
    pages = [reverse("desk:my-cases"), reverse("desk:unit-cases", args=[world.branch.pk]), reverse("desk:home")]
    assert [page for page in pages if "半年没有开会" in recorder.get(page).content.decode()] == []
    assert recorder.get(reverse("desk:case-list", args=[world.branch.pk, "lifting"])).status_code == 404
    assert case.state == State.WORKING


def test_a_form_that_somebody_overtook_is_shown_again(world: World, signed_in: SignedIn) -> None:
    case, clerk = problem(world), signed_in(world.clerk)
    asked = {"reason": "农忙", "due_on": later(), "seen": "1"}
    assert moved(clerk, case, "extend", **asked) == 302
    overtaken = clerk.post(reverse("desk:case-move", args=[case.pk, "extend"]), {"on": today(), **asked})
    assert (overtaken.status_code, "刚才有人办理了这件事" in overtaken.content.decode()) == (400, True)
    assert 'name="seen" value="2"' in overtaken.content.decode()
    assert case.steps.count() == 2


def test_a_click_too_many_writes_once(world: World, signed_in: SignedIn) -> None:
    case, recorder, key = search(world), signed_in(world.recorder), str(uuid4())
    said = {"channel": "phone", "result": "no-answer", "tried_by": "东方晓", "key": key}
    assert [recorded(recorder, case, "attempt", **said) for _ in range(2)] == [302, 302]
    assert case.attempts.count() == 1


def test_only_those_above_are_asked_to_lift_a_branch_and_see_it(world: World, signed_in: SignedIn) -> None:
    page = signed_in(world.office).get(reverse("desk:open-lifting", args=[world.branch.pk])).content.decode()
    people = [world.office, world.clerk, world.recorder]
    assert [str(one.person_id) in page for one in people] == [True, True, False]
    case = lifting(world, owner=world.clerk.person)
    assert moved(signed_in(world.office), case, "entrust", verifier=str(world.office.person_id)) == 302
    assert world.office.person.name in text(signed_in(world.clerk), case)
