"""Finding one's unit: without accents, abbreviated, misspelt, in part; never free text as a unit."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.stage import Stage
from models.person import person, request
from tests.dialogue import Person


async def asked_for_unit(stage: Stage) -> Person:
    worker = Person(stage, "tho-moi")
    await worker.says("sk")
    await worker.says("ok")
    await worker.says("pham van nam", "công ty, đơn vị nào")
    return worker


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("4827", "May Sao Mai"),
        ("stanley", "Stanley"),
        ("NTL", "Nam Từ Liêm"),
        ("ldld bac tu liem", "Bắc Từ Liêm"),
        ("LĐLĐ quận Nam Từ Liêm", "Nam Từ Liêm"),
        ("cty may sao mai", "May Sao Mai"),
        ("MAY SAO MAI", "May Sao Mai"),
    ],
)
async def test_a_name_typed_somehow_is_the_unit(stage: Stage, typed: str, found: str) -> None:
    worker = await asked_for_unit(stage)
    await worker.says(typed)
    if "1. " in worker.last:  # offered, best first
        assert found in worker.last.split("2. ")[0]
        await worker.says("1")
    await worker.says("lam cu ga may tui ao khong phai ve phan")
    await worker.says("truoc ve phan tung tui hay lech. gio dat vao cu may luon, nhanh hon")
    await worker.says("2", found)


async def test_two_that_sound_alike_are_offered_with_their_parents(stage: Stage) -> None:
    worker = await asked_for_unit(stage)
    answer = await worker.says("may sao", "May Sao Mai", "May Sao Vàng", "Không có ở đây")
    assert answer.count("(") >= 2
    await worker.says("may sao vang", "cải tiến việc gì")


async def test_a_typing_error_is_forgiven(stage: Stage) -> None:
    worker = await asked_for_unit(stage)
    await worker.says("may sao mia", "May Sao Mai")


async def test_a_wrong_code_is_told(stage: Stage) -> None:
    worker = await asked_for_unit(stage)
    await worker.says("9999", "Không có đơn vị mang mã 9999", "gõ tên đơn vị")
    await worker.says("4827", "cải tiến việc gì")


async def test_a_wrong_code_with_sk_is_told_with_both_ways_on(stage: Stage) -> None:
    worker = Person(stage, "tho-moi")
    await worker.says("sk 9999", "Không có đơn vị mang mã 9999", "SK")


async def test_not_in_the_list_goes_to_an_officer_and_the_draft_is_kept(stage: Stage) -> None:
    worker = await asked_for_unit(stage)
    await worker.says("xuong duc dong ong sau", "Không có ở đây")
    await worker.says("1" if "1. Không có" in worker.last else "khong co o day", "nhờ cán bộ", "cải tiến việc gì")
    await worker.says("khuon cat xop dung lai duoc nhieu lan")
    await worker.says("truoc moi khuon dung mot lan. gio dung muoi lan, do ton xop")
    await worker.says("2", "chưa có trong danh sách", "được giữ")
    rows = stage.store.read_now(lambda conn: conn.execute(select(request.c.kind, request.c.words)).all())
    assert ("unit", "xuong duc dong ong sau") in rows
    assert (
        stage.store.read_now(
            lambda c: c.execute(select(person.c.unit_id).where(person.c.name == "Pham Van Nam")).scalar_one()
        )
        is None
    )
    await worker.says("1", "công ty, đơn vị nào")
    await worker.says("may sao mai", "Anh/chị xem lại")
    await worker.says("1", "Đã nhận")


async def test_the_link_of_a_poster_fills_in_the_unit(stage: Stage) -> None:
    worker = Person(stage, "tho-moi")
    await worker.starts("4827", "May Sao Mai", "1. Đồng ý")


async def test_the_code_alone_from_a_poster_is_enough(stage: Stage) -> None:
    worker = Person(stage, "tho-moi")
    await worker.says("4827", "May Sao Mai", "1. Đồng ý")
