"""The world of the matrix: one company with a campaign, and somebody of every role in every position towards it.

    LĐLĐ thành phố ── P. Từ Liêm ──┬── May Sao Mai (cụm Dệt may) ── Tổ may 2
                   │   THIS, OTHER └── May Sao Vàng (cụm Da giày)
                   └─ P. Phú Diễn (BESIDE)

All that stands there (a group, a preview, a drive, a reminder, a request, …) belongs to May Sao Mai and, where it is
of a campaign, of THIS.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from handlers.fold import fold
from handlers.forms.register import CONSENT_VERSION
from handlers.talk import State
from models import broadcast as b
from models import chat as c
from models import person as p
from models import unit as u
from models.joining import join_code
from models.queries import drives, initiatives, invites, joining, lines, meter, people, previews, requests, untold
from models.queries.audiences import EVERYONE, Audience
from models.queries.drives import NewDrive
from models.queries.initiatives import Filing
from models.queries.previews import About, Frozen
from models.queries.requests import Taken
from models.queries.untold import Kept
from scheduler import daily_notice
from scheduler.press import Press

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)  # Friday, 12:00 in Hà Nội
TODAY, TOMORROW = date(2026, 11, 20), date(2026, 11, 21)
CITY, WARD, MAI, TEAM, VANG, PHU = range(1, 7)
THIS, OTHER, BESIDE = 1, 2, 3
GROUP, BY_HAND, FREE, ABOVE = 1, 2, 3, 4  # chats
UNITS = (
    (CITY, "1", "LĐLĐ thành phố", "TP", None, None),
    (WARD, "48", "Công đoàn phường Từ Liêm", "P. Từ Liêm", CITY, None),
    (MAI, "4827", "Công ty May Sao Mai", "May Sao Mai", WARD, "Cụm Dệt may"),
    (TEAM, "482701", "Tổ may 2", "Tổ may 2", MAI, None),
    (VANG, "4831", "Công ty May Sao Vàng", "May Sao Vàng", WARD, "Cụm Da giày"),
    (PHU, "51", "Công đoàn phường Phú Diễn", "P. Phú Diễn", CITY, None),
)
CAMPAIGNS = ((THIS, "SK", "Sáng kiến 2026", WARD), (OTHER, "AT", "An toàn 2026", WARD), (BESIDE, "PD", "Phú Diễn", PHU))

# Who stands where, in the order of a table's marks. Each of them that has a role has a twin from whom it was taken.
ROLES: dict[str, tuple[str, dict[str, Any]]] = {
    "support of it": ("support", {"unit_id": MAI}),
    "support above": ("support", {"unit_id": WARD}),
    "support below": ("support", {"unit_id": TEAM}),
    "support beside": ("support", {"unit_id": VANG}),
    "officer of it": ("officer", {"unit_id": MAI}),
    "officer above": ("officer", {"unit_id": WARD}),
    "officer below": ("officer", {"unit_id": TEAM}),
    "officer beside": ("officer", {"unit_id": VANG}),
    "officer of its cluster": ("officer", {"unit_id": None, "cluster": "Cụm Dệt may"}),
    "officer of another cluster": ("officer", {"unit_id": None, "cluster": "Cụm Da giày"}),
    "admin of all campaigns": ("admin", {"unit_id": WARD}),
    "admin of this campaign": ("admin", {"unit_id": WARD, "campaign_id": THIS}),
    "admin of another campaign": ("admin", {"unit_id": WARD, "campaign_id": OTHER}),
    "admin of the tree beside": ("admin", {"unit_id": PHU, "campaign_id": BESIDE}),
    "owner": ("owner", {"unit_id": None}),
}
STRANGER, NOT_AGREED, MEMBER, AUTHOR = "stranger", "has not agreed", "worker", "author"
COLUMNS = (STRANGER, NOT_AGREED, MEMBER, AUTHOR, *ROLES)
TAKEN = {f"{name}, revoked": name for name in ROLES}
EVERYBODY = (*COLUMNS, *TAKEN)

TITLE, WORDS, MISSED = "NHÓM-KÍN", "LỜI-NHẮC-KÍN", "Lê Thị Lỡ"
ASKED, HOLDER, CODE_FOR, UNSAID = "LỜI-NHỜ-KÍN", "Bùi Văn Chức", "Đỗ Thị Mã", "CHƯA-BÁO-KÍN"
FROZEN, FROZEN_ABOVE = "BẢN-TIN-KÍN", "BẢN-TIN-PHƯỜNG"
CODES = {"role": "MAVAITR2", "group": "MANHMNH2", "join": "MANKENH2"}


def marks(row: str) -> dict[str, bool]:
    """`"..xx .x.. …"`: for each column whether it may. The revoked may what any worker may."""
    bare = row.replace(" ", "")
    assert len(bare) == len(COLUMNS), f"{len(bare)} marks for {len(COLUMNS)} columns: {row}"
    assert set(bare) <= {"x", "."}, row
    may = {name: mark == "x" for name, mark in zip(COLUMNS, bare, strict=True)}
    return may | dict.fromkeys(TAKEN, may[MEMBER])


def build(conn: Connection, press: Press) -> None:
    _registry(conn)
    for name in EVERYBODY:
        if name != STRANGER:
            _somebody(conn, name)
    _groups(conn)
    _notices(conn, press)
    _reminders(conn)
    _at_the_desk(conn)
    _given(conn)
    drive = NewDrive(THIS, MAI, "30 ngày", TODAY - timedelta(days=3), TODAY + timedelta(days=30), 90, id_of(conn), NOON)
    drives.start(conn, drive)
    lines.put(conn, MAI, THIS, TODAY, text="Hạng 3 toàn quốc (theo Cổng)", by=id_of(conn), at=NOON)
    initiatives.file(conn, _filing(id_of(conn, AUTHOR)))
    _on_other_channels(conn)


def id_of(conn: Connection, name: str = "officer of it") -> int:
    return int(conn.execute(select(p.account.c.person_id).where(p.account.c.external_id == name)).scalar_one())


# ---------------------------------------------------------------- who is there


def _registry(conn: Connection) -> None:
    for unit_id, code, name, short, parent, cluster in UNITS:
        values = {"id": unit_id, "code": code, "name": name, "short_name": short, "folded": fold(name), "type": "cdcs"}
        conn.execute(insert(u.unit), values | {"parent_id": parent, "cluster": cluster})
    for campaign_id, code, name, unit_id in CAMPAIGNS:
        days = {"opens": date(2026, 1, 1), "closes": date(2026, 12, 31)}
        values = {"id": campaign_id, "code": code, "name": name, "unit_id": unit_id}
        conn.execute(insert(u.campaign), values | days | {"applied_from": days["opens"], "applied_to": days["closes"]})


def _somebody(conn: Connection, name: str) -> None:
    agreed = name != NOT_AGREED
    kind, where = ROLES.get(TAKEN.get(name, name), ("", {}))
    home = where.get("unit_id") or (VANG if where.get("cluster") == "Cụm Da giày" else MAI)
    person_id = _person(conn, name, name.capitalize() if agreed else None, home if agreed else None)
    if agreed:
        people.give_consent(conn, person_id, version=CONSENT_VERSION, text="đồng ý", channel="buttons", at=NOON)
    if kind:
        people.give_role(conn, person_id, kind, at=NOON, **where)
    if name in TAKEN:
        taken = update(p.role).where(p.role.c.person_id == person_id).values(revoked_at=NOON)
        conn.execute(taken)


def _person(conn: Connection, account: str, name: str | None, unit_id: int | None) -> int:
    made = {"name": name, "unit_id": unit_id, "created_at": NOON, "phone": "0900 000 001"}
    person_id = int(conn.execute(insert(p.person).returning(p.person.c.id), made).scalar_one())
    here = {"channel": "buttons", "external_id": account, "chat": account, "last_seen": NOON}
    conn.execute(insert(p.account), here | {"person_id": person_id})
    people.start_conversation(conn, person_id, State().to_json(), NOON)
    return person_id


# ---------------------------------------------------------------- what is there


def _groups(conn: Connection) -> None:
    linked = {"unit_id": MAI, "campaign_id": THIS, "kind": "officers", "linked_at": NOON - timedelta(days=9)}
    for made, channel, external_id, title, link in (
        (GROUP, "buttons", "-1", TITLE, linked),
        (BY_HAND, "hand", "tay", f"{TITLE} tự đăng", linked | {"linked_by": id_of(conn, "officer of it")}),
        (FREE, "buttons", "-3", "nhóm mới", {}),
        (ABOVE, "buttons", "-4", "nhóm phường", linked | {"unit_id": WARD}),
    ):
        values: dict[str, Any] = {"channel": channel, "external_id": external_id, "title": title}
        assert conn.execute(insert(c.chat).returning(c.chat.c.id), values | link).scalar_one() == made


def _notices(conn: Connection, press: Press) -> None:
    """Yesterday's notice, today's preview, last week's digest that waits for an officer."""
    posted = daily_notice.post(conn, GROUP, NOON - timedelta(days=1), press, posted_by=id_of(conn))
    assert posted.notices, posted.why
    daily_notice.post(conn, ABOVE, NOON - timedelta(days=1), press, posted_by=id_of(conn))
    for chat_id, words in ((GROUP, FROZEN), (ABOVE, FROZEN_ABOVE)):
        conn.execute(update(c.notice).where(c.notice.c.chat_id == chat_id).values(text=words))
    held_back = {"status": "refused", "outcome": meter.QUOTA, "payload": {"text": FROZEN}, "done_at": NOON}
    conn.execute(update(c.outbox).where(c.outbox.c.chat == "-1").values(held_back))
    row = conn.execute(select(c.notice).where(c.notice.c.chat_id == GROUP)).one()
    for chat_id in (GROUP, BY_HAND):
        previews.put(conn, About(THIS, chat_id, TODAY), Frozen(NOON, row.numbers, FROZEN, NOON))
    week = {"campaign_id": THIS, "kind": "weekly", "day": TODAY - timedelta(days=4), "chat_id": GROUP, "unit_id": MAI}
    frozen = {"cut_at": NOON, "numbers": row.numbers, "text": FROZEN, "made_at": NOON - timedelta(hours=3)}
    notice_id = conn.execute(insert(c.notice).returning(c.notice.c.id), week | frozen).scalar_one()
    closes = NOON + timedelta(days=1)
    conn.execute(insert(c.offer), {"notice_id": notice_id, "shown_with": notice_id, "pictures": [], "closes": closes})


def _reminders(conn: Connection) -> None:
    """Three: one waits for its time, one is under way, one is over; two people were not reached."""
    known = {"campaign_id": THIS, "unit_id": MAI, "text": WORDS, "audience": Audience(THIS, MAI, EVERYONE).to_json()}
    made = {"made_by": id_of(conn), "made_at": NOON, "channel": "buttons", "chat": "officer of it"}
    for status, starts in (("planned", NOON + timedelta(hours=2)), ("running", NOON), ("done", NOON)):
        ended = {"ended_at": NOON} if status == "done" else {}
        conn.execute(insert(b.broadcast), known | made | {"status": status, "starts_at": starts} | ended)
    lost = _person(conn, "lỡ", MISSED, MAI)
    for broadcast_id in (2, 3):
        told = {"broadcast_id": broadcast_id, "channel": "buttons", "chat": "lỡ", "person_id": lost, "unit_id": MAI}
        conn.execute(insert(b.recipient), told | {"day": TODAY, "status": "gone", "reason": "blocked"})
        waits = told | {"chat": AUTHOR, "person_id": id_of(conn, AUTHOR), "day": TODAY, "status": "waiting"}
        if broadcast_id == 2:
            conn.execute(insert(b.recipient), waits)

    owed = Kept(lost, {"text": UNSAID}, "chưa báo", NOON - timedelta(hours=1))
    untold.put(conn, owed)


def _at_the_desk(conn: Connection) -> None:
    """Requests of the author: 1 nobody has taken, 2 is being talked about, 3 has been typed and waits for a yes."""
    author = id_of(conn, AUTHOR)
    asked: dict[str, Any] = {"person_id": author, "unit_id": MAI, "channel": "buttons", "chat": AUTHOR}
    requests.add(conn, **asked, kind="unit", words=ASKED, at=NOON - timedelta(hours=3))
    for hours in (2, 1):
        requests.add(conn, **asked, kind="voice", at=NOON - timedelta(hours=hours), media={"kind": "voice", "ref": "v"})
    for request_id in (2, 3):
        requests.take(conn, request_id, Taken(id_of(conn, "support above"), NOON))
    requests.propose(conn, 3, typed() | {"n": 1})


def typed() -> dict[str, Any]:
    """What somebody typed for the author."""
    began = {"date": "2026-11-16", "precision": "week"}
    unit = {"id": MAI, "code": "4827", "name": "Công ty May Sao Mai", "short": "May Sao Mai", "type": "cdcs"}
    said = {"title": "Dán màu phân loại chỉ", "body": "trước hay lấy nhầm, giờ nhìn là biết", "began": began}
    return said | {"confidential": False, "unit": unit | {"above": [WARD, CITY]}, "campaign": THIS}


def _given(conn: Connection) -> None:
    """Roles that somebody has in May Sao Mai, and codes that wait."""
    for name, (kind, where) in HELD.items():
        called = "Vũ Thị Tổ" if where["unit_id"] == TEAM else HOLDER
        person_id = _person(conn, f"{name} as well", called, where["unit_id"])
        people.give_role(conn, person_id, kind, at=NOON, **where)
    people.note(
        conn, id_of(conn), "role.revoke", NOON, unit_id=MAI, kind="support", of=id_of(conn, "support of it as well")
    )
    for kind, where in WAITING.values():
        invites.make(conn, kind=kind, now=NOON, to_name=CODE_FOR, made_by=id_of(conn, "owner"), **where)
    for kind, code in (("support", CODES["role"]), ("group", CODES["group"])):
        more: dict[str, Any] = {"group_kind": "members"} if kind == "group" else {}
        made = invites.make(conn, kind=kind, unit_id=PHU, now=NOON, made_by=id_of(conn, "owner"), **more)
        known = update(p.invite).where(p.invite.c.code_hash == invites._hash(made))
        conn.execute(known.values(code_hash=invites._hash(code)))


def _on_other_channels(conn: Connection) -> None:
    """Somebody waits to be joined to whoever has the code; one person is joined to the author already."""
    waits = _person(conn, "kênh kia", "Kênh Kia", None)
    people.start_conversation(conn, waits, State().to_json(), NOON)
    made = joining.make_code(conn, waits, "buttons", "kênh kia", NOON)
    known = update(join_code).where(join_code.c.code_hash == joining._hash(made))
    conn.execute(known.values(code_hash=joining._hash(CODES["join"])))
    joining.join(conn, id_of(conn, AUTHOR), _person(conn, "máy cũ", None, None), NOON)


HELD: dict[str, tuple[str, dict[str, Any]]] = {
    "support of it": ("support", {"unit_id": MAI}),
    "officer of it": ("officer", {"unit_id": MAI}),
    "officer below": ("officer", {"unit_id": TEAM}),
    "admin": ("admin", {"unit_id": WARD, "campaign_id": THIS}),
    "owner": ("owner", {"unit_id": None}),
}
WAITING: dict[str, tuple[str, dict[str, Any]]] = {
    "support of it": ("support", {"unit_id": MAI}),
    "officer of it": ("officer", {"unit_id": MAI}),
}


def role_id(conn: Connection, name: str) -> int:
    """Of one of `HELD`."""
    found = select(p.role.c.id).join(p.account, p.account.c.person_id == p.role.c.person_id)
    return int(conn.execute(found.where(p.account.c.external_id == f"{name} as well")).scalar_one())


def code_id(conn: Connection, name: str) -> int:
    """Of one of `WAITING`."""
    kind, where = WAITING[name]
    found = select(p.invite.c.id).where(p.invite.c.kind == kind, p.invite.c.unit_id == where["unit_id"])
    return int(conn.execute(found).scalar_one())


def _filing(author: int) -> Filing:
    return Filing(
        draft="ban-dau",
        campaign_id=THIS,
        unit_id=MAI,
        title="Dán màu phân loại chỉ",
        folded="dan mau phan loai chi",
        filed_by_id=author,
        filed_at=NOON,
        filed_day=TODAY,
        author_id=author,
        author_group="workers",
        body="trước hay lấy nhầm, giờ nhìn là biết",
        began_on=TODAY,
        began={"date": TODAY.isoformat(), "precision": "day"},
    )
