"""Workbooks byte by byte, so that a golden file says exactly what it is meant to say."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import dataclass
from html import escape

_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
GENERAL, DAY, MONTH, TEXT, CUSTOM_MONTH = range(5)
_CODE = "yyyy&quot;年&quot;m&quot;月&quot;"
_STYLES = (
    f'<styleSheet xmlns="{_SHEET}"><numFmts count="1"><numFmt numFmtId="176" formatCode="{_CODE}"/></numFmts>'
    '<fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="57"/><xf numFmtId="49"/>'
    '<xf numFmtId="176"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


@dataclass(frozen=True)
class Raw:
    """A cell as the file has it: type, value and style."""

    value: str
    type: str = "n"
    style: int = GENERAL
    formula: str = ""


def number(value: object, style: int = GENERAL) -> Raw:
    return Raw(str(value), style=style)


def letters(column: int) -> str:
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@dataclass
class Sheet:
    rows: dict[int, dict[int, object]]
    name: str = "党员基本信息汇总表"
    merges: tuple[str, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    state: str = "visible"
    dimension: str = ""
    doctype: str = ""
    prefix: str = ""
    references: bool = True

    def xml(self) -> str:
        p = self.prefix
        rows = "".join(self._row(number_, cells) for number_, cells in sorted(self.rows.items()))
        columns = "".join(f'<{p}col min="{n}" max="{n}" hidden="1"/>' for n in self.hidden_columns)
        merges = "".join(f'<{p}mergeCell ref="{ref}"/>' for ref in self.merges)
        named = f"xmlns:{p[:-1]}" if p else "xmlns"
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>{self.doctype}<{p}worksheet {named}="{_SHEET}">'
            + (f'<{p}dimension ref="{self.dimension}"/>' if self.dimension else "")
            + (f"<{p}cols>{columns}</{p}cols>" if columns else "")
            + f"<{p}sheetData>{rows}</{p}sheetData>"
            + (f"<{p}mergeCells>{merges}</{p}mergeCells>" if merges else "")
            + f"</{p}worksheet>"
        )

    def _row(self, row: int, cells: dict[int, object]) -> str:
        hidden = ' hidden="1"' if row in self.hidden_rows else ""
        body = "".join(self._cell(row, column, value) for column, value in sorted(cells.items()) if value is not None)
        reference = f' r="{row}"' if self.references else ""
        return f"<{self.prefix}row{reference}{hidden}>{body}</{self.prefix}row>"

    def _cell(self, row: int, column: int, value: object) -> str:
        p = self.prefix
        reference = f' r="{letters(column)}{row}"' if self.references else ""
        if isinstance(value, Raw):
            formula = f"<{p}f>{escape(value.formula)}</{p}f>" if value.formula else ""
            body = f"{formula}<{p}v>{escape(value.value)}</{p}v>" if value.value else formula
            kind = f' t="{value.type}"' if value.type != "n" else ""
            return f'<{p}c{reference}{kind} s="{value.style}">{body}</{p}c>'
        if isinstance(value, int | float):
            return f"<{p}c{reference}><{p}v>{value}</{p}v></{p}c>"
        text = f'<{p}is><{p}t xml:space="preserve">{escape(str(value))}</{p}t></{p}is>'
        return f'<{p}c{reference} t="inlineStr">{text}</{p}c>'


def xlsx(*sheets: Sheet, epoch1904: bool = False, maker: str = "Microsoft Excel") -> bytes:
    names = "".join(
        f'<sheet name="{escape(sheet.name)}" sheetId="{n}" state="{sheet.state}" r:id="rId{n}"/>'
        for n, sheet in enumerate(sheets, start=1)
    )
    book = (
        f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><workbookPr date1904="{int(epoch1904)}"/>'
        f"<sheets>{names}</sheets></workbook>"
    )
    links = "".join(_link(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1))
    links += _link("rIdS", "styles", "styles.xml")
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.sheet.main+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.spreadsheetml.worksheet+xml"/>'
            for n in range(1, len(sheets) + 1)
        )
        + '<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.styles+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}">{_link("rId1", "officeDocument", "xl/workbook.xml")}'
        "</Relationships>",
        "docProps/app.xml": f"<Properties><Application>{maker}</Application></Properties>",
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>',
        "xl/styles.xml": _STYLES,
    }
    parts |= {f"xl/worksheets/sheet{n}.xml": sheet.xml() for n, sheet in enumerate(sheets, start=1)}
    return archive(parts)


def _link(identifier: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{identifier}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def archive(parts: dict[str, str | bytes]) -> bytes:
    """A ZIP whose bytes depend on its parts alone."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            packed.writestr(info, content)
    return buffer.getvalue()


def ods(rows: dict[int, dict[int, object]], name: str = "党员基本信息汇总表") -> bytes:
    """As LibreOffice writes it: the emptiness after the last cell is there too, repeated."""
    body = ""
    for row in range(1, max(rows) + 1):
        cells = rows.get(row, {})
        body += "<table:table-row>"
        for column in range(1, max(cells, default=1) + 1):
            value = cells.get(column)
            body += _ods_cell(value)
        body += '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="{name}">{body}<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return archive({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content})


def _ods_cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        kind = f'office:value-type="float" office:value="{value}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def xls(rows: dict[int, dict[int, object]], name: str = "党员基本信息汇总表", *, epoch1904: bool = False) -> bytes:
    """A BIFF8 workbook: texts, numbers, and numbers shown as dates (``Raw`` with style ``DAY``)."""
    sheet = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0x1000, 2000, 0, 6))
    for row, cells in sorted(rows.items()):
        for column, value in sorted(cells.items()):
            sheet += b"" if value is None else _biff_cell(row - 1, column - 1, value)
    sheet += _record(0x0A, b"")
    title = name.encode("utf-16-le")
    bound = 8 + len(title)
    fonts = b"".join(
        _record(0x31, struct.pack("<HHHHHBBBBBB", 200, 0, 0, 400, 0, 0, 0, 134, 0, 1, 0) + b"A") for _ in range(4)
    )
    formats = b"".join(_record(0xE0, struct.pack("<HHH", 0, number_, 1) + bytes(14)) for number_ in (0, 14))
    head = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0x1000, 2000, 0, 6)) + _record(0x42, struct.pack("<H", 1200))
    head += _record(0x22, struct.pack("<H", epoch1904)) + fonts + formats
    length = len(head) + 4 + bound + 4
    head += _record(0x85, struct.pack("<IBBBB", length, 0, 0, len(name), 1) + title) + _record(0x0A, b"")
    return ole({"Workbook": head + sheet})


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _biff_cell(row: int, column: int, value: object) -> bytes:
    if isinstance(value, Raw):
        return _record(0x203, struct.pack("<HHHd", row, column, int(value.style == DAY), float(value.value)))
    if isinstance(value, int | float):
        return _record(0x203, struct.pack("<HHHd", row, column, 0, value))
    text = str(value).encode("utf-16-le")
    return _record(0x204, struct.pack("<HHHHB", row, column, 0, len(text) // 2, 1) + text)


def ole(streams: dict[str, bytes]) -> bytes:
    """A compound file with each stream in whole sectors of 512 bytes."""
    free, end, fat_mark = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    body, fat, entries = b"", [], []
    for name, content in streams.items():
        padded = content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0")
        start, count = len(fat), len(padded) // 512
        fat += [*range(start + 1, start + count), end]
        entries.append((name, 2, start, len(padded)))
        body += padded
    directory = len(fat)
    fat.append(end)
    fat.append(fat_mark)
    listing = _entry("Root Entry", 5, end, 0, child=1)
    for position, (name, kind, start, size) in enumerate(entries, start=1):
        listing += _entry(name, kind, start, size, right=position + 1 if position < len(entries) else free)
    body += listing.ljust(512, b"\0")
    body += struct.pack("<128I", *(fat + [free] * (128 - len(fat))))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, directory, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", directory + 1, *[free] * 108)
    return header + body


def _entry(name: str, kind: int, start: int, size: int, *, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    title = name.encode("utf-16-le") + b"\0\0"
    return (
        title.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(title), kind, 1, 0xFFFFFFFF, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
