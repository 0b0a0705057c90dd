"""What is used of a plan, and what the plan held back, on both engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from models import chat as c
from models.queries import meter
from models.queries.claiming import claim
from models.queries.meter import Usage
from models.queries.outbox import BULK, NOTICE, REPLY, NewMessage, put
from models.store import Store
from tests.bot.office import NOON, WARD, add_person, registry

ZALO = "plain"


def queue(
    conn: Connection,
    name: str,
    priority: int,
    *,
    chat: str = "lan",
    is_group: bool = False,
    not_before: datetime | None = None,
) -> None:
    how = {"is_group": is_group, "priority": priority, "not_before": not_before}
    put(conn, [NewMessage(ZALO, chat, {"text": name}, name, NOON, **how)])


def statuses(conn: Connection) -> dict[str, str]:
    return {row.dedupe: row.status for row in conn.execute(select(c.outbox.c.dedupe, c.outbox.c.status))}


def test_each_month_and_direction_is_counted_for_itself(store: Store) -> None:
    for month, received, sent in (("2026-11", 1, 0), ("2026-11", 0, 3), ("2026-10", 5, 5)):
        store.write_now(lambda conn, m=month, r=received, s=sent: meter.add(conn, ZALO, m, received=r, sent=s))
    store.write_now(add_person, "lan", "Lan", channel=ZALO)
    store.write_now(lambda conn: conn.execute(insert(c.chat).values(channel=ZALO, external_id="g1")))
    assert store.read_now(meter.usage, ZALO, "2026-11") == Usage(1, 3, people=1, groups=1)
    assert store.read_now(meter.messages, ZALO, "2026-10") == 10
    assert store.read_now(meter.messages, ZALO, "2026-12") == 0
    assert store.read_now(meter.usage, "other", "2026-11") == Usage()


def test_nothing_is_lost_when_many_count_at_once(store: Store) -> None:
    def once(_: int) -> None:
        store.write_now(lambda conn: meter.add(conn, ZALO, "2026-11", sent=1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(once, range(80)))
    assert store.read_now(meter.messages, ZALO, "2026-11") == 80


def test_what_a_killed_process_sent_counts_only_where_something_is_counted(store: Store) -> None:
    store.write_now(lambda conn: meter.add(conn, ZALO, "2026-11", sent=1))
    for channel in (ZALO, "telegram"):
        store.write_now(meter.add_sent, channel, "2026-11", 2)
    assert store.read_now(meter.messages, ZALO, "2026-11") == 3
    assert store.read_now(meter.messages, "telegram", "2026-11") == 0


def test_what_is_due_and_not_allowed_is_refused_and_nothing_else(store: Store) -> None:
    for name, priority in (("trả lời", REPLY), ("bản tin", NOTICE), ("nhắc", BULK)):
        store.write_now(queue, name, priority)
    store.write_now(queue, "nhắc mai", BULK, not_before=NOON + timedelta(days=1))
    held = store.write_now(meter.hold_back, ZALO, NOTICE, NOON - timedelta(days=1), NOON)
    assert len(held) == 1
    assert store.read_now(statuses) == {
        "trả lời": "queued",
        "bản tin": "queued",
        "nhắc": "refused",
        "nhắc mai": "queued",
    }


def test_what_was_tried_a_day_ago_is_refused_and_what_was_never_tried_waits(store: Store) -> None:
    store.write_now(queue, "thử rồi", REPLY)
    store.write_now(lambda conn: claim(conn, ZALO, "p1", NOON, lease_seconds=1, limit=1))
    store.write_now(lambda conn: conn.execute(update(c.outbox).values(status="queued")))
    store.write_now(queue, "chưa thử", REPLY)
    late = NOON + timedelta(days=1, seconds=1)
    store.write_now(meter.hold_back, ZALO, BULK, late - timedelta(days=1), late)
    assert store.read_now(statuses) == {"thử rồi": "refused", "chưa thử": "queued"}


def test_a_platform_that_has_been_away_for_a_day_is_no_quota(store: Store) -> None:
    store.write_now(queue, "thử rồi", REPLY)
    store.write_now(lambda conn: claim(conn, ZALO, "p1", NOON, lease_seconds=1, limit=1))
    store.write_now(lambda conn: conn.execute(update(c.outbox).values(status="queued", outcome="Temporary: 502")))
    late = NOON + timedelta(days=1, seconds=1)
    store.write_now(meter.hold_back, ZALO, BULK, late - timedelta(days=1), late)
    assert store.read_now(statuses) == {"thử rồi": "queued"}


def test_notices_that_were_held_back_are_found_with_their_group_until_told(store: Store) -> None:
    def group(conn: Connection) -> None:
        registry(conn)
        row = {"channel": ZALO, "external_id": "g1", "title": "Nhóm", "unit_id": WARD, "kind": "officers"}
        conn.execute(insert(c.chat).values(**row))

    store.write_now(group)
    store.write_now(queue, "bản tin", NOTICE, chat="g1", is_group=True)
    store.write_now(queue, "tin riêng", NOTICE)
    store.write_now(meter.hold_back, ZALO, REPLY, NOON - timedelta(days=1), NOON)
    (found,) = store.read_now(meter.unsent, NOON - timedelta(days=1))
    assert (found.title, found.unit_id, found.payload["text"], found.outcome) == ("Nhóm", WARD, "bản tin", meter.QUOTA)
    store.write_now(meter.told, [found.id])
    (found,) = store.read_now(meter.unsent, NOON - timedelta(days=1))
    assert found.outcome == meter.QUOTA + meter.OFFICERS_TOLD
    assert store.read_now(meter.unsent, NOON + timedelta(seconds=1)) == []


def test_a_thing_is_told_once(store: Store) -> None:
    assert [store.write_now(meter.once, "zalo_bot:2026-11:messages:70") for _ in range(2)] == [True, False]
    assert store.write_now(meter.once, "zalo_bot:2026-12:messages:70")


def test_what_waits(store: Store) -> None:
    store.write_now(queue, "a", REPLY)
    row = {"channel": ZALO, "external_id": "u1", "status": "received", "received_at": datetime.now(NOON.tzinfo)}
    store.write_now(lambda conn: conn.execute(insert(c.inbound).values(**row)))
    assert store.read_now(meter.waiting) == [(ZALO, "queued", 1)]
    assert store.read_now(meter.received) == [(ZALO, 1)]
