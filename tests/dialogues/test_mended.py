"""What once went wrong beside a draft: cards, small forms, photos and second thoughts that lost what was written."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from bot.stage import Stage
from models.initiative import evidence, initiative
from tests.dialogue import Person

TITLE = "lam cu ga may tui ao khong phai ve phan"
OTHER = "dan mau len thung chi de khoi lay nham"
BODY = "truoc ve phan tung tui hay lech. gio dat vao cu may luon. nhanh hon 10 giay 1 ao"


def photos(who: Person, of: Any) -> int:
    count = select(func.count()).select_from(evidence).where(evidence.c.initiative_id == of.id)
    return int(who.stage.store.read_now(lambda conn: conn.execute(count).scalar_one()))


async def kept_idea(who: Person, title: str = TITLE) -> None:
    for line in (f"sk {title}", BODY, "5"):
        await who.says(line)
    await who.says("1", "Đã lưu ý tưởng")


# ---------------------------------------------------------------- a draft and a card


async def test_words_typed_at_a_card_are_the_answer_the_draft_waits_for(minh: Person) -> None:
    await minh.says(f"sk {TITLE}")
    await minh.says("xem", "Sáng kiến của anh/chị")
    await minh.says(BODY, "Bắt đầu làm cách mới")
    await minh.says("2", "truoc ve phan")


async def test_a_code_typed_at_a_card_opens_it_while_a_draft_is_under_way(minh: Person) -> None:
    await minh.says(f"sk {TITLE}")
    await minh.says("xem")
    await minh.says("48 27 002", "Dán màu phân loại chỉ")
    await minh.says("0", "Trước thế nào")


async def test_a_draft_that_was_left_stays_left_after_a_card(minh: Person) -> None:
    await minh.says(f"sk {TITLE}")
    await minh.says("0", "Phần đã viết được giữ")
    await minh.says("xem")
    assert "Trước thế nào" not in await minh.says("0", "Xong")
    await minh.says("sk", "đang nộp dở", TITLE)


async def test_the_answer_typed_after_leaving_is_taken(minh: Person) -> None:
    await minh.says(f"sk {TITLE}")
    await minh.says("0")
    await minh.says(BODY, "Bắt đầu làm cách mới")
    await minh.says("2", "truoc ve phan")


async def test_no_is_no_when_it_is_asked_which_draft(button_stage: Stage) -> None:
    minh = Person(button_stage, "minh")
    await minh.says(f"sk {TITLE}")
    await minh.says("sk", "[Để sau]")
    await minh.presses("Để sau", "Phần đã viết được giữ")


async def test_a_new_title_or_unit_said_with_sk_survives_the_question_about_the_draft(minh: Person) -> None:
    await minh.says(f"sk {TITLE}")
    await minh.says(f"sk 4831 {OTHER}", "đang nộp dở", "2. Bỏ, viết cái mới")
    await minh.says("en", "You have one unfinished")
    await minh.says("vi", "đang nộp dở")
    await minh.says("2", "Vận tải Bình An", OTHER)


# ---------------------------------------------------------------- a draft and another form


async def test_after_correcting_her_name_the_draft_goes_on(minh: Person) -> None:
    await minh.says(f"sk {TITLE}")
    await minh.says("suathongtin")
    await minh.says("1")
    await minh.says("pham van minh anh", "Đã sửa", "đang nộp dở", "Trước thế nào")
    await minh.says(BODY, "Bắt đầu làm cách mới")
    await minh.says("suathongtin")
    await minh.says("0", "Đã dừng", "Bắt đầu làm cách mới")


async def test_a_wrong_code_during_a_draft_leaves_the_question_standing(minh: Person) -> None:
    await minh.says(f"sk {TITLE}")
    await minh.says("ma ABCD2345", "Mã này không đúng")
    await minh.says(BODY, "Bắt đầu làm cách mới")


async def test_filing_an_idea_and_adding_to_it_never_loses_the_draft_below(minh: Person) -> None:
    await kept_idea(minh)
    await minh.says(f"sk {OTHER}")
    for line in ("xem", "1"):
        await minh.says(line)
    await minh.says("1", "Bắt đầu làm cách mới")
    for line in ("them", "1", "80tr", "1"):
        await minh.says(line)
    await minh.says("0", "Bắt đầu làm cách mới")
    await minh.says("2", TITLE)
    await minh.says("1", "Đã nhận", f'đang nộp dở: "{OTHER}"', "Trước thế nào")
    await minh.says(BODY)
    await minh.says("2")
    await minh.says("1", "Đã nhận")
    assert [i.title for i in minh.filed()[-2:]] == [TITLE, OTHER]


async def test_an_idea_chosen_twice_is_one_draft_and_filed_once(minh: Person) -> None:
    await kept_idea(minh)
    for line in ("xem", "1", "1", "xem", "1"):
        await minh.says(line)
    await minh.says("1", "Bắt đầu làm cách mới")
    await minh.says("2")
    await minh.says("1", "Đã nhận")
    assert "đang nộp dở" not in minh.last
    assert [i.status for i in minh.filed()].count("idea") == 0


async def test_an_idea_judged_meanwhile_is_told_and_the_talk_goes_on(minh: Person) -> None:
    await kept_idea(minh)
    for line in ("xem", "1", "1", "2"):
        await minh.says(line)

    def judge(conn: Connection) -> None:
        conn.execute(update(initiative).where(initiative.c.status == "idea").values(status="invalid"))

    minh.stage.store.write_now(judge)
    await minh.says("1", "không còn sửa được")
    await minh.says("0")
    await minh.says("2", "Đã xóa bản nháp")
    await minh.says(f"sk {OTHER}", "Trước thế nào")


async def test_an_idea_keeps_its_author_its_secret_and_what_was_added(minh: Person) -> None:
    await minh.says("nop ho")
    for line in ("tran van huy", "cong thuc keo moi (bi mat)", "1", "keo kho nhanh gap doi", "5", "1"):
        await minh.says(line)
    for line in ("xem", "1", "2", "3", "12/QĐ-CT"):
        await minh.says(line)
    await minh.says("18/11/2026", "Đã ghi")
    for line in ("xem", "1"):
        await minh.says(line)
    await minh.says("1", "Bắt đầu làm cách mới")
    await minh.says("2", "keo kho nhanh", "Tran Van Huy")
    await minh.says("1", "Nộp giúp Tran Van Huy")
    newest = select(initiative).order_by(initiative.c.id.desc()).limit(1)
    filed = minh.stage.store.read_now(lambda conn: conn.execute(newest).one())
    assert (filed.status, filed.confidential, filed.body, filed.effect) == (
        "waiting",
        True,
        None,
        "keo kho nhanh gap doi",
    )
    assert (filed.on_behalf_of, filed.details["decision"]) == ("Tran Van Huy", "12/QĐ-CT")


async def test_dropping_an_idea_is_not_said_to_be_counted(minh: Person) -> None:
    await kept_idea(minh)
    await minh.says("xem")
    await minh.says("1")
    assert "lượt nộp" not in await minh.says("3", "Bỏ ý tưởng", "0. Không")
    await minh.says("0", "Không đổi gì")
    assert minh.filed()[-1].status == "idea"


async def test_not_tried_yet_by_mistake_can_be_changed(minh: Person) -> None:
    for line in (f"sk {TITLE}", BODY):
        await minh.says(line)
    await minh.says("5", "1. Lưu ý tưởng   2. Sửa")
    await minh.says("2", "3. Ngày áp dụng")
    await minh.says("3")
    await minh.says("2", "Áp dụng: tháng 11/2026")


# ---------------------------------------------------------------- photos


async def test_a_photo_sent_while_an_amount_is_asked_is_added_at_once(minh: Person) -> None:
    for line in ("them", "1"):
        await minh.says(line)
    await minh.sends("photo", "", "Đã nhận 1 ảnh", "bao nhiêu tiền")
    await minh.says("0")
    assert photos(minh, minh.filed()[-1]) == 1


async def test_photos_stay_when_the_form_for_photos_is_left(minh: Person) -> None:
    for line in ("them", "3"):
        await minh.says(line)
    await minh.sends("photo", "", "Đã nhận 1 ảnh")
    await minh.says("0", "Đã dừng")
    assert photos(minh, minh.filed()[-1]) == 1


async def test_a_photo_sent_first_is_still_there_after_sk_or_a_pause(minh: Person) -> None:
    await minh.sends("photo", "cu ga", "Đã nhận 1 ảnh", "cải tiến việc gì")
    await minh.says("0", "Phần đã viết được giữ")
    await minh.says("sk", "đang nộp dở")
    await minh.says("1", "cải tiến việc gì")
    for line in (TITLE, BODY):
        await minh.says(line)
    await minh.says("2", "1 ảnh")
    await minh.says("1")
    assert minh.filed()[-1].body == f"cu ga\n{BODY}"

    await minh.sends("photo", "", "cải tiến việc gì")
    await minh.says(f"sk {OTHER}")
    await minh.says(BODY)
    await minh.says("2", "1 ảnh")


async def test_a_photo_with_sk_below_it_is_a_filing(minh: Person) -> None:
    await minh.sends("photo", f"SK 4831 {TITLE}", "Đã nhận 1 ảnh", "Vận tải Bình An", TITLE)
    await minh.says("0")
    await minh.says("2", "Đã xóa")
    await minh.sends("photo", "sk 9999", "Không có đơn vị mang mã 9999", "Đã nhận 1 ảnh", "cải tiến việc gì")


@pytest.mark.parametrize("caption", ["2", "Tháng này"])
async def test_a_caption_can_choose(minh: Person, caption: str) -> None:
    for line in (f"sk {TITLE}", BODY):
        await minh.says(line)
    await minh.sends("photo", caption, "Áp dụng: tháng 11/2026", "1 ảnh")


async def test_a_confidential_one_takes_no_photo_and_no_method(minh: Person) -> None:
    await minh.says("sk cong thuc keo (bi mat)\ntruoc pha ti le ba mot, gio ti le bon mot cho nhanh kho")
    await minh.says("1", "đừng ghi cách làm")
    await minh.sends("photo", "", "không lưu ảnh", "Được lợi gì")
    await minh.says("nhanh", "bằng chữ" if len("nhanh") < 4 else "đừng ghi cách làm")
    await minh.says("kho nhanh gap doi")
    await minh.says("2")
    await minh.says("1", "Đã nhận")
    filed = minh.filed()[-1]
    assert (filed.body, filed.effect, photos(minh, filed)) == (None, "nhanh\nkho nhanh gap doi", 0)
    assert "Ảnh, tệp" not in await minh.says("them", "Số tiền làm lợi")


# ---------------------------------------------------------------- a sentence out of the blue


@pytest.mark.parametrize("no", ["0", "khong", "ko"])
async def test_no_to_an_offer_is_no(minh: Person, no: str) -> None:
    await minh.says(TITLE, "Anh/chị muốn nộp sáng kiến")
    assert "Trước thế nào" not in await minh.says(no, "Vâng")
    assert "Trước thế nào" not in await minh.says("1")


async def test_two_sentences_are_title_and_description(minh: Person) -> None:
    await minh.says(TITLE)
    await minh.says(BODY, "Anh/chị muốn nộp sáng kiến", TITLE)
    await minh.says("ok", "Bắt đầu làm cách mới")
    await minh.says("2")
    await minh.says("1")
    assert (minh.filed()[-1].title, minh.filed()[-1].body) == (TITLE, BODY)


async def test_a_photo_in_answer_to_the_offer_keeps_the_sentence(minh: Person) -> None:
    await minh.says(TITLE)
    await minh.sends("photo", "", "Đã nhận 1 ảnh", TITLE, "Trước thế nào")


async def test_the_offer_comes_again_in_the_other_language(minh: Person) -> None:
    await minh.says(TITLE)
    await minh.says("en", "Do you want to file", TITLE)
    await minh.says("yes", "How before, how now")
