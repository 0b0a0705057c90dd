"""What a newcomer finds after `make run`: Hà Nội's unions of 2022, people to play, three weeks of filings."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from bot.registry.sample import NotEmpty, load_sample
from handlers.forms.register import CONSENT_VERSION
from handlers.search import Named, Names, rank
from models.chat import chat, mark
from models.initiative import initiative
from models.person import account, person, role
from models.queries import people, registry, tally
from models.store import Store
from models.unit import target, unit

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


@pytest.fixture
def sample(store: Store) -> Store:
    store.write_now(load_sample, TODAY, NOW)
    return store


def names(conn: Connection) -> Names:
    aliases = registry.all_aliases(conn)
    return Names(
        Named(u.id, u.name, u.short_name, u.code, tuple(folded for _, folded in aliases.get(u.id, ())))
        for u in registry.all_units(conn)
    )


def test_it_is_for_empty_databases_only(store: Store) -> None:
    store.write_now(load_sample, TODAY, NOW)
    with pytest.raises(NotEmpty):
        store.write_now(load_sample, TODAY, NOW)


def test_units_are_those_of_2022_and_what_is_invented_is_marked(sample: Store) -> None:
    units = sample.read_now(registry.all_units)
    invented = set(
        sample.read_now(lambda conn: conn.execute(select(unit.c.code).where(unit.c.invented)).scalars().all())
    )
    assert sum(u.code not in invented for u in units) == 60
    assert len({u.code for u in units}) == len(units) == 76
    assert all(len(u.short_name) <= 18 and u.code.isdigit() for u in units)
    districts = [u for u in units if u.type == "LĐLĐ cấp huyện"]
    assert len(districts) == 30
    leader = next(u for u in units if u.code == "48")
    below = sample.read_now(registry.children, leader.id, TODAY)
    assert len(below) == 15
    assert {"4827": "May Sao Mai"}.items() <= {u.code: u.short_name for u in below}.items()
    assert all(u.code in invented for u in below)
    root = next(u for u in units if u.code == "1")
    assert sample.read_now(registry.subtree, root.id) == {u.id for u in units}
    mai = next(u for u in units if u.code == "4827")
    assert sample.read_now(registry.ancestors, mai.id) == (mai.id, leader.id, root.id)


def test_one_campaign_is_open_with_targets_in_force(sample: Store) -> None:
    mai = sample.read_now(registry.unit_by_code, "4827")
    assert mai is not None
    (campaign,) = sample.read_now(registry.campaigns_open, TODAY, mai.id)
    assert campaign.closes - TODAY > timedelta(days=90)
    assert sample.read_now(registry.campaigns_open, campaign.opens - timedelta(days=1), mai.id) == []
    first, second = sample.read_now(registry.phases, campaign.id)
    assert (first.ends - TODAY, second.starts) == (timedelta(days=40), first.ends + timedelta(days=1))
    assert len(sample.read_now(registry.listed_of, campaign.id, "field")) == 7

    def targets(code: str) -> set[tuple[str, int, bool]]:
        found = sample.read_now(registry.unit_by_code, code)
        assert found is not None
        rows = sample.read_now(registry.targets_on, campaign.id, TODAY, [found.id])
        return {(row.set_by, row.number, row.phase_id == first.id) for row in rows}

    assert targets("1") == {
        ("Tổng LĐLĐ Việt Nam", 60_000, False),
        ("LĐLĐ TP Hà Nội", 130_000, False),
        ("LĐLĐ TP Hà Nội", 52_000, True),
    }
    assert targets("4827") == {("LĐLĐ quận Nam Từ Liêm", 150, False)}
    assert targets("4832") == set()  # HTX Phú Đô: chưa giao chỉ tiêu
    assert sample.read_now(_sum_of_fifteen) == 1235  # as conversation.md §5c says


def _sum_of_fifteen(conn: Connection) -> int:
    leader = select(unit.c.id).where(unit.c.code == "48").scalar_subquery()
    total = (
        select(func.sum(target.c.number)).join(unit, target.c.unit_id == unit.c.id).where(unit.c.parent_id == leader)
    )
    return int(conn.execute(total).scalar_one())


def test_filings_are_counted_and_none_is_of_today(sample: Store) -> None:
    assert sample.read_now(tally.differences) == []
    rows = sample.read_now(lambda conn: conn.execute(select(initiative).order_by(initiative.c.id)).all())
    assert len(rows) == 60
    days = [row.filed_day for row in rows]
    assert days == sorted(days)
    assert (min(days), max(days)) == (TODAY - timedelta(days=21), TODAY - timedelta(days=1))
    assert all((row.filed_at + timedelta(hours=7)).date() == row.filed_day for row in rows)
    assert all(len(row.body) >= 30 and 10 <= len(row.title) <= 200 and row.author_group for row in rows)
    like = next(row for row in rows if row.title == "Dán màu phân loại chỉ")
    assert like.code.startswith("4827")


def test_people_to_play_are_marked_as_sample(sample: Store) -> None:
    assert (
        sample.read_now(lambda conn: conn.execute(select(mark.c.value).where(mark.c.name == "sample")).scalar())
        == "yes"
    )
    accounts = select(account.c.external_id, account.c.chat).where(account.c.channel == "webchat")
    assert {tuple(row) for row in sample.read_now(lambda conn: conn.execute(accounts).all())} == {
        (name, name) for name in ("hoa", "an", "minh", "lan")
    }
    everybody = sample.read_now(lambda conn: conn.execute(select(person.c.sample)).scalars().all())
    assert all(everybody)

    def who(name: str) -> tuple[str | None, bool, bool]:
        row = sample.read_now(people.who, "webchat", name, CONSENT_VERSION)
        assert row is not None
        assert row.state is not None
        return row.name, bool(row.consented), bool(row.has_role)

    assert who("hoa") == ("Nguyễn Thị Hoa", True, True)
    assert who("an") == ("Lê Văn An", True, True)
    assert who("minh") == ("Phạm Văn Minh", True, False)
    assert who("lan") == (None, False, False)
    roles = select(role.c.kind, unit.c.code).outerjoin(unit, role.c.unit_id == unit.c.id).order_by(role.c.id)
    assert [tuple(r) for r in sample.read_now(lambda conn: conn.execute(roles).all())] == [
        ("officer", "48"),
        ("owner", None),
    ]
    groups = select(chat.c.external_id, chat.c.kind, unit.c.code).join(unit, chat.c.unit_id == unit.c.id)
    assert {tuple(g) for g in sample.read_now(lambda conn: conn.execute(groups).all())} == {
        ("nhom-can-bo", "officers", "48"),
        ("nhom-doan-vien", "members", "48"),
    }


@pytest.mark.parametrize(
    ("typed", "short", "exact"),
    [
        ("NTL", "Nam Từ Liêm", True),
        ("ldld bac tu liem", "Bắc Từ Liêm", True),
        ("stanley", "Stanley Việt Nam", True),
        ("4827", "May Sao Mai", True),
        ("q nam tu liem", "Nam Từ Liêm", True),
        ("cty may sao mai", "May Sao Mai", True),
        ("tieu hoc my dinh", "Tiểu học Mỹ Đình", True),
        ("cd nganh giao duc", "CĐ Giáo dục", True),
        ("benh vien tu liem", "BV Từ Liêm", True),
        ("may sao", "May Sao Mai", False),
        ("thcs cau dien", "THCS Cầu Diễn", True),
        ("huyen gia lam", "Gia Lâm", True),
    ],
)
def test_units_are_found_as_people_type_them(sample: Store, typed: str, short: str, exact: bool) -> None:
    known = sample.read_now(names)
    found = rank(typed, known)
    shorts = {named.unit_id: named.short for named in known}
    assert shorts[found.units[0]] == short
    assert found.exact is exact
    assert len(found.units) <= 5


def test_may_sao_is_two_companies(sample: Store) -> None:
    known = sample.read_now(names)
    shorts = {named.unit_id: named.short for named in known}
    assert [shorts[u] for u in rank("may sao", known).units] == ["May Sao Mai", "May Sao Vàng"]
