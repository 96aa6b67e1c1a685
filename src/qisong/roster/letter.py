"""What a letter to another county says of a member: written by one site, read by another, perhaps of another version.

What the new county needs in order to know the person travels; what belongs to the old place (address, house and
landline number, being away or out of contact, who may be rung, with whom one lives) does not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from qisong.org.models import Site
from qisong.org.terms import TermCategory
from qisong.org.words import term_of
from qisong.roster.models import Member
from qisong.roster.secrets import unsealed
from qisong.roster.terms import AWAY, OUT_OF_CONTACT, Secret
from qisong.seals.chain import canonical
from qisong.seals.passphrase import NotLockedError, locked, unlocked
from qisong.seals.sealing import SealBrokenError
from qisong.words.digits import tidy
from qisong.words.text import Refusal, refuse

FORM = 1
VALID = timedelta(days=90)
LARGEST = 1_000_000  # bytes; a letter has a few thousand
SHORTEST = 10  # characters of a passphrase
CLEAR = ("sex", "born", "category", "joined", "became_full", "job", "ethnicity", "education")
CARRIED_SECRETS = (Secret.IDENTITY, Secret.PHONE)
OF_THE_PLACE = {AWAY, OUT_OF_CONTACT}


@dataclass(frozen=True, kw_only=True)
class Content:
    """``taken`` and ``declined`` are the two answers, one of which the other county gives; ``carried``: by room."""

    letter: UUID
    from_code: str
    from_name: str
    to_code: str
    to_name: str
    on: date
    until: date
    member: UUID
    particulars: Mapping[str, str]
    circumstances: Mapping[str, str]  # kind → since when
    needs: tuple[str, ...]
    taken: str
    declined: str
    carried: Mapping[str, Any] = field(default_factory=dict)

    def as_text(self) -> str:
        return canonical({"form": FORM} | json.loads(json.dumps(asdict(self), default=str))).decode()

    @classmethod
    def from_text(cls, text: str | bytes) -> Content:
        """Refuses what is no letter, and one of a form that this version does not know."""
        try:
            said = json.loads(text)
            if said.pop("form") > FORM:
                raise newer()
            values = {one.name: said[one.name] for one in fields(cls)}
            values |= {name: UUID(values[name]) for name in ("letter", "member")}
            values |= {name: date.fromisoformat(values[name]) for name in ("on", "until")}
            content = cls(**values | {"needs": tuple(values["needs"]), "carried": dict(values["carried"])})
            sound = all(isinstance(one, str) for one in content.texts())
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise no_letter() from error
        if not sound:
            raise no_letter()
        return content

    def texts(self) -> list[object]:
        plain = (self.from_code, self.from_name, self.to_code, self.to_name, self.taken, self.declined)
        return [*plain, *self.particulars.values(), *self.circumstances.values(), *self.needs]


def told_of(member: Member, on: date) -> dict[str, Any]:
    """The particulars, circumstances and needs of a member as they go into a letter."""
    site = Site.current()
    clear = {name: getattr(member, name) for name in CLEAR}
    secret = {row.kind: unsealed(row) for row in member.sealed.filter(kind__in=CARRIED_SECRETS)}
    said = {"name": member.person.name} | clear | secret
    circumstances = member.circumstances.on(on).exclude(kind__in=OF_THE_PLACE)
    return {
        "from_code": site.code,
        "from_name": site.name,
        "member": member.pk,
        "particulars": {name: value for name, value in said.items() if value},
        "circumstances": dict(circumstances.values_list("kind", "since")),
        "needs": tuple(member.needs.on(on).values_list("kind", flat=True)),
    }


def known_kinds(category: TermCategory, kinds: tuple[str, ...]) -> list[str]:
    """Those for which this county's preset has a word."""
    return [kind for kind in kinds if term_of(category, kind) is not None]


def written(content: str, passphrase: str) -> bytes:
    """The file. Refuses a passphrase that is soon guessed."""
    check_passphrase(passphrase)
    return locked(content.encode(), tidy(passphrase))


def check_passphrase(passphrase: str) -> None:
    if len(tidy(passphrase)) < SHORTEST:
        raise refuse(
            "passphrase-short",
            "口令至少 {n} 个字符。请用给出的口令，或另起一个更长的。",
            "At least {n} characters. Take the one that is offered, or a longer one.",
            place="passphrase",
            n=SHORTEST,
        )


def read(file: bytes, passphrase: str) -> Content:
    """Refuses another kind of file, a wrong passphrase, a changed file, and what no letter says."""
    if len(file) > LARGEST:
        raise no_letter()
    try:
        return Content.from_text(unlocked(file, tidy(passphrase)))
    except NotLockedError as error:
        raise no_letter() from error
    except SealBrokenError as error:
        raise refuse(
            "letter-unreadable",
            "打不开：口令不对，或文件被改动、没有传完整。请与对方核对口令；仍不行，请对方重新存一份介绍信。",
            "It does not open: the passphrase is wrong, or the file was changed or cut off. Ask the other county for "
            "the passphrase; failing that, for the file again.",
            place="passphrase",
        ) from error


def no_letter() -> Refusal:
    return refuse(
        "no-letter",
        "这不是介绍信文件。请选择对方县存出来的那一份。",
        "This is no letter. Choose the file that the other county saved.",
        place="file",
    )


def newer() -> Refusal:
    return refuse(
        "letter-newer",
        "介绍信是更新版本的系统写的。请先升级本站，再接收。",
        "The letter was written by a newer version. Upgrade this site, then take it in.",
        place="file",
    )
