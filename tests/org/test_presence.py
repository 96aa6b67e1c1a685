from django.utils import timezone

from qisong.org.models import Account, Journal
from qisong.org.presence import note_presence, speak_to
from tests.world import World


def test_presence_is_noted_of_one_account_alone(world: World) -> None:
    before = timezone.now()
    note_presence(world.recorder)
    seen = dict(Account.objects.values_list("username", "last_seen_at"))
    assert before <= seen.pop("b1") <= timezone.now()
    assert set(seen.values()) == {None}


def test_language_is_kept_with_the_account(world: World) -> None:
    speak_to(world.recorder, "en")
    assert set(Account.objects.filter(language="en")) == {world.recorder}


def test_mere_use_is_no_verb(world: World) -> None:
    before = Journal.objects.count()
    note_presence(world.recorder)
    speak_to(world.recorder, "en")
    assert Journal.objects.count() == before
