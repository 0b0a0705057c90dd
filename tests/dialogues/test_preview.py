"""The officer sees the notice 15 minutes before its hour and decides (conversation.md §5)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from bot.stage import Stage
from models.chat import notice, preview
from models.person import account, audit
from tests.dialogue import Person
from tests.dialogues.before import CARD, MEMBERS, NAME, OFFICERS, add_officer, at, heard, rows, set_group

# ---------------------------------------------------------------- what is shown, and to whom


async def test_nothing_is_shown_before_its_time_or_where_it_is_switched_off(stage: Stage) -> None:
    set_group(stage, OFFICERS, preview=False)
    set_group(stage, MEMBERS, days="123467")  # not on Fridays
    for minute in (44, 45, 50):
        await at(stage, 16, minute)
    assert heard(stage, "hoa") == []
    assert rows(stage, preview) == []


async def test_never_in_quiet_hours_nor_when_it_is_out_already(stage: Stage, quiet_members: None) -> None:
    set_group(stage, quiet_from="16:00")
    await at(stage, 16, 45)
    assert heard(stage, "hoa") == []
    set_group(stage, quiet_from="21:00")
    await Person(stage, "hoa", OFFICERS).says("dang", "Kết quả")
    await at(stage, 16, 46)
    assert heard(stage, "hoa") == []


async def test_an_officer_who_cannot_be_reached_is_shown_nothing(stage: Stage, quiet_members: None) -> None:
    stage.store.write_now(lambda conn: conn.execute(update(account).values(reachable=False)))
    await at(stage, 16, 45)
    assert (heard(stage, "hoa"), rows(stage, preview)) == ([], [])
    await at(stage, 17)
    assert len(stage.channel.chats[OFFICERS]) == 1  # it does not wait for anybody


async def test_the_card_and_then_the_notice_alone_once(stage: Stage, quiet_members: None) -> None:
    for minute in (45, 46, 47, 59):
        await at(stage, 16, minute)
    card, text = heard(stage, "hoa")
    assert card.startswith(f"{CARD}\nGửi tới: {NAME}.")
    assert card.endswith("1. Đăng đúng giờ   2. Đăng ngay   3. Sửa số   0. Hôm nay không đăng")
    assert text.startswith("LIÊN ĐOÀN LAO ĐỘNG QUẬN NAM TỪ LIÊM\nKết quả sáng kiến thứ Sáu 20/11/2026")
    assert "tính đến 16h45" in text
    assert heard(stage, "an") == heard(stage, "minh") == []
    assert stage.channel.chats[OFFICERS] == []


async def test_a_restart_late_in_the_quarter_still_shows_it(stage: Stage, quiet_members: None) -> None:
    await at(stage, 16, 53)
    assert "tính đến 16h53" in heard(stage, "hoa")[1]


# ---------------------------------------------------------------- what is decided


async def test_at_its_hour_exactly_what_was_shown_is_posted(
    stage: Stage, hoa: Person, minh: Person, quiet_members: None
) -> None:
    await at(stage, 16, 45)
    shown = heard(stage, "hoa")[1]
    await hoa.says("1", f"Sẽ đăng lúc 17h00, đúng như đã xem. Gửi tới: {NAME}.")
    for words in ("sk dan bang mau len thung chi de khoi lay nham", "truoc hay lay nham, gio nhin la biet", "1", "1"):
        await minh.says(words)
    assert len(minh.filed()) > 0
    await at(stage, 16, 59)
    assert stage.channel.chats[OFFICERS] == []
    await at(stage, 17)
    await at(stage, 17, 1)
    assert heard(stage, OFFICERS) == [shown]
    frozen = next(row for row in rows(stage, notice) if row.text == shown)
    assert (frozen.cut_at.minute, frozen.repeat) == (45, 0)
    assert rows(stage, preview)[0].status == "posted"
    stage.now += timedelta(days=1)
    await at(stage, 17)
    assert "tăng 1 so với bản tin hôm qua" in heard(stage, OFFICERS)[1]  # counted from what was shown


async def test_now_takes_the_days_slot(stage: Stage, hoa: Person, quiet_members: None) -> None:
    await at(stage, 16, 45)
    shown = heard(stage, "hoa")[1]
    await hoa.says("dang ngay", f"Đang đăng vào nhóm {NAME}")
    assert heard(stage, OFFICERS) == [shown]
    await at(stage, 17)
    await at(stage, 18)
    assert heard(stage, OFFICERS) == [shown]
    assert [row.action for row in rows(stage, audit)][-1] == "preview.post"


async def test_not_today_and_then_after_all(stage: Stage, hoa: Person, quiet_members: None) -> None:
    await at(stage, 16, 45)
    shown = heard(stage, "hoa")[1]
    await hoa.says("0", "Hôm nay không đăng vào nhóm", "trước 24h00: nhắn DUYET")
    await at(stage, 17)
    await at(stage, 20)
    assert stage.channel.chats[OFFICERS] == []
    await hoa.says("duyet", "nhóm nào?", f"1. {NAME}")
    await hoa.says("1", shown, "đã chọn hôm nay không đăng, lúc 16h45", "1. Đăng đúng giờ   2. Đăng ngay", "0. Xong")
    await hoa.says("1", "Đang đăng")  # its hour has passed
    assert heard(stage, OFFICERS) == [shown]


async def test_a_skipped_day_is_not_caught_up_after_midnight(stage: Stage, hoa: Person, quiet_members: None) -> None:
    await at(stage, 16, 45)
    await hoa.says("0", "Hôm nay không đăng")
    stage.now += timedelta(days=1)
    await at(stage, 7)
    assert stage.channel.chats[OFFICERS] == []
    await at(stage, 17)
    assert len(stage.channel.chats[OFFICERS]) == 1


async def test_without_an_answer_the_clock_posts_the_numbers_of_the_hour(stage: Stage, quiet_members: None) -> None:
    await at(stage, 16, 45)
    await at(stage, 17)
    assert "tính đến 17h00" in heard(stage, OFFICERS)[0]
    assert len(heard(stage, "hoa")) == 2  # no reminder


async def test_an_approval_may_be_taken_back(stage: Stage, hoa: Person, quiet_members: None) -> None:
    await at(stage, 16, 45)
    await hoa.says("1", "Sẽ đăng")
    await hoa.says("duyet")
    await hoa.says("1", "đã duyệt lúc 16h45", "1. Đăng ngay   2. Hôm nay không đăng   3. Làm bản mới   0. Xong")
    await hoa.says("2", "Hôm nay không đăng")
    await at(stage, 17)
    assert stage.channel.chats[OFFICERS] == []


async def test_two_groups_are_decided_one_after_the_other_by_number(stage: Stage, hoa: Person) -> None:
    await at(stage, 16, 45)
    assert len(heard(stage, "hoa")) == 4
    await hoa.says("1", "Gửi tới: Đoàn viên Nam Từ Liêm.", "Bản tin 17h00 chờ anh/chị duyệt.", f"Gửi tới: {NAME}.")
    await hoa.says("1", f"Gửi tới: {NAME}.")
    await at(stage, 17)
    assert heard(stage, OFFICERS) == [heard(stage, "hoa")[1]]
    assert heard(stage, MEMBERS) == [heard(stage, "hoa")[3]]


async def test_in_english(stage: Stage, quiet_members: None) -> None:
    bill = add_officer(stage, "Bill", "bill", "en")
    set_group(stage, language="en")
    await at(stage, 16, 45)
    card, text = heard(stage, "bill")
    assert card.startswith("Preview of the 17:00 notice in the message below.")
    assert card.endswith("1. Post on time   2. Post now   3. Correct figures   0. Not today")
    await bill.says("post on time", "It will be posted at 17:00")
    assert heard(stage, "hoa")[-1].startswith("Bill đã duyệt lúc 16h45: bản tin đăng lúc 17h00.")
    await at(stage, 17)
    assert heard(stage, OFFICERS) == [text]


async def test_in_the_group_officers_are_told_to_write_in_private(stage: Stage) -> None:
    await Person(stage, "hoa", OFFICERS).says("/duyet", "nhắn riêng cho bot DUYET")
    await Person(stage, "minh", OFFICERS).says("/duyet", "dành cho cán bộ")
