"""TOMTAT: the morning summary now, and its switch."""

from __future__ import annotations

from sqlalchemy import select

from bot.stage import PLAIN, Paper, Stage
from handlers.facts import House
from handlers.texts import Texts
from models.person import account
from models.queries import morning as mornings
from models.store import Store
from tests import ward
from tests.dialogue import Person


def wanted(stage: Stage, name: str) -> bool:
    whose = stage.store.read_now(lambda conn: conn.scalar(select(account.c.person_id).filter_by(external_id=name)))
    return stage.store.read_now(mornings.wants, whose)


async def test_a_worker_has_none(stage: Stage, minh: Person) -> None:
    await minh.says("tomtat", "dành cho cán bộ")


async def test_hoa_reads_it_and_switches_it_off_and_on(stage: Stage, hoa: Person) -> None:
    await hoa.says("Tóm tắt", "Nam Từ Liêm: hôm qua", "Chỉ tiêu", "Chưa có lượt nộp (", "1. Tắt tin buổi sáng")
    await hoa.says("tat tin buoi sang", "Đã tắt")
    assert not wanted(stage, "hoa")
    await hoa.says("TOMTAT", "Tin này đang tắt", "1. Bật tin buổi sáng")
    await hoa.says("0")
    assert not wanted(stage, "hoa")
    await hoa.says("/tomtat", "1. Bật")
    await hoa.says("1", "Đã bật")
    assert wanted(stage, "hoa")


async def test_an_runs_everything_and_hears_of_the_campaigns_unit(stage: Stage, an: Person) -> None:
    await an.says("tomtat", "lượt mới, tổng")


async def test_it_comes_in_the_morning_to_whoever_wants_it(stage: Stage, hoa: Person) -> None:
    await hoa.says("tomtat")
    await hoa.says("1", "Đã tắt")
    stage.now = stage.now.replace(hour=7, minute=29)
    before = {name: len(stage.channel.chats[name]) for name in ("hoa", "an", "minh", "lan")}
    await stage.tick()
    stage.now = stage.now.replace(hour=7, minute=30)
    await stage.tick()
    await stage.tick()
    got = {name: len(stage.channel.chats[name]) - count for name, count in before.items()}
    assert (got["hoa"], got["minh"], got["lan"]) == (0, 0, 0)
    assert got["an"] in (1, 2)
    assert all(len(shown.text) <= 320 for shown in stage.channel.chats["an"])


async def test_before_the_portals_first_numbers_no_unit_is_said_to_have_nothing(
    sqlite_store: Store, texts: Texts
) -> None:
    sqlite_store.write_now(ward.found)
    async with Stage(sqlite_store, ward.at(16, 9), house=House(), texts=texts, channel=Paper(PLAIN)) as stage:
        answer = await Person(stage, "hoa").says("tomtat", "Chưa có số nào từ Cổng.")
        assert "Chưa có lượt nộp" not in answer


async def test_of_the_portals_first_numbers_none_is_new(sqlite_store: Store, texts: Texts) -> None:
    sqlite_store.write_now(ward.found)
    async with Stage(sqlite_store, ward.at(17, 16, 34), house=House(), texts=texts, channel=Paper(PLAIN)) as stage:
        hoa = Person(stage, "hoa")
        await hoa.says("so cong 16h30\n" + ward.rows(ward.YESTERDAY), "tổng 977")
        stage.now = ward.at(18, 9)
        assert "lượt mới" not in await hoa.says("tomtat", "CĐ P. Từ Liêm: tổng 977.")
        stage.now = ward.at(18, 16, 34)
        await hoa.says("so cong 16h30\n" + ward.rows(ward.TODAY), "giảm 2")
        await hoa.says("1")
        stage.now = ward.at(19, 9)
        await hoa.says("tomtat", "CĐ P. Từ Liêm: hôm qua 40 lượt mới, tổng 1.015.")
