"""Previews on both databases: made once whatever processes there are, and a press or the clock posts one notice."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from structlog.testing import capture_logs

from bot.channels import Outgoing
from bot.channels.text import LOCAL_FILE
from bot.notice_pictures import NoticePictures
from bot.pictures import Pictures
from handlers.facts import House
from handlers.talk import Media, State
from handlers.texts import Texts
from models.chat import notice, outbox, preview
from models.person import account, conversation, person
from models.queries import erasure, people, previews
from models.queries.previews import About
from models.store import Store
from scheduler import kinds, preview_due
from scheduler.jobs import Work
from scheduler.press import Press
from scheduler.preview import PreviewDesk
from scheduler.preview import run as show
from tests.scheduler.district import SAO_MAI, WARD, District, at, found

TEXTS = Texts.load()
PRESS = Press(TEXTS, {"webchat": 4096}, House())
DAY = date(2026, 11, 20)


@pytest.fixture
def district(store: Store) -> District:
    return with_hoa(found(store))


def with_hoa(
    district: District,
    name: str = "Nguyễn Thị Hoa",
    external_id: str = "hoa",
    *,
    unit_id: int = WARD,
    channel: str = "webchat",
) -> District:
    """An officer who can be reached, of the ward."""
    hoa = district.insert(person, name=name, created_at=at(1, 8))
    here = {"channel": channel, "external_id": external_id, "chat": external_id, "last_seen": at(1, 8)}
    district.insert(account, person_id=hoa, **here)
    talk = {"person_id": hoa, "state": State().to_json(), "updated_at": at(1, 8)}
    district.run(lambda conn: conn.execute(insert(conversation), talk))
    district.run(people.give_role, hoa, "officer", unit_id, at(1, 8))
    return district


def work(store: Store, now: datetime, press: Press = PRESS) -> Work:
    return Work(store, lambda: now, lambda: None, press, draft_days=30)


def to_hoa(district: District) -> list[Any]:
    return [row for row in district.sent() if row.chat == "hoa"]


def officer(district: District) -> int:
    return int(district.run(lambda conn: conn.execute(select(account.c.person_id)).scalars().first()))


def approve(district: District, chat_id: int) -> About:
    about = About(district.campaign, chat_id, DAY)
    district.run(previews.decide, about, status=previews.APPROVED, by=officer(district), at=at(20, 16, 50))
    return about


# ---------------------------------------------------------------- once


async def test_a_preview_is_made_once_and_survives_a_restart(district: District) -> None:
    group = district.group()
    district.file(SAO_MAI, at(20, 9))
    assert await work(district.store, at(20, 16, 44)).each_minute() == 0
    assert await work(district.store, at(20, 16, 45)).each_minute() == 2
    assert await work(district.store, at(20, 16, 46)).each_minute() == 0
    card, text = to_hoa(district)
    assert card.payload["choices"][0][0] == "Đăng đúng giờ"
    assert (card.is_group, card.not_after, card.person_id) == (False, at(21, 0), officer(district))
    approve(district, group)
    again = Store.open(district.store.url)  # the process that comes after
    try:
        assert await work(again, at(20, 17)).each_minute() == 1
    finally:
        again.close()
    (posted,) = district.notices()
    assert posted.text == text.payload["text"]
    assert posted.numbers == district.rows(preview)[0].numbers
    assert posted.cut_at == at(20, 16, 45)


async def test_the_talk_knows_the_card_so_that_a_number_answers_it(district: District) -> None:
    group = district.group()
    await work(district.store, at(20, 16, 45)).each_minute()
    (talk,) = district.run(lambda conn: conn.execute(select(conversation)).all())
    assert talk.state["card"] == f"preview:{district.campaign}.{group}.20261120.1"
    assert [key for key, _, _ in talk.state["offered"]] == ["time", "now", "fix", "leave"]
    assert talk.updated_at == at(1, 8)  # Hoa has said nothing


async def test_one_groups_failure_does_not_hold_back_the_others(district: District) -> None:
    with_hoa(district, "Đỗ Văn Bình", "binh", unit_id=SAO_MAI, channel="zalo")
    bad, good = district.group(unit_id=SAO_MAI), district.group()
    press = Press(TEXTS, {"webchat": 4096, "zalo": 10}, House())  # no text can be split so small
    with capture_logs() as logs:
        assert await work(district.store, at(20, 16, 45), press).show_previews() == 2
    assert [(line["event"], line["chat"]) for line in logs] == [("preview.failed", bad), ("preview.shown", good)]
    assert [row.chat_id for row in district.rows(preview)] == [good]


async def test_two_processes_show_each_preview_once(postgres_store: Store) -> None:
    district = with_hoa(with_hoa(found(postgres_store)), "Đỗ Văn Bình", "binh")
    groups = [district.group() for _ in range(8)]
    other = Store.open(postgres_store.url)
    now = at(20, 16, 45)
    try:
        shown = await asyncio.gather(*(work(store, now).show_previews() for store in (postgres_store, other) * 2))
    finally:
        other.close()
    assert sum(shown) == 2 * 2  # two officers, card and text: all groups get the same
    first, *others = district.rows(preview)
    assert sorted(row.chat_id for row in (first, *others)) == groups
    assert {row.shown_with for row in others} == {first.id}
    assert len(district.sent()) == 4


def test_now_pressed_twice_and_the_clock_at_the_same_moment_make_one_notice(postgres_store: Store) -> None:
    district = with_hoa(found(postgres_store))
    groups = [district.group() for _ in range(6)]
    hoa, now = officer(district), at(20, 17)
    asyncio.run(work(postgres_store, at(20, 16, 45)).each_minute())
    stores = [postgres_store, *(Store.open(postgres_store.url) for _ in range(3))]
    failed: list[BaseException] = []

    def presses(store: Store) -> Callable[[], None]:
        def run() -> None:
            for group in groups:
                store.write_now(PreviewDesk(PRESS).post, About(district.campaign, group, DAY), now, hoa)

        return run

    def ticks(store: Store) -> Callable[[], None]:
        def run() -> None:
            for item in store.read_now(kinds.due, now):
                store.write_now(kinds.post_due, item, now, PRESS)

        return run

    def guarded(run: Callable[[], None]) -> None:
        try:
            run()
        except BaseException as error:  # told below
            failed.append(error)

    jobs = [presses(stores[0]), presses(stores[1]), ticks(stores[2]), ticks(stores[3])]
    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores[1:]:
        store.close()
    assert failed == []
    assert sorted(row.chat_id for row in district.notices()) == groups
    assert len([row for row in district.sent() if row.is_group]) == len(groups)


# ---------------------------------------------------------------- decided in the meantime


async def test_what_is_skipped_between_the_look_and_the_post_is_not_posted(district: District) -> None:
    group = district.group()
    await work(district.store, at(20, 16, 45)).each_minute()
    (item,) = district.run(kinds.due, at(20, 17))
    about = About(district.campaign, group, DAY)
    district.run(previews.decide, about, status=previews.SKIPPED, by=officer(district), at=at(20, 16, 59))
    assert district.run(kinds.post_due, item, at(20, 17), PRESS).why == "held"
    assert district.notices() == []


async def test_what_is_approved_between_the_look_and_the_post_is_posted_as_shown(district: District) -> None:
    group = district.group()
    await work(district.store, at(20, 16, 45)).each_minute()
    district.file(SAO_MAI, at(20, 16, 50))
    (item,) = district.run(kinds.due, at(20, 17))
    approve(district, group)
    district.run(kinds.post_due, item, at(20, 17), PRESS)
    (posted,) = district.notices()
    assert (posted.cut_at, posted.numbers["filed"]) == (at(20, 16, 45), 0)


async def test_a_step_that_another_process_has_done_does_nothing(district: District) -> None:
    district.group(approval=True)
    steps = district.run(preview_due.due, at(20, 16, 45))
    assert [step.what for step in steps] == ["show"]
    one = work(district.store, at(20, 16, 45))
    assert await one.show_previews() == 2
    assert district.run(show, steps, at(20, 16, 45), PRESS) == 0
    late = district.run(preview_due.due, at(20, 17))
    assert [step.what for step in late] == ["remind"]
    assert district.run(show, late, at(20, 17), PRESS) == 1
    assert district.run(show, late, at(20, 17), PRESS) == 0


# ---------------------------------------------------------------- groups of no channel, channels that are off


async def test_nothing_is_ever_queued_for_a_group_that_is_posted_to_by_hand(district: District) -> None:
    group = district.group(channel="hand")
    for hour, minute in ((16, 45), (17, 0), (19, 0), (23, 0)):
        await work(district.store, at(20, hour, minute)).each_minute()
    assert {row.channel for row in district.sent()} == {"webchat"}
    assert [len(row.payload["choices"]) for row in to_hoa(district)] == [3, 0, 3]  # card, text, reminder
    about, hoa = About(district.campaign, group, DAY), officer(district)
    assert district.run(PreviewDesk(PRESS).post, about, at(20, 20), hoa)
    assert not district.run(PreviewDesk(PRESS).post, about, at(20, 20), hoa)
    assert [row.chat_id for row in district.notices()] == [group]
    assert {row.channel for row in district.sent()} == {"webchat"}


async def test_no_preview_is_made_where_no_channel_of_an_officer_is_on(district: District) -> None:
    district.group()
    off = Press(TEXTS, {"telegram": 4096}, House())
    assert await work(district.store, at(20, 16, 45), off).show_previews() == 0
    assert district.rows(preview) == []


# ---------------------------------------------------------------- pictures, erasure


async def test_the_picture_follows_where_the_channel_carries_one(district: District, tmp_path: Path) -> None:
    group = district.group()
    district.file(SAO_MAI, at(20, 9), 2)
    pictured = replace(PRESS, pictures=("webchat",))
    assert await work(district.store, at(20, 16, 45), pictured).show_previews() == 3
    shown = to_hoa(district)[-1].payload["media"][0]
    (row,) = district.rows(preview)
    assert shown["ref"] == f"preview:{row.id}:officers:vi"
    drawing = Pictures(tmp_path)
    media = (Media("photo", shown["ref"]),)
    drawn = await NoticePictures(district.store, TEXTS, drawing).prepare(Outgoing("hoa", "", media=media))
    await drawing.close()
    assert Path(drawn.media[0].ref.removeprefix(LOCAL_FILE)).read_bytes().startswith(b"\x89PNG")
    approve(district, group)
    await work(district.store, at(20, 17), pictured).each_minute()
    (posted,) = district.notices()
    in_group = [row.payload["media"] for row in district.sent() if row.is_group]
    assert in_group[1][0]["ref"] == f"picture:{posted.id}:officers:vi"


async def test_an_officer_who_is_erased_leaves_the_decision_without_a_name(district: District) -> None:
    group = district.group()
    await work(district.store, at(20, 16, 45)).each_minute()
    about = approve(district, group)
    hoa = officer(district)
    district.run(erasure.forget, hoa, at(20, 16, 55))
    assert to_hoa(district) == []
    found_again = district.run(previews.find, about)
    assert (found_again.decider, found_again.status) == (None, "approved")
    assert await work(district.store, at(20, 17)).each_minute() == 1
    assert district.count(notice) == 1
    assert district.count(outbox) == 1
