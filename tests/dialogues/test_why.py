"""VISAO in the chat: Hoa asks where a number comes from, and why nothing was posted (conversation.md §5c)."""

from __future__ import annotations

from bot.stage import Stage
from models.queries import chats, registry
from tests.dialogue import Person

OFFICERS = "nhom-can-bo"


async def post(stage: Stage, day: int, hour: int = 17) -> None:
    stage.now = stage.now.replace(day=day, hour=hour, minute=0)
    await Person(stage, "hoa", OFFICERS).says("dang")


async def test_a_worker_is_not_told_what_is_behind_the_figures(stage: Stage, minh: Person) -> None:
    await post(stage, 20)
    for words in ("visao 55", "Vì sao 4,2%", "visao", "/visao May Sao Mai"):
        await minh.says(words, "dành cho cán bộ")


async def test_in_a_group_it_is_for_the_private_chat_and_talk_is_left_alone(stage: Stage) -> None:
    hoa, lan = Person(stage, "hoa", OFFICERS), Person(stage, "lan", OFFICERS)
    await hoa.says("VISAO 4,2", "nhắn riêng cho bot")
    for who, words in ((hoa, "vì sao chị nghỉ"), (lan, "vi sao 4,2"), (lan, "vì sao")):
        assert await who.says(words) == ""


async def test_before_the_first_notice_there_is_nothing_to_explain(hoa: Person) -> None:
    await hoa.says("visao 55", "Chưa có bản tin nào")


async def test_hoa_asks_where_a_number_comes_from_and_gets_what_is_behind_it(stage: Stage, hoa: Person) -> None:
    await post(stage, 18)
    await post(stage, 19)
    await hoa.says("vi sao 99.999", "không có số 99.999")
    answer = await hoa.says("vì sao 4,2%", "4,2% = 55 : 1.300 (= 4,23%).", "giao xuống 14 đơn vị: 1.235")
    assert "LĐLĐ TP Hà Nội giao cả chương trình, áp dụng từ " in answer
    await hoa.says("1", "đúng lúc đăng bản tin")
    assert hoa.heard[-1].media[0].name == "so-lieu-48.xlsx"
    await hoa.says("VISAO May Sao Mai", "4,7% = 7 : 150 (= 4,67%).")
    await hoa.says("0", "Xong")


async def test_a_number_in_several_places_and_one_that_was_mistyped(stage: Stage, hoa: Person) -> None:
    await post(stage, 20)
    await hoa.says("visao 5,0", "Số 5,0 có ở 3 chỗ", "1. Điện Sao Việt: đạt 5,0%", "3. Mầm non Hoa Mai: đạt 5,0%")
    await hoa.says("2", "5,0% = 4 : 80.", "4: cộng dồn đến lúc chốt số")
    await hoa.says("visao 1330", "không có số 1330", "1. Chỉ tiêu 1.300: chỉ tiêu 1.300")
    await hoa.says("1", "1.300: LĐLĐ TP Hà Nội giao")


async def test_the_list_of_what_is_new_is_turned_page_by_page(stage: Stage, hoa: Person, minh: Person) -> None:
    await post(stage, 19)
    stage.now = stage.now.replace(day=20, hour=8)
    await minh.says("sk")
    for title in ("vai", "kim", "chi", "khuy", "mac", "hop"):
        await _files(stage, minh, f"xep {title} theo mau de khoi lan")
    await post(stage, 20)
    await hoa.says("visao +6", "1. Nam Từ Liêm: thay đổi +6   2. May Sao Mai: thay đổi +6")
    await hoa.says("1", "+6 so với hôm qua = 6 mới.", "Danh sách lượt mới hôm nay")
    await hoa.says("danh sach luot moi hom nay", "1–5 trong 6", "May Sao Mai: ", "1. Xem thêm")
    await hoa.says("1", "6–6 trong 6", "1. Danh sách bằng Excel")
    await hoa.says("1", "đúng lúc đăng bản tin")


async def _files(stage: Stage, minh: Person, title: str) -> None:
    await minh.says(f"sk {title}")
    await minh.says("truoc day hay lan, nay xep theo mau, moi ngay bot duoc nua gio cong")
    await minh.says("thang 9")
    await minh.says("1")
    stage.now = stage.now.replace(minute=stage.now.minute + 1)


async def test_why_nothing_was_sent_has_an_answer(stage: Stage, hoa: Person) -> None:
    await hoa.says("visao", "Nhóm 15 chủ tịch CĐCS – Nam Từ Liêm: chưa đến giờ đăng (17h00).", "DANG")
    stage.now = stage.now.replace(hour=17, minute=20)
    await hoa.says("Vì sao", "lịch đăng của bot không chạy")
    await stage.tick()
    answer = await hoa.says("visao", "Nam Từ Liêm: đã đăng 17h20, theo giờ hẹn.")
    assert "DANG" not in answer


async def test_the_buttons_of_an_answer_work_for_ever(button_stage: Stage) -> None:
    hoa = Person(button_stage, "hoa")
    await post(button_stage, 20)
    await hoa.says("visao 5,0", "[Điện Sao Việt: đạt 5,0%]")
    await hoa.says("xem")
    await hoa.presses("Điện Sao Việt: đạt 5,0%", "5,0% = 10 : 200.", "[Tải Excel]")
    await hoa.says("ketqua")
    await hoa.presses("Tải Excel", "đúng lúc đăng bản tin")
    await hoa.presses("Xong", "Xong")


async def test_with_many_groups_the_answer_has_pages(stage: Stage, an: Person) -> None:
    unit = stage.store.read_now(registry.unit_by_code, "48")
    assert unit
    for n in range(4):
        group = {"unit_id": unit.id, "kind": "officers", "title": f"Tổ {n}", "by": None, "language": "vi"}
        stage.store.write_now(chats.link_by_hand, at=stage.now, **group)
    answer = await an.says("visao", "Xem thêm")
    assert answer.count("chưa đến giờ đăng") == 3
    await an.says("1", "Tổ 3: chưa đến giờ đăng (17h00).")
    await an.says("0", "Xong")
