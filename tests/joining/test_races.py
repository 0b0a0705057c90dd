"""Two at once on PostgreSQL: codes taken twice, each other's codes, filings and partings in the middle of a join."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import pytest
from sqlalchemy import select

from bot.channels import Incoming
from bot.registry.sample import load_sample
from bot.stage import Stage
from handlers.talk import Event, Pressed, Said
from handlers.texts import Texts
from models.initiative import initiative
from models.joining import joined
from models.person import account, conversation
from models.store import Store
from tests.joining.conftest import BODY, NOON, TITLE, Someone, on_stage, rows

ROUNDS = 4


@pytest.fixture
async def town(postgres_store: Store, texts: Texts) -> AsyncIterator[tuple[Stage, Stage]]:
    """Two processes over one database; they write on the same paper."""
    postgres_store.write_now(load_sample, date(2026, 11, 20), NOON.replace(hour=8))
    one, other = on_stage(postgres_store, texts), on_stage(postgres_store, texts)
    other.papers.update(one.papers)
    async with one, other:
        yield one, other


async def at_once(*turns: tuple[Stage, Someone, Event]) -> None:
    """Each does it in a process, at the same moment; then all that is to be said has been."""

    def done(who: Someone, event: Event) -> Incoming:
        return Incoming(who.channel, f"at-once-{who.account}-{event}"[-80:], who.account, who.account, False, event)

    await asyncio.gather(*(stage.parts.intake.deliver(done(who, event)) for stage, who, event in turns))
    for stage, _, _ in turns:
        await stage.settle()


def pair(stage: Stage, number: int) -> tuple[Someone, Someone]:
    return Someone(stage, "zalo_bot", f"z{number}"), Someone(stage, "telegram", f"t{number}")


def joins_of(store: Store) -> int:
    return len(rows(store, select(joined)))


def whole(store: Store) -> None:
    """Each account has a person whose talk there is."""
    found = select(account.c.id).outerjoin(conversation, conversation.c.person_id == account.c.person_id)
    assert rows(store, found.where(conversation.c.person_id.is_(None), account.c.channel != "webchat")) == []


async def test_of_two_who_take_one_code_one_is_joined(town: tuple[Stage, Stage]) -> None:
    one, other = town
    for number in range(ROUNDS):
        zalo, tele = pair(one, number)
        minh = Someone(one, "telegram", f"minh{number}")
        for who in (zalo, tele, minh):
            await who.says("alo")
        code = await zalo.code()
        await tele.says(f"NOITK {code}", "Nối tài khoản này")
        await minh.says(f"NOITK {code}", "Nối tài khoản này")
        await at_once((one, tele, Said("1")), (other, minh, Said("1")))
        assert joins_of(one.store) == number + 1
        assert (tele.person == zalo.person) != (minh.person == zalo.person)
    whole(one.store)


async def test_two_who_type_each_others_code_at_once_become_one(town: tuple[Stage, Stage]) -> None:
    one, other = town
    for number in range(ROUNDS):
        zalo, tele = pair(one, number)
        await zalo.files()
        await tele.files("dan bang mau len thung chi de khoi lay nham")
        hers, his = await zalo.code(), await tele.code()
        await zalo.says(f"NOITK {his}", "Nối tài khoản này")
        await tele.says(f"NOITK {hers}", "Nối tài khoản này")
        await at_once((one, tele, Said("1")), (other, zalo, Said("1")))
        assert zalo.person == tele.person
        mine = select(initiative.c.id).where(initiative.c.author_id == zalo.person)
        assert len(rows(one.store, mine)) == 2
        assert joins_of(one.store) == number + 1
    whole(one.store)


async def writes(one: Someone) -> None:
    """Up to the summary."""
    for text in ("sk 4827", "1", "tran thi lan", TITLE, BODY):
        await one.says(text)
    await one.says("2", "Anh/chị xem lại")


async def test_whoever_files_in_the_middle_of_a_join_has_filed_once(town: tuple[Stage, Stage]) -> None:
    one, other = town
    for number in range(ROUNDS):
        zalo, tele = pair(one, number)
        await tele.says("alo")
        code = await zalo.code()
        await writes(zalo)
        await tele.says(f"NOITK {code}", "Nối tài khoản này")
        await at_once((one, tele, Said("1")), (other, zalo, Said("1")))
        mine = select(initiative.c.id).where(initiative.c.author_id == zalo.person)
        if not rows(one.store, mine):  # the join was quicker: the draft waited, and is asked about again
            assert "xem lại" in zalo.told[-1]
            await zalo.says("1", "Đã nhận. Mã")
        assert zalo.person == tele.person
        assert len(rows(one.store, mine)) == 1
    whole(one.store)


async def test_what_the_joining_side_says_meanwhile_is_heard_by_the_one_person(town: tuple[Stage, Stage]) -> None:
    one, other = town
    for number in range(ROUNDS):
        zalo, tele = pair(one, number)
        await zalo.files()
        code = await zalo.code()
        await writes(tele)
        await tele.says(f"NOITK {code}", "Nối tài khoản này")
        yes = Pressed(f"c:join:{code.replace(' ', '')}:0:yes")
        await at_once((one, tele, yes), (other, tele, Said("DULIEU")))
        assert zalo.person == tele.person
        assert "Tran Thi Lan" in "".join(tele.told[-3:])
        await tele.says("SK", TITLE[:20])
        await tele.says("1", "Anh/chị xem lại")
        await tele.says("1", "Đã nhận. Mã")
    whole(one.store)


async def test_parting_while_the_other_side_writes_loses_no_word(town: tuple[Stage, Stage]) -> None:
    one, other = town
    for number in range(ROUNDS):
        zalo, tele = pair(one, number)
        for who in (zalo, tele):
            await who.files(f"{who.channel.replace('_', ' ')} {TITLE}")
        await tele.says(f"NOITK {await zalo.code()}")
        await tele.says("1", "Đã nối")
        await zalo.says("NOITK")
        await zalo.says("2", "Về lại đó")
        (join,) = rows(one.store, select(joined.c.id).where(joined.c.parted_at.is_(None)))
        await at_once((one, zalo, Pressed(f"c:part:{join.id}:0:yes")), (other, tele, Said("XEM")))
        assert zalo.person != tele.person
        assert "telegram" in "".join(tele.told[-3:])  # her own initiative, before or after
        for who in (zalo, tele):
            mine = select(initiative.c.id).where(initiative.c.author_id == who.person)
            assert len(rows(one.store, mine)) == 1
    whole(one.store)
