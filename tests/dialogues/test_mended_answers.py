"""What once went wrong with answers: names that are commands, words lost, campaigns that changed meanwhile."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, select, update

from bot.stage import Stage
from models.person import consent, conversation, person
from models.queries import registry
from models.unit import campaign
from tests.dialogue import Person
from tests.dialogues.test_groups import in_group
from tests.dialogues.test_people import second_campaign

TITLE = "lam cu ga may tui ao khong phai ve phan"
BODY = "truoc ve phan tung tui hay lech. gio dat vao cu may luon. nhanh hon 10 giay 1 ao"
TO_SUMMARY = ("sk 4827", "1", "tran thi lan", TITLE, BODY, "2")


async def up_to(who: Person, steps: int) -> None:
    for line in TO_SUMMARY[:steps]:
        await who.says(line)


def change(stage: Stage, do: object) -> None:
    stage.store.write_now(do)  # type: ignore[arg-type] # a function of a connection
    stage.store.write_now(registry.note_change, stage.now, {})
    stage.now += timedelta(seconds=5)


def close_first(conn: Connection) -> None:
    first = select(campaign.c.id).order_by(campaign.c.id).limit(1).scalar_subquery()
    conn.execute(update(campaign).where(campaign.c.id == first).values(closes=date(2026, 11, 1)))


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ma Thị Lan", "Ma Thị Lan"),
        ("ma van quynh", "Ma Van Quynh"),
        ("tôi tên là Trần Thị Lan", "Trần Thị Lan"),
        ("em la tran thi lan", "Tran Thi Lan"),
    ],
)
async def test_a_name_is_a_name(lan: Person, typed: str, kept: str) -> None:
    await up_to(lan, 2)
    await lan.says(typed, "cải tiến việc gì")
    names = lan.stage.store.read_now(lambda conn: conn.execute(select(person.c.name)).scalars().all())
    assert kept in names


async def test_a_colleague_called_huy(minh: Person) -> None:
    await minh.says("nop ho")
    await minh.says("huy", "tên là Huy, hay anh/chị muốn hủy", "2. Hủy")
    await minh.says("1", "gõ đủ họ và tên")
    await minh.says("tran van huy", "cải tiến việc gì")


async def test_a_long_answer_to_the_name_never_replaces_the_title(lan: Person) -> None:
    await up_to(lan, 6)
    await lan.says("sua")
    await lan.says("4", "Họ và tên")
    await lan.says("to toi co bay nguoi cung lam viec nay", "họ và tên")
    await lan.says("tran thi lan anh", f"• {TITLE}", "Tran Thi Lan Anh")


# ---------------------------------------------------------------- titles and descriptions


async def test_a_new_title_never_replaces_the_description(lan: Person) -> None:
    await up_to(lan, 6)
    await lan.says("sua")
    await lan.says("1", "cải tiến việc gì")
    await lan.says("mot cai ten rat dai " * 15, "Dài quá 200 ký tự")
    await lan.says("cu ga may tui ao, ban moi", "• cu ga may tui ao, ban moi", "• truoc ve phan")


async def test_the_first_half_of_a_description_survives_a_photo_and_a_card(lan: Person) -> None:
    await up_to(lan, 4)
    await lan.says("nhanh hon nhieu lan", "viết thêm")
    await lan.sends("photo", "", "Đã nhận 1 ảnh")
    await lan.says("xem")
    await lan.says("truoc ve phan tung tui, hay lech", "Bắt đầu")
    await lan.says("2")
    await lan.says("1")
    assert lan.filed()[0].body == "nhanh hon nhieu lan\ntruoc ve phan tung tui, hay lech"


async def test_back_from_the_description_leads_to_a_title_that_came_with_sk(minh: Person) -> None:
    await minh.says(f"sk {TITLE}")
    await minh.says("lui", "cải tiến việc gì")
    await minh.says("cu ga may tui ao, ban moi", "Trước thế nào")


async def test_a_title_may_begin_with_a_number(minh: Person) -> None:
    await minh.says("sk 3 cach xep vai cho nhanh", 'Tên: "3 cach xep vai cho nhanh"')


@pytest.mark.parametrize("words", ["mã vạch dán thùng cho nhanh", "giờ làm theo cách mới nhanh hơn"])
async def test_a_sentence_that_begins_like_a_command_is_a_sentence(minh: Person, words: str) -> None:
    await minh.says(words, "Anh/chị muốn nộp sáng kiến")


@pytest.mark.parametrize("words", ["nộp tiền quỹ nhé", "giờ ăn trưa rồi", "mã hàng này sai", "đang", "vì"])
async def test_such_a_sentence_in_a_group_is_left_alone(stage: Stage, words: str) -> None:
    assert await in_group(stage, "hoa").says(words) == ""


async def test_the_hour_in_words(stage: Stage) -> None:
    await in_group(stage, "hoa").says("gio 17 giờ 30", "17:30")


# ---------------------------------------------------------------- units


async def test_a_one_digit_number_is_no_unit(stage: Stage) -> None:
    worker = Person(stage, "tho-moi")
    for line in ("sk", "1", "pham van nam"):
        await worker.says(line)
    await worker.says("1", "Công ty, đơn vị nào ạ?", "Không có ở đây")
    await worker.says("4827", "cải tiến việc gì")


async def test_without_a_unit_nobody_is_greeted_with_empty_brackets(stage: Stage) -> None:
    worker = Person(stage, "tho-moi")
    for line in ("sk", "1", "pham van nam", "xuong duc dong ong sau", "1", "0", "sk", "xuong duc dong ong sau"):
        await worker.says(line)
    await worker.says("1", "Chào anh/chị Pham Van Nam. Anh/chị đã cải tiến")


async def test_the_code_that_comes_later_gives_the_waiting_draft_its_unit(stage: Stage) -> None:
    worker = Person(stage, "tho-moi")
    for line in ("sk", "1", "pham van nam", "xuong duc dong ong sau", "1", TITLE, BODY):
        await worker.says(line)
    await worker.says("2", "chưa có trong danh sách")
    await worker.says("sk 9999", "Không có đơn vị mang mã 9999")
    await worker.says("SK 4827", "Anh/chị xem lại", "May Sao Mai")
    await worker.says("1", "Đã nhận")


async def test_not_this_unit_and_not_in_the_list(lan: Person) -> None:
    await up_to(lan, 6)
    for line in ("sua", "5", "xuong duc dong ong sau"):
        await lan.says(line)
    assert "May Sao Mai" not in await lan.says("1", "nhờ cán bộ", "chưa có trong danh sách")


# ---------------------------------------------------------------- what changed while the draft waited


async def test_a_second_campaign_opens_under_a_running_draft(lan: Person) -> None:
    await up_to(lan, 3)
    change(lan.stage, second_campaign)
    await lan.says(TITLE, "chương trình nào", "2. Thi đua chào mừng Đại hội")
    await lan.says("1", "Trước đây làm thế nào")
    await lan.says(BODY)
    await lan.says("2", f"• {TITLE}")


async def test_the_campaign_closed_while_the_summary_waited(lan: Person) -> None:
    await up_to(lan, 6)
    change(lan.stage, close_first)
    await lan.says("1", "không có chương trình nào đang mở", "Phần đã viết được giữ", "1. Đơn vị")
    change(lan.stage, second_campaign)
    await lan.says("sk", "đang nộp dở")
    await lan.says("1", "Anh/chị xem lại")
    await lan.says("1", "Đã nhận")


async def test_an_idea_of_a_closed_campaign_goes_to_the_one_that_is_open(minh: Person) -> None:
    for line in (f"sk {TITLE}", BODY, "5", "1"):
        await minh.says(line)
    change(minh.stage, second_campaign)
    change(minh.stage, close_first)
    for line in ("xem", "1", "1"):
        await minh.says(line)
    await minh.says("2", "Anh/chị xem lại")
    await minh.says("1", "Đã nhận")


async def test_a_newer_consent_is_asked_in_full_and_the_answer_is_not_lost(lan: Person) -> None:
    await up_to(lan, 4)

    def older(conn: Connection) -> None:
        conn.execute(update(consent).values(version="2020-01"))
        for row in conn.execute(select(conversation)).all():
            answers = {**row.state.get("answers", {})}
            answers |= {"consent": "2020-01"} if "consent" in answers else {}
            of_person = update(conversation).where(conversation.c.person_id == row.person_id)
            conn.execute(of_person.values(state={**row.state, "answers": answers}))

    lan.stage.store.write_now(older)
    await lan.says(BODY, "Công đoàn xin lưu", "1. Đồng ý")
    await lan.says("1", "Bắt đầu làm cách mới")
    await lan.says("2", "• truoc ve phan")


# ---------------------------------------------------------------- short enough, also in English


async def test_the_longest_name_and_titles_stay_short(minh: Person) -> None:
    long = "Công Tằng Tôn Nữ Hoàng Thị " + "Nguyễn " * 6 + "Anh"
    minh.stage.store.write_now(lambda conn: conn.execute(update(person).values(name=long[:80])))
    for language in ("vi", "en"):
        await minh.says(language)
        await minh.says("sk dan mau phan loai chi may theo tung thung " + "cho khoi lay nham " * 8)
        await minh.sends("photo", BODY * 3)
        await minh.says("1/1/2019", "Dán màu phân loại chỉ")
        for line in ("sticker", "lui", "hom qua", "xem", "dulieu", "giup", "0", "0", "2"):
            await minh.says(line)


async def test_everything_in_english(stage: Stage) -> None:
    worker = Person(stage, "worker")
    await worker.says("en", "English.")
    await worker.says("sk 4827", "Hello", "1. I agree   0. No")
    await worker.says("yes", "Your full name?")
    await worker.says("my name is John Smith", "What did you improve?")
    await worker.says("a jig that keeps pockets straight", "How was it done before")
    await worker.says("faster", "Kept. One or two sentences more")
    await worker.says("before we drew each pocket by hand, now the jig does it", "Since when")
    await worker.says("25/12/2026", "still to come")
    await worker.says("March 2026", "Please check", "John Smith", "1. File   2. Change   0. Stop")
    await worker.says("change", "What do you want to change?")
    await worker.says("back", "Please check")
    await worker.says("file", "Received. Initiative code: 48 27 ")
    await worker.says("them", "What do you want to add to 48 27 ")
    await worker.says("money gained", "About how much money")
    await worker.says("lots", "80 trieu")
    await worker.says("80 million", "80.000.000 đồng")
    await worker.says("right", "Kept: 80.000.000")
    await worker.says("something else")
    await worker.says("place, conditions", "Where is it applied?")
    await worker.says("sewing line 3", "What is needed")
    await worker.says("skip", "Kept.")
    await worker.says("done", "Done.")
    await worker.says("0912345678", "not among your initiatives")
