"""The ward of the reference notice (conversation.md §5a): fifteen base unions whose lượt nộp the portal counts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert

from handlers.fold import fold
from handlers.forms.register import CONSENT_VERSION
from handlers.talk import State
from models.chat import chat
from models.person import account, person
from models.queries import people
from models.unit import campaign, target, unit

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
GROUP, MEMBERS = "nhom-chu-tich", "nhom-doan-vien"
WARD, OTHER_WARD, CAMPAIGN = 1, 2, 1
UNITS = (  # name, target; the ids from 11 on, in official order
    ("BV Từ Liêm", 110),
    ("THPT Xuân Phương", 75),
    ("Điện Sao Việt", 200),
    ("Tiểu học Mỹ Đình", 80),
    ("Mầm non Hoa Mai", 60),
    ("Cơ khí An Phát", 90),
    ("May Sao Mai", 150),
    ("THCS Cầu Diễn", 90),
    ("Xây dựng Số 9", 60),
    ("Dược Hồng Hà", 50),
    ("Siêu thị Minh Tâm", 110),
    ("In Tân Phú", 40),
    ("Vận tải Bình An", 80),
    ("HTX Phú Đô", None),
    ("Bảo vệ Thăng Long", 40),
)
IDS = {name: 11 + at for at, (name, _) in enumerate(UNITS)}
TODAY = (132, 84, 203, 76, 57, 76, 118, 69, 44, 33, 66, 21, 24, 12, 0)  # 20/11 at 16h30
YESTERDAY = (128, 82, 194, 75, 57, 71, 110, 71, 41, 31, 62, 20, 24, 11, 0)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A local moment of November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def rows(numbers: tuple[int, ...], **spelt: str) -> str:
    """As they are pasted from a sheet; `spelt`: how a unit is written today, by its name in ASCII with underscores."""
    names = [spelt.get(fold(name).replace(" ", "_"), name) for name, _ in UNITS]
    return "\n".join(f"{name}\t{number}" for name, number in zip(names, numbers, strict=True))


def found(conn: Connection, counts_from: str = "portal") -> None:
    """The ward with its units and targets, its campaign, the group of the chairmen and one of members; officer Hoa of
    the ward, officer Nga of another one, owner An, worker Lan.
    """
    _units(conn)
    values = {"id": CAMPAIGN, "code": "SK", "name": "Sáng kiến 2026", "unit_id": WARD, "counts_from": counts_from}
    days = {"opens": date(2026, 1, 1), "closes": date(2026, 12, 31), "applied_from": date(2026, 1, 1)}
    conn.execute(insert(campaign), values | days | {"applied_to": date(2026, 12, 31)})
    for unit_id, number in ((WARD, 1300), *((IDS[name], number) for name, number in UNITS)):
        if number is not None:
            values = {"unit_id": unit_id, "campaign_id": CAMPAIGN, "number": number, "valid_from": date(2026, 7, 5)}
            set_by = "LĐLĐ Thành phố" if unit_id == WARD else "CĐ P. Từ Liêm"
            conn.execute(insert(target), values | {"set_by": set_by})
    hoa = _person(conn, "hoa", "Nguyễn Thị Hoa", "officer", WARD)
    _person(conn, "nga", "Lê Thị Nga", "officer", OTHER_WARD)
    _person(conn, "an", "Phạm Văn An", "owner", None)
    _person(conn, "lan", "Trần Thị Lan", "", None)
    for external_id, kind in ((GROUP, "officers"), (MEMBERS, "members")):
        values = {"channel": "webchat", "external_id": external_id, "kind": kind, "title": external_id}
        linked = {"unit_id": WARD, "linked_at": at(1, 8), "linked_by": hoa, "hour": "17:00"}
        conn.execute(insert(chat), values | linked | {"picture": False})


def _units(conn: Connection) -> None:
    add_unit(conn, WARD, "48", "Công đoàn phường Từ Liêm", "CĐ P. Từ Liêm", None)
    add_unit(conn, OTHER_WARD, "51", "Công đoàn phường Phú Diễn", "CĐ P. Phú Diễn", None)
    for order, (name, _) in enumerate(UNITS):
        add_unit(conn, 11 + order, f"48{11 + order}", name, name, WARD, order)
    add_unit(conn, 90, "5190", "Công ty May Sao Vàng", "May Sao Vàng", OTHER_WARD)


def add_unit(
    conn: Connection, unit_id: int, code: str, name: str, short: str, parent: int | None, order: int = 0
) -> None:
    values: dict[str, Any] = {"id": unit_id, "code": code, "name": name, "short_name": short, "folded": fold(name)}
    conn.execute(insert(unit), values | {"type": "cdcs", "parent_id": parent, "official_order": order})


def _person(conn: Connection, name: str, full: str, role: str, of: int | None) -> int:
    made = {"name": full, "unit_id": of, "created_at": at(1, 8)}
    person_id = int(conn.execute(insert(person).returning(person.c.id), made).scalar_one())
    values = {"channel": "webchat", "external_id": name, "chat": name, "person_id": person_id, "last_seen": at(1, 8)}
    conn.execute(insert(account), values)
    people.start_conversation(conn, person_id, State().to_json(), at(1, 8))
    people.give_consent(conn, person_id, version=CONSENT_VERSION, text="đồng ý", channel="webchat", at=at(1, 8))
    if role:
        people.give_role(conn, person_id, role, of, at(1, 8))
    return person_id
