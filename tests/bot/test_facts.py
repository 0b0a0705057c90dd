"""What a step may know, and the answers to what it asks for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, select

from bot.directory import Directory
from bot.facts import Desk, Known
from handlers import facts as f
from handlers.fold import fold
from handlers.group_facts import LinkedGroups
from models import person as p
from models import unit as u
from models.queries import chats, completing, initiatives, invites, people
from models.queries import registry as registry_rows
from models.queries.initiatives import Filing
from models.store import Store
from tests.bot.office import CAMPAIGN, HOUSE, NOON, OTHER_WARD, SAO_MAI, SAO_VANG, TEXTS, WARD, add_person, registry

LAN_SECOND = "dan bang mau len thung chi de khoi lay nham"  # conversation.md §2


@pytest.fixture
def lan(store: Store) -> int:
    def world(conn: Connection) -> int:
        registry(conn)
        return add_person(conn, "lan", "Tran Thi Lan", unit_id=SAO_MAI)

    return store.write_now(world)


@pytest.fixture
def desk() -> Desk:
    return Desk(Directory(), lambda channel: HOUSE, TEXTS, language="vi", consent="1")


def file(store: Store, lan: int, title: str, **also: Any) -> str:
    given = {
        "draft": title,
        "campaign_id": CAMPAIGN,
        "unit_id": SAO_MAI,
        "title": title,
        "folded": fold(title),
        "filed_by_id": lan,
        "author_id": lan,
        "filed_at": NOON,
        "filed_day": date(2026, 11, 20),
    }
    return store.write_now(initiatives.file, Filing(**(given | also))).code


def ask(store: Store, desk: Desk, *queries: f.Query, person: int | None = None) -> list[Any]:
    found = store.read_now(desk.look_up, queries, person, NOON)
    return [found[query] for query in queries]


def known(store: Store, desk: Desk, now: Any = NOON) -> Known:
    found = store.read_now(desk.private, "buttons", "lan", now, {})
    assert found is not None
    return found


# ---------------------------------------------------------------- every turn


def test_a_stranger_is_nobody(store: Store, desk: Desk, lan: int) -> None:
    assert store.read_now(desk.private, "buttons", "minh", NOON, {}) is None
    assert store.read_now(desk.private, "plain", "lan", NOON, {}) is None


def test_a_person_comes_with_unit_campaigns_and_own_initiatives(store: Store, desk: Desk, lan: int) -> None:
    code = file(store, lan, "Dán màu phân loại chỉ")
    facts = known(store, desk, NOON + timedelta(minutes=45)).facts
    unit = facts.person.unit
    assert unit == f.Unit(SAO_MAI, "4827", "Công ty May Sao Mai", "May Sao Mai", "P. Từ Liêm", "x", (WARD,))
    assert (facts.person.name, facts.person.consented, facts.person.roles) == ("Tran Thi Lan", False, ())
    assert [campaign.code for campaign in facts.campaigns] == ["2026"]
    assert [(item.code, item.open, item.filed_on) for item in facts.mine] == [(code, True, date(2026, 11, 20))]
    assert (facts.idle_minutes, facts.house) == (45, HOUSE)


def test_today_is_the_local_day(store: Store, desk: Desk, lan: int) -> None:
    late = NOON.replace(hour=17, minute=30)  # 0:30 of the next day in Hà Nội
    assert known(store, desk, late).facts.today == date(2026, 11, 21)


def test_roles_and_consent_are_known(store: Store, desk: Desk, lan: int) -> None:
    def change(conn: Connection) -> None:
        people.give_role(conn, lan, "officer", WARD, NOON)
        people.give_consent(conn, lan, version="1", text="…", channel="buttons", at=NOON)

    store.write_now(change)
    person = known(store, desk).facts.person
    assert [(role.kind, role.unit.short if role.unit else "") for role in person.roles] == [("officer", "P. Từ Liêm")]
    assert person.consented


def test_an_ordinary_turn_asks_the_database_once(store: Store, desk: Desk, lan: int) -> None:
    """Who it is; what is theirs only where there is something, and the registry comes from memory."""
    store.read_now(desk.look_up, (), None, NOON)
    statements: list[str] = []

    def counted(conn: Connection) -> None:
        event.listen(conn, "before_cursor_execute", lambda *args: statements.append(args[2]))
        desk.private(conn, "buttons", "lan", NOON, {})

    store.read_now(counted)
    assert len(statements) == 1


# ---------------------------------------------------------------- units


def test_units_are_found_by_code_and_by_name(store: Store, desk: Desk, lan: int) -> None:
    by_code, unknown, like = ask(store, desk, f.UnitByCode("4831"), f.UnitByCode("9999"), f.UnitsLike("may sao vang"))
    assert by_code is not None
    assert (by_code.id, unknown) == (SAO_VANG, None)
    assert (like.exact, like.units[0].id) == (True, SAO_VANG)
    [both] = ask(store, desk, f.UnitsLike("may sao"))
    assert {unit.id for unit in both.units} == {SAO_MAI, SAO_VANG}


def test_a_unit_that_has_ended_stands_for_its_successor(store: Store, desk: Desk, lan: int) -> None:
    def end(conn: Connection) -> None:
        values = {"valid_to": date(2026, 6, 30), "successor_id": SAO_VANG}
        conn.execute(u.unit.update().where(u.unit.c.id == SAO_MAI).values(values))

    store.write_now(end)
    by_code, like = ask(store, desk, f.UnitByCode("4827"), f.UnitsLike("may sao mai"))
    assert by_code is not None
    assert by_code.id == SAO_VANG
    assert SAO_MAI not in {unit.id for unit in like.units}


def test_a_known_code_needs_no_second_transaction_and_a_name_does(store: Store, desk: Desk, lan: int) -> None:
    queries = (f.UnitByCode("4831"), f.UnitByCode("9999"), f.UnitsLike("may sao"), f.TitlesLike(SAO_MAI, "x"))
    assert set(store.read_now(desk.at_once, queries, lan, NOON)) == {f.UnitByCode("4831")}


def test_an_import_is_seen_at_the_next_look(store: Store, desk: Desk, lan: int) -> None:
    assert ask(store, desk, f.UnitByCode("777")) == [None]

    def grow(conn: Connection) -> None:
        row = {"id": 9, "code": "777", "name": "Bệnh viện", "short_name": "BV", "folded": "benh vien", "type": "x"}
        conn.execute(insert(u.unit), row)
        registry_rows.note_change(conn, NOON, {})

    store.write_now(grow)
    [found] = ask(store, desk, f.UnitByCode("777"))
    assert found.short == "BV"


# ---------------------------------------------------------------- similar titles


def test_the_title_of_the_reference_dialogue_is_found_and_unrelated_ones_are_not(
    store: Store, desk: Desk, lan: int
) -> None:
    unrelated = (
        "Làm cữ gá may túi áo không phải vẽ phấn",
        "Dán băng keo lên sàn để phân khu",
        "Lắp đèn LED tiết kiệm điện",
        "Thùng đựng chỉ có nắp",
        "Để hàng lên kệ cho khỏi lấy nhầm size",
    )
    for title in unrelated:
        file(store, lan, title)
    assert ask(store, desk, f.TitlesLike(SAO_MAI, LAN_SECOND)) == [None]
    code = file(store, lan, "Dán màu phân loại chỉ")
    assert ask(store, desk, f.TitlesLike(SAO_MAI, LAN_SECOND)) == [("Dán màu phân loại chỉ", code)]
    assert ask(store, desk, f.TitlesLike(SAO_VANG, LAN_SECOND)) == [None]


@pytest.mark.parametrize("typed", ["Dan mau phan loai chi", "dán mầu phân loạichỉ", "phân loại chỉ: dán màu"])
def test_the_same_title_typed_otherwise_is_found(store: Store, desk: Desk, lan: int, typed: str) -> None:
    code = file(store, lan, "Dán màu phân loại chỉ")
    assert ask(store, desk, f.TitlesLike(SAO_MAI, typed)) == [("Dán màu phân loại chỉ", code)]


def test_a_title_made_confidential_is_never_shown_even_from_memory(store: Store, desk: Desk, lan: int) -> None:
    file(store, lan, "Dán màu phân loại chỉ")
    query = f.TitlesLike(SAO_MAI, LAN_SECOND)
    assert ask(store, desk, query) != [None]
    assert store.read_now(desk.at_once, (query,), lan, NOON) != {}  # what the summary showed is remembered
    store.write_now(completing.make_confidential, 1, lan, "", NOON)
    assert store.read_now(desk.at_once, (query,), lan, NOON) == {query: None}
    assert ask(store, desk, query) == [None]


# ---------------------------------------------------------------- the rest


def test_only_ones_own_initiatives_are_opened_by_code(store: Store, desk: Desk, lan: int) -> None:
    code = file(store, lan, "Dán màu phân loại chỉ")
    minh = store.write_now(add_person, "minh", "Minh")
    query = f.InitiativeByCode(code)
    assert ask(store, desk, query, person=minh) == ask(store, desk, query) == [None]
    [mine] = ask(store, desk, query, person=lan)
    assert mine.title == "Dán màu phân loại chỉ"


def test_an_invite_is_known_while_it_is_good(store: Store, desk: Desk, lan: int) -> None:
    code = store.write_now(lambda conn: invites.make(conn, kind="officer", unit_id=WARD, now=NOON))
    found, bad = ask(store, desk, f.InviteByCode(code), f.InviteByCode("XXXXXXXX"))
    assert (found.kind, found.unit.id, bad) == ("officer", WARD, None)


def test_an_officer_sees_the_groups_of_the_units_below(store: Store, desk: Desk, lan: int) -> None:
    def groups(conn: Connection) -> int:
        for number, unit_id in enumerate((WARD, SAO_MAI), 1):
            row = chats.ensure(conn, "buttons", f"-{number}", title="x")
            chats.link(conn, row.id, unit_id=unit_id, kind="members", by=None, at=NOON)
        return add_person(conn, "an", "An", role="owner")

    an = store.write_now(groups)
    asked = [LinkedGroups(unit_ids) for unit_ids in ((WARD,), (SAO_MAI, OTHER_WARD), None)]
    ward, company, everything = ask(store, desk, *asked, person=an)
    assert ask(store, desk, *asked, person=lan) == [(), (), ()]
    assert [group.unit for group in ward] == ["P. Từ Liêm", "May Sao Mai"]
    assert [group.unit for group in company] == ["May Sao Mai"]
    assert everything == ward


def test_there_is_no_notice_before_the_first(store: Store, desk: Desk, lan: int) -> None:
    assert ask(store, desk, f.LastNotice(WARD)) == [None]
    assert store.read_now(lambda conn: conn.execute(select(p.person)).one()).name == "Tran Thi Lan"
