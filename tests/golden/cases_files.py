"""What kind of file it is: I1 to I4 and I6."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from tests.golden.case import Case
from tests.golden.containers import Sheet, archive, ods, ole, xls, xlsx
from tests.golden.people import FIRST, csv_text, html_table, layout, people, person, sheet

_DOCTYPE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
_LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def bombs() -> Iterator[Case]:
    zeros = {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": bytes(60 * 1024 * 1024)}
    yield Case("i01-bomb-size.xlsx", "60 MB of nothing in a small archive", archive(zeros), refused="file-too-big")
    spaces = {"_rels/.rels": "<x/>", "xl/workbook.xml": b" " * 4_000_000}
    yield Case("i01-bomb-ratio.xlsx", "unpacks to some 900 times its size", archive(spaces), refused="file-too-big")
    many = {f"xl/{number}": b"" for number in range(1001)}
    yield Case("i01-bomb-entries.xlsx", "more than 1,000 entries", archive(many), refused="file-too-big")


def far_cells() -> Iterator[Case]:
    far = sheet(people(2), dimension="A1:XFD1048576")
    far.rows[1_048_576] = {16_384: "x"}
    yield Case(
        "i02-far-cell.xlsx",
        "one letter in the last cell of the sheet",
        xlsx(far),
        rows=2,
        problems=(("", "columns-far"),),
    )
    wide = sheet(people(2))
    wide.rows[FIRST][16_384] = "x"
    yield Case("i02-far-column.xlsx", "one letter in column XFD", xlsx(wide), rows=2, problems=(("", "columns-far"),))
    lying = sheet(people(3), dimension="A1:XFD1048576")
    yield Case("i02-lying-dimension.xlsx", "says that it is enormous", xlsx(lying), rows=3)
    gap = sheet(people(2))
    gap.rows[FIRST + 150] = gap.rows[FIRST + 1]
    yield Case("i02-long-gap.xlsx", "a member below 148 empty rows", xlsx(gap), rows=2, problems=(("", "rows-far"),))
    near = sheet(people(1))
    near.rows[FIRST + 100] = sheet([person(2)]).rows[FIRST]
    yield Case("i02-short-gap.xlsx", "a member below 99 empty rows is read", xlsx(near), rows=2)
    long = Sheet({1: {1: "姓名", 2: "性别", 3: "民族"}} | {row: {1: "张三"} for row in range(2, 50_003)})
    yield Case("i02-too-many-rows.xlsx", "50,001 rows of people", xlsx(long), refused="sheet-too-long")


def hostile_xml() -> Iterator[Case]:
    yield Case("i03-xxe.xlsx", "an external entity", xlsx(sheet(people(1), doctype=_DOCTYPE)), refused="file-unsafe")
    yield Case(
        "i03-laughs.xlsx", "entities within entities", xlsx(sheet(people(1), doctype=_LAUGHS)), refused="file-unsafe"
    )


def broken() -> Iterator[Case]:
    whole = xlsx(sheet(people(3)))
    yield Case("i04-truncated.xlsx", "the second half is missing", whole[: len(whole) // 2], refused="file-damaged")
    flipped = bytearray(whole)
    for position in range(200, 1200, 7):
        flipped[position] ^= 0x5A
    yield Case("i04-flipped.xlsx", "bytes changed on the way", bytes(flipped), refused="file-damaged")
    old = xls(layout(people(3)))
    yield Case("i04-truncated.xls", "half an old workbook", old[: len(old) // 3], refused="file-damaged")
    yield Case("i04-empty.xlsx", "nothing at all", b"", refused="file-empty")
    yield Case(
        "i04-picture.xlsx", "a photo with the wrong name", b"\xff\xd8\xff\xe0JFIF" * 20, refused="file-not-a-sheet"
    )
    yield Case("i04-pdf.xls", "a PDF with the wrong name", b"%PDF-1.4\n%\xe2\xe3", refused="file-not-a-sheet")
    word = archive({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"})
    yield Case("i04-word.xlsx", "a word-processor document", word, refused="file-not-a-sheet")
    loose = archive({"照片/一.txt": "1", "照片/二.txt": "2"})
    yield Case("i04-archive.xlsx", "a folder packed into an archive", loose, refused="file-not-a-sheet")
    yield Case("i04-noise.csv", "random bytes called a text file", bytes(range(256)) * 4, refused="file-encoding")
    xml = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'
    yield Case("i04-xml-2003.xls", "an XML spreadsheet of 2003", xml, refused="file-not-a-sheet")


def disguised() -> Iterator[Case]:
    locked = ole({"EncryptionInfo": b"x", "EncryptedPackage": b"y" * 5000})
    yield Case("i04-password.xlsx", "protected by a password", locked, refused="file-locked")
    yield Case("i04-xls-named-xlsx.xlsx", "an old workbook with the new name", xls(layout(people(3))), rows=3)
    yield Case("i04-xlsx-named-xls.xls", "a new workbook with the old name", xlsx(sheet(people(3))), rows=3)
    page = f'<html><head><meta charset="utf-8"></head><body>{html_table(people(3))}</body></html>'
    yield Case("i04-html.xls", "a web page called .xls", page.encode(), rows=3)
    yield Case("i04-html-gb18030.xls", "the same in GB18030", html_table(people(2)).encode("gb18030"), rows=2)
    yield Case("i04-csv-named-xlsx.xlsx", "a text file called .xlsx", csv_text(people(2)).encode(), rows=2)


def makers() -> Iterator[Case]:
    yield Case("i04-wps.xlsx", "as WPS writes it", xlsx(sheet(people(3)), maker="WPS 表格"), rows=3)
    yield Case("i04-prefixed.xlsx", "every element has a prefix", xlsx(sheet(people(3), prefix="x:")), rows=3)
    yield Case(
        "i04-no-references.xlsx", "cells do not say where they are", xlsx(sheet(people(3), references=False)), rows=3
    )
    yield Case("i04-libreoffice.ods", "as LibreOffice writes it", ods(layout(people(3))), rows=3)
    yield Case("i04-excel-97.xls", "as Excel 97 wrote it", xls(layout(people(3))), rows=3)


def encodings() -> Iterator[Case]:
    rare = [person(1, 姓名="张㛃"), person(2, 姓名="李䶮"), person(3, 姓名="王𬱖")]
    names = {"2 name": "张㛃", "3 name": "李䶮", "4 name": "王𬱖"}
    text = csv_text(rare)
    yield Case("i06-utf8.csv", "UTF-8 without a mark", text.encode(), rows=3, cells=names)
    yield Case("i06-utf8-mark.csv", "UTF-8 with its mark", codecs.BOM_UTF8 + text.encode(), rows=3, cells=names)
    yield Case("i06-gb18030.csv", "rare characters that GBK does not have", text.encode("gb18030"), rows=3, cells=names)
    tabbed = csv_text(rare, "\t")
    yield Case(
        "i06-utf16.txt", "Unicode text of Excel", codecs.BOM_UTF16_LE + tabbed.encode("utf-16-le"), rows=3, cells=names
    )
    yield Case(
        "i06-utf16-be.txt",
        "the same, big end first",
        codecs.BOM_UTF16_BE + tabbed.encode("utf-16-be"),
        rows=3,
        cells=names,
    )
    yield Case("i06-semicolons.csv", "semicolons between the cells", csv_text(rare, ";").encode(), rows=3, cells=names)
    quoted = csv_text([person(1, 家庭住址='"东岭村,1组\n北院"')])
    yield Case(
        "i06-quoted.csv",
        "a comma and a line break in one cell",
        quoted.encode(),
        rows=1,
        cells={"2 address": "东岭村,1组 北院"},
    )


def cases() -> Iterator[Case]:
    for group in (bombs, far_cells, hostile_xml, broken, disguised, makers, encodings):
        yield from group()
