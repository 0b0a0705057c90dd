"""THEMDONG: an officer's line stands in the day's notice with its source, once, and then it is gone."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection, select

from bot.stage import Stage
from handlers.board import Board
from models.chat import chat, notice, notice_line
from models.unit import unit
from tests.dialogue import Person

DISTRICT = "Liên đoàn Lao động quận Nam Từ Liêm"
RANK = "xếp hạng toàn quốc: thứ 3, theo Cổng, 31/5"


async def day_is_over(stage: Stage) -> None:
    """Every group of the sample has had its notice."""
    stage.now = stage.now.replace(hour=17, minute=30)
    await stage.tick()


def frozen(conn: Connection) -> list[tuple[date, Board, str]]:
    rows = conn.execute(select(notice.c.day, notice.c.numbers, notice.c.text).order_by(notice.c.id))
    return [(row.day, Board.from_json(row.numbers), row.text) for row in rows]


def lines(conn: Connection) -> list[str]:
    return list(conn.execute(select(notice_line.c.text)).scalars())


async def test_a_worker_adds_nothing(stage: Stage, minh: Person) -> None:
    await minh.says("themdong " + RANK, "cán bộ")
    assert stage.store.read_now(lines) == []


async def test_what_cannot_stand_in_a_notice_is_said(stage: Stage, hoa: Person) -> None:
    await hoa.says("Thêm dòng", "Dòng thêm vào bản tin hôm nay của", "ghi cả nguồn")
    await hoa.says("hạng 3", "ngắn quá")
    await hoa.says("gọi chị Hoa 0912 345 678, theo Cổng", "không ghi số điện thoại")
    await hoa.says("theo Cổng " + "rất dài " * 30, "nhiều nhất 200")
    await hoa.says("0", "dừng")
    assert stage.store.read_now(lines) == []


async def test_a_line_without_a_source_is_asked_for_it(stage: Stage, hoa: Person) -> None:
    await hoa.says("themdong xếp hạng toàn quốc: thứ 3", "theo nguồn nào?")
    await hoa.says("Cổng, 31/5", "Bản tin hôm nay sẽ có thêm dòng", "thứ 3 (theo Cổng, 31/5)")
    assert stage.store.read_now(lines) == ["xếp hạng toàn quốc: thứ 3 (theo Cổng, 31/5)"]


async def test_the_line_is_shown_once_and_frozen(stage: Stage, hoa: Person) -> None:
    await hoa.says("themdong xếp hạng toàn quốc: thứ 4, theo Cổng, 30/5", "sẽ có thêm dòng")
    await hoa.says(f"/themdong {RANK}", f"“{RANK}”")
    await day_is_over(stage)
    today = [(board.line, text) for _, board, text in stage.store.read_now(frozen) if board.unit == DISTRICT]
    assert today
    for line, text in today:
        assert line == RANK
        assert text.count(RANK) == 1
        assert "thứ 4" not in text
    told = [shown.text for shown in stage.channel.chats[group_of(stage)] if shown.text]
    assert RANK in told[-1]

    stage.now += timedelta(days=1)
    await day_is_over(stage)
    tomorrow = [text for day, board, text in stage.store.read_now(frozen) if day.day == 21 and board.unit == DISTRICT]
    assert tomorrow
    assert not any(RANK in text for text in tomorrow)


async def test_it_can_be_taken_away(stage: Stage, hoa: Person) -> None:
    await hoa.says(f"themdong {RANK}", "sẽ có thêm dòng")
    await hoa.says("themdong", f"Đang có: “{RANK}”", "1. Xóa dòng này")
    await hoa.says("1", "Đã bỏ. Bản tin hôm nay không có dòng thêm.")
    await hoa.says(f"themdong {RANK}")
    await hoa.says("themdong xóa", "Đã bỏ")
    assert stage.store.read_now(lines) == []


async def test_after_the_notice_it_is_for_tomorrow(stage: Stage, hoa: Person) -> None:
    await day_is_over(stage)
    await hoa.says(f"themdong {RANK}", "đã đăng lúc 17h30", "Dòng này cho ngày mai?")
    await hoa.says("cho ngay mai", "Bản tin ngày mai sẽ có thêm dòng")
    stage.now += timedelta(days=1)
    await day_is_over(stage)
    tomorrow = [
        board.line for day, board, _ in stage.store.read_now(frozen) if day.day == 21 and board.unit == DISTRICT
    ]
    assert set(tomorrow) == {RANK}


async def test_what_waits_for_tomorrow_is_taken_away_without_a_question(stage: Stage, hoa: Person) -> None:
    await day_is_over(stage)
    await hoa.says(f"themdong {RANK}", "Dòng này cho ngày mai?")
    await hoa.says("1", "Bản tin ngày mai sẽ có thêm dòng")
    await hoa.says("themdong xoa", "Đã bỏ. Bản tin ngày mai không có dòng thêm.")
    assert stage.store.read_now(lines) == []
    await hoa.says("en")
    await hoa.says("themdong", "Today's notice was posted at 17:30.")


async def test_a_notice_posted_while_she_writes_goes_without(stage: Stage, hoa: Person) -> None:
    await hoa.says("themdong", "Dòng thêm")
    await day_is_over(stage)
    await hoa.says(RANK, "Bản tin vừa đăng xong")
    assert stage.store.read_now(lines) == []


def group_of(stage: Stage) -> str:
    """The officers' group of Hoa's district."""
    found = (
        select(chat.c.external_id)
        .join(unit, unit.c.id == chat.c.unit_id)
        .where(unit.c.code == "48", chat.c.kind == "officers")
    )
    return str(stage.store.read_now(lambda conn: conn.execute(found).scalar_one()))
