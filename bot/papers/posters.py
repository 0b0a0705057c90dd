"""QR posters: one PDF, an A4 page for each unit. It says what to type, for most QR codes open the chat and no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from bot.papers import page
from handlers.facts import House
from handlers.glyphs import drawable
from handlers.talk import say
from handlers.texts import Texts

_ROOM = page.WIDTH - 2 * page.MARGIN
_CODE_SIZE = 370.0  # points, on a side
_MIDDLE = page.WIDTH / 2


@dataclass(frozen=True, slots=True)
class Poster:
    code: str  # the unit's
    unit: str


def write(path: Path, posters: Iterable[Poster], texts: Texts, language: str, house: House, link: str) -> None:
    """A page for each unit, in the order given. `link` opens the chat, or is the address of the filing page."""
    canvas = page.begin(path, texts.render(language, say("poster.title")))
    for poster in posters:
        _draw(canvas, poster, texts, language, house, link)
        canvas.showPage()
    canvas.save()


def _draw(canvas: Canvas, poster: Poster, texts: Texts, language: str, house: House, link: str) -> None:
    y = page.HEIGHT - page.MARGIN
    canvas.setFillColor(page.ACCENT)
    y = _centred(canvas, texts.render(language, say("poster.title")), y, page.BOLD, 40, most=2)
    canvas.setFillColor(page.QUIET)
    y = _centred(canvas, texts.render(language, say("poster.invite")), y - 4, page.REGULAR, 18, most=2)
    y -= _CODE_SIZE + 8
    page.qr(canvas, page.door(link, poster.code), (_MIDDLE - _CODE_SIZE / 2, y), _CODE_SIZE)
    y = _centred(
        canvas,
        texts.render(language, say("poster.scan_page" if page.opens_page(link) else "poster.scan")),
        y,
        page.REGULAR,
        28,
    )
    canvas.setFillColor(page.ACCENT)
    y = _centred(canvas, f"SK {poster.code}", y, page.BOLD, 76)
    canvas.setFillColor(page.INK)
    y = _centred(canvas, poster.unit, y - 10, page.BOLD, 26, most=3)
    canvas.setFillColor(page.QUIET)
    _centred(canvas, _help(texts, language, house), page.MARGIN + 34, page.REGULAR, 12, most=2)


def _help(texts: Texts, language: str, house: House) -> str:
    key = "poster.help_by" if house.support else "poster.help"
    return texts.render(language, say(key, bot=house.bot_name, name=house.support))


def _centred(canvas: Canvas, text: str, top: float, font: str, largest: float, *, most: int = 1) -> float:
    """Lines in the middle of the page, made smaller where they do not fit; gives where they end."""
    broken, size = page.laid(drawable(text), font, _ROOM, largest, most)
    canvas.setFont(font, size)
    for line in broken:
        top -= size * 1.3
        canvas.drawCentredString(_MIDDLE, top + size * 0.3, line)
    return top
