"""Filing: the first time, the second time, on the way and back (conversation.md §1–3)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, select

from bot.stage import Stage
from models.initiative import initiative
from models.person import account, consent, conversation, person
from models.queries import tally
from tests import stories
from tests.dialogue import Person
from tests.stories import BODY, TITLE, registers


async def to_summary(who: Person) -> None:
    await registers(who)
    await who.says(TITLE)
    await who.says(BODY)
    await who.says("2", "Anh/chị xem lại")


async def test_lan_files_for_the_first_time_in_seven_messages(lan: Person) -> None:
    await stories.first_filing(lan)
    (filed,) = lan.filed()
    assert (filed.title, filed.body, filed.status) == (TITLE, BODY, "waiting")
    assert filed.began_on == date(2026, 11, 1)
    assert filed.author_group == "DOANHNGHIEP"
    assert lan.stage.store.read_now(tally.differences) == []


async def test_her_second_takes_four(lan: Person) -> None:
    await stories.first_filing(lan)
    lan.stage.now += timedelta(days=21)
    await stories.next_filing(lan)
    assert 'gần giống: "Dán màu phân loại chỉ" (48 27 ' in lan.heard[-2].text
    assert lan.filed()[1].similar_to is not None


@pytest.mark.parametrize("label", ["Nộp", "nop", "NỘP"])
async def test_what_stands_under_the_summary_can_be_typed_though_it_is_a_command_elsewhere(
    lan: Person, label: str
) -> None:
    await to_summary(lan)
    await lan.says(label, "Đã nhận. Mã sáng kiến: 48 27 ")
    await lan.says(label, "cải tiến việc gì")


async def test_she_changes_one_answer_from_the_summary_and_comes_back_to_it(lan: Person) -> None:
    await to_summary(lan)
    await lan.says("2", "Sửa phần nào", "1. Tên sáng kiến", "5. Đơn vị")
    await lan.says("3", "Bắt đầu làm cách mới từ khi nào?")
    await lan.says("thang 3", "tháng 3/2026", TITLE, "1. Nộp")
    await lan.says("sua")
    await lan.says("1", "cải tiến việc gì")
    await lan.says("cu ga may tui ao, ban moi", "• cu ga may tui ao, ban moi", "tháng 3/2026")
    await lan.says("sua")
    await lan.says("5", "công ty, đơn vị nào")
    await lan.says("may sao vang", "May Sao Vàng", "1. Nộp")
    await lan.says("1", "Đã nhận")
    assert lan.filed()[0].began_on == date(2026, 3, 1)


async def test_going_back_keeps_the_old_answer_until_it_is_replaced(lan: Person) -> None:
    await registers(lan)
    await lan.says(TITLE, "Trước đây")
    await lan.says("lui", "cải tiến việc gì")
    await lan.says("0", "Phần đã viết được giữ")
    await lan.says("sk", f'đang nộp dở: "{TITLE}"', "1. Viết tiếp")
    await lan.says("1", "Trước đây làm thế nào")


async def test_zero_leaves_and_nothing_is_lost(lan: Person) -> None:
    await to_summary(lan)
    await lan.says("0", "chưa nộp", "Phần đã viết được giữ", "1. Viết tiếp   2. Xóa bản nháp")
    await lan.says("0", "Phần đã viết được giữ")
    assert lan.filed() == []
    await lan.says("sk", "đang nộp dở", TITLE)
    await lan.says("1", "Anh/chị xem lại")
    await lan.says("1", "Đã nhận")


async def test_a_draft_is_deleted_only_when_she_says_so(lan: Person) -> None:
    await to_summary(lan)
    await lan.says("huy", "Phần đã viết được giữ")
    await lan.says("2", "Đã xóa bản nháp")
    await lan.says("sk", "cải tiến việc gì")


async def test_back_after_days_any_word_goes_on_at_the_same_step(lan: Person) -> None:
    await registers(lan)
    await lan.says(TITLE)
    await lan.says(BODY)
    lan.stage.now += timedelta(days=3)
    await lan.says("alo", f'đang nộp dở: "{TITLE}"', "Bắt đầu làm cách mới từ khi nào?", "1. Tuần này")
    await lan.says("3", "tháng 10/2026")
    await lan.says("1", "Đã nhận")


async def test_back_after_days_a_greeting_is_not_her_description(lan: Person) -> None:
    await registers(lan)
    await lan.says(TITLE)
    lan.stage.now += timedelta(hours=3)
    await lan.says("alo bot oi", "đang nộp dở", "Trước đây làm thế nào")
    await lan.says(BODY, "Bắt đầu")


async def test_an_idea_is_kept_not_counted_and_filed_when_it_was_tried(lan: Person) -> None:
    await registers(lan)
    await lan.says(TITLE)
    await lan.says(BODY)
    await lan.says("5", 'Ghi là "ý tưởng", chưa tính là sáng kiến', "1. Lưu ý tưởng   2. Sửa   0. Bỏ")
    await lan.says("1", "Đã lưu ý tưởng, mã 48 27 ")
    before = lan.stage.store.read_now(tally.recount)
    assert lan.filed()[0].status == "idea"
    lan.stage.now += timedelta(days=30)
    await lan.says("xem", "ý tưởng")
    await lan.says("1", "1. Đã làm thử, nộp ý tưởng này")
    await lan.says("1", "Bắt đầu làm cách mới từ khi nào?")
    await lan.says("1", "Anh/chị xem lại", TITLE)
    await lan.says("1", "Đã nhận")
    (filed,) = lan.filed()
    assert filed.status == "waiting"
    assert sum(f for f, _ in lan.stage.store.read_now(tally.recount).values()) == 1 + sum(f for f, _ in before.values())
    assert lan.stage.store.read_now(tally.differences) == []


@pytest.mark.parametrize("words", ["ok", "u", "uh", "dc", "dong y", "Đồng  Ý", "1"])
async def test_these_words_are_a_consent(lan: Person, words: str) -> None:
    await lan.says("sk 4827")
    await lan.says(words, "Họ và tên")


@pytest.mark.parametrize("words", ["", "hmm", "?", "👍", "toi muon hoi"])
async def test_anything_else_is_not(lan: Person, words: str) -> None:
    await lan.says("sk 4827")
    await lan.says(words, "đồng ý")
    assert "Họ và tên của" not in lan.last


async def test_before_consent_nothing_is_kept_but_ids_and_the_step(stage: Stage) -> None:
    stranger = Person(stage, "nguoi-la")
    await stranger.says("sk 4827 lam cu ga may tui ao khong phai ve phan")
    await stranger.sends("photo", "anh cua toi", "đồng ý trước")
    await stranger.sends("voice", "", "đồng ý trước")

    def kept(conn: Connection) -> tuple[object, str]:
        row = conn.execute(select(person).join(account).where(account.c.external_id == "nguoi-la")).one()
        state = conn.execute(select(conversation.c.state).where(conversation.c.person_id == row.id)).scalar_one()
        return (row.name, row.unit_id, row.phone), str(state)

    about, state = stage.store.read_now(kept)
    assert about == (None, None, None)
    assert "cu ga" not in state
    assert "photo" not in state
    assert "anh cua toi" not in state


async def test_consent_is_kept_with_text_version_time_and_channel(lan: Person) -> None:
    await lan.says("sk 4827")
    await lan.says("dong y")
    rows = lan.stage.store.read_now(
        lambda conn: conn.execute(
            select(consent)
            .join(account, account.c.person_id == consent.c.person_id)
            .where(account.c.external_id == "lan")
        ).all()
    )
    (row,) = rows
    assert (row.version, row.channel) == ("2026-11", "webchat")
    assert "Công đoàn phường Từ Liêm" in row.text
    assert row.given_at == lan.stage.now


async def test_a_company_name_at_the_consent_corrects_the_unit(lan: Person) -> None:
    await lan.says("sk 4827", "May Sao Mai")
    await lan.says("may sao vang", "May Sao Vàng", "1. Đồng ý")
    await lan.says("1", "Họ và tên")
    await lan.says("tran thi lan")
    await lan.says(TITLE)
    await lan.says(BODY)
    await lan.says("1", "May Sao Vàng")


async def test_huy_is_a_question_back_where_a_name_is_asked(lan: Person) -> None:
    await lan.says("sk 4827")
    await lan.says("1")
    await lan.says("huy", "Anh/chị tên là Huy hay muốn hủy?", "1. Tên là Huy", "2. Hủy")
    await lan.says("1", "gõ đủ họ và tên")
    await lan.says("nguyen van huy", "cải tiến việc gì")


async def test_twice_not_understood_a_person_is_offered(lan: Person) -> None:
    await registers(lan)
    await lan.says(TITLE)
    await lan.says(BODY)
    await lan.says("khong nho nua", "Bot chưa rõ ngày")
    await lan.says("hic", "Bot chưa hiểu. Nhắn GIUP", "0 để dừng", "phần đã viết vẫn giữ")
    await lan.says("giup", "Tổ hỗ trợ")
    await lan.says("2", "Anh/chị xem lại")


async def test_filing_for_somebody_else_waits_for_that_persons_consent(minh: Person) -> None:
    await minh.says("nop ho", "Anh/chị nộp giúp ai?")
    await minh.says("tam", "gõ đủ họ và tên")
    await minh.says("ba tam", "cải tiến việc gì")
    await minh.says("thay voi nuoc cam tay bang voi cam bien")
    await minh.says("truoc hay quen khoa voi, ton nuoc. gio tu ngat, giam ba khoi nuoc moi ngay")
    await minh.says("2", "Ba Tam")
    await minh.says("1", "Nộp giúp Ba Tam", "chờ")
    newest = select(initiative).order_by(initiative.c.id.desc()).limit(1)
    filed = minh.stage.store.read_now(lambda conn: conn.execute(newest).one())
    assert (filed.on_behalf_of, filed.on_behalf_agreed) == ("Ba Tam", False)  # pending


async def test_outside_the_window_is_told_and_marked(lan: Person) -> None:
    await registers(lan)
    await lan.says(TITLE)
    await lan.says(BODY)
    await lan.says("thang 1/2019", "Ngoài thời gian áp dụng", "1. Nộp")
    await lan.says("1", "Đã nhận")
    assert lan.filed()[0].began["outside"] is True


async def test_a_day_to_come_is_not_taken(lan: Person) -> None:
    await registers(lan)
    await lan.says(TITLE)
    await lan.says(BODY)
    await lan.says("25/12/2026", "Ngày này chưa tới")
    await lan.says("hom qua", "ngày 19/11/2026")


async def test_the_last_question_is_asked_in_english_after_en(lan: Person) -> None:
    await lan.says("sk 4827")
    await lan.says("en", "I agree", "English.")
    await lan.says("1", "Your full name?")
    await lan.says("vi", "Tiếng Việt.", "Họ và tên của anh/chị?")
