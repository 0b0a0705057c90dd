"""Filing: once by its draft, numbered within the unit, counted on its day; and what may happen to it afterwards."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from models import chat as c
from models import initiative as i
from models import unit as u
from models.queries import completing, erasure, initiatives, own, similar, tally
from models.queries.completing import Proof, Share
from models.queries.initiatives import Filed, Filing, NotOpen
from models.store import Store
from tests.bot.office import CAMPAIGN, NOON, SAO_MAI, SAO_VANG, WARD, add_person, registry

TODAY, TOMORROW = date(2026, 11, 20), date(2026, 11, 21)
TITLE = "Dán màu phân loại chỉ"


@pytest.fixture
def lan(store: Store) -> int:
    def world(conn: Connection) -> int:
        registry(conn)
        return add_person(conn, "lan", "Tran Thi Lan", unit_id=SAO_MAI)

    return store.write_now(world)


def filing(lan: int, draft: str = "d1", **also: Any) -> Filing:
    given = {
        "draft": draft,
        "campaign_id": CAMPAIGN,
        "unit_id": SAO_MAI,
        "title": TITLE,
        "folded": "dan mau phan loai chi",
        "filed_by_id": lan,
        "author_id": lan,
        "filed_at": NOON,
        "filed_day": TODAY,
        "body": "trước hay lấy nhầm, giờ nhìn là biết",
        "began_on": TODAY,
    }
    return Filing(**(given | also))


def counted(store: Store) -> dict[tuple[int, date], tuple[int, int]]:
    def rows(conn: Connection) -> dict[tuple[int, date], tuple[int, int]]:
        return {(r.unit_id, r.day): (r.filed, r.adjusted) for r in conn.execute(select(u.tally))}

    return store.read_now(rows)


def one(store: Store) -> Any:
    return store.read_now(lambda conn: conn.execute(select(i.initiative)).one())


def assert_counts_equal_a_recount(store: Store) -> None:
    assert list(store.read_now(lambda conn: list(tally.differences(conn)))) == []


# ---------------------------------------------------------------- filing


def test_a_draft_is_filed_once(store: Store, lan: int) -> None:
    first = store.write_now(initiatives.file, filing(lan))
    again = store.write_now(initiatives.file, filing(lan, title="Khác hẳn"))
    assert first == again
    assert first.code == "4827001"
    assert counted(store) == {(SAO_MAI, TODAY): (1, 0)}
    assert one(store).title == TITLE


async def test_a_draft_is_filed_once_by_many_at_once(store: Store, lan: int) -> None:
    filed = await asyncio.gather(*(store.write(initiatives.file, filing(lan)) for _ in range(12)))
    assert len(set(filed)) == 1
    assert counted(store) == {(SAO_MAI, TODAY): (1, 0)}


async def test_many_filings_at_once_have_different_codes_and_are_all_counted(store: Store, lan: int) -> None:
    units = (SAO_MAI, SAO_VANG)
    filings = [filing(lan, f"d{n}", unit_id=units[n % 2]) for n in range(60)]
    filed = await asyncio.gather(*(store.write(initiatives.file, one) for one in filings))
    assert sorted(row.code for row in filed if row.code.startswith("4827")) == [f"4827{n:03d}" for n in range(1, 31)]
    assert counted(store) == {(SAO_MAI, TODAY): (30, 0), (SAO_VANG, TODAY): (30, 0)}
    assert_counts_equal_a_recount(store)


def test_a_code_that_reads_like_another_units_is_passed_over(store: Store, lan: int) -> None:
    """Unit 48 number 27001 would read 4827001, which is unit 4827 number 1."""
    store.write_now(initiatives.file, filing(lan))
    store.write_now(lambda conn: conn.execute(insert(i.unit_counter), {"unit_id": WARD, "number": 27000}))
    filed = store.write_now(initiatives.file, filing(lan, "d2", unit_id=WARD))
    assert filed.code == "4827002"
    assert store.write_now(initiatives.file, filing(lan, "d3")).code == "4827003"


def test_an_idea_is_kept_and_counted_only_on_the_day_it_is_filed(store: Store, lan: int) -> None:
    idea = store.write_now(initiatives.file, filing(lan, idea=True))
    assert counted(store) == {}
    assert (one(store).status, one(store).filed_at, one(store).began_on) == ("idea", None, None)
    tried = filing(
        lan, "d2", from_idea=idea.id, filed_day=TOMORROW, filed_at=NOON + timedelta(days=1), body="giờ đã làm"
    )
    for _ in range(2):  # the second time changes nothing
        assert store.write_now(initiatives.file, tried) == idea
    assert counted(store) == {(SAO_MAI, TOMORROW): (1, 0)}
    assert (one(store).status, one(store).body, one(store).filed_day) == ("waiting", "giờ đã làm", TOMORROW)
    assert_counts_equal_a_recount(store)


def test_nobody_files_somebody_elses_idea(store: Store, lan: int) -> None:
    idea = store.write_now(initiatives.file, filing(lan, idea=True))
    minh = store.write_now(add_person, "minh", "Minh")
    with pytest.raises(NotOpen):
        store.write_now(initiatives.file, filing(minh, "d2", from_idea=idea.id))


def test_filed_for_somebody_else_it_is_looked_after_by_who_filed_it(store: Store, lan: int) -> None:
    store.write_now(initiatives.file, filing(lan, author_id=None, on_behalf_of="Nguyen Van Tam"))
    row = one(store)
    assert (row.author_id, row.on_behalf_of, row.on_behalf_agreed) == (None, "Nguyen Van Tam", False)
    [mine] = store.read_now(own.mine, lan, 10)
    assert mine.row.code == "4827001"


# ---------------------------------------------------------------- afterwards


def filed(store: Store, lan: int, **also: Any) -> Filed:
    return store.write_now(initiatives.file, filing(lan, **also))


def test_shares_must_add_up_to_exactly_one_hundred(store: Store, lan: int) -> None:
    it = filed(store, lan)
    for shares in ((60, 39), (60, 41), (100, 100)):
        rows = [Share("Lan", shares[0]), Share("Minh", shares[1])]
        with pytest.raises(ValueError, match="exactly 100"):
            store.write_now(completing.replace_coauthors, it.id, lan, rows)
    store.write_now(completing.replace_coauthors, it.id, lan, [Share("Lan", 50), Share("Minh", 50)])
    store.write_now(completing.replace_coauthors, it.id, lan, [Share("Lan", 60), Share("Minh", 40)])
    [mine] = store.read_now(own.mine, lan, 10)
    assert mine.coauthors == (("Lan", 60), ("Minh", 40))


def test_completing_adds_and_keeps_what_was_there(store: Store, lan: int) -> None:
    it = filed(store, lan)
    with pytest.raises(ValueError, match="status"):
        store.write_now(completing.complete, it.id, lan, {"status": "valid"}, NOON)
    money = {"benefit_vnd": 80_000_000, "benefit_kind": "money", "details": {"place": "chuyền 2"}}
    store.write_now(completing.complete, it.id, lan, money, NOON)
    store.write_now(completing.complete, it.id, lan, {"details": {"type": "technical"}}, NOON)
    row = one(store)
    assert (row.benefit_vnd, row.details) == (80_000_000, {"place": "chuyền 2", "type": "technical"})
    store.write_now(completing.complete, it.id, lan, {"details": {"place": None}}, NOON)
    assert one(store).details == {"type": "technical"}


def test_what_was_judged_is_closed(store: Store, lan: int) -> None:
    it = filed(store, lan)
    minh = store.write_now(add_person, "minh", "Minh")
    with pytest.raises(NotOpen):  # not his
        store.write_now(completing.withdraw, it.id, minh, NOON)
    store.write_now(completing.withdraw, it.id, lan, NOON)
    assert one(store).status == "withdrawn"
    assert counted(store) == {(SAO_MAI, TODAY): (1, 0)}  # it stays in lượt nộp
    for act in (completing.withdraw, lambda conn, id_, who, at: completing.complete(conn, id_, who, {}, at)):
        with pytest.raises(NotOpen):
            store.write_now(act, it.id, lan, NOON)
    with pytest.raises(NotOpen):
        store.write_now(lambda conn: completing.move_to_unit(conn, it.id, lan, SAO_VANG, day=TODAY, at=NOON))


def test_a_move_is_an_adjustment_in_both_units(store: Store, lan: int) -> None:
    it = filed(store, lan)
    for _ in range(2):  # the second time it is there already
        store.write_now(lambda conn: completing.move_to_unit(conn, it.id, lan, SAO_VANG, day=TOMORROW, at=NOON))
    assert counted(store) == {
        (SAO_MAI, TODAY): (1, 0),
        (SAO_MAI, TOMORROW): (0, -1),
        (SAO_VANG, TOMORROW): (0, 1),
    }
    assert (one(store).code, one(store).unit_id, one(store).filed_unit_id) == ("4827001", SAO_VANG, SAO_MAI)
    assert_counts_equal_a_recount(store)


def outbox_row(person_id: int | None, text: str, status: str) -> dict[str, Any]:
    return {
        "channel": "buttons",
        "chat": "lan",
        "person_id": person_id,
        "priority": 0,
        "payload": {"text": text},
        "dedupe": text,
        "status": status,
        "not_before": NOON,
        "made_at": NOON,
    }


def words_of_lan(conn: Connection, lan: int) -> None:
    """What was said to Lan and came from her, and a message to somebody else."""
    for status in ("queued", "sending", "sent"):
        conn.execute(insert(c.outbox), outbox_row(lan, f"bí mật {status}", status))
    conn.execute(insert(c.outbox), outbox_row(None, "bản tin", "queued"))
    raw = {"channel": "buttons", "external_id": "u1", "status": "received", "raw": {"text": "bí mật"}}
    conn.execute(insert(c.inbound), raw | {"person_id": lan, "received_at": NOON})


def all_words(store: Store) -> str:
    tables = (i.initiative, i.evidence, i.coauthor, c.outbox, c.inbound)
    return str(store.read_now(lambda conn: [[tuple(row) for row in conn.execute(select(t))] for t in tables]))


def test_made_confidential_only_title_and_effect_remain(store: Store, lan: int) -> None:
    it = filed(store, lan, body="bí mật công nghệ", details={"place": "bí mật ở chuyền 2"})

    def before(conn: Connection) -> None:
        words_of_lan(conn, lan)
        completing.add_evidence(conn, it.id, [Proof("photo", "buttons", "bí mật ref")], NOON)
        conn.execute(i.evidence.update().values(stored="ab12.jpg"))
        completing.replace_coauthors(conn, it.id, lan, [Share("Lan", 60), Share("Minh", 40)])

    store.write_now(before)
    minh = store.write_now(add_person, "minh", "Minh")
    with pytest.raises(NotOpen):
        store.write_now(completing.make_confidential, it.id, minh, "nhanh hơn", NOON)
    assert store.write_now(completing.make_confidential, it.id, lan, "nhanh hơn", NOON) == ("ab12.jpg",)
    row = one(store)
    assert (row.title, row.effect, row.body, row.details, row.confidential) == (TITLE, "nhanh hơn", None, {}, True)
    assert "bí mật" not in all_words(store).replace("bí mật queued", "").replace("bí mật sen", "")  # dedupe keys
    sent = store.read_now(lambda conn: {r.dedupe: (r.status, r.payload) for r in conn.execute(select(c.outbox))})
    assert sent["bí mật queued"] == ("expired", {"text": ""})
    assert sent["bí mật sent"] == ("sent", {"text": ""})
    assert sent["bản tin"] == ("queued", {"text": "bản tin"})
    [mine] = store.read_now(own.mine, lan, 10)
    assert (mine.coauthors, mine.row.photos) == ((("Lan", 60), ("Minh", 40)), 0)
    store.write_now(completing.complete, it.id, lan, {"details": {"place": "bí mật", "decision": "12/QĐ"}}, NOON)
    assert one(store).details == {"decision": "12/QĐ"}


def test_a_forgotten_person_leaves_counts_and_no_words(store: Store, lan: int) -> None:
    it = filed(store, lan, body="bí mật của Lan", details={"field": "may", "place": "bí mật"}, author_group="workers")
    store.write_now(words_of_lan, lan)
    store.write_now(completing.add_evidence, it.id, [Proof("photo", "buttons", "bí mật ref")], NOON)
    store.write_now(erasure.forget, lan, NOON)
    row = one(store)
    assert (row.author_id, row.filed_by_id, row.title, row.body) == (None, None, "", None)
    assert (row.unit_id, row.filed_day, row.details, row.author_group) == (SAO_MAI, TODAY, {"field": "may"}, "workers")
    assert "bí mật" not in all_words(store)
    assert store.read_now(own.mine, lan, 10) == ()
    assert counted(store) == {(SAO_MAI, TODAY): (1, 0)}
    assert_counts_equal_a_recount(store)


def test_titles_that_must_not_be_shown_are_not_compared(store: Store, lan: int) -> None:
    shown = filed(store, lan)
    secret = filed(store, lan, draft="d2", confidential=True)
    filed(store, lan, draft="d3", idea=True)
    filed(store, lan, draft="d4", unit_id=SAO_VANG)
    assert [row.code for row in store.read_now(similar.titles, SAO_MAI, 10)] == [shown.code]
    assert store.read_now(similar.is_shown, shown.code)
    assert not store.read_now(similar.is_shown, secret.code)
