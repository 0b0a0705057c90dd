"""SOCONG left before every line was settled: what was not stored is named."""

from __future__ import annotations

import pytest

from bot.stage import Stage
from models.queries import portal, registry
from tests.dialogue import Person

UNITS = ("BV Từ Liêm", "In Tân Phú", "May Sao Mai", "Dược Hồng Hà", "Vận tải Bình An")


@pytest.fixture(autouse=True)
async def morning(hoa: Person) -> None:
    """This morning each unit had 20."""
    rows = "\n".join(f"{name} 20" for name in UNITS)
    await hoa.says(f"so cong 9h00\n{rows}", "5/5 đơn vị, tổng 100")


def total(stage: Stage, code: str) -> int:
    unit = stage.store.read_now(registry.unit_by_code, code)
    assert unit is not None
    return int(stage.store.read_now(portal.newest, 1, [unit.id])[unit.id].total)


async def test_a_number_that_waits_for_her_word_is_named_and_not_stored(stage: Stage, hoa: Person) -> None:
    await hoa.says("so cong 12h\nIn Tân Phú 1.000\nMay Sao Mai 24", "1/2 đơn vị", "In Tân Phú tăng 980")
    await hoa.says("2", "Số lũy kế đúng của In Tân Phú?")
    answer = await hoa.says("0", "vẫn được lưu.\nChưa ghi, còn chờ anh/chị xác nhận: In Tân Phú 1.000.")
    assert "chưa rõ" not in answer
    assert (total(stage, "4830"), total(stage, "4827")) == (20, 24)


async def test_a_line_of_no_known_unit_is_named(hoa: Person) -> None:
    await hoa.says("so cong 12h\nMay Sao Mai 24\ncty cdau dien 69", "1/2 đơn vị")
    answer = await hoa.says("0", "Chưa ghi, chưa rõ đơn vị: cty cdau dien 69.")
    assert "xác nhận" not in answer


async def test_of_many_lines_three_of_each_are_named(hoa: Person) -> None:
    leaps = "\n".join(f"{name} 9.000" for name in UNITS)
    unclear = "\n".join(f"cong ty khong co trong danh sach cua quan so {n}" for n in range(70, 75))
    await hoa.says(f"so cong 12h\n{leaps}\n{unclear}", "0/10 đơn vị")
    answer = await hoa.says("0", "xác nhận: BV Từ Liêm 9.000, In Tân Phú 9.000, May Sao Mai 9.000 và 2 dòng khác.")
    assert "chưa rõ đơn vị: cong ty khong co trong danh sach cua qu" in answer


async def test_all_of_it_settled_nothing_is_said(hoa: Person) -> None:
    await hoa.says("so cong", "")
    answer = await hoa.says("0", "Đã dừng.")
    assert "Chưa ghi" not in answer
