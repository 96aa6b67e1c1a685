"""Founds a county and lets every room take its own part of the preset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from qisong.config.preset_files import read_preset
from qisong.ledger.programmes import load_programmes
from qisong.org.founding import found_site
from qisong.org.models import Site
from qisong.org.tending import create_unit
from qisong.words.dates import EARLIEST_YEAR


def found_county(
    *,
    name: str,
    code: str,
    keep: Sequence[str] = (),
    on: date | None = None,
    preset: Mapping[str, Any] | None = None,
) -> Site:
    """A new county with its root unit, terms and programmes, all or nothing; from the default preset unless given one.

    ``on`` is the root's first day. By default that is the earliest day anybody may write down, so that units founded
    long ago and acts of last year find the county standing.
    """
    preset = preset or read_preset()
    day = on or date(EARLIEST_YEAR, 1, 1)
    root_kind = next(kind["code"] for kind in preset["unit-kinds"] if kind.get("root"))
    with transaction.atomic():
        site = found_site(name=name, code=code, preset=preset, keep=keep)
        create_unit(by=None, code=code, name=name, kind=root_kind, traits=[], parent=None, on=day)
        load_programmes(preset)
    return site
