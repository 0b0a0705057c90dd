"""The filing page over real HTTP on the whole bot: what is refused first, then Lan's and Minh's filings."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, FormData
from sqlalchemy import Connection, func, select

from models.chat import inbound, outbox
from models.initiative import evidence, initiative
from models.person import account, conversation, person
from models.web import web_receipt
from tests.web.filing_house import LAN, PNG, FilingHouse, Phone, files, filing_house, phone

TABLES = (account, person, conversation, inbound, outbox, initiative)


@pytest.fixture
async def house(registry: Path, tmp_path: Path) -> AsyncIterator[FilingHouse]:
    url = f"sqlite:///{shutil.copyfile(registry, tmp_path / 'web.db')}"
    async with filing_house(url, tmp_path) as running:
        yield running


@pytest.fixture
async def lan(house: FilingHouse) -> AsyncIterator[Phone]:
    async with phone(house) as hers:
        yield hers


@pytest.fixture
async def minh(house: FilingHouse) -> AsyncIterator[Phone]:
    async with phone(house) as his:
        yield his


async def rows(house: FilingHouse, table: Any) -> list[Any]:
    return await house.running.store.read(lambda conn: list(conn.execute(select(table).order_by(*table.primary_key))))


async def counted(house: FilingHouse) -> dict[str, int]:
    def count(conn: Connection) -> dict[str, int]:
        return {table.name: conn.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES}

    return await house.running.store.read(count)


def photos(house: FilingHouse) -> list[Path]:
    return sorted((house.folder / "media").rglob("*.png"))


# ---------------------------------------------------------------- what is refused


async def test_where_it_is_off_there_is_no_such_page(registry: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{shutil.copyfile(registry, tmp_path / 'off.db')}"
    more = {"public_filing": False, "telegram_token": "1:a", "telegram_api_url": "http://127.0.0.1:9"}
    async with filing_house(url, tmp_path, ("web",), **more) as off, ClientSession() as http:
        for path in ("/nop/4827", "/nop", "/tra", "/tra/ABCDEFGHJKMN"):
            async with http.get(off.url + path) as answer:
                assert answer.status == 404, path
            async with http.post(off.url + path, data={"text": "x"}) as answer:
                assert answer.status in (404, 405), path


async def test_looking_keeps_nothing(house: FilingHouse, lan: Phone) -> None:
    before = await counted(house)
    assert "Công ty May Sao Mai" in await lan.open("/nop/4827")
    await lan.open("/nop/4827?lang=en")
    assert "Start" in lan.page
    await lan.open("/tra")
    assert await counted(house) == before


@pytest.mark.parametrize("code", ["99999", "abc", "4827;--", "1234567890123"])
async def test_an_unknown_unit_gives_the_search(lan: Phone, code: str) -> None:
    await lan.open(f"/nop/{code}")
    assert lan.status == 404
    assert lan.problem.startswith("Không có đơn vị mang mã này")
    found = await lan.open("/nop?tim=may%20sao%20mai")
    assert lan.status == 200
    assert 'href="/nop/4827?lang=vi"' in found
    assert "Không thấy đơn vị nào" in await lan.open("/nop?tim=zzzzqqqq")
    assert found.count("<li>") <= 5


async def test_a_form_that_is_not_ours_is_not_taken(house: FilingHouse, lan: Phone, minh: Phone) -> None:
    before = await counted(house)
    await lan.open("/nop/4827")
    await minh.open("/nop/4827")
    house.later(seconds=5)
    for token in ("", "1.a.b", minh.token, re.sub(r"^\d", "2", lan.token)):
        await lan.posts({"do": "start"}, token=token)
        assert (lan.status, lan.problem[:24]) == (400, "Trang này mở đã lâu nên ")
    house.later(hours=25)
    await lan.does("start")
    assert lan.status == 400
    assert await counted(house) == before


async def test_another_site_cannot_post_for_her(house: FilingHouse, lan: Phone) -> None:
    await lan.open("/nop/4827")
    house.later(seconds=5)
    form = FormData(default_to_multipart=True)
    form.add_field("token", lan.token)
    form.add_field("do", "start")
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://la.example"}
    async with lan.http.post(f"{house.url}/nop/4827", data=form, headers=foreign) as answer:
        assert answer.status == 403
    assert (await counted(house))["account"] == 0


async def test_a_robot_is_not_taken(house: FilingHouse, lan: Phone) -> None:
    await lan.open("/nop/4827")
    await lan.does("start")  # at once
    assert lan.problem.startswith("Nhanh quá")
    house.later(seconds=5)
    await lan.posts({"do": "start", "website": "http://mua-re.example"})
    assert lan.problem.startswith("Có phần mềm")
    assert (await counted(house))["account"] == 0
    house.later(seconds=5)
    await lan.does("start")
    assert "Công đoàn xin lưu" in lan.newest()[0]


async def test_without_cookies_it_says_so_and_keeps_the_words(house: FilingHouse, lan: Phone) -> None:
    await lan.open("/nop/4827")
    house.later(seconds=5)
    lan.http.cookie_jar.clear()
    await lan.posts({"do": "start", "text": "lam cu ga"})
    assert lan.problem.startswith("Trình duyệt chưa nhận cookie")


async def test_nothing_typed_is_lost_on_an_error(house: FilingHouse, lan: Phone) -> None:
    await lan.starts()
    await lan.taps("Đồng ý")
    words = "truoc ve phan <b>tung tui</b> & hay lech " * 120
    await lan.says(words)
    assert (lan.status, lan.kept) == (413, words.strip())
    assert lan.problem.startswith("Dài quá 4000")
    await lan.sends(PNG + bytes(10 * 1024 * 1024), "anh cu ga")
    assert (lan.status, lan.kept) == (413, "anh cu ga")
    assert lan.problem.startswith("Ảnh lớn quá 10 MB")
    await lan.sends(b"MZ\x90\x00" * 50, "anh cu ga", "anh.png")
    assert (lan.status, lan.kept) == (415, "anh cu ga")
    await lan.says("")
    assert lan.problem.startswith("Chưa có gì để gửi")
    assert lan.newest() == ["Họ và tên của anh/chị?"]
    assert photos(house) == []


async def test_a_photo_before_the_consent_is_not_kept(house: FilingHouse, lan: Phone) -> None:
    await lan.starts()
    await lan.sends(PNG)
    assert lan.problem.startswith("Trả lời câu hỏi đồng ý trước")
    assert photos(house) == []


# ---------------------------------------------------------------- filing


async def test_lan_files_in_seven_messages_and_minh_his_second_in_four(
    house: FilingHouse, lan: Phone, minh: Phone
) -> None:
    receipt = await files(lan)
    assert "Đã nhận. Mã sáng kiến: 48 27 001." in lan.newest()[0]
    assert "Xem kết quả ở trang /tra bằng mã tra cứu" in lan.newest()[0]  # a page tells nobody anything
    assert "bot nhắn" not in lan.newest()[0]
    assert (lan.sent, lan.told) == (7, 7)
    assert len(receipt) == 14
    assert max(lan.pages) < 10_000
    (filed,) = await rows(house, initiative)
    assert (filed.title, filed.status) == ("lam cu ga may tui ao khong phai ve phan", "waiting")
    await lan.open("/nop/4827")
    assert lan.receipt == ""  # shown once
    assert receipt.replace("-", "") not in str(await rows(house, outbox)) + str(await rows(house, web_receipt))

    await files(minh)
    minh.sent = minh.told = 0
    await minh.says("sk dan bang mau len thung chi de khoi lay nham")
    await minh.sends(PNG, "truoc hay lay nham mau phai thao ra. gio nhin bang la biet")
    await minh.taps("Tuần này")
    await minh.taps("Nộp")
    assert (minh.sent, minh.told) == (4, 4)
    assert "Đã nhận. Mã sáng kiến: 48 27 003." in minh.newest()[0]
    (photo,) = await rows(house, evidence)
    assert [path.read_bytes() for path in photos(house)] == [PNG]
    assert photo.channel == "web"


async def test_the_cookie_is_kept_as_a_hash_and_is_no_use_to_scripts_and_other_sites(
    house: FilingHouse, lan: Phone
) -> None:
    await lan.starts()
    (cookie,) = [one for one in lan.http.cookie_jar if one.key == "nop"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    (stored,) = await rows(house, account)
    assert cookie.value not in str(stored)
    assert len(stored.external_id) == 64


async def test_under_https_the_cookie_is_for_https_only(registry: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{shutil.copyfile(registry, tmp_path / 'web.db')}"
    async with filing_house(url, tmp_path, public_url="https://sangkien.example.vn") as house, ClientSession() as http:
        here = house.url.replace("https://sangkien.example.vn", f"http://127.0.0.1:{house.port}")
        async with http.get(f"{here}/nop/4827") as answer:
            assert answer.cookies["nop"]["secure"]


async def test_a_form_sent_twice_is_one_answer_and_another_answer_from_the_same_page_another(
    house: FilingHouse, lan: Phone
) -> None:
    await lan.starts()
    await lan.taps("Đồng ý")
    old = lan.token
    await lan.says("tran thi lan")
    told = lan.newest()
    await lan.posts({"text": "tran thi lan"}, token=old)
    assert lan.newest() == told
    await lan.posts({"text": "lam cu ga may tui ao khong phai ve phan"}, token=old)
    assert "Trước đây làm thế nào" in lan.newest()[0]
    assert "tin thoại" not in lan.newest()[0]  # a page takes none


async def test_words_beside_a_tap_stay_in_the_box(house: FilingHouse, lan: Phone) -> None:
    await lan.starts()
    await lan.posts({"press": lan.buttons()["Đồng ý"], "text": "tran thi lan"})
    assert lan.newest() == ["Họ và tên của anh/chị?"]
    assert lan.kept == "tran thi lan"


async def test_two_who_wait_a_day_go_on_where_they_were(house: FilingHouse, lan: Phone) -> None:
    await lan.starts()
    for words in LAN[:3]:
        await lan.answers(words)
    house.later(hours=30)
    await lan.open("/nop/4827")
    await lan.says(LAN[3])
    assert "từ khi nào" in lan.newest()[0]


# ---------------------------------------------------------------- receipts


async def test_lan_looks_up_and_goes_on_with_her_draft_on_another_phone(house: FilingHouse, lan: Phone) -> None:
    receipt = await files(lan)
    await lan.does("new")
    await lan.says("dan bang mau len thung chi")
    async with phone(house) as other:
        await other.open(f"/tra?ma={receipt.lower()}")
        assert other.where == f"/tra/{receipt.replace('-', '')}"
        assert "48 27 001" in other.page
        assert "chờ" in other.page
        assert "dan bang mau len thung chi" in other.page
        house.later(seconds=5)
        await other.posts({})
        assert other.where == "/nop/4827"
        await other.does("start")
        assert "dan bang mau len thung chi" in other.newest()[0]
        people = {row.person_id for row in await rows(house, account)}
        assert len(people) == 1

        await other.does("leave")
        assert "Bắt đầu" in other.page
        await other.open("/nop/4827")
        assert "Bắt đầu" in other.page
    await lan.open("/nop/4827")
    assert lan.newest()


async def test_a_code_opens_nothing_by_another_sites_form(house: FilingHouse, lan: Phone) -> None:
    receipt = await files(lan)
    async with phone(house) as other:
        await other.open(f"/tra/{receipt}")
        await other.posts({}, token="1.a.b")
        assert other.status == 400
        assert len(await rows(house, account)) == 1


async def test_after_erasure_neither_cookie_nor_code_leads_anywhere(house: FilingHouse, lan: Phone) -> None:
    receipt = await files(lan)
    await lan.does("new")
    await lan.says("dan bang mau len thung chi")
    await lan.sends(PNG)
    await lan.says("xoadulieu")
    await lan.taps(next(label for label in lan.buttons() if label.startswith("Xóa")))
    await lan.open("/nop/4827")
    assert "Bắt đầu" in lan.page
    await lan.open(f"/tra/{receipt}")
    assert lan.status == 404
    assert await rows(house, web_receipt) == []
    assert photos(house) == []


async def test_a_browser_that_was_not_used_for_sixty_days_is_a_strangers(house: FilingHouse, lan: Phone) -> None:
    receipt = await files(lan)
    house.ahead += timedelta(days=61)
    await lan.starts()
    assert "Công đoàn xin lưu" in lan.newest()[0]
    assert len({row.person_id for row in await rows(house, account)}) == 2
    await lan.open(f"/tra/{receipt}")
    assert lan.status == 200


async def test_the_page_on_rights_tells_of_the_cookie(house: FilingHouse, lan: Phone) -> None:
    assert "một cookie để nhận ra trình duyệt" in await lan.open("/dl")


async def test_what_the_receipt_says_to_type_can_be_tapped(house: FilingHouse, lan: Phone) -> None:
    await files(lan)
    assert "nhắn THEM" in lan.newest()[0]
    assert "Thêm ảnh, người cùng làm" in lan.page
    await lan.does("add")
    assert lan.newest() == ["Bổ sung gì cho sáng kiến 48 27 001?"]
