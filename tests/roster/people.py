"""Fictional people for the roster's tests."""

from qisong.org.models import Site, Unit
from qisong.roster.editing import add_member
from qisong.roster.models import Member
from qisong.words.identity import check_character
from tests.world import BEGINNING


def number(serial: int = 1, born: str = "1958-03-05") -> str:
    """A sound identity number of nobody; an odd ``serial`` is a man's."""
    first = f"110101{born.replace('-', '')}{serial:03}"
    return first + check_character(first)


def member(unit: Unit, name: str = "田守一", **particulars: str) -> Member:
    """A full member of ``unit`` since the world began."""
    values = {"category": "full"} | particulars
    return add_member(by=None, unit=unit, on=BEGINNING, name=name, **values)


def keep(*columns: str) -> None:
    """The county switches optional columns on, and no others."""
    site = Site.current()
    site.keep = {column: {"zh": "试验", "en": "A test"} for column in columns}
    site.save()
