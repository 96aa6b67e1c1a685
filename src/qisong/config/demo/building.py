"""Builds the demo county: planned in memory, then written through the verbs of the rooms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from qisong.config.demo import names
from qisong.config.demo.entering import Ledger
from qisong.config.demo.logins import open_logins
from qisong.config.demo.period import period_until
from qisong.config.demo.plan import plan
from qisong.config.demo.writing import Writer
from qisong.config.founding import found_county, read_preset
from qisong.org.accounts import LoginSlip

# The programme of the preset that the demo is about.
PROGRAMME = "seven-deliveries"
Report = Callable[[int, int, str], None]


def build(*, today: date, progress: Report | None = None) -> list[LoginSlip]:
    """Found the demo county in an empty database, as it would stand on ``today``; returns the login slips.

    People, places and acts are equal for equal dates; ids, times of recording and first passwords are not.
    ``progress`` is told (done, total, what) in parts of a hundred.
    """
    say = progress or (lambda _done, _total, _what: None)
    preset = read_preset()
    starts_on = start_of(preset)
    say(0, 100, "谋划")
    whole = plan(today=today, starts_on=starts_on)
    earlier = period_until(today, starts_on).start - starts_on
    found_county(
        name=names.COUNTY,
        code=names.COUNTY_CODE,
        keep=["identity"],
        preset=moved(preset, earlier) if earlier else preset,
    )
    writer = Writer(whole.county)
    for done, what, write in (
        (5, "组织", writer.write_units),
        (7, "党员", writer.write_members),
        (25, "任职", writer.write_posts),
        (30, "变动", writer.write_changes),
    ):
        say(done, 100, what)
        write()
    ledger = Ledger(whole, writer.ids)
    ledger.choose_flagged()
    ledger.enter(lambda done, total: say(45 + 50 * done // total, 100, "活动"))
    say(96, 100, "更正")
    ledger.set_right()
    ledger.exempt()
    slips = open_logins(whole.county, writer.ids)
    say(100, 100, "完成")
    return slips


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
