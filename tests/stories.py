"""Stories that are the same on every channel. Who plays them holds a `Phone`; nothing here knows what it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol

TITLE = "lam cu ga may tui ao khong phai ve phan"
BODY = "truoc ve phan tung tui hay lech. gio dat vao cu may luon. nhanh hon 10 giay 1 ao, it phai thao"


class Phone(Protocol):
    """Somebody in a chat with the bot. `heard`: the messages of the bot so far."""

    said: int

    @property
    def heard(self) -> Sequence[Any]: ...

    async def says(self, text: str, *expected: str) -> str:
        """Type it; all that comes in answer. Each fragment must stand in it."""

    async def sends(self, kind: str = "photo", caption: str = "", *expected: str) -> str:
        """A picture with words under it."""


async def registers(lan: Phone) -> None:
    """Somebody nobody knows yet, from the poster to the first question."""
    await lan.says("sk 4827", "May Sao Mai", "họ tên, đơn vị", "/dl", "Đồng ý", "Không")
    await lan.says("1", "Họ và tên của anh/chị?")
    await lan.says("tran thi lan", "Anh/chị đã cải tiến việc gì?")


async def first_filing(lan: Phone) -> str:
    """Seven messages of hers and seven of the bot's; gives the code of the receipt."""
    await registers(lan)
    await lan.says(TITLE, "Trước đây làm thế nào, giờ làm thế nào, được lợi gì?")
    await lan.says(BODY, "Bắt đầu làm cách mới từ khi nào?", "Tuần này", "Chưa làm thử")
    await lan.says("2", f"• {TITLE}", "Áp dụng: tháng ", "Tran Thi Lan · May Sao Mai", "Nộp", "Sửa", "Bỏ")
    receipt = await lan.says("1", "Đã nhận. Mã sáng kiến: 48 27 ", "THEM", "XEM")
    assert (lan.said, len(lan.heard)) == (7, 7)
    return receipt.partition("Mã sáng kiến: ")[2].partition(".")[0]


async def next_filing(lan: Phone) -> None:
    """Four and four, with a picture."""
    said, heard = lan.said, len(lan.heard)
    await lan.says("sk dan bang mau len thung chi de khoi lay nham", "Tran Thi Lan (May Sao Mai)", "Trước thế nào")
    await lan.sends("photo", "truoc hay lay nham mau phai thao ra. gio nhin bang la biet", "Bắt đầu làm")
    await lan.says("1", "1 ảnh", "dan bang mau")
    await lan.says("1", "Đã nhận. Mã sáng kiến: 48 27 ")
    assert (lan.said - said, len(lan.heard) - heard) == (4, 4)


async def links_a_group(hoa: Phone, in_group: Phone) -> None:
    """An officer gets a code in private and types it in the group; then the group has its board and its notice."""
    await hoa.says("GANNHOM", "Gắn một nhóm với đơn vị nào?")
    answer = await hoa.says("1", "Mã gắn nhóm: ")
    code = re.findall(r"Mã gắn nhóm: (\w+)", answer)[0]
    await in_group.says("gannhom SAIMA234", "không đúng")
    await in_group.says(f"gannhom {code.lower()}", "Đã gắn nhóm với", "17:00")
    await in_group.says("ketqua", "Tổng")
    await in_group.says("sk 4827", "nhắn riêng cho")
    await in_group.says("gio 9h30", "09:30")
    await in_group.says("dang", "Kết quả sáng kiến")
