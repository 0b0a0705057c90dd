"""CHITIET in words: places, clusters, rates, projections; what is not known is not made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from handlers.board import Board, compose
from handlers.in_detail import Detail, render
from handlers.looking_back import GroupCount
from handlers.pace import DayCount
from handlers.texts import Texts
from tests.handlers.boards import numbers, row

TEXTS = Texts.load()
COUNTERS = {"registered": 455, "authors": 402, "waiting": 404, "valid": 611, "benefit_vnd": 33_200_000_000}
ROWS = [
    row(1, "BV Từ Liêm", 132, 110, cluster="Cụm y tế", members=400, authors=20),
    row(2, "May Sao Mai", 118, 150, cluster="Cụm dệt may", members=1200, authors=60),
    row(3, "May Sao Vàng", 60, 60, cluster="Cụm dệt may", authors=60),
    row(4, "In Tân Phú", 0, 40, cluster="Cụm in"),
]


def ward(**more: Any) -> Board:
    return compose(numbers(rows=ROWS, counters=COUNTERS, recent=49, recent_days=7, notes=[], **more))


def lines(detail: Detail, language: str = "vi") -> list[str]:
    return render(TEXTS, language, detail).splitlines()


def test_with_nothing_filed_nothing_is_made_up() -> None:
    empty = [row(1, "BV Từ Liêm", 0, None), row(2, "May Sao Mai", 0, None)]
    board = compose(numbers(rows=empty, filed=0, adjusted=0, goals=[], notes=[], counters={}))
    assert lines(Detail(board, groups=[GroupCount("Công nhân", 0)])) == [
        "CÔNG ĐOÀN PHƯỜNG TỪ LIÊM",
        "Kết quả sáng kiến chi tiết, thứ Sáu 20/11/2026",
        "(lượt nộp qua bot, tính đến 17h00 ngày 20/11/2026)",
        "",
        "Qua bot 0 lượt nộp: hợp lệ 0 · chờ thẩm định 0 · không đạt, trùng 0 · đã rút 0",
        "Người đăng ký: 0 · Tác giả: 0",
        "",
        "Chưa rõ số đoàn viên: BV Từ Liêm; May Sao Mai",
    ]


def test_counters_projections_days_coverage_and_groups() -> None:
    coverage = {"units": 15, "aimed": 14, "filed": 12, "neither": 1}
    days = [DayCount(date(2026, 11, 18), 40), DayCount(date(2026, 11, 19), 30)]
    told = lines(
        Detail(
            ward(coverage=coverage),
            days,
            [GroupCount("Công nhân", 600), GroupCount("", 415)],
            span=(date(2026, 11, 18), date(2026, 11, 20)),
        )
    )
    assert told[4:11] == [
        "Qua bot 1.015 lượt nộp: hợp lệ 611 · chờ thẩm định 404 · không đạt, trùng 0 · đã rút 0",
        "Người đăng ký: 455 · Tác giả: 402 · làm lợi 33,2 tỷ đồng (ước tính)",
        "Giữ nhịp 7 ngày qua, đến 31/12/2026 được 1.302; đạt chỉ tiêu 1.300 ngày 31/12/2026.",
        "Ngày nhiều nhất: 18/11/2026, 40 lượt.",
        "Từ 18/11/2026 đến 20/11/2026: bình quân 23,3 lượt/ngày.",
        "Đơn vị cơ sở: 12/15 có lượt nộp, 14/15 có chỉ tiêu, 1 chưa có cả hai.",
        "Theo nhóm đối tượng: Công nhân 600 (59,1%), chưa rõ nhóm 415 (40,9%)",
    ]


def test_a_pace_that_never_reaches_the_target_says_so() -> None:
    told = lines(Detail(replace(ward(), recent=0)))
    assert "Giữ nhịp 7 ngày qua, đến 31/12/2026 được 1.015, chưa đạt chỉ tiêu 1.300." in told


def test_a_day_far_beyond_the_end_is_not_told() -> None:
    told = lines(Detail(replace(ward(), recent=7)))
    assert "Giữ nhịp 7 ngày qua, đến 31/12/2026 được 1.056; đạt chỉ tiêu 1.300 ngày 1/9/2027." in told
    told = lines(Detail(replace(ward(), recent=1)))
    assert "Giữ nhịp 7 ngày qua, đến 31/12/2026 được 1.021, chưa đạt chỉ tiêu 1.300." in told


def test_units_by_people_by_members_and_inside_their_clusters() -> None:
    told = lines(Detail(ward()))
    assert told[-7:] == [
        "Theo số tác giả: 1. May Sao Vàng 60; 1. May Sao Mai 60; 3. BV Từ Liêm 20",
        "Lượt nộp trên 100 đoàn viên: BV Từ Liêm 33,0; May Sao Mai 9,8",
        "Đoàn viên có sáng kiến: BV Từ Liêm 5,0%; May Sao Mai 5,0%",
        "Chưa rõ số đoàn viên: May Sao Vàng; In Tân Phú",
        "Cụm y tế: 1. BV Từ Liêm 132 (120,0%)",
        "Cụm dệt may: 1. May Sao Vàng 60 (100,0%); 2. May Sao Mai 118 (78,7%)",
        "Cụm in: chưa có lượt nộp",
    ]


def test_the_units_own_places_on_the_board_above() -> None:
    above = [
        row(100, "CĐ P. Từ Liêm", 1015, 1300, cluster="Cụm 7", authors=402),
        row(101, "CĐ P. Xuân Phương", 2000, 2000, cluster="Cụm 7", authors=300),
    ]
    city = compose(numbers(unit_id=1, short="LĐLĐ TP Hà Nội", rows=above, notes=[]))
    place = "Trong LĐLĐ TP Hà Nội: thứ 2 về số lượt nộp, thứ 2 về % chỉ tiêu, thứ 1 về số người, thứ 2 trong Cụm 7."
    assert place in lines(Detail(ward(), above=city))
    stranger = replace(ward(), unit_id=999)
    assert not [line for line in lines(Detail(stranger, above=city)) if line.startswith("Trong ")]


def test_in_english_and_of_valid_ones() -> None:
    told = lines(Detail(ward(counter="valid")), "en")
    assert "Number of valid initiatives per 100 members: BV Từ Liêm 33.0; May Sao Mai 9.8" in told
    assert "Cụm in: no valid initiatives yet" in told


def test_beside_the_portals_numbers_the_bots_are_named_as_such() -> None:
    source = {"kind": "portal", "as_of": "2026-11-20T16:30:00+07:00", "day": "2026-11-20"}
    goal = {"number": 5, "count": 402, "ends": "2026-12-31", "set_by": "LĐLĐ", "measure": "participation"}
    coverage = {"units": 15, "aimed": 14, "filed": 12, "neither": 1}
    board = ward(source=source, goals=[goal], coverage=coverage, members=4200)
    told = lines(Detail(board, groups=[GroupCount("Công nhân", 600)]))
    for begins in ("9,6% đoàn viên", "Đơn vị cơ sở: ", "Theo nhóm đối tượng: ", "Theo số tác giả: ", "Đoàn viên có"):
        [line] = [line for line in told if line.startswith(begins)]
        assert line.endswith(" (số của bot)"), line
    assert "Qua bot 1.015 lượt nộp: hợp lệ 611" in "\n".join(told)
    [rate] = [line for line in told if line.startswith("Lượt nộp trên 100 đoàn viên: ")]
    assert "bot" not in rate
