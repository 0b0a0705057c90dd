"""What was joined parts again; erasing, withdrawing consent and being reminded are of the one person."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from bot.registry.sample import load_sample
from bot.stage import Stage
from handlers.texts import Texts
from models.chat import outbox
from models.initiative import initiative
from models.joining import join_code, joined
from models.person import account, consent, conversation, person, role
from models.queries import audiences, broadcasts, expiry, joining, registry
from models.queries.audiences import Audience
from models.schema import metadata
from models.store import Store
from models.web import web_receipt
from tests.joining.conftest import NOON, TITLE, Someone, joins, on_stage, rows
from tests.joining.test_joining import give, parts

SECOND = "dan bang mau len thung chi de khoi lay nham"
THIRD = "ke do phu lieu theo mau de tim cho nhanh"


async def titles(one: Someone) -> set[str]:
    mine = select(initiative.c.title).where(initiative.c.author_id == one.person)
    return {row.title for row in rows(one.stage.store, mine)}


async def test_what_came_goes_and_what_was_filed_since_stays(store: Store, texts: Texts) -> None:
    """On both databases."""
    store.write_now(load_sample, date(2026, 11, 20), NOON.replace(hour=8))
    async with on_stage(store, texts) as stage:
        await parts_again(stage, Someone(stage, "zalo_bot", "lan-zalo"), Someone(stage, "telegram", "lan-tele"))


async def parts_again(stage: Stage, zalo: Someone, tele: Someone) -> None:
    await zalo.files()
    await tele.files(SECOND)
    give(stage.store, tele.person, "support")
    before, came = zalo.person, tele.person
    stage.now += timedelta(minutes=5)
    await joins(zalo, tele)
    await tele.files(THIRD)
    assert await titles(zalo) == {TITLE, SECOND, THIRD}
    await tele.says("NOITK", "Telegram, từ 20/11/2026")
    await tele.says("2", "Về lại đó: 1 sáng kiến", "1 vai", "Ở lại đây: bản nháp đang viết và 1 sáng kiến")
    await tele.says("0", "Không đổi gì")
    assert zalo.person == tele.person

    await parts(tele)
    assert (zalo.person, tele.person) == (before, came)
    assert await titles(zalo) == {TITLE, THIRD}
    assert await titles(tele) == {SECOND}
    assert "đã tách khỏi tài khoản này" in zalo.told[-1]
    assert len(rows(stage.store, select(role).where(role.c.person_id == came, role.c.revoked_at.is_(None)))) == 1
    await tele.files("gop y ve ghe ngoi may cho do dau lung")
    assert "Đồng ý" not in "".join(tele.told[-6:])  # the consent it had given went back with it
    await zalo.says("NOITK", "Mã nối tài khoản")  # nothing is joined any more


async def test_what_was_filled_in_is_empty_again(stage: Stage, zalo: Someone, tele: Someone) -> None:
    await zalo.says("alo")
    await tele.files()
    await tele.says("TATNHAC")
    await joins(zalo, tele)
    await zalo.says("DULIEU", "Tran Thi Lan")
    await parts(zalo)
    await zalo.says("DULIEU", "chưa lưu thông tin")
    (mine,) = rows(stage.store, select(person).where(person.c.id == zalo.person))
    assert (mine.name, mine.unit_id, mine.reminders) == (None, None, True)
    (theirs,) = rows(stage.store, select(person).where(person.c.id == tele.person))
    assert theirs.name == "Tran Thi Lan"
    assert theirs.unit_id is not None
    assert "đã tách" in tele.told[-1]


async def test_three_channels_part_one_after_the_other(
    stage: Stage, zalo: Someone, tele: Someone, page: Someone
) -> None:
    people = []
    for one in (zalo, tele, page):
        await one.says("alo")
        people.append(one.person)
    await joins(zalo, tele)
    await joins(page, zalo)
    assert {one.person for one in (zalo, tele, page)} == {page.person}
    await zalo.says("NOITK")
    await zalo.says("2", "Zalo, Telegram")
    await zalo.says("1", "Đã tách")
    assert zalo.person == tele.person != page.person
    await parts(zalo)
    assert [one.person for one in (zalo, tele, page)] == people


async def test_an_erased_person_is_erased_on_all_channels(stage: Stage, zalo: Someone, tele: Someone) -> None:
    await zalo.files()
    await tele.files(SECOND)
    await zalo.code()
    await joins(zalo, tele)
    await tele.says("xoadulieu")
    await tele.says("1", "Đã xóa")
    store = stage.store
    for table in (account, conversation, joined, join_code, web_receipt):
        mine = [row for row in rows(store, select(table)) if "lan-" in str(row)]
        assert mine == [], table.name
    assert rows(store, select(joined)) == []
    assert rows(store, select(person).where(person.c.name == "Tran Thi Lan")) == []
    assert rows(store, select(initiative).where(initiative.c.title.in_([TITLE, SECOND]))) == []
    mine = consent.c.channel.in_(("zalo_bot", "telegram"))
    assert rows(store, select(consent).where(mine, consent.c.withdrawn_at.is_(None))) == []
    left = [row for row in rows(store, select(outbox)) if "Tran Thi Lan" in str(row.payload)]
    assert left == []
    await zalo.says("XEM", "chưa nộp")


async def test_after_parting_only_the_own_half_is_erased(stage: Stage, zalo: Someone, tele: Someone) -> None:
    await zalo.files()
    await tele.files(SECOND)
    await joins(zalo, tele)
    await parts(tele)
    await tele.says("xoadulieu")
    await tele.says("1", "Đã xóa")
    assert await titles(zalo) == {TITLE}
    await zalo.says("XEM", "lam cu ga")


async def test_consent_withdrawn_is_withdrawn_on_both(stage: Stage, zalo: Someone, tele: Someone) -> None:
    await zalo.files()
    await tele.files(SECOND)
    await joins(zalo, tele)
    await zalo.says("rutdongy")
    await zalo.says("1")
    await tele.says("sk 4827", "Đồng ý")
    await tele.says("0")
    await parts(tele)
    await tele.says("sk 4827", "Đồng ý")


async def test_one_reminder_for_one_person(stage: Stage, zalo: Someone, tele: Someone) -> None:
    """And a page, which nobody may look at, is not where it goes."""
    await zalo.files()
    await tele.files(SECOND)
    page = Someone(stage, "web", "lan-page")
    await page.says("alo")
    await joins(zalo, tele)
    await joins(zalo, page)
    await page.says("XEM")  # seen last

    def meant(conn: Connection) -> list[audiences.Part]:
        unit, campaign = registry.unit_by_code(conn, "48"), registry.campaign_by_code(conn, "SANGKIEN")
        assert unit
        assert campaign
        open_ones = {one.name: (None, None) for one in stage.plan.reach}
        terms = broadcasts.terms(stage.now, ZoneInfo("Asia/Ho_Chi_Minh"), open_ones)
        return audiences.count(conn, Audience(campaign.id, unit.id, audiences.EVERYONE), terms)

    found = stage.store.read_now(meant)
    assert sum(one.number for one in found if one.channel in ("zalo_bot", "telegram")) == 1
    assert [one for one in found if one.channel == "web"] == []


async def test_a_joined_person_without_accounts_is_kept_as_long_as_it_is_joined(
    stage: Stage, zalo: Someone, tele: Someone
) -> None:
    await zalo.says("alo")
    await tele.says("alo")
    await joins(zalo, tele)
    later = stage.now + timedelta(days=90)
    stage.store.write_now(expiry.forget_strangers, later, 100)
    assert rows(stage.store, select(func.count()).select_from(joined))[0][0] == 1


def test_whatever_is_somebodys_moves_or_is_known_to_stay() -> None:
    """A new column that names a person must be put into one of the two."""
    stays = {  # what somebody once did, and what goes with the talk or the join itself
        *("audit.person_id", "chat.linked_by", "conversation.person_id", "drive.made_by"),
        *("invite.used_by", "join_code.person_id", "joined.kept_id", "joined.gone_id", "notice.posted_by"),
        *("notice_line.set_by", "offer.decided_by", "portal_report.entered_by", "preview.decided_by"),
        *("role.given_by", "role.revoked_by", "untold.told_by"),
    }
    named = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == "person" for key in column.foreign_keys)
    }
    assert named - stays == set(joining._MOVES) - {"untold.about_id"}  # which has no foreign key
