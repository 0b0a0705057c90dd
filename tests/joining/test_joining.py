"""NOITK: Lan is one person on Zalo, on Telegram and at the filing page. What is refused comes first."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select

from bot.stage import Stage
from handlers.talk import Pressed
from models.initiative import evidence, initiative
from models.joining import join_code, joined
from models.person import consent, role
from models.queries import people, registry
from models.store import Store
from tests.joining.conftest import BODY, NOON, TITLE, Someone, joins, rows

# ---------------------------------------------------------------- what is refused


async def test_a_wrong_an_old_a_used_and_ones_own_code(stage: Stage, zalo: Someone, tele: Someone) -> None:
    await zalo.files()
    await tele.says("alo")
    await tele.says("NOITK ABCD2345", "Mã nối không đúng")
    code = await zalo.code()
    await zalo.says(f"NOITK {code}", "đã là một người")
    stage.now = stage.now.replace(hour=12, minute=36)
    await tele.says(f"NOITK {code}", "Mã nối không đúng")
    code = await zalo.code()
    newer = await zalo.code()
    await tele.says(f"NOITK {code}", "Mã nối không đúng")
    await tele.says(f"NOITK {newer}", "Nối tài khoản này với tài khoản Zalo của Tran Thi Lan?", "Chỉ nối khi")
    await tele.says("0", "Không đổi gì")
    await tele.says(f"NOITK {newer}")
    await tele.says("1", "Đã nối")
    await tele.says(f"NOITK {newer}", "Mã nối không đúng")
    assert not [row for row in rows(stage.store, select(join_code)) if newer.replace(" ", "") in str(row)]


async def test_nobody_tries_for_long(stage: Stage, zalo: Someone, tele: Someone) -> None:
    await zalo.files()
    code = await zalo.code()
    for number in range(10):
        await tele.says(f"NOITK AAAA222{number}", "Mã nối không đúng")
    await tele.says(f"NOITK {code}", "sai mã nhiều lần")
    assert len(rows(stage.store, select(joined))) == 0


async def test_a_code_that_was_taken_meanwhile_joins_nobody(stage: Stage, zalo: Someone, tele: Someone) -> None:
    await zalo.files()
    code = await zalo.code()
    minh = Someone(stage, "telegram", "minh-tele")
    await minh.says(f"NOITK {code}")
    await tele.says(f"NOITK {code}")
    await tele.says("1", "Đã nối")
    await minh.says("1", "Mã nối không đúng")
    assert minh.person != zalo.person


# ---------------------------------------------------------------- one person


@pytest.mark.parametrize(
    ("here", "there"), [("zalo_bot", "telegram"), ("telegram", "web"), ("web", "zalo_bot"), ("web", "web")]
)
async def test_any_channel_joins_any_other(stage: Stage, here: str, there: str) -> None:
    one, other = Someone(stage, here, "lan-1"), Someone(stage, there, "lan-2")
    await one.files()
    await other.files("dan bang mau len thung chi de khoi lay nham")
    await joins(one, other)
    assert one.person == other.person
    assert await one.says("XEM", "lam cu ga", "dan bang mau") == await other.says("XEM")
    assert "vừa nối với tài khoản này" in one.told[-2]
    assert len(rows(stage.store, select(initiative.c.author_id).distinct().where(initiative.c.author_id == one.person)))
    await other.files("ke do phu lieu theo mau de tim cho nhanh")
    assert "Họ và tên" not in "".join(other.told[-6:])


async def test_a_draft_goes_on_at_the_other_channel(stage: Stage, zalo: Someone, tele: Someone) -> None:
    await zalo.files()
    await tele.says("sk 4827")
    await tele.says("1")
    await tele.says("tran thi lan")
    await tele.sends("photo-of-telegram", "dan bang mau len thung chi de khoi lay nham", "Trước đây")
    await tele.says(f"NOITK {await zalo.code()}")
    await tele.says("1", "Đã nối", "Bản nháp vẫn còn")
    await zalo.says("SK", "dan bang mau")
    await zalo.says("1", "Trước đây làm thế nào")
    await zalo.says(BODY)
    await zalo.says("2", "1 ảnh")
    await zalo.says("1", "Đã nhận. Mã")
    (photo,) = rows(stage.store, select(evidence))
    assert (photo.channel, photo.ref) == ("telegram", "photo-of-telegram")  # its own channel still has it


async def test_of_two_drafts_one_comes_after_the_other(stage: Stage, zalo: Someone, tele: Someone) -> None:
    for one, title in ((zalo, TITLE), (tele, "dan bang mau len thung chi de khoi lay nham")):
        await one.says("sk 4827")
        await one.says("1")
        await one.says("tran thi lan")
        await one.says(title)
    await joins(zalo, tele)
    await tele.says("SK", TITLE[:20])
    await tele.says("1", "Trước đây")
    await tele.says(BODY)
    await tele.says("2")
    await tele.says("1", "Đã nhận. Mã", "dan bang mau")
    await zalo.says(BODY, "từ khi nào")


async def test_an_old_button_of_either_side_answers_nothing(stage: Stage, zalo: Someone, tele: Someone) -> None:
    await zalo.files()
    await tele.says("sk 4827")
    await joins(zalo, tele)
    for one in (tele, zalo):
        await one.does(Pressed("q:1:yes"), "đã qua")
        assert len(rows(stage.store, select(consent).where(consent.c.person_id == zalo.person))) == 1


async def test_roles_and_consents_are_joined_and_a_page_uses_none(stage: Stage, tele: Someone, page: Someone) -> None:
    hoa = Someone(stage, "telegram", "hoa-tele")
    await hoa.files()
    give(stage.store, hoa.person, "officer")
    await page.says("alo")
    await joins(page, hoa)
    await hoa.says("CAODIEM", "đợt cao điểm")
    await page.says("CAODIEM", "dành cho cán bộ")
    await page.says("DULIEU", "Tran Thi Lan")  # who had not agreed has, on Telegram


async def test_two_roles_that_are_the_same_are_one(stage: Stage, zalo: Someone, tele: Someone) -> None:
    for one in (zalo, tele):
        await one.files()
        give(stage.store, one.person, "officer")
    await joins(zalo, tele)
    held = select(role).where(role.c.person_id == zalo.person, role.c.revoked_at.is_(None))
    assert len(rows(stage.store, held)) == 1
    await parts(tele)
    assert len(rows(stage.store, select(role).where(role.c.person_id == tele.person, role.c.revoked_at.is_(None)))) == 1


def give(store: Store, person_id: int, kind: str) -> None:
    """A role of Nam Từ Liêm."""

    def write(conn: Connection) -> None:
        unit = registry.unit_by_code(conn, "48")
        assert unit
        people.give_role(conn, person_id, kind, unit.id, NOON)

    store.write_now(write)


async def parts(one: Someone) -> None:
    await one.says("NOITK", "Tài khoản này đang nối với")
    await one.says("2", "Về lại đó", "Ở lại đây")
    await one.says("1", "Đã tách")


async def test_whoever_has_a_lookup_code_gets_no_role_by_it(stage: Stage, page: Someone) -> None:
    """The page's browser is Hoa's, says a code that somebody found; with NOITK it would be theirs on Telegram."""
    hoa = Someone(stage, "telegram", "hoa-tele")
    await hoa.files()
    await page.says("alo")
    await joins(hoa, page)
    give(stage.store, hoa.person, "officer")
    await page.says("NOITK")
    await page.says("1", "Anh/chị có vai cán bộ")
    thief = Someone(stage, "telegram", "trom")
    await thief.says("alo")
    await page.says(f"NOITK {await thief.code()}", "Nối tài khoản này")
    await page.says("1", "Anh/chị có vai cán bộ")
    assert thief.person != hoa.person
    await thief.says(f"NOITK {await hoa.code()}", "Nối tài khoản này")  # which only Hoa could give away


async def test_a_role_that_came_after_the_code_was_made_does_not_go_either(stage: Stage, page: Someone) -> None:
    await page.files()
    code = await page.code()
    give(stage.store, page.person, "officer")
    thief = Someone(stage, "telegram", "trom")
    await thief.says(f"NOITK {code}", "Nối tài khoản này")
    await thief.says("1", "có vai cán bộ")
    assert thief.person != page.person
