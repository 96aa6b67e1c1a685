"""Builds the demo county: planned in memory, then written through the verbs of the rooms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from qisong.config.demo import names
from qisong.config.demo.entering import Ledger
from qisong.config.demo.filing import Filer, find_in_themselves
from qisong.config.demo.logins import open_logins
from qisong.config.demo.period import period_until
from qisong.config.demo.plan import plan
from qisong.config.demo.writing import Writer
from qisong.config.founding import found_county
from qisong.config.preset_files import read_preset
from qisong.org.accounts import LoginSlip

# The programme of the preset that the demo is about.
PROGRAMME = "seven-deliveries"
Report = Callable[[int, int, str], None]


def build(*, today: date, progress: Report | None = None) -> list[LoginSlip]:
    """Found the demo county in an empty database, as it would stand on ``today``; returns the login slips.

    All or nothing. People, places and acts are equal for equal dates; ids, times of recording and first passwords are
    not. ``progress`` is told (done, total, what) in hundredths.
    """
    say = progress or silence
    preset = read_preset()
    starts_on = start_of(preset)
    with transaction.atomic():
        found(preset, period_until(today, starts_on).start - starts_on)
        say(0, 100, "规划 planning")
        whole = plan(today=today, starts_on=starts_on)
        writer = Writer(whole.county)
        say(5, 100, "组织 units")
        writer.write_units()
        say(7, 100, "党员 members")
        writer.write_members()
        say(22, 100, "任职 posts")
        writer.write_posts()
        say(24, 100, "变动 changes")
        writer.write_changes()
        ledger = Ledger(whole, writer.ids)
        ledger.choose_flagged()
        ledger.enter(lambda done, total: say(35 + 53 * done // total, 100, "活动 acts"))
        say(88, 100, "更正 corrections")
        ledger.set_right()
        ledger.exempt()
        say(92, 100, "登录名 logins")
        slips = open_logins(whole.county, writer.ids)
        say(94, 100, "案件 cases")
        Filer(writer.units, writer.ids).file(whole.cases)
        find_in_themselves(whole.county.period)
    say(100, 100, "")
    return slips


def silence(_done: int, _total: int, _what: str) -> None:
    """Nobody waits for it."""


def found(preset: Mapping[str, Any], earlier: timedelta) -> None:
    """The county with the programme of the preset, which began ``earlier`` (less than nothing) or on its own day."""
    keep = ["identity"]
    found_county(name=names.COUNTY, code=names.COUNTY_CODE, keep=keep, preset=moved(preset, earlier))


def start_of(preset: Mapping[str, Any]) -> date:
    day: date = next(one["starts_on"] for one in preset["programmes"] if one["code"] == PROGRAMME)
    return day


def moved(preset: Mapping[str, Any], by: timedelta) -> dict[str, Any]:
    """The preset with its programmes and rounds earlier or later."""
    copy = deepcopy(dict(preset))
    for programme in copy["programmes"]:
        for dated in (programme, *programme.get("rounds", [])):
            dated["starts_on"] += by
    return copy
