"""A briefing as DOCX: A4 with the margins, sizes and grid of GB/T 9704-2012, head in red, page numbers outside.

Fonts that may not be passed on are named, not shipped; the font table names what to take in their place.
"""

from __future__ import annotations

from typing import IO, Any

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section as PageSection
from docx.shared import Length, Mm, Pt, RGBColor
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from qisong.reporting.papers import Briefing, Cell, Figure, PaperTable, spoken
from qisong.words.text import Text

SONG, FANG, HEI, KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
# What a machine without a font takes instead; the last of each is free.
FALLBACKS = {
    SONG: ("华文中宋", "宋体", "Noto Serif CJK SC"),
    FANG: ("仿宋", "FangSong", "华文仿宋", "Noto Serif CJK SC"),
    HEI: ("SimHei", "微软雅黑", "Noto Sans CJK SC"),
    KAI: ("楷体", "KaiTi", "华文楷体", "LXGW WenKai", "Noto Serif CJK SC"),
    "宋体": ("SimSun", "Noto Serif CJK SC"),
}
LATIN = "Times New Roman"
RED = RGBColor(0xC0, 0x00, 0x00)
WIDTH = Mm(156)  # of the text; with the height of 225 mm it leaves the margins below
MARGINS = {"top": Mm(37), "bottom": Mm(35), "left": Mm(28), "right": Mm(26)}
TWO, THREE, FOUR, FIVE = Pt(22), Pt(16), Pt(14), Pt(10.5)  # 二号、三号、四号、五号
PITCH = Pt(28.95)  # 22 lines fill the page
SMALL = Pt(9)  # for Latin words in narrow columns
INDENT = Pt(32)  # two characters
KEPT_ROWS = 3
CENTRE = WD_ALIGN_PARAGRAPH.CENTER


def write_docx(briefing: Briefing, stream: IO[bytes]) -> None:
    """Write the paper to a binary stream."""
    document = Document()
    prepare(document, briefing)
    write_head(document, briefing)
    write_body(document, briefing)
    for paper in briefing.tables:
        write_table(document, paper, FIVE if briefing.language.startswith("zh") else SMALL)
    write_note(document, briefing)
    write_foot(document, briefing)
    document.save(stream)


# ---- the page ------------------------------------------------------------------------------------------------------


def prepare(document: DocumentObject, briefing: Briefing) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.comments = briefing.title, briefing.issuer, ""
    (section,) = document.sections
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side, margin in MARGINS.items():
        setattr(section, f"{side}_margin", margin)
    # The number's top edge lies 7 mm below the text.
    section.footer_distance = Mm(35 - 7 - 5)
    grid = section._sectPr.find(qn("w:docGrid"))  # noqa: SLF001 - python-docx knows no grid
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), "579")
    normal = document.styles["Normal"]
    normal.font.size = THREE
    # A grid of characters would say the same, but not every program reads it; 28 characters fill a line.
    normal.element.get_or_add_rPr().append(parse_xml(f'<w:spacing {nsdecls("w")} w:val="-5"/>'))
    name_fonts(normal.element.get_or_add_rPr(), FANG)
    normal.element.get_or_add_rPr().append(parse_xml(f'<w:lang {nsdecls("w")} w:val="en-US" w:eastAsia="zh-CN"/>'))
    normal.paragraph_format.space_after = Pt(0)
    name_fallbacks(document)
    number_pages(document, section)


def name_fonts(properties: Any, east_asian: str) -> None:
    """Chinese and Latin characters of a run apart; theme fonts, which would win, taken out."""
    fonts = properties.get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), LATIN)
    fonts.set(qn("w:eastAsia"), east_asian)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)


def name_fallbacks(document: DocumentObject) -> None:
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    table = parse_xml(part.blob)
    for name, others in FALLBACKS.items():
        instead = ",".join(others)
        font = f'<w:font {nsdecls("w")} w:name="{name}"><w:altName w:val="{instead}"/><w:charset w:val="86"/></w:font>'
        table.append(parse_xml(font))
    part._blob = serialize_part_xml(table)  # noqa: SLF001 - python-docx hands this part through as it found it


def number_pages(document: DocumentObject, section: PageSection) -> None:
    """``— 1 —`` in 四号, one character in: odd pages right, even pages left."""
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = side
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = FOUR
        add_run(paragraph, "— ", "宋体", FOUR)
        field = add_run(paragraph, "", "宋体", FOUR)
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            field._r.append(field_part(kind, text))  # noqa: SLF001 - python-docx knows no fields
        add_run(paragraph, " —", "宋体", FOUR)


def field_part(kind: str, text: str) -> Any:
    if kind:
        return parse_xml(f'<w:fldChar {nsdecls("w")} w:fldCharType="{kind}"/>')
    return parse_xml(f'<w:instrText {nsdecls("w")} xml:space="preserve">{text}</w:instrText>')


# ---- words -----------------------------------------------------------------------------------------------------------


def add_run(paragraph: Paragraph, text: str, font: str = FANG, size: Length = THREE, **also: Any) -> Run:
    run = paragraph.add_run(text)
    run.font.size = size
    name_fonts(run._r.get_or_add_rPr(), font)  # noqa: SLF001 - python-docx knows no East Asian font
    if also.get("red"):
        run.font.color.rgb = RED
    return run


def add_line(document: DocumentObject, text: str, font: str, size: Length, **also: Any) -> Paragraph:
    """A paragraph by itself; ``align``, ``red``, ``pitch`` as given."""
    paragraph = document.add_paragraph()
    paragraph.alignment = also.get("align", WD_ALIGN_PARAGRAPH.LEFT)
    paragraph.paragraph_format.line_spacing = also.get("pitch", PITCH)
    add_run(paragraph, text, font, size, red=also.get("red", False))
    return paragraph


def draw_rule(paragraph: Paragraph, side: str, colour: str, eighths: int) -> None:
    """A line as wide as the text, at the ``top`` or ``bottom`` of a paragraph; its weight in eighths of a point."""
    rule = f'<w:{side} w:val="single" w:sz="{eighths}" w:space="4" w:color="{colour}"/>'
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx knows no borders
    properties.insert_element_before(
        parse_xml(f"<w:pBdr {nsdecls('w')}>{rule}</w:pBdr>"), "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def write_head(document: DocumentObject, briefing: Briefing) -> None:
    head = add_line(document, briefing.head, SONG, Pt(36), align=CENTRE, red=True, pitch=Pt(58))
    head.paragraph_format.space_after = PITCH
    sides = add_line(document, f"{briefing.issuer}\t{briefing.issued}", FANG, THREE)
    sides.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    draw_rule(sides, "bottom", "C00000", 16)
    title = add_line(document, briefing.title, SONG, TWO, align=CENTRE, pitch=Pt(36))
    title.paragraph_format.space_before = Pt(36)
    period = add_line(document, bracketed(briefing), KAI, THREE, align=CENTRE)
    period.paragraph_format.space_after = PITCH


def bracketed(briefing: Briefing) -> str:
    return Text("（{period}）", "({period})").format(period=briefing.period).choose(briefing.language)


def write_body(document: DocumentObject, briefing: Briefing) -> None:
    for section in briefing.sections:
        heading = add_line(document, section.heading, HEI, THREE)
        heading.paragraph_format.first_line_indent = INDENT
        heading.paragraph_format.keep_with_next = True
        for pieces in section.lines:
            paragraph = add_line(document, spoken(pieces), FANG, THREE, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
            paragraph.paragraph_format.first_line_indent = INDENT


def write_note(document: DocumentObject, briefing: Briefing) -> None:
    """Which day and which tree the numbers are of."""
    note = add_line(document, briefing.basis, KAI, FOUR, pitch=Pt(24))
    note.paragraph_format.space_before = Pt(12)
    note.paragraph_format.keep_with_next = True


def write_foot(document: DocumentObject, briefing: Briefing) -> None:
    """Left to be filled in by hand: to whom it goes, how many are printed."""
    foot = Text("报：　　　　送：　　　　发：\t印数：　　　份", "To:\tCopies printed:")
    paragraph = add_line(document, foot.choose(briefing.language), FANG, FOUR, pitch=Pt(28))
    paragraph.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    paragraph.paragraph_format.space_before = PITCH
    draw_rule(paragraph, "top", "000000", 8)


# ---- tables ----------------------------------------------------------------------------------------------------------


def write_table(document: DocumentObject, paper: PaperTable, size: Length) -> None:
    caption = add_line(document, paper.caption, HEI, FOUR, align=CENTRE)
    caption.paragraph_format.space_before = Pt(14)
    caption.paragraph_format.keep_with_next = True
    table = document.add_table(rows=0, cols=len(paper.columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    squeeze(table)
    widths = widths_of(paper)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    heading = write_row(table, [(column,) for column in paper.columns], widths, HEI, size)
    heading._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))  # noqa: SLF001 - no such setting
    for number, cells in enumerate(paper.rows, 1):
        last = paper.total and number == len(paper.rows)
        row = write_row(table, cells, widths, HEI if last else FANG, size)
        if number > len(paper.rows) - KEPT_ROWS:
            keep_with_next(row)


def widths_of(paper: PaperTable) -> list[Length]:
    """The first column takes names, the others share the rest."""
    first = Mm(36)
    each = Length((WIDTH - first) // (len(paper.columns) - 1))
    return [first, *[each] * (len(paper.columns) - 1)]


def squeeze(table: Table) -> None:
    """Half a millimetre beside a number is enough."""
    sides = "".join(f'<w:{side} w:w="28" w:type="dxa"/>' for side in ("left", "right"))
    properties = table._tbl.tblPr  # noqa: SLF001 - python-docx knows no cell margins
    properties.append(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{sides}</w:tblCellMar>"))


def write_row(table: Table, cells: list[Cell], widths: list[Length], font: str, size: Length) -> _Row:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))  # noqa: SLF001 - no such setting
    for number, (cell, pieces, width) in enumerate(zip(row.cells, cells, widths, strict=True)):
        cell.width = width
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = cell.paragraphs[0]
        paragraph.alignment = CENTRE if number else WD_ALIGN_PARAGRAPH.LEFT
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)
        leave_grid(paragraph)
        add_run(paragraph, said_in_cell(pieces), font, size)
    return row


def keep_with_next(row: _Row) -> None:
    """What follows a table never stands on a page by itself."""
    for cell in row.cells:
        cell.paragraphs[0].paragraph_format.keep_with_next = True


def said_in_cell(pieces: Cell) -> str:
    """Numbers without their measure word; a long pair may break after its stroke."""
    said = "".join(piece.number if isinstance(piece, Figure) else piece for piece in pieces)
    return said.replace("/", "/\u200b")


def leave_grid(paragraph: Paragraph) -> None:
    """A cell in small type needs no full line of the page."""
    snap = parse_xml(f'<w:snapToGrid {nsdecls("w")} w:val="0"/>')
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx knows no grid
    properties.insert_element_before(snap, "w:spacing", "w:ind", "w:jc", "w:rPr")
