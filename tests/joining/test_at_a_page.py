"""A page writes to nobody: what is said there waits until it is looked at; officers are told where they are called."""

from __future__ import annotations

from bot.stage import Stage
from tests.joining.conftest import Someone, joins
from tests.joining.test_joining import give


async def test_lan_at_a_page_and_an_officer_who_was_last_seen_at_one(stage: Stage, page: Someone) -> None:
    hoa, hers = Someone(stage, "telegram", "hoa-tele"), Someone(stage, "web", "hoa-page")
    await hoa.files()
    await hers.says("alo")
    await joins(hoa, hers)
    give(stage.store, hoa.person, "officer")
    await hers.says("XEM")  # where she was seen last
    await page.files()

    before = len(hers.told)
    await page.says("GIUP", "Đã báo Tổ hỗ trợ")
    assert "Tran Thi Lan" in hoa.told[-1]
    assert len(hers.told) == before
    await hers.says("YEUCAU", "dành cho cán bộ")

    for text in ("YEUCAU", "1", "2", "Chị gửi thêm ảnh nhé"):
        await hoa.says(text)
    assert "Chị gửi thêm ảnh nhé" in page.told[-1]  # it stands on her page
    await page.says("THEM", "Bổ sung")
