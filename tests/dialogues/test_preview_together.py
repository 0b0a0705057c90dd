"""Several groups of a unit that get the same words at the same hour: one card, one decision."""

from __future__ import annotations

from bot.stage import Stage
from handlers.talk import Pressed
from models.chat import notice, preview
from tests.dialogue import Person
from tests.dialogues.before import MEMBERS, NAME, OFFICERS, add_officer, at, heard, rows, set_group

PEOPLE = "Đoàn viên Nam Từ Liêm"


def alike(stage: Stage) -> None:
    """The members' group is one of officers now, too, so that both are told the same."""
    set_group(stage, MEMBERS, kind="officers")


async def test_the_words_come_once_and_both_groups_are_decided_about(stage: Stage, hoa: Person) -> None:
    alike(stage)
    binh = add_officer(stage, "Đỗ Văn Bình", "binh")
    await at(stage, 16, 45)
    card, text = heard(stage, "hoa")
    assert f"Gửi tới: {NAME[:29].rstrip()}" in card
    assert PEOPLE in card
    await hoa.says("1", "Sẽ đăng lúc 17h00", PEOPLE)
    assert [row.status for row in rows(stage, preview)] == ["approved", "approved"]
    assert len(heard(stage, "binh")) == 3  # told once
    assert PEOPLE in heard(stage, "binh")[-1]
    await binh.says("0", "Nguyễn Thị Hoa đã duyệt")
    await at(stage, 17)
    assert heard(stage, OFFICERS) == heard(stage, MEMBERS) == [text]


async def test_one_of_them_decided_alone_leaves_the_others_to_the_card(button_stage: Stage) -> None:
    stage = button_stage
    hoa = Person(stage, "hoa")
    alike(stage)
    await at(stage, 16, 45)
    card = stage.channel.chats["hoa"][0]
    await hoa.says("duyet")
    await hoa.presses(PEOPLE, "Bản tin 17h00 xem trước ở tin dưới.")  # made anew: it stands alone now
    await hoa.presses("Hôm nay không đăng", f"Hôm nay không đăng vào nhóm {PEOPLE}.")
    answer = await hoa.does(Pressed(dict(card.buttons)["Đăng ngay"]), f"Đang đăng vào nhóm {NAME}")
    assert PEOPLE not in answer
    assert (len(heard(stage, OFFICERS)), heard(stage, MEMBERS)) == (1, [])
    assert sorted(row.status for row in rows(stage, preview)) == ["posted", "skipped"]


async def test_the_card_of_one_made_anew_says_so_and_posts_nothing_for_the_others(button_stage: Stage) -> None:
    stage = button_stage
    hoa = Person(stage, "hoa")
    alike(stage)
    await at(stage, 16, 45)
    card = stage.channel.chats["hoa"][0]
    await hoa.says("duyet")
    await hoa.presses(NAME, "Bản tin 17h00 xem trước ở tin dưới.")
    await hoa.does(Pressed(dict(card.buttons)["Đăng ngay"]), "Đã có bản xem trước mới hơn.", f"Gửi tới: {NAME}.")
    posted = {row.chat_id for row in rows(stage, notice) if row.day == stage.now.date()}
    assert posted == set()
    await hoa.presses("Đăng ngay", f"Đang đăng vào nhóm {NAME}", "Bản tin 17h00 chờ anh/chị duyệt.", PEOPLE)


async def test_different_words_are_shown_apart(stage: Stage) -> None:
    alike(stage)
    set_group(stage, MEMBERS, sorted_by="official")
    await at(stage, 16, 45)
    assert len(heard(stage, "hoa")) == 4
