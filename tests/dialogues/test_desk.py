"""GIUP: Lan and Minh ask, chị Thu of the support team and officer Hoa see to it, through the bot and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.registry.sample import CHANNEL
from bot.stage import Stage
from handlers.forms.register import CONSENT_VERSION
from handlers.talk import Pressed, State
from models.initiative import initiative
from models.person import account, audit, person, request, role
from models.queries import people, registry, tally
from models.unit import unit_alias
from tests.dialogue import Person
from tests.dialogues.before import heard, rows

SAO_MAI = "4827"
TITLE = "lam cu ga may tui ao khong phai ve phan"
BODY = "truoc ve phan tung tui hay lech. gio dat vao cu may luon. nhanh hon 10 giay 1 ao"


def add(stage: Stage, name: str, full: str, kind: str = "", code: str = SAO_MAI, language: str = "vi") -> Person:
    """Somebody who has agreed and is known, of this unit, perhaps with a role there."""

    def write(conn: Connection) -> None:
        unit = registry.unit_by_code(conn, code)
        assert unit is not None
        values = {"name": full, "unit_id": unit.id, "created_at": stage.now, "language": language}
        person_id = conn.execute(insert(person).returning(person.c.id), values).scalar_one()
        here = {"channel": CHANNEL, "external_id": name, "chat": name, "last_seen": stage.now}
        conn.execute(insert(account), here | {"person_id": person_id})
        people.start_conversation(conn, person_id, State(language=language).to_json(), stage.now)
        people.give_consent(conn, person_id, version=CONSENT_VERSION, text="đồng ý", channel=CHANNEL, at=stage.now)
        if kind:
            people.give_role(conn, person_id, kind, unit.id, stage.now)

    stage.store.write_now(write)
    return Person(stage, name)


@pytest.fixture
def thu(stage: Stage) -> Person:
    """Of the support team (Tổ hỗ trợ) of May Sao Mai."""
    return add(stage, "thu", "Vũ Thị Thu", "support")


def filed_by(stage: Stage, title: str) -> Any:
    return stage.store.read_now(
        lambda c: c.execute(select(initiative).where(initiative.c.title == title)).one_or_none()
    )


def newest(stage: Stage) -> Any:
    return rows(stage, request)[-1]


def no_longer(stage: Stage, name: str) -> None:
    def block(conn: Connection) -> None:
        people.set_reachable(conn, CHANNEL, name, False)

    stage.store.write_now(block)


# ---------------------------------------------------------------- who is shown it


async def test_the_support_team_of_the_unit_gets_the_card_and_nobody_above(
    stage: Stage, minh: Person, thu: Person
) -> None:
    await minh.says("giup", "Đã báo Tổ hỗ trợ")
    (card,) = heard(stage, "thu")
    assert card == (
        "Phạm Văn Minh (May Sao Mai) nhờ Tổ hỗ trợ liên hệ lại. Điện thoại: –.\n"
        "1. Nhận   2. Trả lời   3. Gõ thành sáng kiến   4. Đã xong   0. Để sau"
    )
    assert heard(stage, "hoa") == []
    assert newest(stage).chat == "minh"


async def test_without_one_the_officer_above_gets_it_and_groups_never_do(
    stage: Stage, minh: Person, hoa: Person
) -> None:
    await minh.says("giup")
    assert "Phạm Văn Minh" in heard(stage, "hoa")[-1]
    assert [chat for chat in stage.channel.chats if chat.startswith("nhom") and stage.channel.chats[chat]] == []


async def test_a_worker_and_an_officer_elsewhere_see_none_of_it(stage: Stage, minh: Person, thu: Person) -> None:
    other = add(stage, "binh", "Đỗ Văn Bình", "support", code="4812")
    worker = add(stage, "tho", "Lê Thị Thợ")
    await minh.says("giup")
    number = newest(stage).id
    for somebody in (other, worker):
        for key in ("take", "answer", "type", "place", "done", "over", ""):
            await somebody.does(Pressed(f"c:request:{number}:0:{key}"), "dành cho")
    await other.says("yeucau", "Không còn ai chờ")
    await worker.says("yeucau", "dành cho")
    assert newest(stage).taken_by is None


# ---------------------------------------------------------------- taken, answered, answered back


async def test_words_go_to_and_fro_until_it_is_done(stage: Stage, minh: Person, thu: Person) -> None:
    await minh.says("giup")
    await thu.says("1", "Anh/chị đã nhận việc này.", "1. Trả lời   2. Gõ thành sáng kiến   3. Đã xong   0. Để sau")
    assert heard(stage, "minh")[-1].startswith("Vũ Thị Thu, Tổ hỗ trợ, đã nhận việc anh/chị nhờ.")
    await thu.says("1", "Anh/chị viết cho Phạm Văn Minh")
    await thu.says("Anh vướng ở bước nào ạ?", "Đã chuyển cho Phạm Văn Minh.")
    assert heard(stage, "minh")[-1] == ("Vũ Thị Thu, Tổ hỗ trợ: Anh vướng ở bước nào ạ?\n1. Trả lời   0. Xong")
    await minh.says("may to khong gui anh duoc, so 0912345678", "Đã chuyển cho Vũ Thị Thu.")
    assert heard(stage, "thu")[-1].startswith("Phạm Văn Minh nhắn: may to khong gui anh duoc, so 0912345678\n")
    await thu.says("tra loi", "Anh/chị viết cho")
    await thu.says("Em gửi lại ảnh nhỏ hơn nhé", "Đã chuyển")
    await thu.says("yeucau", "1 người đang chờ", "Phạm Văn Minh: cần giúp, 1 phút, của tôi")
    await thu.says("1")
    await thu.says("da xong", "Đã ghi: xong việc của Phạm Văn Minh.")
    await minh.says("cam on chi nhieu a", "sáng kiến")  # the talk is over: these are words like others
    await thu.says("yeucau", "Không còn ai chờ")
    assert "minh" not in "".join(heard(stage, "thu"))
    assert "4827" not in "".join(heard(stage, "minh"))


async def test_in_english(stage: Stage) -> None:
    worker = add(stage, "mary", "Mary Nguyen", language="en")
    helper = add(stage, "tom", "Tom Tran", "support", language="en")
    await worker.says("help", "support team")
    assert heard(stage, "tom")[-1].endswith("1. Take   2. Answer   3. Type it as an initiative   4. Done   0. Later")
    await helper.says("1", "This is yours now.")
    assert heard(stage, "mary")[-1].startswith("Tom Tran, support team, is looking after what you asked.")
    await helper.says("1", "Write to Mary Nguyen")
    await helper.says("What is missing?", "Passed on to Mary Nguyen.")
    assert heard(stage, "mary")[-1].startswith("Tom Tran, support team: What is missing?")
    await worker.says("I cannot send a photo", "Passed on to Tom Tran.")
    assert heard(stage, "tom")[-1].startswith("Mary Nguyen writes: I cannot send a photo")
    await helper.says("requests", "1 waiting for the support team", "Mary Nguyen: needs help, 1 min, mine")


async def test_the_second_who_touches_it_is_told_who_has_it_and_may_take_over(
    stage: Stage, minh: Person, thu: Person
) -> None:
    binh = add(stage, "binh", "Đỗ Văn Bình", "support")
    await minh.says("giup")
    stage.now += timedelta(minutes=3)
    await thu.says("1", "đã nhận")
    stage.now += timedelta(minutes=5)
    await binh.says("1", "Vũ Thị Thu đã nhận, 5 phút trước.", "1. Nhận thay   0. Để sau")
    await binh.says("1", "Anh/chị đã nhận việc này.")
    assert "Đỗ Văn Bình đã nhận" in heard(stage, "thu")[-1]
    await thu.says("yeucau", "đã có người nhận")
    actions = [row.action for row in rows(stage, audit)]
    assert actions.count("request.take") == 2


async def test_a_worker_in_the_middle_of_a_draft_keeps_it(stage: Stage, lan: Person, thu: Person) -> None:
    for line in ("sk 4827", "1", "tran thi lan", TITLE):
        await lan.says(line)
    await lan.says("giup", "Đã báo")
    await thu.says("2", "Anh/chị viết cho Tran Thi Lan")
    await thu.says("Chị cứ viết ngắn thôi ạ", "Đã chuyển")
    told = heard(stage, "lan")[-1]
    assert told.startswith("Vũ Thị Thu, Tổ hỗ trợ: Chị cứ viết ngắn thôi ạ\nMuốn trả lời: nhắn GIUP.")
    assert "1. " not in told  # a number answers the question
    await lan.says("giup", "Vũ Thị Thu, Tổ hỗ trợ, đang giúp anh/chị", "1. Trả lời")
    await lan.says("1", "Anh/chị viết cho Vũ Thị Thu")
    await lan.says("vang, em viet day", "Đã chuyển cho Vũ Thị Thu.", TITLE[:20])
    assert heard(stage, "thu")[-1].startswith("Tran Thi Lan nhắn: vang, em viet day")
    await lan.says(BODY, "Bắt đầu làm cách mới")
    await lan.says("2", "xem lại")
    await lan.says("1", "Đã nhận")
    assert len(lan.filed()) == 1


# ---------------------------------------------------------------- typed for somebody


async def type_for(helper: Person) -> None:
    await helper.says("go thanh sang kien")
    await helper.says(TITLE)
    await helper.says(BODY, "Bắt đầu làm cách mới")
    await helper.says("2", "Phạm Văn Minh · May Sao Mai", "1. Gửi người ấy xem")
    await helper.says("1", "Đã gửi Phạm Văn Minh xem. Chỉ tính là nộp khi người ấy đồng ý")


async def test_a_voice_message_is_typed_and_counts_only_after_a_yes(stage: Stage, minh: Person, thu: Person) -> None:
    await minh.sends("voice", "", "Đã chuyển tin thoại", ref="voice-7")
    card = stage.channel.chats["thu"][-1]
    assert card.text.startswith("Phạm Văn Minh (May Sao Mai) gửi tin thoại, nhờ Tổ hỗ trợ gõ giúp.")
    assert [media.ref for media in card.media] == ["voice-7"]
    await type_for(thu)
    assert filed_by(stage, TITLE) is None
    assert heard(stage, "minh")[-1] == (
        "Vũ Thị Thu, Tổ hỗ trợ, đã gõ giúp anh/chị:\n"
        f"• {TITLE}\n• truoc ve phan tung tui hay lech. gio dat vao cu may luon. n…\n• Áp dụng: tháng 11/2026\n"
        "1. Đúng, nộp   2. Sửa   0. Không"
    )
    await minh.says("1", "Đã nhận. Mã sáng kiến: 48 27")
    filed = filed_by(stage, TITLE)
    ids = {row.external_id: row.person_id for row in rows(stage, account)}
    assert (filed.author_id, filed.filed_by_id, filed.on_behalf_of) == (ids["minh"], ids["thu"], None)
    assert heard(stage, "thu")[-1].startswith("Phạm Văn Minh đã đồng ý nộp bản anh/chị gõ. Mã: 48 27")
    assert newest(stage).done_at is not None
    assert newest(stage).proposal is None
    assert stage.store.read_now(tally.differences) == []
    await minh.does(Pressed(f"c:typed:{newest(stage).id}.1:0:yes"), "không còn chờ")
    assert filed_by(stage, TITLE) is not None  # the one there was


async def test_a_no_files_nothing(stage: Stage, minh: Person, thu: Person) -> None:
    await minh.sends("voice", "", ref="voice-7")
    await type_for(thu)
    await minh.says("0", "Đã bỏ bản gõ giúp, chưa nộp gì.")
    assert heard(stage, "thu")[-1] == "Phạm Văn Minh không đồng ý nộp bản anh/chị gõ."
    assert filed_by(stage, TITLE) is None
    await thu.says("yeucau", "tin thoại")


async def test_what_was_typed_is_mended_by_its_author(stage: Stage, minh: Person, thu: Person) -> None:
    await minh.sends("voice", "", ref="voice-7")
    await type_for(thu)
    await minh.says("2", "xem lại", "1. Nộp   2. Sửa   0. Bỏ")
    await minh.says("2", "1. ")
    await minh.says("1")
    await minh.says("cu ga may tui ao bang nhua", "cu ga may tui ao bang nhua")
    await minh.says("1", "Đã nhận")
    assert filed_by(stage, "cu ga may tui ao bang nhua") is not None
    assert heard(stage, "thu")[-1].startswith("Phạm Văn Minh đã đồng ý")


async def test_an_older_version_of_what_was_typed_files_nothing(stage: Stage, minh: Person, thu: Person) -> None:
    await minh.sends("voice", "", ref="voice-7")
    await type_for(thu)
    number = newest(stage).id
    await thu.says("yeucau")
    await thu.says("1", "đang chờ người ấy đồng ý")
    await type_for(thu)
    await minh.does(Pressed(f"c:typed:{number}.1:0:yes"), "đã gõ giúp", "1. Đúng, nộp")
    assert filed_by(stage, TITLE) is None
    await minh.says("1", "Đã nhận")


# ---------------------------------------------------------------- a unit nobody knows


async def looks_for_unit(worker: Person) -> None:
    for line in ("sk", "1", "pham van nam"):
        await worker.says(line)
    await worker.says("xuong duc dong ong sau", "Không có ở đây")
    await worker.says("1" if "1. Không có" in worker.last else "khong co o day", "nhờ cán bộ")


async def test_whoever_runs_the_campaign_says_which_unit_it_is_and_the_bot_remembers(stage: Stage, an: Person) -> None:
    worker = Person(stage, "tho-moi")
    await looks_for_unit(worker)
    card = heard(stage, "an")[-1]
    assert "xuong duc dong ong sau" in card
    assert "3. Chọn đơn vị" in card
    await an.says("3", "xuong duc dong ong sau", "Là đơn vị nào?")
    await an.says("4827", "Ghi nhớ", "May Sao Mai")
    await an.says("1", "Đã ghi: Pham Van Nam thuộc May Sao Mai.")
    assert heard(stage, "tho-moi")[-1].startswith("Cán bộ đã tìm ra đơn vị của anh/chị: CĐCS Công ty May Sao Mai.")
    aliases = [row.alias for row in rows(stage, unit_alias)]
    assert "xuong duc dong ong sau" in aliases
    assert newest(stage).done_at is not None
    await worker.says(TITLE)
    await worker.says(BODY)
    await worker.says("2", "May Sao Mai", "1. Nộp")
    await worker.says("1", "Đã nhận. Mã sáng kiến: 48 27")


async def test_the_support_team_chooses_a_unit_but_gives_no_names(stage: Stage) -> None:
    helper = add(stage, "thu", "Vũ Thị Thu", "support", code="1")
    worker = Person(stage, "tho-moi")
    await looks_for_unit(worker)
    await helper.says("3", "Là đơn vị nào?")
    await helper.says("4827", "Đã ghi: Pham Van Nam thuộc May Sao Mai.")
    assert "xuong duc dong ong sau" not in [row.alias for row in rows(stage, unit_alias)]


# ---------------------------------------------------------------- nobody takes it, nobody can be reached


async def test_what_nobody_takes_is_told_once_more_then_above(stage: Stage, minh: Person, thu: Person) -> None:
    await minh.says("giup")
    for minutes, told, above in ((29, 1, 0), (1, 2, 0), (29, 2, 0), (1, 2, 1), (60, 2, 1)):
        stage.now += timedelta(minutes=minutes)
        await stage.tick()
        assert (len(heard(stage, "thu")), len(heard(stage, "hoa"))) == (told, above), minutes
    assert heard(stage, "thu")[1].startswith("Chưa ai nhận việc này, bot nhắc lại.")
    assert "Đã chờ 30 phút." in heard(stage, "thu")[1]
    assert heard(stage, "hoa")[0].startswith("Cấp dưới chưa ai nhận việc này")


async def test_what_is_taken_is_told_no_more(stage: Stage, minh: Person, thu: Person, hoa: Person) -> None:
    await minh.says("giup")
    await thu.says("1")
    stage.now += timedelta(hours=3)
    await stage.tick()
    assert heard(stage, "hoa") == []


async def test_whoever_blocked_the_bot_is_not_written_to_and_the_helper_knows(
    stage: Stage, minh: Person, thu: Person
) -> None:
    await minh.says("giup")
    await thu.says("1")
    no_longer(stage, "minh")
    await stage.tick()
    assert heard(stage, "thu")[-1].startswith("Bot không nhắn được cho Phạm Văn Minh nữa")
    told = len(heard(stage, "thu"))
    await stage.tick()
    assert len(heard(stage, "thu")) == told
    await thu.says("1", "Bot không nhắn được cho Phạm Văn Minh nữa")
    await thu.says("da xong", "Đã ghi")


async def test_words_for_a_helper_who_has_gone_reach_the_others(stage: Stage, minh: Person, thu: Person) -> None:
    await minh.says("giup")
    await thu.says("2")
    await thu.says("Anh cần gì ạ?", "Đã chuyển")
    add(stage, "binh", "Đỗ Văn Bình", "support")
    stage.store.write_now(
        lambda c: c.execute(
            update(role)
            .where(role.c.kind == "support", role.c.person_id == newest_taker(c))
            .values(revoked_at=stage.now)
        )
    )
    await minh.says("cho em hoi cach gui anh", "Đã chuyển")
    assert heard(stage, "binh")[-1].startswith("Phạm Văn Minh nhắn: cho em hoi cach gui anh")
    assert newest(stage).taken_by is None


def newest_taker(conn: Connection) -> int:
    return int(conn.execute(select(request.c.taken_by).order_by(request.c.id.desc())).scalars().first() or 0)


async def test_the_list_is_paged_oldest_first(stage: Stage, thu: Person) -> None:
    for number in range(6):
        await add(stage, f"tho{number}", f"Thợ Số {number}").says("giup")
        stage.now += timedelta(minutes=20)
    await thu.says("yeucau", "6 người đang chờ", "1. Thợ Số 0: cần giúp, chờ 2 giờ", "4. Thợ Số 3", "5. Xem tiếp")
    await thu.says("5", "1. Thợ Số 4: cần giúp, chờ 40 phút", "2. Thợ Số 5")
    await thu.says("1", "Thợ Số 4", "Đã chờ 40 phút.", "1. Nhận")


# ---------------------------------------------------------------- erased


async def test_erased_people_leave_no_words_at_the_desk(stage: Stage, minh: Person, thu: Person) -> None:
    await minh.says("giup")
    await thu.says("2")
    await thu.says("Anh cần gì ạ?")
    await minh.says("dau lung khong go duoc", "Đã chuyển")
    await minh.says("xoadulieu")
    await minh.says("1", "Đã xóa")
    await thu.says("yeucau", "Không còn ai chờ")
    left = str([rows(stage, table) for table in (request, audit)])
    assert "dau lung" not in left
    assert "dau lung" not in str(stage.store.read_now(_outbox))
    await thu.does(Pressed(f"c:request:{newest(stage).id}:0:answer"), "đã xong")


async def test_a_helper_who_is_erased_leaves_the_request_to_others(stage: Stage, minh: Person, thu: Person) -> None:
    await minh.says("giup")
    await thu.says("2")
    await thu.says("Toi la Thu, so cua toi o xuong")
    await thu.says("xoadulieu")
    await thu.says("1", "Đã xóa")
    assert newest(stage).taken_by is None
    assert "so cua toi" not in str(stage.store.read_now(_outbox))


def _outbox(conn: Connection) -> list[Any]:
    from models.chat import outbox

    return list(conn.execute(select(outbox.c.payload)))


async def test_old_cards_and_nonsense_break_nothing(stage: Stage, minh: Person, thu: Person) -> None:
    await minh.says("giup")
    for record in ("x", "", "99999", "-1"):
        for card in ("request", "talk", "typed", "requests"):
            for key in ("take", "answer", "type", "place", "done", "over", "yes", "edit", "leave", "r1", "rx", "more"):
                await thu.does(Pressed(f"c:{card}:{record}:0:{key}"))
