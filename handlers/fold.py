"""Vietnamese text without its accents: how people on cheap phones type, and how names are matched."""

from __future__ import annotations

import re
import unicodedata

# Marks that change nothing a reader sees but break comparisons: zero-width, bidirectional controls, BOM.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")  # combining
_BREAK = re.compile(r"[^0-9a-z]+")


def clean(text: str) -> str:
    """NFC, without invisible marks or control characters; line ends are `\\n`, outer blanks are gone."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return _CONTROL.sub("", text).strip()


def unaccent(text: str) -> str:
    """`Đồng ý` -> `Dong y`."""
    if text.isascii():
        return text
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", _MARKS.sub("", bare))


def fold(text: str) -> str:
    """Without accents, case or punctuation, words parted by one blank: `LĐLĐ Q. Từ Liêm` -> `ldld q tu liem`."""
    return _BREAK.sub(" ", unaccent(_INVISIBLE.sub("", text)).lower()).strip()


def shortened(text: str, most: int) -> str:
    """On one line and at most so many characters, with `…` where something is left out."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
