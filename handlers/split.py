"""Long texts in parts that a channel takes: cut at line ends, never within a line unless a line alone is too long."""

from __future__ import annotations

import unicodedata

_SMALLEST = 40  # characters; room for the number of the part and some words


def split(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` characters (after NFC), numbered "(1/2)" on a line of their own when there are several.

    Raises ValueError for a limit under 40 characters.
    """
    if limit < _SMALLEST:
        raise ValueError(f"a limit of {limit} characters leaves no room for words")
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) <= limit:
        return [text]
    digits = 1
    while True:
        parts = _parts(text, limit - len("\n(/)") - 2 * digits)
        if len(str(len(parts))) <= digits:
            return [f"{part}\n({number}/{len(parts)})" for number, part in enumerate(parts, 1)]
        digits += 1


def _parts(text: str, room: int) -> list[str]:
    parts, part = [], ""
    for piece in (piece for line in text.split("\n") for piece in _pieces(line, room)):
        longer = f"{part}\n{piece}" if part else piece
        if len(longer) <= room:
            part = longer
            continue
        parts.append(part.rstrip("\n"))
        part = piece
    return [part for part in (*parts, part) if part.strip()]


def _pieces(line: str, room: int) -> list[str]:
    """A line as it is; one that is too long, cut at blanks; a word that is too long, cut anywhere between letters."""
    pieces = []
    while len(line) > room:
        at = line.rfind(" ", 1, room + 1)
        if at <= 0:
            at = _between_letters(line, room)
        pieces.append(line[:at].rstrip())
        line = line[at:].lstrip()
    return [*pieces, line]


def _between_letters(line: str, at: int) -> int:
    """Not before a mark that belongs to the letter in front of it."""
    cut = at
    while cut > 1 and (unicodedata.combining(line[cut]) or line[cut] in "\u200d\ufe0f" or line[cut - 1] == "\u200d"):
        cut -= 1
    return cut if cut > 1 else at
