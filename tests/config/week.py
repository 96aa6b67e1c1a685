"""What people do in a week of the demo county: ``python -m tests.config.week`` in the site that QISONG_DATA names.

A survey goes out and comes back, a meeting is typed from paper, a new recorder takes over and signs in. Answers with a
line of JSON. What machines do in that week — imports, backups, kills — stands in ``test_week.py``.
"""

from __future__ import annotations

import json
import os
import re
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client

    from qisong.org.models import Unit

SLIP = re.compile(r'<dd class="code">([^<]+)</dd>')


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "qisong.config.settings"
    import django

    django.setup()
    from django.test.utils import setup_test_environment

    from tests.e2e.pictures import unit_of

    setup_test_environment()
    branch = unit_of("recorder")
    recorder, clerk = signed_in("recorder"), signed_in("clerk")
    done = {
        "surveyed": survey(recorder, branch),
        "present": meeting_on_paper(recorder, branch),
        "newcomer": hand_over(clerk, branch),
    }
    sys.stdout.write(json.dumps(done) + "\n")


def signed_in(username: str) -> Client:
    from django.test import Client

    from tests.e2e.pictures import session_of

    client = Client()
    client.cookies["sessionid"] = session_of(username)
    return client


def printed(client: Client, branch: Unit, kind: str) -> str:
    """Number a sheet of everybody by the page, as a recorder does; answers the number."""
    from qisong.ledger.models import PaperSheet

    sent = client.post(f"/units/{branch.pk}/paper/", {"print": "yes", "kind": kind, "who": "everybody"})
    assert client.get(sent["Location"]).status_code == 200
    return PaperSheet.objects.latest("pk").number


def survey(client: Client, branch: Unit) -> int:
    """Three people are asked; each would like to be visited."""
    from qisong.roster.models import Wish

    number = printed(client, branch, "survey")
    url = client.get(f"/paper/{number}/back/")["Location"]
    rows = client.get(url).context["page"].rows[:3]
    sent: dict[str, Any] = {"id": "week-survey", "on": today(), "asked": [str(row.number) for row in rows]}
    sent["who"] = [f"{row.number}-{row.one.member.pk.hex}-{row.mark}" for row in rows]
    sent |= {f"w{row.number}": ["visit"] for row in rows}
    assert client.post(url, sent).status_code == 302
    return Wish.objects.filter(member__in=[row.one.member.pk for row in rows], ways=["visit"]).count()


def meeting_on_paper(client: Client, branch: Unit) -> int:
    """Rows 1 to 8 signed."""
    from qisong.ledger.models import Receipt

    number = printed(client, branch, "attendance")
    sent = {"go": "1", "id": "x", "on": today(), "parts": ["meeting"], "meeting": "study", "channel": "gathering"}
    answer = client.post(f"/paper/{number}/back/", sent | {"rows-present": "1-8", "save": "yes"})
    assert answer.status_code == 302, answer.content.decode()
    return Receipt.objects.filter(activity=answer["Location"].split("/")[2], item=None).count()


def hand_over(client: Client, branch: Unit) -> bool:
    """The post passes to somebody new, who signs in with the slip and may not use the old login."""
    from django.test import Client

    from qisong.org.models import Account, Post

    post = Post.objects.filter(unit=branch, role="recorder", valid_to=None).latest("pk")
    answer = client.post(f"/ties/post/{post.pk}/hand-over/", {"name": "新来客", "on": today()})
    username, password = SLIP.findall(answer.content.decode())[:2]
    newcomer = Client()
    entered = newcomer.post("/sign-in/", {"username": username, "password": password})
    return entered.status_code == 302 and not Account.objects.get(username="recorder").is_active


def today() -> str:
    from django.utils import timezone

    return timezone.localdate().isoformat()


if __name__ == "__main__":
    main()
