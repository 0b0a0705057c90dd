"""Roles: given by a code that says to whom it is for what, listed, taken away; nobody gives what they do not have."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import Connection, select, update

from bot.stage import Stage
from handlers.talk import Pressed
from models.person import account, audit, invite, role
from models.queries import people, registry
from models.unit import unit
from tests.dialogue import Person

CODE = re.compile(r"MA ([2-9A-Z]{8})")


def code_in(text: str) -> str:
    found = CODE.search(text)
    assert found, text
    return found[1]


def held(stage: Stage, who: str) -> list[tuple[str, str | None]]:
    """The roles somebody has now: kind and unit's code."""
    found = (
        select(role.c.kind, unit.c.code)
        .join(account, account.c.person_id == role.c.person_id)
        .outerjoin(unit, unit.c.id == role.c.unit_id)
        .where(account.c.external_id == who, role.c.revoked_at.is_(None))
        .order_by(role.c.id)
    )
    return stage.store.read_now(lambda conn: [tuple(row) for row in conn.execute(found)])


def given(stage: Stage, who: str, kind: str, code: str) -> Person:
    """Somebody gets a role without a code."""

    def give(conn: Connection) -> None:
        person_id = conn.execute(select(account.c.person_id).where(account.c.external_id == who)).scalar_one()
        found = registry.unit_by_code(conn, code)
        assert found is not None
        people.give_role(conn, person_id, kind, found.id, stage.now)

    stage.store.write_now(give)
    return Person(stage, who)


def nobody_serves(stage: Stage) -> None:
    ended = update(role).where(role.c.kind == "officer").values(revoked_at=stage.now)
    stage.store.write_now(lambda conn: conn.execute(ended))


def acts(stage: Stage) -> list[str]:
    return stage.store.read_now(lambda conn: list(conn.execute(select(audit.c.action).order_by(audit.c.id)).scalars()))


# ---------------------------------------------------------------- giving


async def test_a_worker_gives_nothing_and_sees_nobody(stage: Stage, minh: Person) -> None:
    await minh.says("moi", "dành cho cán bộ")
    await minh.says("can bo", "dành cho cán bộ")
    await minh.does(Pressed("c:roles:0:0:r1"), "dành cho cán bộ")
    await minh.does(Pressed("c:role:r1:0:yes"), "dành cho cán bộ")
    assert held(stage, "hoa") == [("officer", "48")]


async def test_hoa_makes_minh_officer_of_his_company(stage: Stage, hoa: Person, minh: Person) -> None:
    await hoa.says("MỜI", "Cấp vai nào?", "1. Tổ hỗ trợ: nộp hộ, gõ giúp", "2. Cán bộ của đơn vị hoặc cụm   0.")
    await hoa.says("2", "Cho đơn vị nào?", "cụm")
    await hoa.says("48")
    await hoa.says("1", "không thuộc phần anh/chị được cấp")  # her own: no officer makes another beside herself
    await hoa.says("4827", "Mã này cho ai?")
    await hoa.says("minh", "đủ cả họ và tên")
    said = await hoa.says("phạm văn minh", "Mã cho Phạm Văn Minh, cán bộ", "dùng 1 lần, trong 7 ngày")
    code = code_in(said)
    await minh.says(f"ma {code}", "Mã này cho: Phạm Văn Minh, cán bộ", "1. Đúng là tôi   0. Không phải")
    await minh.says("1", "Đã ghi nhận")
    assert held(stage, "minh") == [("officer", "4827")]
    told = stage.channel.chats["hoa"][-1].text
    assert told.startswith("Phạm Văn Minh đã nhận mã: cán bộ")
    await minh.says("giup", "CAIDAT", "MOI")
    assert [act for act in acts(stage) if act.startswith("invite")] == ["invite.make", "invite.use"]


async def test_whoever_the_code_is_not_for_leaves_it(stage: Stage, hoa: Person, minh: Person) -> None:
    await hoa.says("moi")
    await hoa.says("1")
    await hoa.says("4827")
    code = code_in(await hoa.says("Trần Thị Thu", "Tổ hỗ trợ"))
    await minh.says(f"ma {code}", "Trần Thị Thu")
    await minh.says("0")
    assert held(stage, "minh") == []
    thu = Person(stage, "thu")
    await thu.starts(f"ma-{code}", "Công đoàn xin lưu")
    await thu.says("1", "Họ và tên")
    await thu.says("Trần Thị Thu", "Mã này cho: Trần Thị Thu, Tổ hỗ trợ")
    await thu.says("1", "Đã ghi nhận")
    assert held(stage, "thu") == [("support", "4827")]
    assert held(stage, "minh") == []
    await thu.says("dang", "dành cho cán bộ")
    await thu.says("moi", "dành cho cán bộ")
    await minh.says(f"ma {code}", "đã dùng")


async def test_a_code_is_no_good_once_its_maker_may_not_give_it_any_more(
    stage: Stage, hoa: Person, minh: Person
) -> None:
    await hoa.says("moi")
    await hoa.says("2")
    await hoa.says("4827")
    code = code_in(await hoa.says("Phạm Văn Minh"))
    stage.store.write_now(
        lambda conn: conn.execute(update(role).where(role.c.kind == "officer").values(revoked_at=stage.now))
    )
    await minh.says(f"ma {code}", "1. Đúng là tôi")
    await minh.says("1", "không đúng, đã dùng hoặc hết hạn")
    assert held(stage, "minh") == []


async def test_a_role_one_has_is_not_given_twice(stage: Stage, an: Person, minh: Person) -> None:
    given(stage, "minh", "officer", "4827")
    await an.says("moi", "3. Quản trị một chương trình", "4. Quản trị toàn hệ thống")
    await an.says("2")
    await an.says("4827")
    code = code_in(await an.says("Phạm Văn Minh"))
    await minh.says(f"ma {code}")
    await minh.says("1", "đã có vai này rồi")


async def test_an_makes_an_admin_of_the_campaign_who_makes_officers_of_that_campaign_only(
    stage: Stage, an: Person, minh: Person
) -> None:
    await an.says("moi")
    await an.says("3", "Mã này cho ai?")  # there is one campaign: it is that
    code = code_in(await an.says("Phạm Văn Minh", "quản trị"))
    await minh.says(f"ma {code}", "quản trị")
    await minh.says("1", "Đã ghi nhận")
    await minh.says("moi", "2. Cán bộ của đơn vị hoặc cụm   0.")
    await minh.says("2")
    await minh.says("4827")
    code = code_in(await minh.says("Trần Thị Lan", "(chỉ "))
    lan = Person(stage, "lan")
    await lan.starts(f"ma-{code}")
    await lan.says("1")
    await lan.says("Trần Thị Lan", "(chỉ ")
    await lan.says("1")
    rows = stage.store.read_now(lambda conn: conn.execute(select(role).order_by(role.c.id)).all())
    assert [(row.kind, row.campaign_id is None) for row in rows[-2:]] == [("admin", False), ("officer", False)]


async def test_an_officer_of_a_cluster(stage: Stage, an: Person, minh: Person) -> None:
    stage.store.write_now(
        lambda conn: conn.execute(update(unit).where(unit.c.code.in_(("4827", "4828"))).values(cluster="Cụm Dệt may"))
    )
    stage.store.write_now(registry.renew)
    stage.now += timedelta(seconds=2)
    await an.says("moi")
    await an.says("2")
    await an.says("cụm chim bay", "Không có cụm nào")
    await an.says("cum det may", "Mã này cho ai?")
    code = code_in(await an.says("Phạm Văn Minh", "cán bộ Cụm Dệt may"))
    await minh.says(f"ma {code}", "cán bộ Cụm Dệt may")
    await minh.says("1")
    await minh.says("caodiem 4827", "đợt")
    await minh.says("0")
    await minh.says("caodiem 48", "đơn vị mình phụ trách")
    await an.says("canbo", "Phạm Văn Minh – cán bộ Cụm Dệt may")


# ---------------------------------------------------------------- wrong codes


async def test_after_ten_wrong_codes_no_code_is_looked_at_for_an_hour(stage: Stage, hoa: Person, minh: Person) -> None:
    await hoa.says("moi")
    await hoa.says("1")
    await hoa.says("4827")
    good = code_in(await hoa.says("Phạm Văn Minh"))
    for n in range(10):
        await minh.says(f"ma XXXXXX{n}2", "không đúng")
    await minh.says(f"ma {good}", "sai mã nhiều lần")
    stage.now += timedelta(minutes=61)
    await minh.says(f"ma {good}", "Đúng là tôi")


# ---------------------------------------------------------------- list, revoke, withdraw


async def test_hoa_lists_revokes_and_withdraws(stage: Stage, hoa: Person, minh: Person) -> None:
    given(stage, "minh", "officer", "4827")
    await hoa.says("moi")
    await hoa.says("1")
    await hoa.says("4827")
    code = code_in(await hoa.says("Trần Thị Lan"))
    said = await hoa.says("canbo", "Nguyễn Thị Hoa – cán bộ", "Phạm Văn Minh – cán bộ", "Mã chưa dùng: Trần Thị Lan")
    assert "Lê Văn An" not in said  # an owner is not of her units
    await hoa.says("1", "Nguyễn Thị Hoa: cán bộ")
    assert "Thu hồi" not in hoa.last  # nobody revokes beside themselves
    await hoa.says("canbo")
    await hoa.says("2", "Phạm Văn Minh: cán bộ", "1. Thu hồi   0.")
    await hoa.says("1", "Thu hồi vai cán bộ")
    await hoa.says("0")
    assert held(stage, "minh") == [("officer", "4827")]
    await hoa.says("canbo")
    await hoa.says("2")
    await hoa.says("1")
    await hoa.says("1", "Đã thu hồi")
    assert held(stage, "minh") == []
    assert "đã được thu hồi" in stage.channel.chats["minh"][-1].text
    await minh.says("dang", "dành cho cán bộ")
    await hoa.says("canbo")
    await hoa.says("2", "Mã chưa dùng cho Trần Thị Lan")
    await hoa.says("1", "Hủy mã của Trần Thị Lan")
    await hoa.says("1", "Đã hủy mã")
    await Person(stage, "lan").says(f"ma {code}", "không đúng")
    names = stage.store.read_now(lambda conn: list(conn.execute(select(invite.c.to_name)).scalars()))
    assert names == [""]
    assert acts(stage)[-3:] == ["role.revoke", "invite.withdraw", "code.wrong"]


async def test_an_old_card_revokes_nothing_of_another_unit(stage: Stage, hoa: Person) -> None:
    owner = stage.store.read_now(lambda c: c.execute(select(role.c.id).where(role.c.kind == "owner")).scalar_one())
    await hoa.does(Pressed(f"c:role:r{owner}:0:yes"), "không thuộc đơn vị của anh/chị")
    for key in ("r", "x1", "c99", "r99999", "r1x"):
        await hoa.does(Pressed(f"c:role:{key}:0:yes"), "không còn")
    assert held(stage, "an") == [("owner", None)]


async def test_the_last_owner_stays(stage: Stage, an: Person, minh: Person) -> None:
    await an.says("canbo", "Lê Văn An – quản trị toàn hệ thống")
    await an.says("1", "Lê Văn An: quản trị toàn hệ thống")
    await an.says("1")
    await an.says("1", "cuối cùng")
    assert held(stage, "an") == [("owner", None)]
    await an.says("moi")
    await an.says("4")
    code = code_in(await an.says("Phạm Văn Minh", "quản trị toàn hệ thống"))
    await minh.says(f"ma {code}", "quản trị toàn hệ thống")
    await minh.says("1")
    await an.says("canbo", "1. Lê Văn An", "2. Phạm Văn Minh")
    await an.says("1")
    await an.says("1")
    await an.says("1", "Đã thu hồi")
    assert held(stage, "an") == []
    await an.says("canbo", "dành cho cán bộ")


async def test_many_roles_turn_pages(stage: Stage, hoa: Person) -> None:
    for code in ("4827", "4828", "4829", "4830"):
        given(stage, "minh", "support", code)
    await hoa.says("canbo", "Nguyễn Thị Hoa", "5. ")
    await hoa.says("5", "Phạm Văn Minh")
    await hoa.says("1", "Tổ hỗ trợ")


async def test_a_role_is_taken_away_between_the_menu_and_the_press(stage: Stage, hoa: Person) -> None:
    await hoa.says("dang", "nhóm")
    stage.store.write_now(
        lambda conn: conn.execute(update(role).where(role.c.kind == "officer").values(revoked_at=stage.now))
    )
    await hoa.says("1", "dành cho cán bộ")
    assert "notice.post" not in acts(stage)


# ---------------------------------------------------------------- erased, in English


async def test_the_name_on_a_code_goes_with_the_person(stage: Stage, hoa: Person, minh: Person) -> None:
    await hoa.says("moi")
    await hoa.says("1")
    await hoa.says("4827")
    code = code_in(await hoa.says("Phạm Văn Minh"))
    await minh.says(f"ma {code}")
    await minh.says("1")
    await minh.says("xoadulieu")
    await minh.says("1", "Đã xóa")
    assert stage.store.read_now(lambda conn: list(conn.execute(select(invite.c.to_name)).scalars())) == [""]
    await hoa.says("canbo")
    assert "Minh" not in hoa.last


async def test_the_same_in_english(stage: Stage, hoa: Person, minh: Person) -> None:
    await hoa.says("en")
    await minh.says("en")
    await hoa.says("moi", "Which role?", "1. Support team: files and types for others")
    await hoa.says("1", "For which unit?")
    await hoa.says("4827", "Whom is the code for?")
    code = code_in(await hoa.says("Phạm Văn Minh", "Code for Phạm Văn Minh, support team of"))
    await minh.says(f"ma {code}", "This code is for Phạm Văn Minh: support team of", "1. That is me   0. Not me")
    await minh.says("1")
    assert "has taken the code: support team of" in stage.channel.chats["hoa"][-1].text
    await hoa.says("canbo", "Who has which role in your units", "Phạm Văn Minh – support team of")
    await hoa.says("2", "1. Revoke")
    await hoa.says("1", "Revoke the role of Phạm Văn Minh")
    await hoa.says("1", "Revoked. They are told.")
    assert "has been revoked" in stage.channel.chats["minh"][-1].text
