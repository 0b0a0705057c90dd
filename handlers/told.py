"""Where a board's figures are from and of when, in a line of each of its forms."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.board import Board
from handlers.counting import counted
from handlers.moments import clock, day_text
from handlers.source import moment
from handlers.talk import Say, say


@dataclass(frozen=True, slots=True)
class Telling:
    """A line in two wordings: of what the bot has counted, and of the portal's numbers."""

    bot: str  # key of a text with {time} and {day}
    portal: str  # key of one with {source} and {when}
    named: bool = False  # the first has a sister that names the counter


NOTICE = Telling("notice.source", "notice.source_portal", named=True)
SHORT_NOTICE = Telling("notice.short_source", "notice.short_source_portal", named=True)
PAGE = Telling("board_page.as_of", "board_page.as_of_portal")
LAST_PAGE = Telling("board_page.final", "board_page.final_portal")


def told(way: Telling, board: Board, language: str) -> Say:
    """Of the bot's own figures at their cut-off, of the portal's at the moment it showed them."""
    source = board.source
    if source is None:
        values = {"time": clock(board.cut_at, board.day, language), "day": day_text(board.day, language)}
        return counted(way.bot, board.counter, **values) if way.named else Say(way.bot, values)
    at = say("source.at", moment=moment(source, board.day, language)) if source.as_of else say("source.nothing")
    return Say(way.portal, {"source": source.called, "when": at})


def footing(board: Board) -> Say:
    """At the foot of a picture: whose figures these are, and that nobody has checked them."""
    if board.source is not None:
        return say("picture.source_portal", source=board.source.called)
    return counted("picture.source", board.counter)
