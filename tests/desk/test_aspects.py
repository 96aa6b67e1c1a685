from django.urls import reverse

from qisong.org.models import Term
from tests.casework.cases import problem
from tests.desk.conftest import SignedIn
from tests.world import World


def test_the_office_names_its_aspects(world: World, signed_in: SignedIn) -> None:
    office = signed_in(world.office)
    office.post(reverse("desk:aspects"), {"zh": "为民服务", "en": ""})
    office.post(reverse("desk:aspect", args=["example-4"]), {"zh": "制度执行", "en": "Keeping rules"})
    page = office.get(reverse("desk:aspects")).content.decode()
    assert ["为民服务" in page, "制度执行" in page, "示例方面4" in page] == [True, True, False]


def test_a_retired_aspect_says_so_and_keeps_its_problems(world: World, signed_in: SignedIn) -> None:
    problem(world)
    office = signed_in(world.office)
    office.post(reverse("desk:aspect", args=["work"]), {"retire": "1"})
    assert Term.objects.get(category="aspect", code="work").data == {"retired": True}
    assert "不再列出" in office.get(reverse("desk:aspects")).content.decode()


def test_a_name_that_is_taken_is_refused_in_its_place(world: World, signed_in: SignedIn) -> None:
    answer = signed_in(world.office).post(reverse("desk:aspects"), {"zh": "工作效率", "en": ""})
    assert (answer.status_code, "已经有“工作效率”" in answer.content.decode()) == (400, True)
