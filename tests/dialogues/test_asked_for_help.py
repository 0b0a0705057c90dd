"""After GIUP: what Lan types belongs to those who help, and what Hoa types under Lan's request belongs to Lan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

import pytest
from sqlalchemy import update

from bot.stage import Stage
from handlers.talk import Pressed
from models.person import person, request
from tests.dialogue import Person
from tests.dialogues.before import heard, rows
from tests.dialogues.test_desk import TITLE, add, filed_by, newest

WHAT = "em khong biet ghi muc loi ich the nao"
VI = MappingProxyType(
    {
        "giup": "giup",
        "asked": "Anh/chị cần giúp gì? Nhắn ngay ở đây, bot chuyển.",
        "to the team": "Đã chuyển cho Tổ hỗ trợ.\n1. Đây là sáng kiến, nộp",
        "writes": "Trần Thị Lan nhắn: ",
        "taken": "Nguyễn Thị Hoa, Tổ hỗ trợ, đã nhận việc anh/chị nhờ.\nCần nói thêm thì nhắn ngay ở đây.\n1. Trả lời",
        "to Hoa": "Đã chuyển cho Nguyễn Thị Hoa.",
        "sure": 'Gửi cho Trần Thị Lan: "{}"?\n1. Gửi   0. Không',
        "to Lan": "Đã chuyển cho Trần Thị Lan.\n1. Trả lời   2. Đã xong   0. Để sau",
        "from Hoa": "Nguyễn Thị Hoa, Tổ hỗ trợ: ",
        "offer": "Anh/chị muốn nộp sáng kiến",
    }
)
EN = MappingProxyType(
    {
        "giup": "help",
        "asked": "What do you need help with? Write it here and it is passed on.",
        "to the team": "Passed on to the support team.\n1. It is an initiative, file it",
        "writes": "Trần Thị Lan writes: ",
        "taken": "Nguyễn Thị Hoa, support team, is looking after what you asked.\n"
        "Anything to add? Write it here.\n1. Answer",
        "to Hoa": "Passed on to Nguyễn Thị Hoa.",
        "sure": 'Send to Trần Thị Lan: "{}"?\n1. Send   0. No',
        "to Lan": "Passed on to Trần Thị Lan.\n1. Answer   2. Done   0. Later",
        "from Hoa": "Nguyễn Thị Hoa, support team: ",
        "offer": "Do you want to file",
    }
)
BOTH = pytest.mark.parametrize("say", [pytest.param(VI, id="vi"), pytest.param(EN, id="en")])


def met(stage: Stage, language: str = "vi") -> tuple[Person, Person]:
    """Worker Lan and the officer of her company, Hoa; neither has said anything yet."""
    lan = add(stage, "lan-sm", "Trần Thị Lan", language=language)
    return lan, add(stage, "hoa-sm", "Nguyễn Thị Hoa", "officer", language=language)


# ---------------------------------------------------------------- what does not go to anybody


async def test_without_a_request_words_are_what_they_were(stage: Stage) -> None:
    lan, _ = met(stage)
    await lan.says(WHAT, "Anh/chị muốn nộp sáng kiến")
    assert heard(stage, "hoa-sm") == []


async def test_once_it_is_done_or_a_day_is_over_words_go_to_nobody(stage: Stage) -> None:
    lan, hoa = met(stage)
    await lan.says("giup")
    stage.now += timedelta(hours=23)
    await lan.says(WHAT, "Đã chuyển cho Tổ hỗ trợ.")
    stage.now += timedelta(hours=2)
    told = len(heard(stage, "hoa-sm"))
    await lan.says(TITLE, "Anh/chị muốn nộp sáng kiến")
    await lan.says("0")
    await lan.says("giup", "Anh/chị cần giúp gì?")
    await hoa.says("da xong", "Đã ghi")
    await lan.says(TITLE, "Anh/chị muốn nộp sáng kiến")
    assert len(heard(stage, "hoa-sm")) == told + 2  # the card of the second request, and what she did with it


async def test_codes_and_commands_are_no_words_for_the_helpers(stage: Stage) -> None:
    lan, _ = met(stage)
    await lan.says("giup")
    told = len(heard(stage, "hoa-sm"))
    await lan.says("48 27 999", "Không thấy")
    await lan.says("xem", "Anh/chị chưa")
    await lan.says("0")
    await lan.says("sk " + TITLE, TITLE)
    await lan.says("truoc ve phan tung tui hay lech, gio dat vao cu may luon", "Bắt đầu làm")
    assert len(heard(stage, "hoa-sm")) == told


async def test_a_question_keeps_its_place_and_only_what_is_true_is_said(stage: Stage) -> None:
    lan, hoa = met(stage)
    await lan.says("sk " + TITLE)
    asked = await lan.says("giup", "Muốn nói rõ cần giúp gì, xem nhắn được những gì: nhắn GIUP")
    assert "ngay ở đây" not in asked
    await hoa.says("1", "Anh/chị đã nhận việc này.")
    assert heard(stage, "lan-sm")[-1] == (
        "Nguyễn Thị Hoa, Tổ hỗ trợ, đã nhận việc anh/chị nhờ.\nMuốn trả lời: nhắn GIUP.\nTrả lời   Xong"
    )
    assert "ngay ở đây" not in await lan.says("giup", "Nguyễn Thị Hoa, Tổ hỗ trợ, đang giúp anh/chị.", "1. Trả lời")
    await lan.says("2", "XEM của tôi")
    await lan.says("truoc ve phan tung tui hay lech, gio dat vao cu may luon", "Bắt đầu làm")


# ---------------------------------------------------------------- Lan's words


@BOTH
async def test_what_is_the_matter_goes_to_the_helpers_and_the_talk_goes_on(
    stage: Stage, say: Mapping[str, str]
) -> None:
    lan, hoa = met(stage, "vi" if say is VI else "en")
    await lan.says(say["giup"], say["asked"])
    await lan.says(WHAT, say["to the team"])
    assert heard(stage, "hoa-sm")[-1].startswith(say["writes"] + WHAT)
    await hoa.says("1", say["writes"] + WHAT)  # it stands on the card from now on
    assert heard(stage, "lan-sm")[-1].startswith(say["taken"])
    await lan.says("da em cam on", say["to Hoa"])
    assert heard(stage, "hoa-sm")[-1].startswith(say["writes"] + "da em cam on")
    await hoa.says("Chi ghi so phut nhanh hon nhe", say["sure"].format("Chi ghi so phut nhanh hon nhe"))
    assert "Chi ghi" not in "".join(heard(stage, "lan-sm"))
    await hoa.says("1", say["to Lan"])
    assert heard(stage, "lan-sm")[-1].startswith(say["from Hoa"] + "Chi ghi so phut nhanh hon nhe")
    assert filed_by(stage, WHAT) is None


async def test_giup_is_short_and_says_what_can_be_typed_when_it_is_typed_again(stage: Stage, minh: Person) -> None:
    lan, hoa = met(stage)
    answer = await lan.says("giup")
    assert answer == (
        "Đã báo Tổ hỗ trợ, cán bộ sẽ liên hệ lại với anh/chị.\nAnh/chị cần giúp gì? Nhắn ngay ở đây, bot chuyển.\n"
        "Liên hệ: 0243 123 456.\nNhắn được những gì: nhắn GIUP lần nữa."
    )
    await lan.says("giup", "SK ", "Đã báo Tổ hỗ trợ, đang chờ người nhận.", "1. Trả lời")
    await lan.says("1", "Anh/chị viết cho Tổ hỗ trợ")
    await lan.says("may em khong gui duoc anh", "Đã chuyển cho Tổ hỗ trợ.")
    assert heard(stage, "hoa-sm")[-1].startswith("Trần Thị Lan nhắn: may em khong gui duoc anh")
    assert len(rows(stage, request)) == 1
    first, *words = (await hoa.says("giup")).split("\n---\n")
    assert first.startswith("Đã báo Tổ hỗ trợ")
    assert "BAOTRUCTIEP" in "".join(words)


async def test_what_was_an_initiative_all_the_same_is_filed(stage: Stage) -> None:
    lan, _ = met(stage)
    await lan.says("giup")
    await lan.says(TITLE, "1. Đây là sáng kiến, nộp")
    await lan.says("1", TITLE[:20], "Trước thế nào")
    await lan.says("truoc ve phan tung tui hay lech, gio dat vao cu may luon", "Bắt đầu làm")


async def test_an_offer_gives_way_to_the_talk_and_its_button_still_files(stage: Stage) -> None:
    lan, hoa = met(stage)
    await lan.says(TITLE, "Anh/chị muốn nộp sáng kiến")
    data = f"q:{_version(stage)}:file"
    await lan.says("giup", "Nhắn ngay ở đây")
    await hoa.says("1")
    assert heard(stage, "lan-sm")[-1].endswith("Cần nói thêm thì nhắn ngay ở đây.\n1. Trả lời   0. Xong")
    await lan.says("da em cam on", "Đã chuyển cho Nguyễn Thị Hoa.")
    await lan.does(Pressed(data), TITLE[:20], "Trước thế nào")
    assert "cam on" not in lan.last


async def test_an_offer_made_after_the_request_was_old_gives_way_too(stage: Stage) -> None:
    lan, hoa = met(stage)
    await lan.says("giup")
    stage.now += timedelta(hours=25)
    await lan.says(TITLE, "Anh/chị muốn nộp sáng kiến")
    await hoa.says("yeucau")
    await hoa.says("1")
    await hoa.says("1", "Anh/chị đã nhận")
    assert heard(stage, "lan-sm")[-1].endswith("Cần nói thêm thì nhắn ngay ở đây.\n1. Trả lời   0. Xong")
    await lan.says("da em cam on", "Đã chuyển cho Nguyễn Thị Hoa.")


async def test_a_number_meant_for_ones_own_sentence_agrees_to_nothing_else(stage: Stage) -> None:
    """What Hoa typed for Lan comes while Lan looks at "1. Đây là sáng kiến, nộp"."""
    lan, hoa = met(stage)
    await lan.says("giup")
    for words in ("3", "dan bang mau len thung chi", "truoc hay lay nham mau phai thao ra, gio nhin bang la biet"):
        await hoa.says(words)
    stage.now += timedelta(minutes=61)
    await hoa.says("2", "1. Gửi người ấy xem")
    await lan.says(TITLE, "1. Đây là sáng kiến, nộp")
    await hoa.says("1", "Đã gửi Trần Thị Lan xem")
    assert heard(stage, "lan-sm")[-1].endswith("Muốn trả lời: nhắn GIUP.\nĐúng, nộp   Sửa   Không")
    await lan.says("1", TITLE[:20], "Trước thế nào")
    assert filed_by(stage, "dan bang mau len thung chi") is None


async def test_a_phone_number_and_a_draft_that_rests(stage: Stage) -> None:
    lan, _ = met(stage)
    await lan.says("sk " + TITLE)
    await lan.says("0", "nhắn SK để viết tiếp")
    await lan.says("giup", "Nhắn ngay ở đây")
    await lan.says("0912 345 678", "Đã chuyển cho Tổ hỗ trợ.", "Sáng kiến đang viết dở vẫn giữ; nhắn SK để viết tiếp.")
    assert heard(stage, "hoa-sm")[-1].startswith("Trần Thị Lan nhắn: 0912 345 678")
    await lan.says("sk", TITLE[:20])


async def test_the_words_go_when_the_request_is_done_and_are_no_name_of_a_unit(stage: Stage) -> None:
    lan, hoa = met(stage)
    await lan.says("giup")
    await lan.says(WHAT)
    assert newest(stage).words == WHAT
    await hoa.says("da xong", "Đã ghi")
    assert newest(stage).words == ""


async def test_before_consent_words_are_passed_on_and_not_kept(stage: Stage, an: Person) -> None:
    stranger = Person(stage, "nguoi-moi")
    await stranger.says("giup", "Nhắn ngay ở đây")
    assert await stranger.says("em o xuong may, khong vao duoc") == "Đã chuyển cho Tổ hỗ trợ."
    assert "em o xuong may, khong vao duoc" in heard(stage, "an")[-1]
    assert newest(stage).words == ""


# ---------------------------------------------------------------- Hoa's words


async def test_what_hoa_does_not_send_is_not_sent_and_two_lines_go_as_one(stage: Stage) -> None:
    lan, hoa = met(stage)
    await lan.says("giup")
    before = len(heard(stage, "lan-sm"))
    await hoa.says("Chị gọi lại ngay nhé", 'Gửi cho Trần Thị Lan: "Chị gọi lại ngay nhé"?', "1. Gửi   0. Không")
    await hoa.says("0", "Chưa gửi.\n1. Trả lời   2. Đã xong   0. Để sau")
    assert len(heard(stage, "lan-sm")) == before
    await hoa.says("Chị gọi lại ngay nhé", "1. Gửi")
    await hoa.says("số 0243 123 456", 'Gửi cho Trần Thị Lan: "Chị gọi lại ngay nhé số 0243 123 456"?')
    await hoa.says("gui", "Đã chuyển cho Trần Thị Lan.")
    assert "Chị gọi lại ngay nhé\nsố 0243 123 456" in heard(stage, "lan-sm")[-1]
    await hoa.says("Mang theo bản vẽ nhé", "Gửi cho Trần Thị Lan")  # under what has been sent, too


async def test_under_a_request_of_somebody_elses_nothing_goes_out(stage: Stage) -> None:
    lan, hoa = met(stage)
    nga = add(stage, "nga-sm", "Lê Thị Nga", "officer")
    await lan.says("giup")
    await nga.says("1", "đã nhận")
    await hoa.says("Chị gọi lại ngay nhé", "Lê Thị Nga đã nhận", "1. Nhận thay")
    assert "Chị gọi lại" not in "".join(heard(stage, "lan-sm"))


async def test_somebody_of_no_known_unit(stage: Stage) -> None:
    lan, _ = met(stage)
    stage.store.write_now(
        lambda c: c.execute(update(person).where(person.c.name == "Trần Thị Lan").values(unit_id=None))
    )
    an = add(stage, "an-1", "Phạm Văn An", "admin", code="1")
    await lan.says("giup")
    assert heard(stage, "an-1")[-1].startswith("Trần Thị Lan (chưa rõ đơn vị) nhờ Tổ hỗ trợ")
    await lan.says(WHAT)
    await an.says("chon don vi", "Trần Thị Lan thuộc đơn vị nào?")
    assert WHAT not in await an.says("4827", "Đã ghi: Trần Thị Lan thuộc May Sao Mai.")
    assert heard(stage, "hoa-sm") == []


def _version(stage: Stage) -> int:
    from models.person import account, conversation

    where = account.c.external_id == "lan-sm"
    row = stage.store.read_now(
        lambda c: c.execute(
            conversation.select().join(account, account.c.person_id == conversation.c.person_id).where(where)
        ).one()
    )
    return int(row.version)
