"""Any file a person may hand in, as grids; or a plain refusal that says what it is and what to do instead.

What a file is follows from its first bytes, never from its name. Archives are judged by their directory before a
single part is unpacked.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from io import BytesIO
from xml.parsers.expat import ExpatError
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from qisong.sheets.delimited import decode, looks_like_text, split
from qisong.sheets.grid import LARGEST_FILE, Grid, damaged
from qisong.sheets.legacy import read_legacy
from qisong.sheets.markup import looks_like_html, read_html
from qisong.sheets.xlsx import read_xlsx
from qisong.words.text import Refusal, refuse

MOST_ENTRIES = 1_000
HIGHEST_RATIO = 100
_ZIP = b"PK\x03\x04"
_ENTRY = b"PK\x01\x02"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORD = "WordDocument".encode("utf-16-le")
_BOOKS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
_OTHERS = {
    b"%PDF": ("PDF 文件", "a PDF file"),
    b"\xff\xd8\xff": ("图片", "a picture"),
    b"\x89PNG": ("图片", "a picture"),
    b"GIF8": ("图片", "a picture"),
    b"Rar!": ("压缩包", "an archive"),
    b"7z\xbc\xaf": ("压缩包", "an archive"),
    b"\x1f\x8b": ("压缩包", "an archive"),
    b"{\\rtf": ("Word 文档", "a word-processor document"),
    b"MIME-Version": ("网页存档", "a web archive"),
    b"SQLite format 3": ("数据库文件", "a database file"),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """The grids of a file; for text files the encoding, and one reading per delimiter that it could have."""

    grids: list[Grid]
    encoding: str = ""
    readings: tuple[list[Grid], ...] = ()


def open_grids(content: bytes) -> Opened:
    """All sheets of a file. Raises ``Refusal`` (``file-…``) and nothing else, whatever the bytes are."""
    if not content.strip(b"\0\r\n\t "):
        raise refuse("file-empty", "文件是空的。请检查是不是选错了文件。", "The file is empty. Is it the right one?")
    if len(content) > LARGEST_FILE:
        raise _too_big()
    for magic, names in _OTHERS.items():
        if content.startswith(magic):
            raise _other_kind(*names)
    if content.startswith(_ZIP):
        return Opened(_open_archive(content))
    if content.startswith(_OLE):
        return Opened(_open_ole(content))
    return _open_text(content)


def _open_archive(content: bytes) -> list[Grid]:
    if content.count(_ENTRY) > 2 * MOST_ENTRIES:  # told before the directory is read, which takes long when it is long
        raise _too_big()
    try:
        with ZipFile(BytesIO(content)) as archive:
            _check_directory(archive, len(content))
            names = {info.filename.replace("\\", "/").lower() for info in archive.infolist()}
            if "xl/workbook.bin" in names or "content.xml" in names:
                return read_legacy(content)
            _check_kind(names)
            return read_xlsx(archive)
    except Refusal:
        raise
    except (BadZipFile, zlib.error, ExpatError, EOFError, OSError, KeyError) as fault:
        raise damaged() from fault
    except (ValueError, IndexError, OverflowError, NotImplementedError, RuntimeError, MemoryError) as fault:
        raise damaged() from fault


def _check_directory(archive: ZipFile, packed: int) -> None:
    """Judge an archive before unpacking: its entries, what they unpack to, and how."""
    entries = archive.infolist()
    unpacked = sum(info.file_size for info in entries)
    if len(entries) > MOST_ENTRIES or unpacked > LARGEST_FILE or unpacked > HIGHEST_RATIO * packed:
        raise _too_big()
    if any(info.flag_bits & 1 for info in entries):
        raise _locked()
    if any(info.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for info in entries):
        raise damaged()


def _check_kind(names: set[str]) -> None:
    if any(name.startswith("word/") for name in names):
        raise _other_kind("Word 文档", "a word-processor document")
    if any(name.startswith("ppt/") for name in names):
        raise _other_kind("演示文稿", "a presentation")
    if not any(name.endswith("xl/workbook.xml") or name == "_rels/.rels" for name in names):
        raise _other_kind("压缩包", "an archive")


def _open_ole(content: bytes) -> list[Grid]:
    if _ENCRYPTED in content:
        raise _locked()
    if _WORD in content and not any(book in content for book in _BOOKS):
        raise _other_kind("Word 文档", "a word-processor document")
    return read_legacy(content)


def _open_text(content: bytes) -> Opened:
    if content.lstrip().startswith(b"<") and b"urn:schemas-microsoft-com:office:spreadsheet" in content[:4096]:
        raise _other_kind("旧式 XML 表格", "an old XML spreadsheet")
    text, encoding = decode(content)
    if looks_like_html(text):
        return Opened(read_html(text), encoding)
    if not looks_like_text(text):
        raise damaged()
    readings = tuple([grid] for grid in split(text))
    return Opened(readings[0], encoding, readings)


def _too_big() -> Refusal:
    return refuse(
        "file-too-big",
        "文件太大，或解开后太大（上限 50 MB），没有读。请删去图片和空白工作表，或按组织分成几个文件再传。",
        "The file is too big, or becomes so when unpacked (limit 50 MB), and was not read. Remove pictures and empty "
        "sheets, or split it by branch, and try again.",
    )


def _locked() -> Refusal:
    return refuse(
        "file-locked",
        "文件设了打开密码，读不了。请在 Excel 或 WPS 里取消密码，另存后再传。",
        "The file is protected by a password and cannot be read. Remove the password in Excel or WPS, save and try "
        "again.",
    )


def _other_kind(what: str, what_en: str) -> Refusal:
    return refuse(
        "file-not-a-sheet",
        "这是{what}，不是表格。请传 Excel 工作簿（.xlsx、.xls）或 CSV 文件。",
        "This is {what_en}, not a sheet. Hand in an Excel workbook (.xlsx, .xls) or a CSV file.",
        what=what,
        what_en=what_en,
    )
