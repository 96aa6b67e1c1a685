"""Questions to the ledger."""

from __future__ import annotations

import csv
import sys
from datetime import date
from pathlib import Path

import click
from django.utils import timezone

from qisong.config.command.exchange import WRITABLE
from qisong.config.command.speaking import PROBLEM, Day, UnitCode, answer_json, progress_bar, say, site
from qisong.coverage.checking import check as find_discrepancies
from qisong.coverage.gaps import GapList, gap_list
from qisong.ledger.programmes import find_items, find_programme
from qisong.org.models import Unit
from qisong.org.terms import TreeView
from qisong.reporting.briefing import compose
from qisong.reporting.docx_writing import write_docx
from qisong.reporting.figures import figure_rows
from qisong.reporting.figures import figures as count_figures
from qisong.sheets.writing import csv_safe
from qisong.words.text import Text, refuse


@click.command()
@click.option("--unit", required=True, type=UnitCode(), help="哪个组织。 Which unit.")
@click.option("--item", "items", required=True, help="内容代码，可用逗号隔开多个：缺任何一个。 Item codes: lacks any.")
@click.option("--as-of", type=Day(), help="哪一天，默认今天。 The date, by default today.")
@click.option(
    "--tree",
    type=click.Choice([view.value for view in TreeView]),
    default="then",
    show_default=True,
    help="按当时还是现在的隶属关系。 By the tree of that day or of today.",
)
@click.option("--programme", help="专项活动代码。 The programme's code.")
@click.option("--format", "as_", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
def gaps(*, unit: Unit, items: str, as_of: date | None, tree: str, programme: str | None, as_: str) -> None:
    """还差谁:没有送到的人的名单。 Who is missing, by name."""
    day = as_of or timezone.localdate()
    codes = [code.strip() for code in items.split(",") if code.strip()]
    found = find_items(codes, on=day, programme=programme)
    gap = gap_list(unit, found, as_of=day, tree=TreeView(tree))
    if as_ == "json":
        answer_json(gap.as_json())
    else:
        write_csv(gap)


def write_csv(gap: GapList) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(["组织代码", "组织名称", "姓名", "未送到", "自何日起"])
    for name in gap.names:
        row = [name.unit.code, name.unit.name, name.name, "、".join(item.code for item in name.items), name.since]
        writer.writerow([csv_safe(str(cell)) for cell in row])


@click.command()
@click.option(
    "--programme", help="专项活动代码，默认与预设同名的。 Its code, by default the one named like the preset."
)
@click.option("--rows", "key", help="列出一个数背后可作废的编号。 The reversible ids behind one figure.")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 回答。 Answer in JSON.")
def figures(*, programme: str | None, key: str | None, as_json: bool) -> None:
    """从登记重新数出每个数。 Every figure, counted again from the rows."""
    chosen = find_programme(programme or site().preset)
    if key:
        answer_json(figure_rows(chosen, key).as_json())
        return
    counted = count_figures(chosen)
    if as_json:
        answer_json(counted)
        return
    for name, number in counted.items():
        click.echo(f"{number:>8}  {name}")


@click.command()
@click.argument("out", type=WRITABLE)
@click.option("--unit", required=True, type=UnitCode(), help="哪个组织。 Which unit.")
@click.option("--from", "first", required=True, type=Day(), help="从哪天。 First day.")
@click.option("--to", "last", required=True, type=Day(), help="到哪天。 Last day.")
def briefing(out: Path, *, unit: Unit, first: date, last: date) -> None:
    """生成简报(DOCX)。 Write the briefing as DOCX."""
    if last < first:
        raise refuse("unknown-date", "--to 不能早于 --from。", "--to must not be earlier than --from.", place="to")
    paper = compose(unit, first, last, today=timezone.localdate())
    with out.open("wb") as stream:
        write_docx(paper, stream)
    say(Text("简报已写入：{out}", "The briefing is written: {out}").format(out=out))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="以 JSON 回答。 Answer in JSON.")
def check(*, as_json: bool) -> int:
    """重算每个推算出来的数并核对。 Recompute every derived number and compare."""
    site()
    with progress_bar("核对", "Checking") as progress:
        found = find_discrepancies(progress)
    if as_json:
        answer_json({"discrepancies": [one.as_json() for one in found]})
    else:
        for one in found:
            click.echo(one.text.both, err=True)
        say(
            Text("有 {n} 处对不上。", "{n} discrepancies.").format(n=len(found))
            if found
            else Text("全部核对一致。", "Everything agrees.")
        )
    return PROBLEM if found else 0
