from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from qisong.casework.models import Case
from qisong.org.models import Journal
from tests.casework.cases import MARCH
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader
from tests.world import World

HEAD = "序号,存在问题,方面,责任人,完成时限,是否销号\n"
GOOD = HEAD + "1,学习记录缺三次,工作效率,东方晓,2026年12月31日,否\n合计,1,,,,\n"
WRONG = HEAD + "1,学习记录缺三次,没有这个方面,东方晓,2026-12-31,否\n"


def looked_through(reader: Reader, world: World, text: str) -> tuple[int, str]:
    sent = {"file": SimpleUploadedFile("ledger.csv", text.encode()), "on": MARCH.isoformat()}
    answer = reader.post(reverse("desk:bring-in-ledger", args=[world.branch.pk]), sent)
    return answer.status_code, answer.content.decode()


def sealed(page: str) -> str:
    return page.partition('name="sealed" value="')[2].partition('"')[0]


def test_a_ledger_is_looked_through_and_then_brought_in(world: World, signed_in: SignedIn) -> None:
    recorder, before = signed_in(world.recorder), Journal.objects.count()
    status, page = looked_through(recorder, world, GOOD)
    assert (status, Case.objects.count(), Journal.objects.count()) == (200, 0, before)
    recorder.post(reverse("desk:bring-in-ledger", args=[world.branch.pk]), {"sealed": sealed(page)})
    case = Case.objects.get()
    assert (case.subject, case.owner, case.unit) == ("学习记录缺三次", world.recorder.person, world.branch)


def test_the_same_ledger_again_changes_nothing_and_is_not_journalled(world: World, signed_in: SignedIn) -> None:
    recorder, url = signed_in(world.recorder), reverse("desk:bring-in-ledger", args=[world.branch.pk])
    page = looked_through(recorder, world, GOOD)[1]
    recorder.post(url, {"sealed": sealed(page)})
    before = Journal.objects.count()
    recorder.post(url, {"sealed": sealed(page)})
    assert (Case.objects.count(), Journal.objects.count()) == (1, before)
    assert sealed(looked_through(recorder, world, GOOD)[1]) == ""


def test_a_wrong_ledger_says_where_and_comes_back_marked(world: World, signed_in: SignedIn) -> None:
    recorder = signed_in(world.recorder)
    status, page = looked_through(recorder, world, WRONG)
    assert (status, "没有这个方面" in page, "C2" in page) == (400, True, True)
    marked = recorder.post(
        reverse("desk:bring-in-ledger", args=[world.branch.pk]), {"sealed": sealed(page), "annotated": "1"}
    )
    assert (marked.content[:2], Case.objects.count()) == (b"PK", 0)


def test_what_was_looked_through_is_the_readers_and_the_units_own(world: World, signed_in: SignedIn) -> None:
    page = looked_through(signed_in(world.recorder), world, GOOD)[1]
    sent, clerk = {"sealed": sealed(page)}, signed_in(world.clerk)
    answers = [
        clerk.post(reverse("desk:bring-in-ledger", args=[unit.pk]), sent).status_code
        for unit in (world.branch, world.sibling)
    ]
    assert (answers, Case.objects.count()) == ([404, 404], 0)


def test_a_file_that_is_no_sheet_is_refused(world: World, signed_in: SignedIn) -> None:
    sent = {"file": SimpleUploadedFile("ledger.xlsx", b"PK nonsense"), "on": MARCH.isoformat()}
    answer = signed_in(world.recorder).post(reverse("desk:bring-in-ledger", args=[world.branch.pk]), sent)
    assert (answer.status_code, Case.objects.count()) == (400, 0)


def test_a_register_is_looked_through_and_then_brought_in(world: World, signed_in: SignedIn) -> None:
    clerk, url = signed_in(world.clerk), reverse("desk:bring-in-register", args=[world.committee.pk])
    text = "姓名,出生年月,所在党支部,失去联系情形,取得联系时间\n何渺,1972,B1,①,2026-03-01\n"
    sent = {"file": SimpleUploadedFile("register.csv", text.encode()), "on": MARCH.isoformat()}
    page = clerk.post(url, sent).content.decode()
    assert ("何渺" in page, "待核实" in page, Case.objects.count()) == (True, True, 0)
    clerk.post(url, {"sealed": sealed(page)})
    assert [(one.state, one.unit) for one in Case.objects.all()] == [("found", world.branch)]


def test_ledger_is_taken_away_by_whoever_handles_the_cases(world: World, signed_in: SignedIn) -> None:
    url, unknown = (reverse("desk:case-export", args=[world.branch.pk, form]) for form in ("ledger", "other"))
    readers = [(world.recorder, url), (world.recorder, unknown), (world.outsider, url)]
    assert [signed_in(account).get(address).status_code for account, address in readers] == [200, 404, 404]
