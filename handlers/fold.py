"""Vietnamese text without its accents: how people on cheap phones type, and how names are matched."""

from __future__ import annotations

import re
import unicodedata

# Marks that change nothing a reader sees but break comparisons: zero-width, bidirectional controls, BOM.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_BREAK = re.compile(r"[^0-9a-z]+")


def clean(text: str) -> str:
    """NFC, without invisible marks or control characters; line ends are `\\n`, outer blanks are gone."""
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc").strip()


def unaccent(text: str) -> str:
    """`Đồng ý` -> `Dong y`."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", "".join(c for c in bare if not unicodedata.combining(c)))


def fold(text: str) -> str:
    """Without accents, case or punctuation, words parted by one blank: `LĐLĐ Q. Từ Liêm` -> `ldld q tu liem`."""
    return _BREAK.sub(" ", unaccent(_INVISIBLE.sub("", text)).lower()).strip()


def shortened(text: str, most: int) -> str:
    """On one line and at most so many characters, with `…` where something is left out."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
