"""Files that go with an action. They are optional everywhere and sealed."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from qisong.casework.models import Action, Evidence
from qisong.roster.uploads import content_of, uploads
from qisong.words.digits import tidy
from qisong.words.text import refuse

# Before the content, so that a roster handed in for an import is never the same file, whose time ends sooner.
OURS = b"qisong-evidence\n"


@dataclass(frozen=True)
class Enclosure:
    name: str
    content: bytes


def enclose(action: Action, given: Enclosure) -> Evidence:
    if not given.content or len(given.content) > settings.UPLOAD_LIMIT:
        raise refuse(
            "file-size",
            "文件是空的，或超过 {mb} MB。不附文件也可以登记。",
            "The file is empty or larger than {mb} MB. It may be left out.",
            place="file",
            mb=settings.UPLOAD_LIMIT // 2**20,
        )
    return Evidence.objects.create(
        action=action, name=tidy(given.name)[-100:], digest=uploads().put(OURS + given.content)
    )


def content(evidence: Evidence) -> bytes:
    return content_of(evidence.digest).removeprefix(OURS)
