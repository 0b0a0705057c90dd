"""NHATKY: who did what on which unit when, for admins and owners; narrowed down, as a workbook."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from bot.stage import Stage
from handlers.talk import Pressed
from models.person import audit, person
from models.queries import registry
from models.unit import unit
from tests.dialogue import Person
from tests.dialogues.before import rows
from tests.dialogues.test_roles import code_in, given

HOA = person.c.name == "Nguyễn Thị Hoa"


async def revokes_minh(hoa: Person) -> None:
    await hoa.says("canbo")
    await hoa.says("2", "Phạm Văn Minh: cán bộ")
    await hoa.says("1")
    await hoa.says("1", "Đã thu hồi")


async def test_who_is_no_admin_may_not_read_it(stage: Stage, hoa: Person, minh: Person) -> None:
    for who in (minh, hoa):
        await who.says("nhat ky", "Nhật ký dành cho quản trị")
        for press in ("c:audit:0...0:0:more", "c:audit:0...0:0:sheet", "c:audit_by:0...0:0:unit"):
            said = await who.does(Pressed(press), "dành cho quản trị")
            assert "mới nhất" not in said
    assert not any(shown.media for shown in stage.channel.chats["hoa"])


async def test_an_reads_who_revoked_whom(stage: Stage, an: Person, hoa: Person) -> None:
    given(stage, "minh", "officer", "4827")
    await revokes_minh(hoa)
    await an.says(
        "NHẬT KÝ",
        "Nhật ký (tất cả), mới nhất trước:",
        "12h20 20/11, Nguyễn Thị Hoa: thu hồi vai cán bộ May Sao Mai của Phạm Văn Minh",
        "8h20 20/11, Quản trị máy chủ: nạp danh mục từ tệp: ",
        "1. Lọc   2. Tải Excel   0. Xong",
    )


async def test_a_role_of_a_cluster_is_taken_away_where_all_its_units_are(
    stage: Stage, an: Person, hoa: Person, minh: Person
) -> None:
    both = update(unit).where(unit.c.code.in_(("4827", "4828")))
    stage.store.write_now(lambda conn: conn.execute(both.values(cluster="Cụm Dệt may")))
    stage.store.write_now(registry.renew)
    stage.now += timedelta(seconds=2)
    await an.says("moi")
    await an.says("2")
    await an.says("cum det may")
    code = code_in(await an.says("Phạm Văn Minh"))
    await minh.says(f"ma {code}")
    await minh.says("1", "Đã ghi nhận")
    await an.says("canbo", "Phạm Văn Minh – cán bộ Cụm Dệt may")
    number = next(line[0] for line in an.last.splitlines() if "Phạm Văn Minh" in line)
    await an.says(number)
    await an.says("1")
    await an.says("1", "Đã thu hồi")
    thu = given(stage, "hoa", "admin", "48")
    await thu.says("nhatky", "Lê Văn An: thu hồi vai cán bộ Cụm Dệt may của Phạm Văn Minh", "Phạm Văn Minh: nhận vai")


async def test_an_empty_trail(stage: Stage, minh: Person) -> None:
    an = given(stage, "minh", "admin", "4827")
    await an.says("nhatky", "Nhật ký còn trống")
    assert "Lọc" not in an.last


async def test_what_was_changed_from_what_to_what(stage: Stage, an: Person, hoa: Person) -> None:
    await hoa.says("caidat")
    await hoa.says("1")
    await hoa.says("1")
    await hoa.says("1")
    await hoa.says("17h30")
    await an.says("nhatky", 'Nguyễn Thị Hoa: đổi cài đặt "Nhóm 15 chủ tịch', "giờ: 17:00 → 17:30 (Nam Từ Liêm)")


async def test_an_admin_sees_what_was_done_in_her_tree_and_nothing_else(stage: Stage, hoa: Person) -> None:
    thu = given(stage, "minh", "admin", "4827")
    await hoa.says("moi")
    await hoa.says("1")
    await hoa.says("4828")
    code_in(await hoa.says("Trần Thị Lan"))
    await thu.says("nhatky", "Nhật ký còn trống")
    await hoa.says("moi")
    await hoa.says("1")
    await hoa.says("4827")
    code_in(await hoa.says("Trần Thị Lan"))
    said = await thu.says("nhatky", "Nguyễn Thị Hoa: cấp mã Tổ hỗ trợ May Sao Mai cho Trần Thị Lan")
    assert said.count("Nguyễn Thị Hoa") == 1
    assert "Quản trị máy chủ" not in said


async def acts_of_three_days(stage: Stage, an: Person, hoa: Person) -> None:
    """Seven acts: Hoa makes codes on the 20th and the 21st, An on the 22nd."""
    for day, who, code in ((20, hoa, "4827"), (21, hoa, "4828"), (22, an, "4827")):
        stage.now = stage.now.replace(day=day, hour=9, minute=0)
        for name in ("Trần Thị Lan", "Phạm Văn Minh") if day > 20 else ("Trần Thị Lan", "Phạm Văn Minh", "Vũ Văn Bình"):
            await who.says("moi")
            await who.says("1")
            await who.says(code)
            await who.says(name)


async def test_pages_and_narrowing(stage: Stage, an: Person, hoa: Person) -> None:
    await acts_of_three_days(stage, an, hoa)
    first = await an.says("nhatky", "1. Cũ hơn   2. Lọc   3. Tải Excel   0.")
    assert first.count(" cho ") == 5
    rest = await an.says("1", "cho Phạm Văn Minh", "cho Trần Thị Lan", "Quản trị máy chủ")
    assert rest.count(" cho ") == 2
    await an.says("nhatky")
    await an.says("2", "Lọc nhật ký theo gì?", "1. Đơn vị   2. Người   3. Ngày   0.")
    await an.says("1", "Xem nhật ký của đơn vị nào?")
    said = await an.says("4828", "Nhật ký (")
    assert said.count("9h00 21/11") == 2
    assert said.count(" cho ") == 2
    await an.says("lọc")
    await an.says("ngày", "Xem ngày nào?")
    await an.says("hôm nọ", "Bot chưa rõ ngày")
    await an.says("20/11", "Không có việc nào như thế.")  # of that unit nothing
    await an.says("lọc")
    await an.says("4", "Nhật ký (tất cả)")


async def test_by_person_and_by_days(stage: Stage, an: Person, hoa: Person) -> None:
    await acts_of_three_days(stage, an, hoa)
    await an.says("nhatky")
    await an.says("2")
    await an.says("2", "Xem việc của ai?", "1. Quản trị máy chủ")
    await an.says("ông Tễu", "Không thấy cán bộ nào")
    said = await an.says("le van an", "Nhật ký (Lê Văn An), mới nhất trước:")
    assert said.count("22/11, Lê Văn An: cấp mã") == 2
    assert "Hoa" not in said
    await an.says("1")
    await an.says("2")
    said = await an.says("1", "Nhật ký (Quản trị máy chủ)", "nạp danh mục")
    assert "cấp mã" not in said
    await an.says("1")
    await an.says("4")
    await an.says("2")
    await an.says("3")
    said = await an.says("20/11 - 21/11", "Nhật ký (20/11/2026–21/11/2026)")
    assert said.count("Nguyễn Thị Hoa") == 5
    assert "22/11, " not in said


async def test_two_officers_of_one_name_are_told_apart_by_their_units(stage: Stage, an: Person) -> None:
    given(stage, "minh", "officer", "4827")
    given(stage, "hoa", "officer", "4828")
    stage.store.write_now(lambda conn: conn.execute(update(person).values(name="Phạm Văn Minh").where(HOA)))
    await an.says("nhatky")
    await an.says("1")
    await an.says("2")
    await an.says("minh", "Ai ạ?", "1. Phạm Văn Minh (", "2. Phạm Văn Minh (May Sao Mai)")
    await an.says("2", "Nhật ký (Phạm Văn Minh)", "Không có việc nào như thế.")


async def test_the_name_of_somebody_erased_is_gone_and_the_row_stays(stage: Stage, an: Person, hoa: Person) -> None:
    given(stage, "minh", "officer", "4827")
    await revokes_minh(hoa)
    await Person(stage, "minh").says("xoadulieu")
    await Person(stage, "minh").says("1", "Đã xóa")
    said = await an.says("nhatky", "(tên đã xóa): xóa dữ liệu của mình", "của (không ghi tên)")
    assert "Minh" not in said
    await hoa.says("xoadulieu")
    await hoa.says("1", "Đã xóa")
    said = await an.says("nhatky", "(tên đã xóa): thu hồi vai cán bộ")
    assert "Hoa" not in said
    assert not any("Hoa" in str(row.details) for row in rows(stage, audit))


async def test_whom_a_code_was_for_is_named_for_as_long_as_that_is_kept(stage: Stage, an: Person, minh: Person) -> None:
    for words in ("moi", "2", "4827"):
        await an.says(words)
    await an.says("Trần Thị Lan")
    await an.says("nhatky", "cấp mã cán bộ May Sao Mai cho Trần Thị Lan")
    await an.says("canbo", "3. Mã chưa dùng: Trần Thị Lan")
    for words in ("3", "1", "1"):
        await an.says(words)
    await an.says("nhatky", "hủy mã cán bộ May Sao Mai", "cấp mã cán bộ May Sao Mai cho (tên đã xóa)")
    for words in ("moi", "2", "4827"):
        await an.says(words)
    code = code_in(await an.says("Phạm Văn Minh"))
    for words in (f"ma {code}", "1", "xoadulieu"):
        await minh.says(words)
    await minh.says("1", "Đã xóa")
    said = await an.says("nhatky", "cấp mã cán bộ May Sao Mai cho (tên đã xóa)")
    assert "không ghi tên" not in said


async def test_the_same_in_english(stage: Stage, an: Person, hoa: Person) -> None:
    given(stage, "minh", "officer", "4827")
    await hoa.says("en")
    await an.says("en")
    await hoa.says("nhatky", "The log is for admins")
    await hoa.says("canbo")
    await hoa.says("2")
    await hoa.says("1")
    await hoa.says("1", "Revoked.")
    stage.now += timedelta(days=1)
    await an.says(
        "audit",
        "Log (everything), newest first:",
        "12:20 20 Nov, Nguyễn Thị Hoa: revoked a role of Phạm Văn Minh: officer of May Sao Mai",
        "Server administration: loaded the registry from a file",
        "1. Narrow down   2. Excel file   0.",
    )
    await an.says("1", "1. Unit   2. Person   3. Day")
    await an.says("3", "Which day?")
    await an.says("yesterday", "Log (20 November 2026)", "revoked a role of")
