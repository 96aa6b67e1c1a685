import re
import subprocess
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentObject
from docx.oxml.ns import qn
from docx.shared import Mm

from qisong.reporting.briefing import compose
from qisong.reporting.docx_writing import write_docx
from qisong.reporting.papers import Briefing
from tests.needs import need
from tests.reporting.events import FIRST, LAST
from tests.reporting.test_briefing import TODAY, lived_in
from tests.world import World

# Dates, and the ordinals of headings and tables, are no figures.
ASIDE = re.compile(r"[0-9]+年[0-9]+月[0-9]+日")


def paper_of(world: World, unit: str) -> Briefing:
    return compose(lived_in(world).unit(unit), FIRST, LAST, TODAY)


def document_of(paper: Briefing) -> DocumentObject:
    stream = BytesIO()
    write_docx(paper, stream)
    stream.seek(0)
    return Document(stream)


def texts(document: DocumentObject) -> list[str]:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def test_every_number_in_the_document_is_a_figure(world: World) -> None:
    paper = paper_of(world, "D1")
    said = Counter(
        number for text in texts(document_of(paper)) for number in re.findall(r"-?[0-9]+", ASIDE.sub("", text))
    )
    assert said == Counter(figure.number for figure in paper.figures())


def test_page_is_that_of_the_standard(world: World) -> None:
    (section,) = document_of(paper_of(world, "B1")).sections
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(length.mm) for length in (section.page_width, section.page_height, *margins)] == [
        210,
        297,
        37,
        35,
        28,
        26,
    ]


def test_chinese_and_latin_fonts_are_named_apart(world: World) -> None:
    document = document_of(paper_of(world, "B1"))
    named = {
        (fonts.get(qn("w:ascii")), fonts.get(qn("w:eastAsia"))) for fonts in document.element.body.iter(qn("w:rFonts"))
    }
    assert {latin for latin, _ in named} == {"Times New Roman"}
    assert {chinese for _, chinese in named} == {"方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"}


def test_font_table_names_what_to_take_instead(world: World) -> None:
    stream = BytesIO()
    write_docx(paper_of(world, "B1"), stream)
    table = zipfile.ZipFile(stream).read("word/fontTable.xml").decode()
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋,FangSong,华文仿宋,Noto Serif CJK SC"/>' in table


def test_head_is_red_and_nothing_else_is(world: World) -> None:
    document = document_of(paper_of(world, "B1"))
    red = [
        run.text for paragraph in document.paragraphs for run in paragraph.runs if str(run.font.color.rgb) == "C00000"
    ]
    assert red == ["七送工作简报"]


def test_table_repeats_its_heading_and_no_row_breaks(world: World) -> None:
    for table in document_of(paper_of(world, "D1")).tables:
        heads = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
        whole = [row._tr.find(f".//{qn('w:cantSplit')}") is not None for row in table.rows]
        assert heads == [True] + [False] * (len(heads) - 1)
        assert all(whole)
        assert round(sum(cell.width for cell in table.rows[0].cells) / Mm(1)) == 156


def test_pages_are_numbered_right_and_left(world: World) -> None:
    document = document_of(paper_of(world, "B1"))
    (section,) = document.sections
    footers = [section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]]
    assert [str(footer.alignment) for footer in footers] == ["RIGHT (2)", "LEFT (0)"]
    assert [footer._p.find(f".//{qn('w:instrText')}").text for footer in footers] == ["PAGE", "PAGE"]
    assert document.settings.odd_and_even_pages_header_footer


def test_document_opens_elsewhere_with_all_its_words(world: World, tmp_path: Path) -> None:
    """A word processor that is not ours lays it out and loses nothing."""
    office = need("soffice")
    paper = paper_of(world, "D1")
    with (tmp_path / "paper.docx").open("wb") as stream:
        write_docx(paper, stream)
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    convert = [office, home, "--headless", "--convert-to", "txt:Text", "--outdir", tmp_path, tmp_path / "paper.docx"]
    subprocess.run(convert, check=True, capture_output=True, timeout=120)
    laid_out = (tmp_path / "paper.txt").read_text(encoding="utf-8-sig")
    assert [line for line in (paper.head, paper.title, paper.basis) if line not in laid_out] == []
    assert laid_out.count("合计") == 1
