"""Peak drives: days, what is needed, places with ties, and the notices of days 1, 12, 35 and the one after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import drive_words, notice
from handlers.board import Board, compose
from handlers.drive import Drive
from handlers.drive_board import join, since_start
from handlers.facts import House
from handlers.pace import needed_a_day
from handlers.texts import Texts
from tests.handlers.boards import UNITS, numbers, row, yesterday

TEXTS = Texts.load()
HOUSE = House(support="chị Hoa, Tổ hỗ trợ sáng kiến")
FIRST, LAST = date(2026, 11, 9), date(2026, 12, 13)
DRIVE = Drive("35 ngày sáng kiến", FIRST, LAST, day=FIRST, until=FIRST - timedelta(days=1), number=420)


def above(places: Mapping[str, int]) -> dict[str, Any]:
    """The city's board: some ward unions by their counts; ours is number 100."""
    names = {"CĐ P. Từ Liêm": 100}
    rows = [row(names.get(name, at), name, count) for at, (name, count) in enumerate(places.items(), 1)]
    return numbers(unit_id=1, unit="LĐLĐ Thành phố Hà Nội", short="LĐLĐ TP Hà Nội", rows=rows, goals=[], notes=[])


def told(**more: Any) -> dict[str, Any]:
    """What is known of the drive beside the ward's own numbers: 10 days of it are over."""
    rows = [
        row(at, name, 50 if name == "Vận tải Bình An" else 20, target)
        for at, (name, _, _, target) in enumerate(UNITS, 1)
    ]
    own = yesterday(filed=895, adjusted=0, rows=rows)
    known = {
        "id": 3,
        "name": "35 ngày sáng kiến",
        "starts": FIRST.isoformat(),
        "ends": LAST.isoformat(),
        "number": 420,
        "base": {
            "own": own,
            "above": above({"Cầu Giấy": 1300, "Đống Đa": 1200, "CĐ P. Từ Liêm": 895, "Hà Đông": 895}),
        },
        "above": above({"Cầu Giấy": 1320, "Đống Đa": 1015, "CĐ P. Từ Liêm": 1015, "Hà Đông": 900}),
        "totals": [1000, 1015],
    }
    return known | more


def morning(day: date, **more: Any) -> Board:
    """The board of a morning of the drive, cut at 24h00 of the day before."""
    before = day - timedelta(days=1)
    now = numbers(day=before.isoformat(), cut_at=f"{day.isoformat()}T00:00:00+07:00", notes=[])
    return since_start(now, told(**more), day)


def text(board: Board, language: str = "vi", *, short: bool = False) -> str:
    return drive_words.render(TEXTS, language, board, HOUSE, short=short)


# ---------------------------------------------------------------- figures


@pytest.mark.parametrize(
    ("day", "nth", "left", "over"),
    [
        (FIRST, 1, 34, False),
        (FIRST + timedelta(days=11), 12, 23, False),
        (LAST, 35, 0, False),
        (LAST + timedelta(days=1), 36, -1, True),
    ],
)
def test_the_days_are_counted_from_one_and_left_by_plain_difference(day: date, nth: int, left: int, over: bool) -> None:
    drive = replace(DRIVE, day=day)
    assert (drive.nth, drive.days, drive.left_days, drive.is_over) == (nth, 35, left, over)


def test_what_is_needed_a_day_is_rounded_up_so_that_it_is_enough() -> None:
    assert needed_a_day(1, 3) == Decimal("0.4")
    assert needed_a_day(420, 35) == Decimal("12.0")
    assert needed_a_day(0, 5) is None
    assert needed_a_day(5, 0) is None
    assert DRIVE.needed == Decimal("12.0")
    assert replace(DRIVE, number=None).needed is None
    # on the morning of day 12 eleven days are counted, 24 are to come
    twelfth = replace(DRIVE, day=date(2026, 11, 20), until=date(2026, 11, 19), came=120, last=15)
    assert twelfth.needed == Decimal("12.5")
    assert twelfth.was_needed == Decimal("12.6")
    assert replace(twelfth, day=twelfth.until).was_needed is None, "its own day is not over"


@given(st.integers(0, 10**7), st.integers(1, 366))
def test_needed_times_the_days_left_is_never_less_than_what_is_left(left: int, days: int) -> None:
    each = needed_a_day(left, days) or Decimal(0)
    assert each * days >= left
    assert (each - Decimal("0.1")) * days < left or left == 0


@given(st.lists(st.integers(0, 5), min_size=1, max_size=7), st.lists(st.integers(0, 5), min_size=1, max_size=7))
def test_a_place_is_one_more_than_how_many_have_more(before: list[int], now: list[int]) -> None:
    """Ties share a place, then and now: 1, 2, 2, 4."""

    def city(counts: list[int]) -> dict[str, Any]:
        others = {f"Đơn vị {at}": count for at, count in enumerate(counts[1:])}
        return above({"CĐ P. Từ Liêm": counts[0], **others})

    def place_in(counts: list[int]) -> int | None:
        return 1 + sum(other > counts[0] for other in counts[1:]) if counts[0] else None

    known = told(above=city(now))
    known["base"] = known["base"] | {"above": city(before)}
    place = join(compose(numbers()), known, date(2026, 11, 20)).place
    assert place is not None
    assert (place.by_count, place.first_count) == (place_in(now), place_in(before))


def test_a_board_with_a_drive_is_frozen_and_read_again_and_older_ones_have_none() -> None:
    board = morning(date(2026, 11, 20))
    assert Board.from_json(board.to_json()) == board
    older = {name: value for name, value in board.to_json().items() if name not in ("drive", "place")}
    assert Board.from_json(older).drive is None
    newer = board.to_json()
    newer["drive"]["later"] = 1
    assert Board.from_json(newer) == board


def test_without_a_board_above_there_is_no_place() -> None:
    assert morning(date(2026, 11, 20), above=None).place is None
    known = told()
    known["base"] = {"own": known["base"]["own"]}
    place = join(compose(numbers()), known, date(2026, 11, 20)).place
    assert place is not None
    assert place.first_count is None


# ---------------------------------------------------------------- words

DAY_1 = """\
CÔNG ĐOÀN PHƯỜNG TỪ LIÊM
Đợt cao điểm “35 ngày sáng kiến” bắt đầu hôm nay
(lượt nộp qua bot, tính đến 24h00 ngày 8/11/2026)

35 ngày, từ 9/11/2026 đến hết 13/12/2026. Chỉ tiêu đợt: 420 lượt nộp, cần 12,0 mỗi ngày.
Tổng: 1.015
Xếp hạng trong LĐLĐ TP Hà Nội: thứ 2 về số lượt nộp.

Hỗ trợ: chị Hoa, Tổ hỗ trợ sáng kiến. Nộp: nhắn SK và mã đơn vị cho Bot Sáng kiến."""

GOLDEN = Path(__file__).parent / "drive_notices.txt"
DAYS = {1: FIRST, 12: date(2026, 11, 20), 35: LAST, 36: LAST + timedelta(days=1)}
KNOWN: dict[int, dict[str, Any]] = {1: {"totals": None}, 12: {}, 35: {}, 36: {"number": 100}}


def all_notices() -> str:
    """Of days 1, 12, 35 and 36, in both languages, for officers and for members."""
    told_of = [
        f"== {language}, day {nth}, {'members' if short else 'officers'}\n\n"
        f"{text(morning(day, **KNOWN[nth]), language, short=short)}\n"
        for language in ("vi", "en")
        for nth, day in DAYS.items()
        for short in (False, True)
    ]
    return "\n".join(told_of)


def test_the_notices_of_days_1_12_35_and_36_read_as_agreed() -> None:
    assert all_notices() == GOLDEN.read_text(encoding="utf-8")


def test_the_first_morning_opens_the_drive() -> None:
    assert text(morning(FIRST, totals=None)) == DAY_1


def test_members_are_told_the_same_and_no_laggards() -> None:
    assert "Bảo vệ Thăng Long" in text(morning(DAYS[12]))
    assert "Bảo vệ Thăng Long" not in text(morning(DAYS[12]), short=True)


def test_the_last_morning_says_that_it_is_the_last_day() -> None:
    said = text(morning(LAST))
    assert "ngày 35/35, hôm nay là ngày cuối" in said
    assert "Cần mỗi ngày từ nay: 300,0." in said


def test_an_english_notice_has_no_vietnamese_of_ours_left() -> None:
    for nth, day in DAYS.items():
        said = text(morning(day, **KNOWN[nth]), "en") + text(morning(day, **KNOWN[nth]), "en", short=True)
        assert "đợt" not in said.lower()


@pytest.mark.parametrize(
    ("now", "words"), [(1500, "từ hạng 3 lên hạng 1"), (895, "giữ hạng 3"), (1, "từ hạng 3 xuống hạng 4")]
)
def test_a_drive_that_gained_nothing_says_so(now: int, words: str) -> None:
    city = above({"Cầu Giấy": 1300, "Đống Đa": 1200, "CĐ P. Từ Liêm": now, "Hà Đông": 895})
    assert words + " sau 35 ngày" in text(morning(LAST + timedelta(days=1), above=city))


def test_the_daily_notice_has_one_line_of_the_drive_and_the_place() -> None:
    board = join(compose(numbers(), yesterday()), told(), date(2026, 11, 20))
    line = (
        "Đợt cao điểm “35 ngày sáng kiến”: ngày 12/35, còn 23 ngày. "
        "Từ đầu đợt: 120 lượt nộp, đạt 28,6% chỉ tiêu đợt 420. Còn 300. Cần mỗi ngày từ nay: 13,1."
    )
    full, short = (notice.render(TEXTS, "vi", board, HOUSE, kind) for kind in ("officers", "members"))
    assert f"\n{line}\nXếp hạng trong LĐLĐ TP Hà Nội: thứ 2 về số lượt nộp (đầu đợt: thứ 3).\n" in full
    assert f"\n{line}\n" in short
    assert "Xếp hạng" not in short
    assert "cao điểm" not in notice.render(TEXTS, "vi", compose(numbers()), HOUSE)
