import pytest

from qisong.org.models import Journal, Term
from qisong.org.rewording import add_term, offered, retire_term, reword_term
from qisong.org.terms import TermCategory
from qisong.words.text import Refusal
from tests.world import World


def test_a_term_is_added_after_all_others(world: World) -> None:
    add_term(by=world.office, category=TermCategory.ASPECT, zh="为民服务", en="Serving people")
    assert [str(one) for one in offered(TermCategory.ASPECT)][-2:] == ["示例方面13", "为民服务"]
    assert Journal.objects.latest("seq").kind == "terms.added"


def test_a_second_added_term_has_a_code_of_its_own(world: World) -> None:
    made = [add_term(by=world.office, category=TermCategory.ASPECT, zh=zh, en="") for zh in ("甲", "乙")]
    assert [one.code for one in made] == ["own-1", "own-2"]


def test_a_reworded_term_keeps_its_code(world: World) -> None:
    term = Term.objects.get(category="aspect", code="example-4")
    reword_term(by=world.office, term=term, zh="制度执行", en="Keeping rules")
    assert (Term.objects.get(pk=term.pk).zh, Term.objects.get(pk=term.pk).code) == ("制度执行", "example-4")


@pytest.mark.parametrize(("zh", "code"), [("工作效率", "label-taken"), (" ", "bad-label"), ("长" * 61, "bad-label")])
def test_a_label_is_the_terms_own(world: World, zh: str, code: str) -> None:
    term = Term.objects.get(category="aspect", code="example-4")
    with pytest.raises(Refusal) as refused:
        reword_term(by=world.office, term=term, zh=zh, en="")
    assert (refused.value.code, Term.objects.get(pk=term.pk).zh) == (code, "示例方面4")


def test_a_retired_term_is_offered_no_longer_and_again(world: World) -> None:
    term = Term.objects.get(category="aspect", code="example-4")
    retire_term(by=world.office, term=term, retired=True)
    assert "example-4" not in [one.code for one in offered(TermCategory.ASPECT)]
    retire_term(by=world.office, term=term, retired=False)
    assert "example-4" in [one.code for one in offered(TermCategory.ASPECT)]
