"""Notices that officers bring out, on both databases: frozen once, shown once, posted once."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from handlers.kinds import CLOSING, DRIVE, FOR_GROUPS, MILESTONE, WEEKLY
from models.chat import chat, offer
from models.person import account
from models.queries import drives, offers
from models.queries.drives import NewDrive
from models.queries.rows import AnyRow
from models.store import Store
from scheduler import kinds
from scheduler.offers import post, run
from scheduler.press import Press
from tests.scheduler.district import SAO_MAI, TAN_PHU, WARD, District, at, found
from tests.scheduler.post import only
from tests.scheduler.test_preview import PRESS, to_hoa, with_hoa, work

MORNING = at(23, 8)


@pytest.fixture
def district(store: Store) -> District:
    return with_hoa(found(store))


def offered(district: District) -> list[Any]:
    return list(district.run(lambda conn: conn.execute(offer.select().order_by(offer.c.notice_id)).all()))


def bring_out(district: District, store: Store | None = None, press: Press = PRESS) -> list[bool]:
    """As an officer's choice does, for all there is."""
    rows: list[AnyRow] = (store or district.store).read_now(offers.since, at(1, 0))
    return [(store or district.store).write_now(post, row, MORNING, press) for row in rows]


# ---------------------------------------------------------------- which


async def test_every_kind_reaches_groups_the_bot_is_not_in_and_those_that_must_approve(district: District) -> None:
    """On Monday a phase is over, a drive goes on, and the first filing has come."""
    district.phase("Giai đoạn 1", at(1, 0).date(), at(22, 0).date())
    named = (district.campaign, WARD, "Cao điểm", at(20, 0).date(), at(30, 0).date(), 20)
    district.run(drives.start, NewDrive(*named, made_by=district.lan, made_at=at(19, 9)))
    district.file(SAO_MAI, at(23, 7, 50))
    wanted = {kind: kind != "daily" for kind in FOR_GROUPS}
    by_hand, asking = district.group(channel="hand", kinds=wanted), district.group(kinds=wanted, approval=True)
    await work(district.store, MORNING).post_notices()
    both = Counter((row.chat_id, row.kind) for row in district.notices())
    assert both == Counter((one, kind) for one in (by_hand, asking) for kind in (WEEKLY, DRIVE, CLOSING, "m:1"))
    assert all(row.text and row.posted_by is None for row in district.notices())
    assert len(to_hoa(district)) == len(district.sent()) == 8 * 2  # card and words, none for a group
    cards = [row.payload["text"].partition(" ở tin dưới")[0].partition(" cho nhóm")[0] for row in to_hoa(district)[::2]]
    named = ("Bản tin tuần", "Bản tin đợt cao điểm", "Báo cáo tổng kết", "Tin cột mốc")
    assert Counter(cards) == Counter(named * 2)
    assert {row.closes for row in offered(district)} == {at(24, 12)}
    assert {row.not_after for row in district.sent()} == {at(24, 12)}


async def test_what_a_group_switched_off_is_not_offered(district: District) -> None:
    district.group(channel="hand", kinds=only(MILESTONE))
    assert await work(district.store, MORNING).post_notices() == 0
    assert district.notices() == []


async def test_without_an_officer_who_can_be_reached_it_stays_due(district: District) -> None:
    district.group(channel="hand", kinds=only(WEEKLY))
    away = update(account).values(reachable=False)
    district.run(lambda conn: conn.execute(away))
    assert await work(district.store, MORNING).post_notices() == 0
    assert district.notices() == []
    district.run(lambda conn: conn.execute(away.values(reachable=True)))
    assert await work(district.store, at(23, 8, 1)).post_notices() == 2


async def test_a_setting_changed_since_the_look_holds(district: District) -> None:
    """What was due by the clock must now be approved, and the other way round."""
    group = district.group(kinds=only(WEEKLY))
    (item,) = district.run(kinds.due, MORNING)
    asks = update(chat).where(chat.c.id == group)
    district.run(lambda conn: conn.execute(asks.values(approval=True)))
    assert district.run(kinds.post_due, item, MORNING, PRESS).why == "held"
    items = district.run(kinds.due, MORNING)
    district.run(lambda conn: conn.execute(asks.values(approval=False)))
    assert district.run(run, items, MORNING, PRESS) == 0
    assert district.notices() == []


# ---------------------------------------------------------------- one card for several groups


async def test_groups_with_equal_words_share_a_card_others_have_their_own(district: District) -> None:
    for more in ({}, {}, {"channel": "webchat", "approval": True}, {"language": "en"}, {"unit_id": SAO_MAI}):
        district.group(**{"channel": "hand", "kinds": only(WEEKLY)} | more)
    await work(district.store, MORNING).post_notices()
    assert [(row.notice_id, row.shown_with) for row in offered(district)] == [(1, 1), (2, 1), (3, 3), (4, 4), (5, 5)]
    assert len(to_hoa(district)) == 4 * 2


async def test_one_groups_failure_holds_back_no_other(district: District) -> None:
    """Of two groups of the unit one has a language nobody speaks and a channel whose messages are too short."""
    with_hoa(district, "Đỗ Văn Bình", "binh", unit_id=TAN_PHU, channel="zalo")
    bad, good = (district.group(channel="hand", kinds=only(WEEKLY), unit_id=unit) for unit in (TAN_PHU, WARD))
    press = Press(PRESS.texts, {"webchat": 4096, "zalo": 10}, PRESS.house)  # no text can be split so small
    with capture_logs() as logs:
        assert await work(district.store, MORNING, press).post_notices() == 2
    assert [(line["event"], line["chat"]) for line in logs] == [("offer.failed", bad), ("offer.shown", good)]
    assert [row.chat_id for row in district.notices()] == [good]


# ---------------------------------------------------------------- once


async def test_posted_once_with_its_picture_where_the_channel_has_pictures(district: District) -> None:
    district.group(kinds=only(CLOSING), approval=True)
    district.phase("Giai đoạn 1", at(1, 0).date(), at(22, 0).date())
    district.file(SAO_MAI, at(20, 9), 3)
    pictured = replace(PRESS, pictures=("webchat",))
    assert await work(district.store, MORNING, pictured).post_notices() == 3
    assert bring_out(district, press=pictured) == bring_out(district, press=pictured) == [True]
    words, drawn = [row for row in district.sent() if row.is_group]
    (frozen,) = district.notices()
    assert words.payload["text"] == frozen.text == to_hoa(district)[1].payload["text"]
    assert drawn.payload["media"] == to_hoa(district)[2].payload["media"]
    assert drawn.payload["media"][0]["ref"] == f"picture:{frozen.id}:officers:vi"


async def test_two_processes_freeze_and_show_each_once_and_two_officers_post_each_once(postgres_store: Store) -> None:
    district = with_hoa(with_hoa(found(postgres_store)), "Đỗ Văn Bình", "binh")
    groups = [district.group(kinds=only(WEEKLY), approval=True) for _ in range(6)]
    other = Store.open(postgres_store.url)
    try:
        runs = (work(store, MORNING).post_notices() for store in (postgres_store, other) * 2)
        assert sum(await asyncio.gather(*runs)) == 2 * 2  # two officers, card and words
        assert sorted(row.chat_id for row in district.notices()) == groups
        assert {row.shown_with for row in offered(district)} == {offered(district)[0].notice_id}
        threads = [threading.Thread(target=bring_out, args=(district, store)) for store in (postgres_store, other) * 2]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        other.close()
    assert Counter(row.chat for row in district.sent() if row.is_group) == Counter(
        row.external_id for row in district.rows(chat)
    )
