"""The picture of a peak drive: what came since it began, and places won or lost, large beside the names."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from handlers import glyphs, picture
from handlers.board import compose
from handlers.picture_rows import NAMES_AT, WIDTH
from tests.handlers.boards import numbers, row, yesterday
from tests.handlers.test_drive import FIRST, LAST, TEXTS, morning
from tests.handlers.test_picture import pixels, words

AFTER = LAST + timedelta(days=1)
NAVY, RUST = "#0E3F7E", "#9A3E00"


def arrows(svg: str) -> list[tuple[float, str]]:
    """Where each arrow begins, and its colour."""
    return [
        (float(x), fill) for x, fill in re.findall(r'<path d="M([0-9.]+) [0-9.]+h[^"]+z" fill="(#[0-9A-F]{6})"/>', svg)
    ]


def test_an_ordinary_board_keeps_its_arrows_under_the_ranks() -> None:
    svg = picture.svg(TEXTS, "vi", compose(numbers(), yesterday()))
    assert {x < NAMES_AT for x, _ in arrows(svg)} == {True}
    assert not [text for text in words(svg) if "cao điểm" in text]


def test_places_since_the_drive_began_stand_beside_the_names() -> None:
    board = morning(AFTER, number=100)
    svg = picture.svg(TEXTS, "vi", board)
    moved = [row for row in board.rows if row.rank and board.moved(row)]
    assert len(arrows(svg)) == len(moved) > 10
    for (x, fill), one in zip(arrows(svg), moved, strict=True):
        assert x > NAMES_AT + glyphs.width(one.name, 32, bold=True)
        assert fill == (NAVY if (board.moved(one) or 0) > 0 else RUST)
    assert {"10", "BV Từ Liêm", "+112"} <= set(words(svg))


@pytest.mark.parametrize(
    ("day", "said"),
    [(AFTER, "Đợt cao điểm “35 ngày sáng kiến”: +120 sau 35 ngày"), (date(2026, 11, 20), "+120 sau 11 ngày")],
)
def test_it_says_what_came_and_since_when(day: date, said: str) -> None:
    shown = words(picture.svg(TEXTS, "vi", morning(day)))
    assert any(said in text for text in shown)
    assert "+120 từ đầu đợt" in shown
    assert "Tăng và số bậc lên, xuống: tính từ đầu đợt cao điểm." in shown


def test_in_english_too() -> None:
    shown = words(picture.svg(TEXTS, "en", morning(AFTER)))
    assert "Peak drive “35 ngày sáng kiến”: +120 after 35 days" in shown
    assert "+120 since the drive began" in shown


def test_on_its_first_morning_nothing_has_come_yet() -> None:
    svg = picture.svg(TEXTS, "vi", morning(FIRST, totals=None))
    assert arrows(svg) == []
    assert not [text for text in words(svg) if "đầu đợt" in text]


@pytest.mark.parametrize("total", [9, 696_948, 12_345_678])
def test_the_words_beside_a_large_total_never_run_into_those_about_the_target(total: int) -> None:
    goal = {"number": 300_000, "count": total, "ends": "2026-12-31", "set_by": "TLĐ", "phase": "Giai đoạn 1"}
    rows = [row(1, "Thanh Hóa", total, 15_000_000)]
    now = numbers(rows=rows, filed=total, adjusted=0, goals=[goal], notes=[])
    svg = picture.svg(TEXTS, "vi", compose(now, yesterday(filed=0, rows=[row(1, "Thanh Hóa", 0, 15_000_000)])))
    placed = re.findall(
        r'<text x="([0-9.]+)" y="([0-9.]+)" font-size="([0-9.]+)"[^>]*?( text-anchor="end")?>([^<]+)<', svg
    )
    spans = [
        (float(y), float(x) - wide if end else float(x), float(x) if end else float(x) + wide)
        for x, y, size, end, text in placed
        if (wide := glyphs.width(text, float(size)))
    ]
    for y, left, right in spans:
        for other, begins, _ in spans:
            assert not (y == other and left < begins < right), "two texts of a line lie on each other"
    assert all(right <= WIDTH for _, _, right in spans)
    assert pixels(svg).size[0] == WIDTH
