"""How much the filing page takes within an hour, and that one phone cannot use up what is others'."""

from __future__ import annotations

import shutil
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from sqlalchemy import select

from models.web import web_count
from tests.web.filing_house import FilingHouse, files, filing_house, phone

PROXY = "X-Forwarded-For"


def opened(registry: Path, folder: Path, **more: Any) -> AbstractAsyncContextManager[FilingHouse]:
    """A house of its own; `more` are settings."""
    return filing_house(f"sqlite:///{shutil.copyfile(registry, folder / 'web.db')}", folder, **more)


async def starts(house: FilingHouse, address: str) -> tuple[int, str]:
    """Somebody who was never here begins, from this address."""
    async with phone(house, headers={PROXY: address}) as somebody:
        await somebody.starts()
        return somebody.status, somebody.problem


async def test_too_much_is_slowed_down_and_an_hour_later_goes_on(registry: Path, tmp_path: Path) -> None:
    async with opened(registry, tmp_path, filing_per_unit=2) as house:
        for _ in range(2):
            async with phone(house) as somebody:
                await somebody.starts()
                assert somebody.status == 200
        async with phone(house) as third:
            await third.starts()
            assert (third.status, third.problem[:19]) == (429, "Trong giờ này máy, ")
            assert "đợi sang giờ sau" in third.problem
            house.later(hours=1)
            await third.starts()
            assert "Công đoàn xin lưu" in third.newest()[0]
        stored = [
            row.name for row in await house.running.store.read(lambda conn: list(conn.execute(select(web_count))))
        ]
        assert stored
        assert not [name for name in stored if "127.0.0.1" in name]


async def test_a_phone_that_begins_again_and_again_shuts_nobody_else_out(registry: Path, tmp_path: Path) -> None:
    more = {"filing_per_unit": 5, "filing_starts_per_address": 2, "proxy_header": PROXY}
    async with opened(registry, tmp_path, **more) as house:
        statuses = [(await starts(house, "203.0.113.7"))[0] for _ in range(7)]
        assert statuses == [200, 200, *[429] * 5]
        for address in ("203.0.113.8", "203.0.113.9", "203.0.113.10"):  # the unit has three left
            assert await starts(house, address) == (200, "")
        assert (await starts(house, "203.0.113.11"))[0] == 429


async def test_a_browser_over_its_own_number_uses_up_nothing_of_its_wifi(registry: Path, tmp_path: Path) -> None:
    async with (
        opened(registry, tmp_path, filing_per_address=130) as house,
        phone(house) as lan,
        phone(house) as minh,
    ):
        await lan.starts()
        while lan.status != 429:
            await lan.says("")
        assert lan.sent == 121
        for _ in range(20):
            await lan.says("")
            assert lan.status == 429
        await minh.starts()
        assert "Công đoàn xin lưu" in minh.newest()[0]


async def test_the_header_of_a_proxy_counts_only_where_a_setting_names_it(registry: Path, tmp_path: Path) -> None:
    async with opened(registry, tmp_path, filing_per_address=2, proxy_header=PROXY) as house:
        for address, good in (("203.0.113.7", 200), ("203.0.113.7", 200), ("6.6.6.6, 203.0.113.7", 429)):
            assert (await starts(house, address))[0] == good
        assert (await starts(house, "203.0.113.8"))[0] == 200
    async with opened(registry, tmp_path, filing_per_address=1) as house:
        assert (await starts(house, "203.0.113.7"))[0] == 200
        status, problem = await starts(house, "203.0.113.9")  # all phones are the proxy's address
        assert (status, "máy, mạng hoặc đơn vị của anh/chị đã gửi quá nhiều" in problem) == (429, True)


async def test_too_many_wrong_codes_are_refused_and_the_right_one_still_opens(registry: Path, tmp_path: Path) -> None:
    async with (
        opened(registry, tmp_path, filing_wrong_codes=5) as house,
        phone(house) as guesser,
        phone(house) as lan,
    ):
        receipt = await files(lan)
        for number in range(5):
            await guesser.open(f"/tra/{number:012d}")
            assert guesser.status == 404
        assert guesser.problem.startswith("Không có mã tra cứu này. Kiểm tra")
        await guesser.open("/tra/999999999999")
        assert (guesser.status, "mã đúng thì vẫn mở được" in guesser.problem) == (429, True)
        await guesser.open(f"/tra/{receipt}")  # of the same wifi
        assert guesser.status == 200
        house.later(hours=1)
        await guesser.open("/tra/999999999999")
        assert guesser.status == 404
