"""The report on what has ended, as it reads."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from handlers import closing
from handlers.board import Board, compose
from handlers.closing import Ending, History
from handlers.facts import House
from handlers.looking_back import GroupCount
from handlers.pace import DayCount
from handlers.texts import Texts
from tests.handlers.boards import numbers

TEXTS = Texts.load()
YEAR = Ending(date(2026, 1, 1), date(2026, 12, 31))
BEST = DayCount(date(2026, 12, 15), 12, -2)
DAYS = [DayCount(date(2026, 9, 20), 8), DayCount(date(2026, 9, 21), 7), BEST] + [
    DayCount(day, 10) for back in range(100) if (day := date(2026, 12, 31) - timedelta(days=back)) != BEST.day
]
GROUPS = (GroupCount("Công nhân doanh nghiệp", 200), GroupCount("Đơn vị sự nghiệp", 600), GroupCount("", 100))

FULL = """\
CÔNG ĐOÀN PHƯỜNG TỪ LIÊM
Kết quả sáng kiến: tổng kết chương trình
Chương trình: Thi đua đổi mới sáng tạo 2026
(lượt nộp qua bot, tính đến 24h00 ngày 31/12/2026)

Tổng: 1.015
Đạt 101,5% chỉ tiêu năm 1.000 do LĐLĐ Thành phố giao (vượt 15), đã hết hạn.
Hoàn thành chỉ tiêu 1.000 (do LĐLĐ Thành phố giao) ngày 30/12/2026, sớm 1 ngày.
Ngày nhiều nhất: 15/12/2026, 12 lượt. Từ 1/1/2026 đến 31/12/2026: bình quân 2,8 lượt/ngày.
Tác giả: 402 người. Đơn vị cơ sở có lượt nộp: 14/15.
Theo nhóm đối tượng: Đơn vị sự nghiệp 600 (66,7%); Công nhân doanh nghiệp 200 (22,2%); chưa rõ nhóm 100 (11,1%).

Đơn vị: số lượt – % chỉ tiêu
1. BV Từ Liêm: 132 – 120,0%
"""
SHORT_EN = """\
Initiatives of Công đoàn phường Từ Liêm: final figures of the campaign
Campaign: Thi đua đổi mới sáng tạo 2026
1,015 filings in all, 101.5% of the year's target of 1,000.
402 authors. Base units with a filing: 14/15.
Target of 1,000 (set by LĐLĐ Thành phố) reached on 30 December 2026, 1 day early.
Best day: 15 December 2026, 12 filings. From 1 January 2026 to 31 December 2026: 2.8 filings a day on average.
In front: 1. BV Từ Liêm 132 (120.0%), 2. THPT Xuân Phương 84 (112.0%), 3. Điện Sao Việt 203 (101.5%), \
4. Tiểu học Mỹ Đình 76 (95.0%), 4. Mầm non Hoa Mai 57 (95.0%).
Target reached: BV Từ Liêm, THPT Xuân Phương, Điện Sao Việt.
Thank you to everybody who contributed.
(filings through the bot, as of 24:00 on 31 December 2026)"""


def board(**changes: Any) -> Board:
    goal = {"number": 1000, "count": 1015, "ends": "2026-12-31", "set_by": "LĐLĐ Thành phố"}
    ended = {"day": "2026-12-31", "cut_at": "2027-01-01T00:00:00+07:00", "notes": [], "goals": [goal]}
    people = {"authors": 402, "coverage": {"units": 15, "aimed": 14, "filed": 14, "neither": 0}}
    return compose(numbers(**{**ended, **people, **changes}))


def render(language: str = "vi", kind: str = "officers", ending: Ending = YEAR, **changes: Any) -> str:
    history = History(DAYS, GROUPS)
    return closing.render(TEXTS, language, board(**changes), ending, history, House(), kind)


def test_officers_read_who_missed_the_target_nearest_first() -> None:
    text = render()
    assert text.startswith(FULL)
    assert "Chưa đạt chỉ tiêu: Tiểu học Mỹ Đình (còn 4), Mầm non Hoa Mai (còn 3), Cơ khí An Phát (còn 14), " in text
    assert text.endswith("Hoàn thành chỉ tiêu: 3/14 đơn vị.\nCảm ơn tất cả anh/chị đã góp sáng kiến.")


def test_members_read_who_is_in_front() -> None:
    assert render("en", "members") == SHORT_EN
    assert "Chưa đạt" not in render("vi", "members")


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (Ending(date(2026, 12, 1), date(2026, 12, 31), "Giai đoạn 2"), "Trong Giai đoạn 2: 310 lượt nộp.\n"),
        (Ending(date(2026, 1, 1), date(2026, 12, 31), "Giai đoạn 1"), "Tổng: 1.015\nĐạt"),  # all there was
    ],
)
def test_what_came_in_the_phase(ending: Ending, words: str) -> None:
    assert words in render(ending=ending)


def test_a_target_that_was_missed_has_no_day() -> None:
    missed = {"number": 1300, "count": 1015, "ends": "2026-12-31", "set_by": "LĐLĐ Thành phố"}
    text = render(goals=[missed])
    assert "Đạt 78,1% chỉ tiêu năm 1.300 do LĐLĐ Thành phố giao. Còn 285, đã hết hạn." in text
    assert "sớm" not in text


def test_units_that_have_ended_keep_their_figures_and_name_their_successor() -> None:
    gone = {"unit_id": 90, "name": "Nhựa Hòa Bình", "count": 7, "successor": "May Sao Mai", "last": "2026-06-30"}
    assert "Nhựa Hòa Bình" in render(ended=[gone], filed=1024)


def test_what_has_ended_is_read_as_it_was_frozen() -> None:
    phase = Ending(date(2026, 1, 1), date(2026, 5, 31), "Giai đoạn 1")
    assert Ending.from_json(phase.to_json()) == phase


def test_by_the_portals_numbers_nothing_is_said_of_people_it_does_not_know() -> None:
    shown = {"kind": "portal", "as_of": "2026-12-31T23:00:00+07:00", "day": "2026-12-31"}
    for kind in ("officers", "members"):
        text = render("vi", kind, source=shown)
        assert "trên Cổng, lúc 23h00)\nChốt số đến 24h00 ngày 31/12/2026.\n" in f"{text}\n"
        assert "Tác giả" not in text
        assert "nhóm đối tượng" not in text
