"""The picture that a link to the public board shows in a chat: drawn on demand, kept in memory for some minutes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog

from bot.cache import Cache
from bot.pictures import NotDrawn, Pictures
from handlers import picture
from handlers.board import Board
from handlers.notice import SHORT
from handlers.scoreboard import PublicBoard
from handlers.texts import Texts

SECONDS = 300.0
_MOST = 64  # of some 80 kB each

log = structlog.get_logger(__name__)


class ScoreboardPictures:
    """Draws one at a time, so that a notice's picture never waits for more than one of these."""

    def __init__(self, pictures: Pictures, texts: Texts, clock: Callable[[], datetime]) -> None:
        self._pictures, self._texts = pictures, texts
        self._kept: Cache[tuple[str, str, str], bytes | None] = Cache(clock, SECONDS, _MOST)
        self._one = asyncio.Lock()

    async def png(self, shown: PublicBoard, language: str) -> bytes | None:
        """The board as members see it; None where there is nothing to draw, or it cannot be drawn now."""
        key = (shown.programme.code, shown.unit.code, language)
        try:
            return await self._kept.get(key, lambda: self._draw(shown.board, language))
        except NotDrawn as error:
            log.warning("board_picture.not_drawn", reason=str(error))
            return None

    async def _draw(self, board: Board, language: str) -> bytes | None:
        if not picture.is_worth_drawing(board):
            return None
        async with self._one:
            svg = await asyncio.to_thread(picture.svg, self._texts, language, _plain(board), SHORT)
            return await self._pictures.draw_once(svg)


def _plain(board: Board) -> Board:
    """Without today's changes, which a picture would show as those since the last notice."""
    rows = tuple(replace(row, new=None, corrected=None) for row in board.rows)
    return replace(board, rows=rows, new=None, corrected=None)
