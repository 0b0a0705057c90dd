"""What PDF papers share: an A4 page, our own font within the file, a QR code, words that fit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from handlers.glyphs import drawable

WIDTH, HEIGHT = A4  # points, 72 to an inch
MARGIN = 42.0
REGULAR, BOLD = "BeVietnamPro", "BeVietnamPro-Bold"
INK, QUIET, ACCENT = HexColor("#1F2933"), HexColor("#52606D"), HexColor("#0B5CAD")
_FONTS = Path(__file__).resolve().parents[1] / "fonts"
_QUIET_ZONE = 4  # modules around a QR code that must stay empty


def begin(path: Path, title: str) -> Canvas:
    """A PDF to draw on; the same drawing gives the same bytes."""
    _register_fonts()
    canvas = Canvas(
        str(path),
        pagesize=A4,
        pageCompression=1,
        invariant=True,
        lang="vi",
        initialFontName=REGULAR,
        initialFontSize=10,
    )
    canvas.setTitle(title)
    canvas.setAuthor("Sáng Kiến Bot")
    return canvas


@cache
def _register_fonts() -> None:
    """Known to reportlab in the whole process; each file gets the letters it uses."""
    for name, file in ((REGULAR, "BeVietnamPro-Regular.ttf"), (BOLD, "BeVietnamPro-Bold.ttf")):
        pdfmetrics.registerFont(TTFont(name, str(_FONTS / file)))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


def width(text: str, font: str, size: float) -> float:
    return float(pdfmetrics.stringWidth(text, font, size))


def fitting(text: str, font: str, room: float, largest: float) -> float:
    """The size, at most `largest`, at which a line is no wider than `room`."""
    wide = width(text, font, largest)
    return largest if wide <= room else largest * room / wide


def lines(text: str, font: str, size: float, room: float) -> list[str]:
    """The text on as many lines as it takes, broken between words."""
    out: list[str] = []
    for word in drawable(text).split():
        longer = f"{out[-1]} {word}" if out else word
        if out and width(longer, font, size) <= room:
            out[-1] = longer
        else:
            out.append(word)
    return out


def lay(text: str, font: str, room: float, largest: float, most: int) -> tuple[list[str], float]:
    """The text on at most `most` lines, and the size (at most `largest`) at which it fits."""
    size = largest
    broken = lines(text, font, size, room)
    while len(broken) > most or any(width(line, font, size) > room for line in broken):
        size *= 0.94
        broken = lines(text, font, size, room)
    return broken, size


def balanced(texts: Sequence[str], font: str, size: float, room: float) -> list[str]:
    """Lines as long as each other, as many as before: no last word stands alone."""
    best = list(texts)
    while len(best) > 1:
        room *= 0.97
        narrower = lines(" ".join(texts), font, size, room)
        if len(narrower) > len(texts) or any(width(line, font, size) > room for line in narrower):
            break
        best = narrower
    return best


@lru_cache(maxsize=64)
def laid(text: str, font: str, room: float, largest: float, most: int) -> tuple[list[str], float]:
    """`lay`, balanced. Remembered: the pages of a file say much the same."""
    broken, size = lay(text, font, room, largest, most)
    return balanced(broken, font, size, room), size


def write_lines(canvas: Canvas, texts: Sequence[str], at: tuple[float, float], font: str, size: float) -> float:
    """Lines from a top left corner downward; gives where they end."""
    x, y = at
    canvas.setFont(font, size)
    for text in texts:
        y -= size * 1.3
        canvas.drawString(x, y + size * 0.3, text)
    return y


def qr(canvas: Canvas, data: str, corner: tuple[float, float], size: float) -> None:
    """A QR code as one drawing of squares, sharp at any size; `corner` is the lower left one, quiet zone included."""
    matrix: Any = segno.make(data, error="m", micro=False).matrix
    module = size / (len(matrix) + 2 * _QUIET_ZONE)
    left, bottom = corner
    canvas.setFillColor(HexColor("#FFFFFF"))
    canvas.rect(left, bottom, size, size, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#000000"))
    path = canvas.beginPath()
    for at, row in enumerate(matrix):
        y = bottom + size - (at + 1 + _QUIET_ZONE) * module
        for start, length in _runs(row):
            path.rect(left + (start + _QUIET_ZONE) * module, y, length * module, module)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.setFillColor(INK)


def _runs(row: Sequence[int]) -> list[tuple[int, int]]:
    """Where dark modules begin, and how many there are in a row."""
    runs: list[tuple[int, int]] = []
    for at, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == at:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((at, 1))
    return runs


FILING = "/nop"  # where the address of the filing page ends


def door(link: str, code: str) -> str:
    """What a unit's QR code opens: its filing page, or the chat, with the unit's code where it takes one (Telegram's
    `start`).
    """
    if opens_page(link):
        return f"{link}/{code}"
    return f"{link}?start={code}" if link.startswith("https://t.me/") else link


def opens_page(link: str) -> bool:
    """Does the link open the filing page, on which nothing need be typed to begin?"""
    return link.endswith(FILING)
