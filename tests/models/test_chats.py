"""Groups: made when first heard of, linked, moved."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, insert, select

from models import chat as c
from models.queries import chats
from models.store import Store
from tests.bot.office import NOON, WARD, registry


@pytest.fixture(autouse=True)
def _units(store: Store) -> None:
    store.write_now(registry)


def ensure(store: Store, external: str = "-1", title: str = "Nhóm") -> int:
    return int(store.write_now(lambda conn: chats.ensure(conn, "buttons", external, title=title).id))


def link(store: Store, chat_id: int) -> None:
    store.write_now(lambda conn: chats.link(conn, chat_id, unit_id=WARD, kind="officers", by=None, at=NOON))


def rows(store: Store) -> list[tuple[str, str, int | None, str]]:
    found = select(c.chat.c.external_id, c.chat.c.title, c.chat.c.unit_id, c.chat.c.standing).order_by(c.chat.c.id)
    return [tuple(row) for row in store.read_now(lambda conn: conn.execute(found).all())]


def test_a_group_is_made_once_and_its_title_follows(store: Store) -> None:
    assert ensure(store) == ensure(store, title="Nhóm mới") == ensure(store, title="")
    assert rows(store) == [("-1", "Nhóm mới", None, "member")]


def test_only_settings_of_a_group_can_be_set(store: Store) -> None:
    chat_id = ensure(store)
    with pytest.raises(ValueError, match="unit_id"):
        store.write_now(chats.set_group, chat_id, {"unit_id": WARD})
    store.write_now(chats.set_group, chat_id, {"hour": "17:30"})
    group = store.read_now(chats.by_id, chat_id)
    assert group is not None
    assert (group.hour, group.language) == ("17:30", "vi")


def test_a_move_may_be_told_twice_and_for_unknown_groups(store: Store) -> None:
    link(store, ensure(store))
    store.write_now(chats.move, "buttons", "-404", "-405")
    for _ in range(2):
        store.write_now(chats.move, "buttons", "-1", "-2")
    assert rows(store) == [("-2", "Nhóm", WARD, "member")]


def test_where_the_new_id_was_heard_of_first_the_link_is_kept(store: Store) -> None:
    link(store, ensure(store))
    ensure(store, "-2", "Nhóm")
    store.write_now(chats.move, "buttons", "-1", "-2")
    assert rows(store) == [("-2", "Nhóm", WARD, "member")]


def test_where_the_new_id_was_linked_already_the_old_row_is_left(store: Store) -> None:
    link(store, ensure(store))
    link(store, ensure(store, "-2"))
    store.write_now(chats.move, "buttons", "-1", "-2")
    assert rows(store) == [("-1", "Nhóm", WARD, "left"), ("-2", "Nhóm", WARD, "member")]


def test_what_is_still_to_be_sent_follows_the_group(store: Store) -> None:
    def queue(conn: Connection) -> None:
        common = {"channel": "buttons", "chat": "-1", "priority": 0, "payload": {}, "not_before": NOON, "made_at": NOON}
        rows = [common | {"dedupe": status, "status": status} for status in ("queued", "sending", "sent")]
        conn.execute(insert(c.outbox), rows)

    store.write_now(queue)
    store.write_now(chats.move, "buttons", "-1", "-2")
    where = store.read_now(lambda conn: {row.status: row.chat for row in conn.execute(select(c.outbox))})
    assert where == {"queued": "-2", "sending": "-2", "sent": "-1"}
