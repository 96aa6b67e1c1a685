"""What people type and programs add to it: full-width digits, invisible characters, stray spaces.

``clean`` is for what is compared or computed (numbers, labels, headings), ``tidy`` for what people read (names,
addresses), ``compact`` for what never holds a space.
"""

from __future__ import annotations

import math
import re
import unicodedata

_INVISIBLE = re.compile("[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SPACES = re.compile(r"\s+")
_ODD = re.compile(
    r"[^\x21-\x7e\u00b7\u2014\u2018-\u201d\u2026\u3001-\u3011\u4e00-\u9fff\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]"
)
# Letters and digits of the full-width block, the ideographic space and the radicals that PDF copies put in place
# of ideographs have one plain reading; full-width punctuation stays, because Chinese is written with it.
_PLAIN = re.compile("[\u2e80-\u2fdf\u3000\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff\U00020000-\U0003ffff]) (?=[\u3400-\u9fff\U00020000-\U0003ffff])")
_REQUIRED_MARK = re.compile(r"[*#:]|\((?:必填|选填|可不填)\)")


def plain(value: object) -> str:
    """A cell value as the text a person would see: whole floats without ``.0``, ``None`` as the empty text."""
    if value is None:
        return ""
    if isinstance(value, float) and math.isfinite(value) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def clean(value: object) -> str:
    """NFKC, without invisible characters, outer spaces and a leading apostrophe; inner spaces become one."""
    text = plain(value)
    if text.isascii() and text.isalnum():
        return text
    text = _CONTROL.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))
    return _SPACES.sub(" ", text).strip().lstrip("'‘’`").strip()


def compact(value: object) -> str:
    """``clean`` without any space at all."""
    return clean(value).replace(" ", "")


def tidy(value: object) -> str:
    """Text for people: full-width letters and digits made plain, punctuation kept, one space at most."""
    text = plain(value)
    if not _ODD.search(text):
        return text
    text = unicodedata.normalize("NFC", text)
    text = _PLAIN.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text)
    return _SPACES.sub(" ", _CONTROL.sub("", _INVISIBLE.sub("", text))).strip()


def tidy_name(value: object) -> str:
    """A person's name: ``tidy`` without the space that sets two characters apart (张　三) or an apostrophe before."""
    return _BETWEEN_HAN.sub("", tidy(value).lstrip("'‘").strip())


def fold_heading(value: object) -> str:
    """A heading for comparison: no spaces or line breaks, half-width brackets, no mark for 'required'."""
    return _REQUIRED_MARK.sub("", compact(value))
