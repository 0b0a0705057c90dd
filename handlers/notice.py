"""From a board to the words of a notice: the full one for officers, the short one for members (conversation.md §5a, b).

What is said is decided in `phrases`; how it is laid out stands in `locales/templates`, the words in the catalogues.
"""

from __future__ import annotations

import re

from handlers import drive_words
from handlers.aims import Aims
from handlers.board import Board
from handlers.facts import House
from handlers.phrases import Phrases
from handlers.texts import Texts

FULL, SHORT = "officers", "members"  # kinds of groups
_GAP = re.compile("\n{3,}")  # left by parts that have nothing to say


def render(texts: Texts, language: str, board: Board, house: House, kind: str = FULL, *, update: bool = False) -> str:
    """The notice for a group of this kind. `update`: another one of the same day, marked with its time."""
    return _text(texts, language, board, house, kind, time_shown=update, posted=True)


def board_text(texts: Texts, language: str, board: Board, house: House, kind: str = FULL) -> str:
    """The board of this moment (KETQUA): reads like the notice."""
    return _text(texts, language, board, house, kind, time_shown=False, posted=False)


def elsewhere_lines(texts: Texts, language: str, board: Board) -> list[str]:
    """What the unit's total holds that no row shows, and what it took over from units that have ended."""
    words = Phrases(texts, language, board)
    return [*words.elsewhere, *([words.merged] if words.merged else [])]


def goal_lines(texts: Texts, language: str, board: Board) -> list[str]:
    """The notice's sentence for each target of the board's unit; one that says so where it has none."""
    return Aims(texts, language, board).goals


def _text(texts: Texts, language: str, board: Board, house: House, kind: str, *, time_shown: bool, posted: bool) -> str:
    words = Phrases(texts, language, board)
    common = {"board": board, "house": house, "w": words, "update": words.time if time_shown else ""}
    common["page"] = f"{house.board_url}/{board.campaign_code}" if house.board_url and board.campaign_code else ""
    common["drive"] = drive_words.daily_lines(texts, language, board, kind == SHORT)
    if kind == SHORT:
        return texts.template(language, "notice_short", **common)
    full = texts.template(language, "notice_full", posted=posted, **common)
    return _GAP.sub("\n\n", full)
