"""A reminder with a picture over Telegram: tried on oneself exactly as its recipients get it."""

from __future__ import annotations

from tests.whole.house import HOA, LAN, House, makes_officer
from tests.whole.people import JPEG, Someone


async def test_the_picture_really_goes_out(house: House, lan: Someone, hoa: Someone) -> None:
    async with house.open() as running:
        await makes_officer(running, hoa)
        await lan.files()
        await hoa.says("nhac", "Nhắc người của đơn vị nào?")
        await hoa.presses("Cả Nam Từ Liêm", "Nhắc ai")
        await hoa.presses("Mọi người", "Viết tin nhắc")
        house.server.photo(HOA, JPEG)
        await hoa.reads("Đã nhận ảnh")
        house.server.say(HOA, "{ten} nhớ nộp sáng kiến trước thứ Sáu nhé")
        while not (await hoa.reads()).get("reply_markup"):  # what is long comes in two messages
            pass
        await hoa.presses("Gửi thử cho tôi", "Đã gửi thử")
        tried = await hoa.reads("Nguyễn Thị Hoa nhớ nộp sáng kiến trước thứ Sáu nhé\nTắt nhắc: TATNHAC")
        assert tried["photo"][-1]["file_id"] in house.server.files
        assert house.server.files[tried["photo"][-1]["file_id"]]["data"] == JPEG
        assert house.server.sent(LAN)[-1].get("photo") is None  # nobody else got it
