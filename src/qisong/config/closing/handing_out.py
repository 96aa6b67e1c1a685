"""Everything a site holds, written into one folder for a person who opens it and for the system that comes next."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

from qisong.config.backup.writing import upload_files
from qisong.config.closing.tables import write_journal, write_tables
from qisong.ledger.models import Activity
from qisong.ledger.telling import told_acts
from qisong.org.models import Site, Unit
from qisong.org.terms import TermCategory, Verb
from qisong.org.tree import tree_on
from qisong.org.units_sheet import UNITS_FORM
from qisong.org.words import terms, word
from qisong.reporting.briefing import compose
from qisong.reporting.docx_writing import write_docx
from qisong.roster.exporting import export_roster
from qisong.sheets.rows import Value
from qisong.sheets.writing import csv_safe, write_form
from qisong.words.dates import PartialDate
from qisong.words.text import Text, refuse

INDEX, STYLE, SUMS = "index.html", "index.css", "SHA256.txt"


@dataclass(frozen=True)
class Sheet:
    """A file of the folder, and what it is."""

    name: str
    about: Text
    size: int
    sha256: str


def require_empty(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise refuse(
            "folder-not-empty",
            "{folder} 不是空文件夹，没有写入。请换一个空文件夹。",
            "{folder} is not empty; nothing was written. Name an empty folder.",
            folder=folder,
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def hand_out(folder: Path, *, on: date, unmask: bool, reason: str) -> None:
    """``unmask`` writes the numbers of the roster in full and asks for a ``reason``, as any export of it does."""
    county = Unit.objects.get(code=Site.current().code)
    with (folder / "名册.xlsx").open("wb") as stream:
        export_roster(by=None, unit=county, stream=stream, on=on, unmask=unmask, reason=reason)
    (folder / "组织.xlsx").write_bytes(write_form(UNITS_FORM, unit_rows(on), unit=county.name, day=str(on), note=""))
    write_acts(folder / "活动.json", reversed_=False)
    write_acts(folder / "已作废的活动.json", reversed_=True)
    if first := Activity.objects.order_by("on").values_list("on", flat=True).first():
        with (folder / "简报.docx").open("wb") as stream:
            write_docx(compose(county, first, on, today=on), stream)
    write_journal(folder)
    write_uploads(folder / "上传的文件.csv")
    write_tables(folder / "tables")


def unit_rows(on: date) -> Iterator[dict[str, Value]]:
    """Every unit that stands on the day, as the units sheet that founds it elsewhere."""
    kinds = {term.code: term.zh for term in terms(TermCategory.UNIT_KIND)}
    traits = {term.code: term.zh for term in terms(TermCategory.TRAIT)}
    tree = tree_on(on)
    founded = dict(Unit.objects.filter(events__verb=Verb.CREATE).values_list("pk", "events__on"))
    for unit in tree.order:
        node, above = tree.nodes[unit], tree.parents.get(unit)
        yield {
            "code": node.code,
            "name": node.name,
            "parent": tree.nodes[above].code if above else "",
            "kind": kinds[node.kind],
            "traits": "、".join(sorted(traits[one] for one in node.traits)),
            "founded": PartialDate.of(founded[unit]),
        }


def write_acts(file: Path, *, reversed_: bool) -> None:
    """One document a line, so that no number of acts is too many for the memory of a small machine."""
    with file.open("w", encoding="utf-8") as stream:
        stream.write('{"acts": [')
        for number, document in enumerate(told_acts(reversed_=reversed_)):
            stream.write(",\n" if number else "\n")
            stream.write(json.dumps(document, ensure_ascii=False))
        stream.write("\n]}\n")


def write_uploads(file: Path) -> None:
    """Sealed as they are kept, and only until they expire: here is what there was."""
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        stream.write("file,bytes,sha256\r\n")
        for upload in upload_files():
            name = csv_safe(upload.relative_to(settings.DATA_DIR).as_posix())
            stream.write(f"{name},{upload.stat().st_size},{sha256_of(upload)}\r\n")


def sha256_of(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_index(folder: Path, *, on: date) -> None:
    """Last of all: the page from which a person begins, and the sums by which a machine checks."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    # What a person looks for stands first, the tables last.
    sheets = [sheet_of(folder, file) for file in sorted(files, key=lambda file: rank(folder, file))]
    (folder / SUMS).write_text("".join(f"{one.sha256}  {one.name}\n" for one in sheets), encoding="utf-8")
    (folder / STYLE).write_bytes((Path(__file__).parent / STYLE).read_bytes())
    site = Site.current()
    lines = [line.format(county=site.name, on=on, sums=SUMS) for line in INTRODUCTION]
    told = {"site": site, "lines": lines, "sheets": sheets, "style": STYLE}
    (folder / INDEX).write_text(render_to_string("config/closing.html", told), encoding="utf-8")


def rank(folder: Path, file: Path) -> tuple[int, str]:
    name = file.relative_to(folder).as_posix()
    return next(number for number, beginning in enumerate(ABOUT) if name.startswith(beginning)), name


def sheet_of(folder: Path, file: Path) -> Sheet:
    name = file.relative_to(folder).as_posix()
    about = next(text for beginning, text in ABOUT.items() if name.startswith(beginning))
    return Sheet(name, about.format(member=word("member")), file.stat().st_size, sha256_of(file))


INTRODUCTION = [
    Text(
        "这里是{county}站点的全部数据，{on} 导出。含有个人信息，请按规定保管。",
        "All that the site of {county} held, handed out on {on}. It contains personal data; keep it accordingly.",
    ),
    Text(
        "各文件的 SHA-256 也写在 {sums} 里，可以核对有没有缺损。",
        "The SHA-256 of every file stands in {sums}, too, by which damage shows.",
    ),
]
ABOUT = {
    "名册": Text(
        "{member}名册，按全国汇总表的格式，可以直接导入别的系统。",
        "The roster in the national form; another system can import it.",
    ),
    "组织": Text("组织情况表：代码、名称、上级、类别。", "The units: codes, names, parents, kinds."),
    "活动": Text(
        "每次活动一份文书（格式见 docs/acts.md），可以在另一个七送站点用 qisong record 重新登记。",
        "A document for each act (the form is in docs/acts.md); qisong record takes them in elsewhere.",
    ),
    "已作废": Text("作废了的活动和作废的原因，只供查考。", "Acts that were reversed, and why; for reference only."),
    "简报": Text("从第一次活动到今天的简报。", "The briefing from the first act to today."),
    "日志": Text("每一次操作，前后相扣：改动一行就对不上。", "Every verb, chained: a changed row shows."),
    "上传的文件": Text(
        "还没有到期的上传文件（封存的）的清单。", "A list of the uploads, sealed, that had not expired."
    ),
    "backup": Text(
        "最后一份备份，封存的，要有 master.key 才能打开。", "The last backup, sealed; it opens with master.key."
    ),
    "tables": Text(
        "数据库的各张表，一张一个文件；封存的值和密码不在内。", "The tables, a file each; no sealed value or password."
    ),
}
