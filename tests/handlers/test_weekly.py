"""The weekly digest as it reads, and its picture on its pixels."""

from __future__ import annotations

import io
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from bot.pictures import draw_now
from handlers import glyphs, week_picture, weekly
from handlers.board import Board, compose
from handlers.facts import House
from handlers.texts import Texts
from handlers.week_picture import TALL, WIDTH
from handlers.weekly import Week
from tests.handlers.boards import numbers, yesterday

TEXTS, HOUSE = Texts.load(), House(support="chị Hoa, Tổ hỗ trợ sáng kiến")
WEEK = Week(date(2026, 11, 16), (4, 6, 3, 12, 9, 4, 2), (3, 5, 7, 8, 6, 3, 1))
BLUE, PALE = (0x2F, 0x7B, 0xC4), (0xF3, 0xD9, 0xB8)
SVG = "{http://www.w3.org/2000/svg}"

FULL = """\
CÔNG ĐOÀN PHƯỜNG TỪ LIÊM
Kết quả sáng kiến tuần 16/11–22/11/2026
(lượt nộp qua bot, tính đến 24h00 ngày 22/11/2026)

Tổng: 1.015, tăng 38 so với cuối tuần trước đó (40 mới, điều chỉnh giảm 2)
Trong tuần: 40 lượt nộp mới, nhiều hơn tuần trước đó 7 lượt. Ngày nhiều nhất: thứ Năm 19/11, 12 lượt.
Đạt 78,1% chỉ tiêu năm 1.300 do LĐLĐ Thành phố giao. Còn 285, còn 39 ngày.
Cần 7,4 lượt/ngày để đạt chỉ tiêu; 7 ngày qua: 5,7 lượt/ngày.

Tăng nhiều nhất trong tuần: Điện Sao Việt +9, May Sao Mai +8, Cơ khí An Phát +5.
Lên hạng: Tiểu học Mỹ Đình ▲1 (hạng 4), May Sao Mai ▲1 (hạng 7).
Xuống hạng: THCS Cầu Diễn ▼2 (hạng 8).

Đơn vị: số lượt (tăng) – % chỉ tiêu
1. BV Từ Liêm: 132 (+4) – 120,0%
"""
SHORT = """\
Sáng kiến Công đoàn phường Từ Liêm – tuần 16/11–22/11/2026
Tổng 1.015 lượt, đạt 78,1% chỉ tiêu năm 1.300.
Trong tuần: 40 lượt nộp mới, nhiều hơn tuần trước đó 7 lượt. Ngày nhiều nhất: thứ Năm 19/11, 12 lượt.
Tăng nhiều nhất trong tuần: Điện Sao Việt +9, May Sao Mai +8, Cơ khí An Phát +5.
Lên hạng: Tiểu học Mỹ Đình ▲1 (hạng 4), May Sao Mai ▲1 (hạng 7).
Đã hoàn thành chỉ tiêu: BV Từ Liêm, THPT Xuân Phương, Điện Sao Việt.
Anh/chị có cách làm mới? Nhắn SK và mã đơn vị cho Bot Sáng kiến.
(lượt nộp qua bot lúc 24h00, chưa phải số hợp lệ)"""
ENGLISH = """\
Initiatives of Công đoàn phường Từ Liêm – week 16 Nov–22 November 2026
1,015 filings in all, 78.1% of the year's target of 1,300.
In the week: 40 new filings, 7 more than the week before. Best day: Thursday 19 Nov, 12.
Grew most in the week: Điện Sao Việt +9, May Sao Mai +8, Cơ khí An Phát +5.
Moved up: Tiểu học Mỹ Đình ▲1 (rank 4), May Sao Mai ▲1 (rank 7).
Target reached: BV Từ Liêm, THPT Xuân Phương, Điện Sao Việt.
Found a better way to work? Send SK and your unit's code to Bot Sáng kiến.
(filings through the bot at 24:00, not yet reviewed)"""


def board() -> Board:
    sunday = {"day": "2026-11-22", "cut_at": "2026-11-23T00:00:00+07:00", "recent": 40, "recent_days": 7}
    before = {"day": "2026-11-15", "cut_at": "2026-11-16T00:00:00+07:00"}
    return compose(numbers(**sunday), yesterday(**before))


# ---------------------------------------------------------------- words


def test_officers_get_every_unit() -> None:
    text = weekly.render(TEXTS, "vi", board(), WEEK, HOUSE)
    assert text.startswith(FULL)
    assert text.endswith("Nộp: nhắn SK và mã đơn vị cho Bot Sáng kiến.")
    assert "Chưa có lượt nộp: Bảo vệ Thăng Long" in text


@pytest.mark.parametrize(("language", "text"), [("vi", SHORT), ("en", ENGLISH)])
def test_members_get_a_short_one(language: str, text: str) -> None:
    assert weekly.render(TEXTS, language, board(), WEEK, HOUSE, "members") == text


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ((), "Trong tuần: 40 lượt nộp mới. Ngày"),
        ((40, 0, 0, 0, 0, 0, 0), "Trong tuần: 40 lượt nộp mới, bằng tuần trước đó. Ngày"),
        ((1040, 0, 0, 0, 0, 0, 0), "Trong tuần: 40 lượt nộp mới, ít hơn tuần trước đó 1.000 lượt. Ngày"),
    ],
)
def test_what_the_week_is_compared_with(before: tuple[int, ...], words: str) -> None:
    week = Week(WEEK.first, WEEK.days, before)
    assert words in weekly.render(TEXTS, "vi", board(), week, HOUSE, "members")


def test_a_week_is_read_as_it_was_frozen() -> None:
    assert Week.from_json(WEEK.to_json()) == WEEK


# ---------------------------------------------------------------- the picture


def drawn(week: Week = WEEK, language: str = "vi") -> tuple[ET.Element, Image.Image]:
    svg = week_picture.svg(TEXTS, language, board(), week)
    return ET.fromstring(svg), Image.open(io.BytesIO(draw_now(svg))).convert("RGB")


def heights(image: Image.Image, colour: tuple[int, int, int]) -> list[int]:
    """Of the bars of this colour, from left to right, measured below the legend."""
    found: list[int] = []
    inside = False
    for x in range(0, WIDTH, 4):
        high = sum(image.getpixel((x, y)) == colour for y in range(420, image.height))
        if high and not inside:
            found.append(high)
        inside = bool(high)
    return found


def test_bars_are_as_high_as_their_numbers() -> None:
    _, image = drawn()
    assert image.width == WIDTH
    for days, colour in ((WEEK.days, BLUE), (WEEK.before, PALE)):
        measured = heights(image, colour)
        assert len(measured) == 7
        for count, high in zip(days, measured, strict=True):
            assert abs(high - count * TALL / 12) <= 5


def test_every_word_is_drawn_whole_and_nothing_is_cut() -> None:
    for language in ("vi", "en"):
        root, _ = drawn(language=language)
        for text in root.iter(f"{SVG}text"):
            words, size = (text.text or "").strip(), float(text.get("font-size", "0"))
            assert words
            assert glyphs.drawable(words) == words
            assert size >= 20  # a third of it is what a phone shows
            wide = glyphs.width(words, size, bold=text.get("font-weight") == "700")
            x, anchor = float(text.get("x", "0")), text.get("text-anchor", "start")
            left = x - wide / 2 if anchor == "middle" else x
            assert left >= 0
            assert left + wide <= WIDTH


def test_it_says_which_week_and_names_the_days() -> None:
    root, _ = drawn()
    words = [(text.text or "").strip() for text in root.iter(f"{SVG}text")]
    for expected in (
        *("Kết quả sáng kiến tuần 16/11–22/11/2026", "40", "lượt nộp trong tuần", "nhiều hơn tuần trước đó 7 lượt"),
        *("Tuần 16/11–22/11", "Tuần 9/11–15/11", "T2", "T7", "CN", "22/11", "Tổng: 1.015"),
    ):
        assert expected in words


@pytest.mark.parametrize("days", [(4012, 1206, 30, 1200, 912, 0, 0), (12040, 9999, 10, 0, 0, 0, 0)])
def test_large_numbers_do_not_run_into_each_other(days: tuple[int, ...]) -> None:
    week = Week(WEEK.first, days, (3900, 1195, 999, 8, 6, 3, 1))
    root, _ = drawn(week)
    placed = []
    for text in root.iter(f"{SVG}text"):
        if text.get("text-anchor") == "middle" and (text.text or "").strip()[:1].isdigit():
            size, bold = float(text.get("font-size", "0")), text.get("font-weight") == "700"
            wide = glyphs.width((text.text or "").strip(), size, bold=bold)
            x, y = float(text.get("x", "0")), float(text.get("y", "0"))
            placed.append((x - wide / 2, x + wide / 2, y - size * 0.75, y))
    for at, (left, right, top, bottom) in enumerate(placed):
        for other_left, other_right, other_top, other_bottom in placed[at + 1 :]:
            assert right <= other_left or other_right <= left or bottom <= other_top or other_bottom <= top


def test_without_a_week_to_compare_there_is_one_bar_a_day() -> None:
    root, image = drawn(Week(WEEK.first, WEEK.days))
    assert heights(image, PALE) == []
    assert len(heights(image, BLUE)) == 7
    assert not any("Tuần 9/11" in (text.text or "") for text in root.iter(f"{SVG}text"))


def test_two_weeks_of_nothing_are_not_worth_drawing() -> None:
    assert not week_picture.is_worth_drawing(Week(WEEK.first, (0,) * 7, (0,) * 7))
    assert week_picture.is_worth_drawing(Week(WEEK.first, (0,) * 7, (0, 0, 0, 0, 0, 0, 1)))


def test_a_day_that_nobody_knows_of_has_a_dash_and_no_bar() -> None:
    week = Week(WEEK.first, (None, None, 40, 5, 29, None, None))
    root = ET.fromstring(week_picture.svg(TEXTS, "vi", from_portal(), week))
    words = [(text.text or "").strip() for text in root.iter(f"{SVG}text")]
    assert words.count("–") == 4
    assert "0" not in words
    assert "– : không có số từ Cổng, gộp vào ngày có số kế tiếp" in " ".join(words)


def from_portal() -> Board:
    portal = {"kind": "portal", "report": 1, "day": "2026-11-20"}
    brought = {"as_of": "2026-11-20T16:30:00+07:00", "entered_at": "2026-11-20T16:34:00+07:00"}
    return compose(numbers(source=portal | brought))
