from collections.abc import Iterator

import pytest
from django.test import Client, override_settings
from django.utils.translation import override
from django_tasks import task
from pytest_django import DjangoAssertNumQueries

from qisong.org.models import Term
from qisong.org.terms import TermCategory
from qisong.org.words import find_term, forget, label, term_of, terms, word


@task()
def say_member() -> str:
    return word("member")


@pytest.fixture(autouse=True)
def _fresh_words(db: None) -> Iterator[None]:
    forget()
    Term.objects.create(category="word", code="member", zh="党员", en="member")
    Term.objects.create(category="channel", code="post", zh="邮寄", en="By post", position=1)
    Term.objects.create(category="channel", code="visit", zh="上门", en="Visit", data={"aliases": ["入户", "走 访"]})
    yield
    forget()


def test_word_is_in_the_language_of_the_reader() -> None:
    assert word("member") == "党员"
    with override("en"):
        assert word("member") == "member"


def test_label_of_an_unlisted_code_is_the_code() -> None:
    assert (label(TermCategory.CHANNEL, "visit"), label(TermCategory.CHANNEL, "pigeon")) == ("上门", "pigeon")


def test_terms_keep_the_order_of_the_county() -> None:
    assert [term.code for term in terms(TermCategory.CHANNEL)] == ["visit", "post"]
    assert terms(TermCategory.ROLE) == []


@pytest.mark.parametrize("said", ["visit", "上门", "上 门", "VISIT", "入户", "走访"])
def test_term_is_found_by_any_of_its_names(said: str) -> None:
    found = find_term(TermCategory.CHANNEL, said)
    assert found is not None
    assert found.code == "visit"


def test_term_of_another_category_is_not_found() -> None:
    assert find_term(TermCategory.CHANNEL, "党员") is None
    assert term_of(TermCategory.WORD, "visit") is None


def test_terms_are_read_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert [word("member"), label(TermCategory.CHANNEL, "post"), word("other")] == ["党员", "邮寄", "other"]


def test_next_request_reads_terms_anew(client: Client) -> None:
    assert word("member") == "党员"
    Term.objects.filter(code="member").update(zh="会员")
    assert word("member") == "党员"
    client.get("/no-such-page/")
    assert word("member") == "会员"


def test_next_task_reads_terms_anew() -> None:
    assert word("member") == "党员"
    Term.objects.filter(code="member").update(zh="会员")
    with override_settings(TASKS={"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}):
        assert say_member.enqueue().return_value == "会员"


def test_changed_term_is_read_anew() -> None:
    assert word("member") == "党员"
    term = Term.objects.get(code="member")
    term.zh = "会员"
    term.save()
    assert word("member") == "会员"
