"""CHITIET: Hoa reads what the notice leaves out."""

from __future__ import annotations

import pytest

from bot.stage import Stage
from tests.dialogue import Person


@pytest.mark.parametrize("words", ["chitiet", "Chi tiết", "/chitiet"])
async def test_it_is_for_officers(minh: Person, words: str) -> None:
    await minh.says(words, "dành cho cán bộ")


async def test_in_a_group_it_is_left_alone(stage: Stage) -> None:
    assert await Person(stage, "hoa", "nhom-can-bo").says("chi tiết") == ""


async def test_hoa_reads_what_the_notice_leaves_out(hoa: Person) -> None:
    answer = await hoa.says(
        "Chi tiết",
        "Kết quả sáng kiến chi tiết, thứ Sáu 20/11/2026",
        "(lượt nộp qua bot, tính đến 12h20 ngày 20/11/2026)",
        " lượt nộp: hợp lệ 0 · chờ thẩm định ",
        " · không đạt, trùng 0 · đã rút 0",
        "Người đăng ký: ",
        "Giữ nhịp 7 ngày qua, đến ",
        "Ngày nhiều nhất: ",
        "Trong LĐLĐ TP Hà Nội: thứ ",
        " về số người",
        "Đơn vị cơ sở: ",
        "Theo số tác giả: 1. ",
        "Lượt nộp trên 100 đoàn viên: ",
        "Đoàn viên có sáng kiến: ",
    )
    assert "100,0%" not in answer
