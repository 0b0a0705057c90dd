"""Weekly digests, reports, milestones where the bot is not in the group or must ask: officers bring them out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from bot.stage import Stage
from handlers.talk import Pressed
from models.chat import chat, notice, offer, outbox
from models.person import audit, person, role
from models.queries import chats, erasure
from tests.dialogue import Person
from tests.dialogues.before import MEMBERS, NAME, OFFICERS, add_officer, at, heard, rows, set_group
from tests.dialogues.test_by_hand import link_by_hand

WEEKLY_ONLY = {"daily": False, "drive": False, "closing": False, "milestone": False}
NONE = {**WEEKLY_ONLY, "weekly": False}


async def monday(stage: Stage, hour: int = 8, minute: int = 0) -> None:
    """23 November 2026, when weekly digests fall due."""
    stage.now = stage.now.replace(day=23)
    await at(stage, hour, minute)


def silent(stage: Stage, officers: bool = True) -> None:
    """Nothing comes of the sample's groups (but, perhaps, the digest of the officers' one); no morning summaries."""
    set_group(stage, MEMBERS, kinds=NONE)
    set_group(stage, OFFICERS, kinds=WEEKLY_ONLY if officers else NONE)
    stage.store.write_now(lambda conn: conn.execute(update(person).values(morning=False)))


def linked_by_hand(stage: Stage) -> None:
    """The groups in which officers post themselves want the digest alone."""
    stage.store.write_now(
        lambda c: c.execute(update(chat).where(chat.c.channel == chats.HAND).values(kinds=WEEKLY_ONLY))
    )


def offers(stage: Stage) -> list[Any]:
    return list(stage.store.read_now(lambda conn: conn.execute(select(offer).order_by(offer.c.notice_id)).all()))


# ---------------------------------------------------------------- posted by hand


async def test_hoa_gets_the_digest_for_a_group_the_bot_is_not_in_and_says_that_she_posted_it(
    stage: Stage, hoa: Person
) -> None:
    silent(stage, officers=False)
    await link_by_hand(hoa)
    linked_by_hand(stage)
    before = len(heard(stage, "hoa"))
    await monday(stage, 7, 59)
    assert heard(stage, "hoa")[before:] == []
    for minute in (0, 1, 5):
        await monday(stage, 8, minute)
    card, text = heard(stage, "hoa")[before:]
    assert card == (
        "Bản tin tuần cho nhóm Zalo 15 chủ tịch: anh/chị đăng giúp vào nhóm (chép tin dưới).\n"
        "1. Tôi đã đăng   0. Để sau"
    )
    assert "Kết quả sáng kiến tuần 16/11–22/11/2026" in text
    await hoa.says("visao", "Bản tin tuần, Zalo 15 chủ tịch: nhóm tự đăng, chưa ai bấm Tôi đã đăng.")
    await hoa.says("duyet", "1. Bản tin tuần: Zalo 15 chủ tịch", "2. Bản tin hôm nay")
    await hoa.says("1", text, "1. Tôi đã đăng")
    stage.now += timedelta(minutes=4)
    await hoa.says("1", "Đã ghi: anh/chị đã đăng vào nhóm Zalo 15 chủ tịch.")
    await hoa.says("visao", "Bản tin tuần, Zalo 15 chủ tịch: Nguyễn Thị Hoa đã tự đăng, báo lúc 8h09 ngày 23/11")
    (frozen,) = rows(stage, notice)
    (kept,) = offers(stage)
    assert (frozen.text, frozen.posted_by, frozen.kind) == (text, None, "weekly")
    assert (kept.notice_id, kept.status, kept.decided_at) == (frozen.id, "posted", stage.now)
    assert [row for row in rows(stage, outbox) if row.channel == chats.HAND or row.is_group] == []


async def test_groups_that_get_the_same_words_are_named_on_one_card(stage: Stage, hoa: Person) -> None:
    silent(stage, officers=False)
    for _ in range(5):
        await link_by_hand(hoa)
    linked_by_hand(stage)
    before = len(heard(stage, "hoa"))
    await monday(stage)
    card, _ = heard(stage, "hoa")[before:]
    names = ", ".join(["Zalo 15 chủ tịch"] * 3)
    assert card.startswith(f"Bản tin tuần cho nhóm {names} và 2 nhóm khác: anh/chị đăng giúp")
    await hoa.says("1", f"Đã ghi: anh/chị đã đăng vào nhóm {names} và 2 nhóm khác.")
    assert [row.status for row in offers(stage)] == ["posted"] * 5


# ---------------------------------------------------------------- approved


async def test_a_revoked_role_or_another_officers_decision_posts_nothing(stage: Stage, hoa: Person) -> None:
    silent(stage)
    set_group(stage, approval=True)
    binh = add_officer(stage, "Đỗ Văn Bình", "binh")
    await monday(stage)
    await hoa.says("0", f"Không đăng vào nhóm {NAME}. Đổi ý trước 12h00 ngày 24/11/2026: nhắn DUYET.")
    told = f"Bản tin tuần, {NAME}: chưa đăng, Nguyễn Thị Hoa chọn không đăng lúc 8h00 ngày 23/11/2026."
    assert heard(stage, "binh")[-1] == told
    await binh.says("1", told)
    stage.store.write_now(lambda conn: conn.execute(update(role).values(revoked_at=stage.now)))
    await hoa.says("duyet", "dành cho cán bộ")
    assert stage.channel.chats[OFFICERS] == []
    assert [row.status for row in offers(stage)] == ["skipped"]


async def test_what_is_approved_is_posted_once_as_it_was_frozen(button_stage: Stage) -> None:
    stage = button_stage
    hoa, binh = Person(stage, "hoa"), add_officer(stage, "Đỗ Văn Bình", "binh")
    silent(stage)
    set_group(stage, approval=True)
    await monday(stage)
    assert stage.channel.chats[OFFICERS] == []
    card, text = stage.channel.chats["hoa"]
    assert card.text == (
        f"Bản tin tuần ở tin dưới chờ anh/chị duyệt.\nGửi tới: {NAME}.\n"
        "Đến 12h00 ngày 24/11/2026 chưa duyệt thì không đăng."
    )
    buttons = dict(card.buttons)
    assert list(buttons) == ["Đăng vào nhóm", "Không đăng"]
    await hoa.does(Pressed(buttons["Không đăng"]), "Không đăng vào nhóm")
    await hoa.does(Pressed(buttons["Đăng vào nhóm"]), f"Đang đăng vào nhóm {NAME}, đúng như đã xem.")  # after all
    await hoa.does(Pressed(buttons["Đăng vào nhóm"]), "đã đăng 8h00 ngày 23/11/2026, Nguyễn Thị Hoa bấm đăng")
    await binh.does(Pressed(buttons["Đăng vào nhóm"]), "đã đăng 8h00 ngày 23/11/2026, Nguyễn Thị Hoa bấm đăng")
    await monday(stage, 8, 5)
    assert heard(stage, OFFICERS) == [text.text]
    assert [row.action for row in rows(stage, audit)][-2:] == ["offer.skip", "offer.post"]
    assert len([one for one in heard(stage, "binh") if "chọn không đăng" in one]) == 1


async def test_undecided_by_midday_of_the_next_day_it_is_not_posted_and_visao_says_so(
    stage: Stage, hoa: Person
) -> None:
    silent(stage)
    set_group(stage, approval=True)
    await monday(stage)
    await hoa.says("visao", f"Bản tin tuần, {NAME}: chưa đăng, chờ cán bộ duyệt đến 12h00 ngày 24/11/2026.")
    stage.now = stage.now.replace(day=24, hour=12)
    await hoa.says("duyet", "Xem trước bản tin hôm nay")  # nothing else waits
    await hoa.says("visao", f"Bản tin tuần, {NAME}: không đăng, đến 12h00 ngày 24/11/2026 chưa ai duyệt.")
    assert stage.channel.chats[OFFICERS] == []


async def test_an_old_button_after_midday_posts_nothing(button_stage: Stage) -> None:
    silent(button_stage)
    set_group(button_stage, approval=True)
    await monday(button_stage)
    buttons = dict(button_stage.channel.chats["hoa"][0].buttons)
    button_stage.now = button_stage.now.replace(day=24, hour=12)
    await Person(button_stage, "hoa").does(Pressed(buttons["Đăng vào nhóm"]), "không đăng, đến 12h00 ngày 24/11/2026")
    assert button_stage.channel.chats[OFFICERS] == []


async def test_an_unlinked_group_gets_nothing_any_more(stage: Stage, hoa: Person) -> None:
    silent(stage)
    set_group(stage, approval=True)
    await monday(stage)
    set_group(stage, unit_id=None, kind=None, linked_at=None)
    await hoa.says("1", "Bản tin này không còn: nhóm không còn gắn với đơn vị")
    assert stage.channel.chats[OFFICERS] == []


async def test_an_erased_officer_leaves_the_decision_without_a_name(stage: Stage, hoa: Person) -> None:
    silent(stage)
    set_group(stage, approval=True)
    binh = add_officer(stage, "Đỗ Văn Bình", "binh")
    await monday(stage)
    await hoa.says("0", "Không đăng")
    (kept,) = offers(stage)
    stage.store.write_now(erasure.forget, kept.decided_by, stage.now)
    await binh.says("visao", f"Bản tin tuần, {NAME}: chưa đăng, cán bộ chọn không đăng lúc 8h00")
