"""NHAC: Hoa composes a reminder, sees who gets it, tries it on herself, and confirms by typing the number."""

from __future__ import annotations

import pytest

from bot.stage import Stage
from tests.dialogue import Person

async def test_x(hoa: Person, stage: Stage, minh: Person) -> None:
    print(await hoa.says("nhac"))
    print(await hoa.says("1"))
    print(await hoa.says("1"))
    print(await hoa.says("{don_vi} còn thiếu {con_thieu} sáng kiến, còn {con_ngay} ngày. Chị {ten} nhé."))
    print(await hoa.says("1"))
    print(await hoa.says("2"))
    print(await hoa.says("2"))
    print(await hoa.says("2.0"))
    assert 0
