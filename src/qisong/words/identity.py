"""The citizen identity number (GB 11643) and how it, and a telephone number, are shown to those who may not read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from operator import mul

from qisong.words.digits import compact

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_FIFTEEN = re.compile(r"[0-9]{15}", re.ASCII)
_MASK = re.compile(r"([^*]*)\*{3,}([^*]*)")
_PERSONAL = re.compile(r"(?<![0-9])(?:[0-9]{14,17}[0-9Xx]|1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8})(?![0-9])", re.ASCII)


@dataclass(frozen=True, slots=True)
class IdentityFault:
    """Why a number cannot stand: ``code`` is ``identity-length``, ``-characters``, ``-birthday``, ``-checksum`` or
    ``-fifteen``; ``proposal`` the number it may have been meant to be (personal: never into a message), or "".
    """

    code: str
    proposal: str = ""


def normalise_identity(value: object) -> str:
    """The number as it is compared: plain digits, no spaces, capital X."""
    return compact(value).replace("-", "").upper()


def check_character(first_seventeen: str) -> str:
    """The 18th character that GB 11643 asks for after 17 digits."""
    return _CHECK[sum(map(mul, map(int, first_seventeen), _WEIGHTS)) % 11]


def eighteen_from_fifteen(number: str) -> str:
    """The 18-digit form of an old 15-digit number: the century 19 and a check character are added."""
    first = f"{number[:6]}19{number[6:]}"
    return first + check_character(first)


def identity_fault(number: str, *, today: date) -> IdentityFault | None:
    """The first thing wrong with a normalised number, or ``None``; a sound 15-digit number is ``identity-fifteen``."""
    if _FIFTEEN.fullmatch(number):
        proposal = eighteen_from_fifteen(number)
        fault = "identity-fifteen" if birthday(proposal) else "identity-birthday"
        return IdentityFault(fault, proposal if fault == "identity-fifteen" else "")
    if not _EIGHTEEN.fullmatch(number):
        return IdentityFault("identity-length" if number.isalnum() and number.isascii() else "identity-characters")
    born = birthday(number)
    if born is None or born > today or born.year < 1880:
        return IdentityFault("identity-birthday")
    if check_character(number[:17]) != number[17]:
        return IdentityFault("identity-checksum", number[:17] + check_character(number[:17]))
    return None


def birthday(number: str) -> date | None:
    """The day of birth inside an 18-character number, or ``None`` if no such day exists."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex(number: str) -> str:
    """``男`` or ``女`` by the 17th digit of an 18-character number."""
    return "男" if int(number[16]) % 2 else "女"


def mask_identity(value: str) -> str:
    """Sixteen stars and the last two characters; birthday and last four together would be the number itself."""
    value = value.strip()
    return "*" * 16 + (value[-2:] if len(value) > 4 else "") if value else ""


def mask_phone(value: str) -> str:
    """The first three and the last two characters around four stars; a short number is all stars."""
    value = value.strip()
    if not value:
        return ""
    return f"{value[:3]}****{value[-2:]}" if len(value) > 6 else "****"


def is_mask(value: str) -> bool:
    """Whether a value is what ``mask_identity`` or ``mask_phone`` gives, not a number of its own."""
    return _MASK.fullmatch(value.strip()) is not None


def agrees_with_mask(mask: str, value: str) -> bool:
    """Whether ``value`` may be what stands behind ``mask``; a mask that shows nothing agrees with nothing."""
    mask, value = mask.strip(), value.strip()
    return bool(value) and bool(mask.strip("*")) and mask in {mask_identity(value), mask_phone(value)}


def mask_personal(text: str) -> str:
    """Free text with anything shaped like an identity or telephone number masked, wherever it was typed."""
    return _PERSONAL.sub(lambda found: _mask_either(found.group()), text)


def _mask_either(number: str) -> str:
    return mask_identity(number) if len(number) >= 15 else mask_phone(number)
