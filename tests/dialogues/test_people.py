"""One-time codes; rights over one's own data; buttons; two campaigns; a form that grew (domain.md §10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.stage import Stage
from handlers.talk import Pressed, State
from models.initiative import initiative
from models.person import conversation, person, role
from models.queries import invites, registry, tally
from models.unit import campaign, unit
from tests.dialogue import Person

TITLE = "lam cu ga may tui ao khong phai ve phan"
BODY = "truoc ve phan tung tui hay lech. gio dat vao cu may luon. nhanh hon 10 giay 1 ao"


def made_code(stage: Stage, kind: str, unit_code: str | None) -> str:
    def make(conn: Connection) -> str:
        found = registry.unit_by_code(conn, unit_code) if unit_code else None
        unit_id = found.id if found else None
        return invites.make(conn, kind=kind, unit_id=unit_id, group_kind=None, made_by=None, now=stage.now)

    return stage.store.write_now(make)


async def test_a_code_says_for_what_before_it_is_accepted(stage: Stage, minh: Person) -> None:
    code = made_code(stage, "officer", "4827")
    await minh.says("dang", "dành cho cán bộ")
    await minh.says("ma", "MA và mã")
    await minh.says(f"ma {code}", "làm cán bộ CĐCS Công ty May Sao Mai", "1. Nhận   0. Không")
    await minh.says("0")
    await minh.says(f"ma {code}", "1. Nhận")
    await minh.says("1", "Đã ghi nhận")
    await minh.says("giup", "GANNHOM")
    await Person(stage, "lan").says(f"ma {code}", "đã dùng")
    roles = stage.store.read_now(lambda c: c.execute(select(role.c.kind).order_by(role.c.id.desc())).scalars().first())
    assert roles == "officer"


async def test_a_used_or_wrong_code_is_told(stage: Stage, minh: Person) -> None:
    code = made_code(stage, "officer", "4827")
    await minh.says(f"ma {code}")
    await minh.says("1")
    await minh.says(f"ma {code}", "đã dùng")
    await minh.says("0")
    await minh.says("ma KHONGDUNG", "không đúng")


async def test_a_stranger_with_a_code_agrees_and_says_a_name_first(stage: Stage) -> None:
    code = made_code(stage, "officer", "4827")
    stranger = Person(stage, "chu-tich")
    await stranger.starts(f"ma-{code}", "Công đoàn xin lưu")
    await stranger.says("1", "Họ và tên")
    await stranger.says("Đỗ Văn Bình", "làm cán bộ")
    await stranger.says("1", "Đã ghi nhận")


# ---------------------------------------------------------------- my data


async def test_what_is_held_is_shown_corrected_and_erased(minh: Person) -> None:
    await minh.says("dulieu", "Phạm Văn Minh", "XOADULIEU", "/dl")
    await minh.says("suathongtin", "1. Họ tên   2. Đơn vị")
    await minh.says("1", "Họ và tên")
    await minh.says("pham van minh anh", "Đã sửa")
    await minh.says("dulieu", "Pham Van Minh Anh")
    await minh.says("xoadulieu", "Không khôi phục được", "1. Xóa hết")
    await minh.says("0")
    await minh.says("dulieu", "Pham Van Minh Anh")
    before = minh.stage.store.read_now(tally.recount)
    await minh.says("xoadulieu")
    await minh.says("1", "Đã xóa thông tin")
    names = minh.stage.store.read_now(lambda c: c.execute(select(person.c.name)).scalars().all())
    assert "Pham Van Minh Anh" not in names
    assert minh.stage.store.read_now(tally.recount) == before
    assert minh.stage.store.read_now(tally.differences) == []
    texts = minh.stage.store.read_now(lambda c: str(c.execute(select(initiative.c.title)).all()))
    assert "Dán màu phân loại chỉ" not in texts
    await minh.says("sk", "Công đoàn xin lưu")


async def test_after_withdrawing_consent_it_is_asked_again(minh: Person) -> None:
    await minh.says("rutdongy", "Rút lại đồng ý?")
    await minh.says("1", "Đã rút lại")
    await minh.says("sk", "Công đoàn xin lưu", "1. Đồng ý")
    await minh.says("1", "cải tiến việc gì")


async def test_no_consent_no_data(lan: Person) -> None:
    await lan.says("sk 4827")
    await lan.says("0", "chưa lưu gì")
    await lan.says("dulieu", "chưa lưu thông tin cá nhân nào")


# ---------------------------------------------------------------- buttons


async def test_lan_files_with_buttons(button_stage: Stage) -> None:
    lan = Person(button_stage, "lan")
    await lan.says("sk 4827", "[Đồng ý]", "[Không]")
    await lan.presses("Đồng ý", "Họ và tên")
    await lan.says("tran thi lan")
    await lan.says(TITLE)
    await lan.says(BODY, "[Tuần này]")
    await lan.presses("Tuần này", "[Nộp]")
    await lan.presses("Nộp", "Đã nhận")
    await lan.presses("Nộp", "Câu này đã qua")
    assert len(lan.filed()) == 1


async def test_a_stale_button_repeats_the_present_question(button_stage: Stage) -> None:
    lan = Person(button_stage, "lan")
    await lan.says("sk 4827")
    await lan.presses("Đồng ý")
    await lan.says("tran thi lan", "cải tiến việc gì")
    await lan.presses("Đồng ý", "Câu này đã qua.", "cải tiến việc gì")
    await lan.does(Pressed("q:nonsense"), "cải tiến việc gì")
    await lan.does(Pressed("c:unknown:x:0:y"))


async def test_a_card_of_last_month_still_works(button_stage: Stage) -> None:
    minh = Person(button_stage, "minh")
    await minh.says("xem")
    await minh.presses("48 27 002 – Dán màu phân loại c… – chờ công nhận", "[Bổ sung]")
    button_stage.now += timedelta(days=30)
    await minh.says("sk dan bang mau len thung chi de khoi lay nham", "Trước thế nào")
    await minh.presses("Bổ sung", "[Số tiền làm lợi]")
    await minh.presses("Số tiền làm lợi", "bao nhiêu tiền")
    await minh.says("80tr")
    await minh.presses("Đúng", "80.000.000")
    await minh.presses("Xong", "Trước thế nào")


# ---------------------------------------------------------------- two campaigns, a form that grew


def second_campaign(conn: Connection) -> None:
    root = conn.execute(select(unit.c.id).where(unit.c.parent_id.is_(None)).limit(1)).scalar_one()
    values = {"code": "thi-dua", "name": "Thi đua chào mừng Đại hội", "unit_id": root}
    window = {"opens": date(2026, 1, 1), "closes": date(2026, 12, 31)}
    applied = {"applied_from": date(2026, 1, 1), "applied_to": date(2026, 12, 31)}
    conn.execute(insert(campaign), values | window | applied)


async def test_with_two_open_campaigns_it_is_asked_once(stage: Stage) -> None:
    stage.store.write_now(second_campaign)
    stage.store.write_now(registry.note_change, stage.now, {})
    lan = Person(stage, "lan")
    for line in ("sk 4827", "1"):
        await lan.says(line)
    await lan.says("tran thi lan", "chương trình nào", "Thi đua chào mừng Đại hội")
    await lan.says("2", "cải tiến việc gì")
    for line in (TITLE, BODY, "2", "1"):
        await lan.says(line)
    second = await lan.says("sk dan bang mau len thung chi", "Trước thế nào")
    assert "chương trình nào" not in second


async def test_a_draft_begun_before_the_form_grew_goes_on(stage: Stage) -> None:
    """An answer is missing that the form now asks for: it is asked, and nothing else is asked again."""
    lan = Person(stage, "lan")
    for line in ("sk 4827", "1", "tran thi lan", TITLE, BODY, "2"):
        await lan.says(line)

    def age(conn: Connection) -> None:
        row = conn.execute(select(conversation).where(conversation.c.step == "initiative.confirm")).one()
        old = dict(row.state)
        old["answers"] = {k: v for k, v in old["answers"].items() if k != "body"}
        old["of_another_version"] = {"kept": "by nobody"}
        conn.execute(update(conversation).where(conversation.c.person_id == row.person_id).values(state=old))

    stage.store.write_now(age)
    await lan.says("1", "được lợi gì")
    await lan.says(BODY, "Anh/chị xem lại", TITLE)
    await lan.says("1", "Đã nhận")


def test_a_state_of_any_version_loads() -> None:
    state = State(form="initiative", answers={"title": TITLE}, given=("title",), offered=())
    data = state.to_json()
    assert State.from_json({**data, "later": 1}) == state
    assert State.from_json({}) == State()
    assert replace(State.from_json({"form": "gone"}), form="") == State()


@pytest.mark.parametrize("form", ["gone", "initiative"])
async def test_a_step_that_is_no_more_does_not_trap_anybody(stage: Stage, form: str) -> None:
    minh = Person(stage, "minh")
    await minh.says("xin chao")

    def break_state(conn: Connection) -> None:
        state = State(form=form, asked="no-such-field", answers={"title": TITLE}).to_json()
        conn.execute(update(conversation).values(state=state))

    stage.store.write_now(break_state)
    assert await minh.says("alo")
    assert await minh.says("sk")
