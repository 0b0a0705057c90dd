"""The menu of commands in one chat on Telegram: what a role may do, as long as it lasts, in its owner's language."""

from __future__ import annotations

import json

from sqlalchemy import Connection

from models.queries import invites
from scheduler.clock import system_clock
from tests.whole.house import AN, HOA, LAN, House, makes_officer, until
from tests.whole.people import Someone


def menu(house: House, who: int) -> dict[str, str]:
    """Command and description, as that chat shows them; empty where it shows what all chats do."""
    scope = json.dumps({"type": "chat", "chat_id": who}, sort_keys=True)
    return {row["command"]: row["description"] for row in house.server.commands.get((scope, ""), [])}


def _owner_code(conn: Connection) -> str:
    return invites.make(conn, kind="owner", unit_id=None, now=system_clock())


async def takes(house: House, an: Someone, code: str) -> None:
    await an.says(f"MA {code}", "[Đồng ý]")
    await an.says("1", "Họ và tên")
    await an.says("Lê Văn An", "quản trị toàn hệ thống")
    await an.says("1", "Đã ghi nhận")


async def test_it_comes_with_the_role_speaks_its_owners_language_and_goes_with_the_role(
    house: House, hoa: Someone
) -> None:
    an = house.someone(AN, "An")
    async with house.open() as running:
        await makes_officer(running, hoa)
        await until(lambda: "nhac" in menu(house, HOA))
        assert menu(house, HOA)["visao"] == "Vì sao con số này"
        assert "nhatky" not in menu(house, HOA)
        await takes(house, an, await running.store.write(_owner_code))
        await until(lambda: "nhatky" in menu(house, AN))
        assert list(menu(house, AN))[:2] == ["sk", "xem"]

        await hoa.says("EN", "English")
        await until(lambda: menu(house, HOA).get("visao") == "Why this number")

        await an.says("CANBO", "Nguyễn Thị Hoa")
        await an.says("2", "Nguyễn Thị Hoa: cán bộ")
        await an.presses("Thu hồi", "Thu hồi vai")
        await an.presses("Thu hồi", "Đã thu hồi")
        await until(lambda: not menu(house, HOA))
        assert menu(house, AN)


async def test_a_worker_has_the_menu_of_all(house: House, lan: Someone) -> None:
    async with house.open():
        await lan.registers()
        await lan.says("/start")
        await lan.says("EN", "English")
    assert menu(house, LAN) == {}


async def test_a_menu_that_telegram_refuses_harms_nothing_and_the_next_start_mends_it(
    house: House, hoa: Someone
) -> None:
    async with house.open() as running:
        await until(lambda: len(house.server.commands) == 6)
        house.server.fail("setMyCommands", "429", times=1, retry_after=60)
        await makes_officer(running, hoa)
        await hoa.says("XEM")
        assert menu(house, HOA) == {}
        await hoa.says("/start", "Nguyễn Thị Hoa")
        await until(lambda: "nhac" in menu(house, HOA))


async def test_who_is_erased_leaves_no_menu_behind(house: House, hoa: Someone) -> None:
    async with house.open() as running:
        await makes_officer(running, hoa)
        await until(lambda: "nhac" in menu(house, HOA))
        await hoa.says("XOADULIEU")
        await hoa.says("1", "Đã xóa")
        await until(lambda: not menu(house, HOA))
