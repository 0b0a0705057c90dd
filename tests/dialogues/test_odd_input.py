"""The wrong thing at the wrong moment never breaks or loses anything."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from models.initiative import evidence
from models.person import request
from tests.dialogue import Person

TITLE = "lam cu ga may tui ao khong phai ve phan"
BODY = "truoc ve phan tung tui hay lech. gio dat vao cu may luon. nhanh hon 10 giay 1 ao"
STEPS = ("sk 4827", "1", "tran thi lan", TITLE, BODY, "2")
ODD = ("sticker", "contact", "location", "poll", "unsupported")


async def up_to(lan: Person, steps: int) -> None:
    for line in STEPS[:steps]:
        await lan.says(line)


async def finish(lan: Person, steps: int) -> Any:
    for line in (*STEPS[steps:], "1"):
        await lan.says(line)
    assert "Đã nhận. Mã sáng kiến" in lan.last
    return lan.filed()[-1]


@pytest.mark.parametrize("steps", range(1, 7))
@pytest.mark.parametrize("kind", ODD[:2])
async def test_a_sticker_or_contact_at_any_step(lan: Person, steps: int, kind: str) -> None:
    await up_to(lan, steps)
    question = lan.last.splitlines()[-1] if steps > 1 else ""
    await lan.sends_odd(kind, "chữ, ảnh, tệp", question)
    filed = await finish(lan, steps)
    assert (filed.title, filed.body) == (TITLE, BODY)


@pytest.mark.parametrize("steps", range(1, 7))
async def test_an_edited_message_at_any_step(lan: Person, steps: int) -> None:
    await up_to(lan, steps)
    await lan.edits("toi sua tin cu", "tin đã sửa")
    filed = await finish(lan, steps)
    assert "toi sua" not in filed.title + filed.body


@pytest.mark.parametrize("steps", range(2, 7))
async def test_a_photo_is_welcome_at_every_step_after_consent(lan: Person, steps: int) -> None:
    await up_to(lan, steps)
    await lan.sends("photo", "", "Đã nhận 1 ảnh")
    filed = await finish(lan, steps)
    kept = lan.stage.store.read_now(
        lambda c: c.execute(select(evidence.c.ref).where(evidence.c.initiative_id == filed.id)).scalars().all()
    )
    assert kept == ["photo-1"]


async def test_an_album_is_answered_once(lan: Person) -> None:
    await up_to(lan, 4)
    import asyncio

    from bot.channels import Incoming
    from handlers.talk import Media, Sent

    before = len(lan.stage.channel.chats["lan"])
    await asyncio.gather(
        *(
            lan.stage.parts.intake.deliver(
                Incoming("webchat", f"album-{n}", "lan", "lan", False, Sent(Media("photo", f"p{n}")))
            )
            for n in range(4)
        )
    )
    await lan.stage.settle()
    answers = lan.stage.channel.chats["lan"][before:]
    assert [a.text.splitlines()[0] for a in answers] == ["Đã nhận 4 ảnh, tệp."]
    await lan.says(BODY)
    await lan.says("2", "4 ảnh")


async def test_a_voice_message_goes_to_the_support_team(lan: Person, hoa: Person) -> None:
    await up_to(lan, 4)
    await lan.sends("voice", "", "Đã chuyển tin thoại cho Tổ hỗ trợ", "Trước đây làm thế nào", ref="voice-9")
    rows = lan.stage.store.read_now(lambda c: c.execute(select(request.c.kind, request.c.media)).all())
    assert ("voice", "voice-9") in [(kind, media and media["ref"]) for kind, media in rows]
    told = lan.stage.channel.chats["hoa"][-1]
    assert "Tran Thi Lan" in told.text
    assert [m.ref for m in told.media] == ["voice-9"]
    await finish(lan, 4)


async def test_four_thousand_characters_are_kept(lan: Person) -> None:
    await up_to(lan, 4)
    long = ("truoc lam tay, gio co ga. " * 160)[:4000].strip()
    await lan.says(long, "Bắt đầu")
    await lan.says("2")
    await lan.says("1", "Đã nhận")
    assert lan.filed()[0].body == long


async def test_a_title_too_long_becomes_the_description(lan: Person) -> None:
    await up_to(lan, 3)
    long = "chung toi da thay doi cach sap xep kho vai de lay nhanh hon " * 5
    await lan.says(long, "làm phần mô tả", "Tên ngắn gọn")
    await lan.says("sap xep lai kho vai", "Bắt đầu làm cách mới")
    await lan.says("2", "sap xep lai kho vai")
    await lan.says("1")
    assert lan.filed()[0].body.startswith("chung toi da thay doi")


async def test_what_is_too_short_is_kept_and_more_is_asked(lan: Person) -> None:
    await up_to(lan, 4)
    await lan.says("nhanh hon nhieu", "viết thêm")
    await lan.says("truoc ve phan tung tui, hay lech", "Bắt đầu")
    await lan.says("2")
    await lan.says("1")
    assert lan.filed()[0].body == "nhanh hon nhieu\ntruoc ve phan tung tui, hay lech"


@pytest.mark.parametrize("nothing", ["👍👍👍", "😀", "...", "\u200f\u202e", "   "])
async def test_emoji_dots_and_invisible_marks_are_not_a_title(lan: Person, nothing: str) -> None:
    await up_to(lan, 3)
    await lan.says(nothing, "bằng chữ")
    await finish(lan, 3)


async def test_right_to_left_marks_and_odd_composition_are_cleaned(lan: Person) -> None:
    await up_to(lan, 3)
    import unicodedata

    await lan.says("\u202e" + unicodedata.normalize("NFD", "Làm cữ gá may túi áo") + "\u200f")
    await lan.says(BODY)
    await lan.says("2")
    await lan.says("1")
    assert lan.filed()[0].title == "Làm cữ gá may túi áo"


async def test_braces_and_html_are_only_words(lan: Person) -> None:
    await up_to(lan, 3)
    await lan.says("{unit} <b>cu ga</b> %s {0}", "Trước đây")
    await lan.says(BODY)
    await lan.says("2", "• {unit} <b>cu ga</b> %s {0}")
    await lan.says("1", "Đã nhận")


async def test_a_caption_nobody_asked_for_is_added_to_the_description(lan: Person) -> None:
    await up_to(lan, 5)
    await lan.sends("photo", "anh chup cu ga da gan tren may so 5", "Đã nhận 1 ảnh")
    await lan.says("2")
    await lan.says("1")
    assert lan.filed()[0].body == f"{BODY}\nanh chup cu ga da gan tren may so 5"


async def test_the_whole_idea_in_the_place_of_the_name_is_not_lost(lan: Person) -> None:
    await up_to(lan, 2)
    await lan.says("toi lam cai cu ga may tui ao cho nhanh", "giữ câu này làm tên sáng kiến", "họ và tên")
    await lan.says("tran thi lan", "Trước đây")
    await lan.says(BODY)
    await lan.says("2", "toi lam cai cu ga")


async def test_first_words_of_a_stranger_are_answered(lan: Person) -> None:
    for words in ("alo", "xin chao", "?", "👍"):
        await lan.says(words, "Nộp sáng kiến: nhắn SK")


async def test_a_sentence_out_of_the_blue_is_asked_about(minh: Person) -> None:
    await minh.says(
        "che them guong o goc khuat xuong may", "Anh/chị muốn nộp sáng kiến", "1. Nộp sáng kiến này   0. Không"
    )
    await minh.says("1", "che them guong", "Trước thế nào")


async def test_thanks_are_not_an_initiative(minh: Person) -> None:
    await minh.says("cảm ơn bot", "Cảm ơn anh/chị")


async def test_help_leaves_the_question_standing(lan: Person) -> None:
    await up_to(lan, 5)
    await lan.says("giup", "Đã báo Tổ hỗ trợ", "0243 123 456")
    await lan.says("2", "Anh/chị xem lại")


async def test_looking_at_ones_own_leaves_the_draft_where_it_was(minh: Person) -> None:
    await minh.says("sk dan bang mau len thung chi cho de lay")
    await minh.says("xem", "Sáng kiến của anh/chị")
    await minh.says("0", "Trước thế nào")
    await minh.says(BODY, "Bắt đầu")


async def test_a_code_typed_opens_its_card(minh: Person) -> None:
    code = minh.filed()[0].code
    await minh.says(f"{code[:2]} {code[2:4]} {code[4:]}", "Dán màu phân loại chỉ")
    await minh.says("48 27 999", "Không thấy")
