from django.test import Client
from django.urls import reverse

from tests.world import World


def test_ledger_is_taken_away_by_whoever_handles_the_cases(world: World) -> None:
    url, unknown = (reverse("desk:case-export", args=[world.branch.pk, form]) for form in ("ledger", "other"))
    answers = []
    for account, address in ((world.recorder, url), (world.recorder, unknown), (world.outsider, url)):
        client = Client()
        client.force_login(account)
        answers.append(client.get(address).status_code)
    assert answers == [200, 404, 404]
