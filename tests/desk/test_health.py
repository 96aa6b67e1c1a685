from datetime import timedelta

from django.utils import timezone

from qisong.org.models import Journal
from tests.desk.reading import Reader
from tests.world import World


def test_whoever_knocks_reads_conditions_and_nothing_else(visitor: Reader, world: World) -> None:
    answer = visitor.get("/health/")
    told = answer.json()
    assert (answer.status_code, sorted(told)) == (200, ["condition", "findings"])
    assert set(told["findings"].values()) <= {"well", "attention"}
    assert "青山" not in answer.content.decode()


def test_what_is_wrong_answers_503(visitor: Reader, world: World) -> None:
    last = Journal.objects.latest("seq")
    Journal.objects.filter(pk=last.pk).update(at=timezone.now() + timedelta(days=1))
    answer = visitor.get("/health/")
    assert (answer.status_code, answer.json()["findings"]["clock"]) == (503, "wrong")
