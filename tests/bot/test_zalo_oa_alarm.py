"""What the administrators are told of the Official Account: each once a day, rather by another channel than by it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.zalo_oa_alarm import Alarm
from handlers.texts import Texts
from models.chat import outbox
from models.store import Store
from tests.bot.office import NOON, add_person

TOMORROW = NOON + timedelta(days=1)
ALARM = Alarm(Texts.load(), ("zalo_oa", "telegram"))


def told(conn: Connection) -> list[tuple[str, str]]:
    rows = conn.execute(select(outbox.c.channel, outbox.c.payload).order_by(outbox.c.id))
    return [(row.channel, str(row.payload["text"])) for row in rows]


def test_what_waits_for_a_package_is_told_once_a_day_for_each_reason(store: Store) -> None:
    store.write_now(add_person, "246800000000000002", "Minh", role="owner", channel="zalo_oa")
    said: list[tuple[int, str, datetime]] = [
        (-224, "group", NOON),
        (-224, "group", NOON + timedelta(hours=1)),
        (-237, "group", NOON),
        (-224, "template", NOON),
        (-224, "group", TOMORROW),
    ]
    for code, way, now in said:
        store.write_now(ALARM.tell_of_waiting, code, way, now)
    channels, texts = zip(*store.read_now(told), strict=True)
    assert set(channels) == {"zalo_oa"}
    assert [("GMF" in text, "mẫu ZBS" in text, "hết hạn" in text) for text in texts] == [
        (True, False, False),
        (True, False, True),
        (False, True, False),
        (True, False, False),
    ]


def test_a_wrong_key_is_told_once_a_day_and_not_by_the_account_where_there_is_another_way(store: Store) -> None:
    store.write_now(add_person, "11", "An", role="owner", channel="telegram")
    store.write_now(add_person, "246800000000000002", "Minh", role="owner", channel="zalo_oa")
    for now in (NOON, NOON, TOMORROW):
        store.write_now(ALARM.tell_of_signatures, now)
    assert [channel for channel, _ in store.read_now(told)] == ["telegram", "zalo_oa"] * 2
    assert all("SANGKIEN_ZALO_OA_SECRET" in text for _, text in store.read_now(told))
