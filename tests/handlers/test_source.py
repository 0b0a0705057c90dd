"""What a board says of the portal's numbers it is made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from handlers import picture
from handlers.board import Board, Row, compose
from handlers.counters import Counters
from handlers.facts import House
from handlers.notice import render
from handlers.source import Behind, Source
from handlers.texts import Texts

HANOI = timezone(timedelta(hours=7))
TODAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 16, 30, tzinfo=HANOI)
SOURCE = Source(report=3, as_of=AT, day=TODAY, entered_at=AT + timedelta(minutes=4), lines=15)
BOARD = Board(
    *(1, "Công đoàn phường Từ Liêm", "CĐ P. Từ Liêm", 1, "Sáng kiến 2026"),
    *(date(2026, 1, 1), date(2026, 12, 31), TODAY, AT.replace(hour=17, minute=0)),
    filed=120,
    rows=(Row(2, "May Sao Mai", filed=118), Row(3, "In Tân Phú", filed=2)),
    source=SOURCE,
)


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.load()


def told(texts: Texts, source: Source, kind: str = "officers", language: str = "vi", **board: object) -> str:
    return render(texts, language, replace(BOARD, source=source, **board), House(), kind)


def test_it_goes_through_json_and_boards_frozen_without_it_are_the_bots() -> None:
    full = replace(SOURCE, kind="both", bot=96, missing=(date(2026, 11, 17),), stale=(Behind(3, "In", None),))
    board = replace(BOARD, source=full)
    assert Board.from_json(board.to_json()) == board
    older = {name: value for name, value in board.to_json().items() if name != "source"}
    assert Board.from_json(older).source is None


def test_days_without_figures_are_named_one_by_one_or_as_a_span(texts: Texts) -> None:
    days = [date(2026, 11, day) for day in range(12, 20)]
    assert "Ngày 12/11, 14/11 không có số từ Cổng." in told(texts, replace(SOURCE, missing=(days[0], days[2])))
    assert "Từ ngày 12/11 đến ngày 19/11 không có số từ Cổng." in told(texts, replace(SOURCE, missing=tuple(days)))
    apart = (*days[:2], *days[4:])
    assert "Ngày 12/11, 13/11, 16/11" in told(texts, replace(SOURCE, missing=apart))
    assert "2 January 2027" not in told(texts, SOURCE, language="en")


def test_units_behind_are_named_by_the_day_of_their_figure_and_not_all_of_many(texts: Texts) -> None:
    few = (Behind(3, "In Tân Phú", date(2026, 11, 18)), Behind(4, "HTX Phú Đô"), Behind(5, "Tổ 1", date(2025, 12, 31)))
    line = (
        "Chưa có số Cổng hôm nay: In Tân Phú (số ngày 18/11), HTX Phú Đô (chưa có số nào), Tổ 1 (số ngày 31/12/2025)."
    )
    assert line in told(texts, replace(SOURCE, stale=few))
    many = tuple(Behind(10 + n, f"Tổ {n}") for n in range(20))
    assert "Tổ 14 (chưa có số nào) và 5 đơn vị khác" in told(texts, replace(SOURCE, stale=many))
    assert "Chưa có số" not in told(texts, replace(SOURCE, stale=few), "members")


def test_a_day_that_is_over_is_not_called_today(texts: Texts) -> None:
    end = datetime(2026, 11, 22, tzinfo=HANOI)
    text = told(texts, SOURCE, day=date(2026, 11, 21), cut_at=end)
    assert "Ngày 21/11 không có số mới từ Cổng; số dưới đây của 16h30 ngày 20/11." in text
    assert "Hôm nay" not in text


def test_what_was_never_brought_in_is_no_nought(texts: Texts) -> None:
    empty = replace(BOARD, source=Source(), filed=0, rows=(Row(2, "May Sao Mai"),))
    for language, words in (("vi", "Chưa có số nào từ Cổng."), ("en", "There are no figures from the portal yet.")):
        for kind in ("officers", "members"):
            text = render(texts, language, empty, House(), kind)
            assert words in text
            assert "Tổng" not in text
            assert "Chưa có lượt nộp" not in text
            assert "\n\n\n" not in text


def test_between_the_bot_and_the_portal_and_before_the_first_figures_nothing_has_changed() -> None:
    by_bot = replace(BOARD, source=None, filed=96).to_json()
    before_any = replace(BOARD, source=Source(), filed=0).to_json()
    for last in (by_bot, before_any):
        assert compose(BOARD.to_json(), last).change is None
    assert compose(BOARD.to_json(), replace(BOARD, filed=110).to_json()).change == 10


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_picture_names_the_moment_whole_even_of_another_day(texts: Texts, language: str) -> None:
    later = replace(BOARD, day=date(2026, 11, 21), cut_at=BOARD.cut_at + timedelta(days=1))
    drawn = picture.svg(texts, language, later)
    moment = "lúc 16h30 ngày 20/11" if language == "vi" else "at 16:30 on 20 November"
    assert moment in drawn
    assert "…" not in drawn


def test_of_a_unit_without_a_figure_the_picture_says_no_nought(texts: Texts) -> None:
    rows = (*BOARD.rows, Row(4, "Dược Hồng Hà"), Row(5, "Vận tải Bình An"))
    unknown = replace(SOURCE, stale=(Behind(4, "Dược Hồng Hà"),))
    drawn = picture.svg(texts, "vi", replace(BOARD, rows=rows, source=unknown))
    assert drawn.count("chưa có số trên Cổng") == 1
    assert drawn.count("chưa có lượt nộp") == 1


def test_people_beside_the_portals_total_are_named_as_the_bots(texts: Texts) -> None:
    counted = replace(BOARD, counters=Counters(waiting=56, authors=24))
    assert "Tác giả: 24 (số của bot)" in render(texts, "vi", counted, House(), "officers")
