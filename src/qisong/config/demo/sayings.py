"""What people without an item said about it: declined, not now, or that they have it no longer."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from qisong.config.demo.acts import Act, Said
from qisong.config.demo.chance import chance
from qisong.config.demo.county import County
from qisong.config.demo.lacking import EVERYONE, PAPER, Lacking
from qisong.config.demo.sessions import Gatherings

DECLINED, LATER, TAKEN_BACK = 0.025, 0.05, 0.012


def speak(county: County, lacking: Lacking, gatherings: Gatherings) -> None:
    """Adds answers to the sessions of the branch; who is out of contact says nothing."""
    stream = chance("sayings")
    for item in EVERYONE:
        for number in sorted(lacking.of[item]):
            member = county.by_number[number]
            sessions = [act for act in gatherings.by_branch[member.home] if member.is_in(member.home, act.on)]
            if sessions and not member.spell(county.period.today, "out-of-contact"):
                say(item, number, sessions, county, stream)


def say(item: str, number: int, sessions: list[Act], county: County, stream: Random) -> None:
    last, draw = sessions[-1], stream.random()
    if draw < DECLINED:
        last.answers.append(Said(number, item, "declined"))
    elif draw < DECLINED + LATER:
        soon = last.on + timedelta(days=stream.randint(20, 90))
        until = county.period.today + timedelta(days=stream.randint(7, 60)) if stream.random() < 0.6 else soon
        last.answers.append(Said(number, item, "later", until))
    elif draw < DECLINED + LATER + TAKEN_BACK and len(sessions) > 1 and item in PAPER:
        sessions[0].answers.append(Said(number, item, "has"))
        last.answers.append(Said(number, item, "owed"))
