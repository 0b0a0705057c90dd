"""The bulletin for a notice board (INBANGTIN): one A4 page with the picture, the words, and the QR code of the unit.

It hangs where everybody passes, so it is the members' notice: nobody who lags behind is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from bot.papers import page
from handlers import notice
from handlers.board import Board
from handlers.facts import House
from handlers.glyphs import drawable
from handlers.moments import day_text
from handlers.talk import Say, say
from handlers.texts import Texts

_ROOM = page.WIDTH - 2 * page.MARGIN
_GAP = 14.0
_FOOT = 118.0  # height of the part with the QR code
_COLUMN = 168.0  # width of the words beside a tall picture
_SIZES = (13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0)  # of letters beside a picture
_ALONE = (20.0, 18.0, 16.0, 14.0, *_SIZES)


@dataclass(frozen=True, slots=True)
class Bulletin:
    board: Board
    code: str  # of the unit whose board it hangs on
    picture: bytes | None = None  # PNG; None where there is nothing to draw yet
    link: str = ""  # opens the chat; "": no QR code


def write(path: Path, bulletin: Bulletin, texts: Texts, language: str, house: House) -> None:
    """One page."""
    sheet = _Sheet(bulletin, texts, language, house)
    canvas = page.begin(path, sheet.words(say("bulletin.title")))
    top = sheet.head(canvas)
    sheet.foot(canvas)
    sheet.middle(canvas, top, page.MARGIN + _FOOT + _GAP)
    canvas.showPage()
    canvas.save()


class _Sheet:
    def __init__(self, bulletin: Bulletin, texts: Texts, language: str, house: House) -> None:
        self._bulletin, self._texts, self._language, self._house = bulletin, texts, language, house

    def words(self, said: Say) -> str:
        return drawable(self._texts.render(self._language, said))

    # ------------------------------------------------------------ head and foot

    def head(self, canvas: Canvas) -> float:
        """Title, unit and day; gives where they end."""
        board = self._bulletin.board
        about = say(
            "bulletin.about",
            unit=board.unit,
            weekday=say(f"notice.weekday.{board.day.weekday()}"),
            day=day_text(board.day, self._language),
        )
        canvas.setFillColor(page.ACCENT)
        y = self._line(canvas, self.words(say("bulletin.title")).upper(), page.HEIGHT - page.MARGIN, page.BOLD, 30)
        canvas.setFillColor(page.INK)
        broken, size = page.lay(self.words(about), page.BOLD, _ROOM, 15, 2)
        y = page.write_lines(canvas, broken, (page.MARGIN, y), page.BOLD, size)
        canvas.setStrokeColor(page.ACCENT)
        canvas.setLineWidth(1.5)
        canvas.line(page.MARGIN, y - 4, page.WIDTH - page.MARGIN, y - 4)
        return y - 4 - _GAP

    def foot(self, canvas: Canvas) -> None:
        """The QR code, and what to type."""
        code, link = self._bulletin.code, self._bulletin.link
        canvas.setStrokeColor(page.ACCENT)
        canvas.line(page.MARGIN, page.MARGIN + _FOOT, page.WIDTH - page.MARGIN, page.MARGIN + _FOOT)
        left = page.MARGIN
        if link:
            page.qr(canvas, page.door(link, code), (left, page.MARGIN), _FOOT - 8)
            left += _FOOT + 6
        scan = "bulletin.scan_page" if page.opens_page(link) else "bulletin.scan"
        how = say(scan, code=code) if link else say("bulletin.send", code=code, bot=self._house.bot_name)
        canvas.setFillColor(page.ACCENT)
        y = self._line(canvas, self.words(how), page.MARGIN + _FOOT - 14, page.BOLD, 24, left)
        canvas.setFillColor(page.INK)
        self._text(canvas, [self.words(say("bulletin.invite"))], (left, y - 4), page.WIDTH - page.MARGIN - left, 40)

    def _line(
        self, canvas: Canvas, text: str, top: float, font: str, largest: float, left: float = page.MARGIN
    ) -> float:
        size = page.fitting(text, font, page.WIDTH - page.MARGIN - left, largest)
        return page.write_lines(canvas, [text], (left, top), font, size)

    # ------------------------------------------------------------ picture and words

    def middle(self, canvas: Canvas, top: float, bottom: float) -> None:
        """The picture over the words, or beside them where it comes out larger."""
        said = self._said()
        picture = self._bulletin.picture
        if picture is None:
            self._text(canvas, said, (page.MARGIN, top), _ROOM, top - bottom, _ALONE)
            return
        image = ImageReader(BytesIO(picture))
        below = min(_height(_paragraphs(said, 12), _ROOM), (top - bottom) / 3)
        stacked = _scale(image, _ROOM, top - bottom - below - _GAP)
        beside = _scale(image, _ROOM - _COLUMN - _GAP, top - bottom)
        wide, high = (side * max(stacked, beside) for side in image.getSize())
        if stacked >= beside:
            canvas.drawImage(image, page.MARGIN + (_ROOM - wide) / 2, top - high, wide, high)
            self._text(canvas, said, (page.MARGIN, top - high - _GAP), _ROOM, top - high - _GAP - bottom)
        else:
            canvas.drawImage(image, page.MARGIN, top - high, wide, high)
            left = page.MARGIN + wide + _GAP
            self._text(canvas, said, (left, top), page.WIDTH - page.MARGIN - left, top - bottom)

    def _said(self) -> list[str]:
        """The members' notice but for its title, which the page has."""
        text = notice.board_text(self._texts, self._language, self._bulletin.board, self._house, notice.SHORT)
        return [drawable(line) for line in text.splitlines()[1:] if line.strip()]

    def _text(
        self,
        canvas: Canvas,
        said: list[str],
        corner: tuple[float, float],
        room: float,
        height: float,
        sizes: Sequence[float] = _SIZES,
    ) -> None:
        """Paragraphs from a top left corner downward, in the largest letters that fit."""
        size = next((size for size in sizes if _height(_paragraphs(said, size), room) <= height), sizes[-1])
        x, y = corner
        for paragraph in _paragraphs(said, size):
            _, high = paragraph.wrap(room, height)
            y -= high
            paragraph.drawOn(canvas, x, y)
            y -= paragraph.getSpaceAfter()


def _paragraphs(said: list[str], size: float) -> list[Paragraph]:
    style = ParagraphStyle(
        "said", fontName=page.REGULAR, fontSize=size, leading=size * 1.35, spaceAfter=size * 0.4, textColor=page.INK
    )
    return [Paragraph(escape(line), style) for line in said]


def _height(paragraphs: list[Paragraph], room: float) -> float:
    return float(sum(paragraph.wrap(room, page.HEIGHT)[1] + paragraph.getSpaceAfter() for paragraph in paragraphs))


def _scale(image: ImageReader, wide: float, high: float) -> float:
    drawn_wide, drawn_high = image.getSize()
    return float(min(wide / drawn_wide, high / drawn_high))
