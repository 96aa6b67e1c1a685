"""Many counties together."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from qisong.config.command.exchange import WRITABLE
from qisong.config.command.speaking import Day, answer_json, progress_bar, say, site
from qisong.coverage.engine.front import Front
from qisong.coverage.engine.plane_files import write_planes
from qisong.coverage.engine.planes import first_of
from qisong.coverage.engine.ranks import Ranked
from qisong.coverage.engine.rollup import anyone
from qisong.coverage.publishing import county_planes
from qisong.words.text import Text, refuse

FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.group()
def planes() -> None:
    """覆盖位图：每县一个文件，合起来看全国。 Planes of coverage: a file a county, asked together."""


@planes.command("write")
@click.argument("file", type=WRITABLE)
@click.option("--as-of", type=Day(), help="哪一天，默认今天。 The date, by default today.")
@click.option(
    "--above", default="", help="上级代码，从最高起，用/隔开。 Codes of the units above, the topmost first: N/P."
)
def write(*, file: Path, as_of: date | None, above: str) -> None:
    """写出本县某一天的位图。 Write this county's planes of a day."""
    site()
    county = county_planes(as_of or timezone.localdate(), above=[code for code in above.split("/") if code])
    write_planes(file, county)
    said = Text(
        "已写出 {path}：{units} 个组织，{people} 个位置，{planes} 层。",
        "Wrote {path}: {units} units, {people} positions, {planes} planes.",
    )
    heading = county.heading
    say(said.format(path=file, units=len(heading.units), people=heading.people, planes=len(heading.planes)))


@planes.command("ask")
@click.argument("folder", type=FOLDER)
@click.option("--unit", help="哪个组织，默认最高的。 The unit's code, by default the topmost.")
@click.option("--item", required=True, help="内容代码。 The item's code.")
@click.option("--circumstance", help="只看有这种情形的人。 Only people whom it concerns.")
@click.option("--channel", help="只算这种方式送到的。 Received by this channel alone.")
@click.option(
    "--first", type=click.IntRange(0, 1000), default=0, help="列出前几名未送到的编号。 Ids of the first missing."
)
def ask(
    *, folder: Path, unit: str | None, item: str, circumstance: str | None, channel: str | None, first: int
) -> None:
    """多县合起来问：一个组织和它下一级的应送、未送到。 Owed and missing of a unit and of those right beneath it."""
    front = opened(folder)
    number = number_of(front, unit)
    owed = front.plane(known(front, f"owed:{item}", item))
    if channel is None:
        missing = front.plane(f"missing:{item}")
    else:
        known(front, f":{channel}", channel)
        missing = owed & ~front.plane(f"received:{item}:{channel}")
    if circumstance:
        concerned = front.plane(known(front, f"circumstance:{circumstance}", circumstance))
        owed, missing = owed & concerned, missing & concerned
    counts = {"owed": Ranked(owed).count, "missing": Ranked(missing).count}
    answer: dict[str, Any] = {
        "units": [
            {"code": front.units[one]} | {name: count(*front.layout.span(one)) for name, count in counts.items()}
            for one in (number, *front.beneath(number))
        ],
        "units_with_anyone_missing": int(anyone(missing, front.layout)[number : front.layout.ends[number]].sum()),
        "as_of": sorted({one.heading.as_of for one in front.files}),
    }
    if first:
        places = first_of(missing.__getitem__, first, *front.layout.span(number))
        answer["first_missing"] = [str(one) for one in front.people(places)]
    answer_json(answer)


def opened(folder: Path) -> Front:
    files = sorted(folder.glob("*.planes"))
    if not files:
        raise refuse(
            "no-planes",
            "{folder} 里没有 .planes 文件。请先在各县运行 qisong planes write。",
            "There is no .planes file in {folder}; run qisong planes write in the counties first.",
            folder=folder,
        )
    with progress_bar("核对文件", "Checking files") as report:
        return Front(told(files, report))


def told(files: list[Path], report: Any) -> Any:
    for done, file in enumerate(files):
        report(done, len(files))
        yield file


def number_of(front: Front, unit: str | None) -> int:
    if unit is None:
        return 0
    if unit not in front.units:
        raise refuse(
            "unknown-unit",
            "没有代码为“{unit}”的组织。",
            "There is no unit with the code {unit}.",
            place="unit",
            unit=unit,
        )
    return front.units.index(unit)


def known(front: Front, name: str, said: str) -> str:
    if not any(one.endswith(name) for file in front.files for one in file.heading.planes):
        raise refuse(
            "unknown-plane",
            "这些文件里没有“{said}”，请核对代码。",
            "These files say nothing of {said}; check the code.",
            said=said,
        )
    return name
