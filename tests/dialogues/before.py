"""Before a notice is posted: the clock, the officers and what the stories of previews look at."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.registry.sample import CHANNEL
from bot.stage import Stage
from handlers.talk import State
from models.chat import chat
from models.person import account, person
from models.queries import people, registry
from tests.dialogue import Person

OFFICERS, MEMBERS = "nhom-can-bo", "nhom-doan-vien"
NAME = "Nhóm 15 chủ tịch CĐCS – Nam Từ Liêm"
CARD = "Bản tin 17h00 xem trước ở tin dưới."


def set_group(stage: Stage, external_id: str = OFFICERS, **values: Any) -> None:
    stage.store.write_now(lambda c: c.execute(update(chat).where(chat.c.external_id == external_id).values(values)))


def rows(stage: Stage, table: Any) -> list[Any]:
    return list(stage.store.read_now(lambda conn: conn.execute(select(table).order_by(table.c.id)).all()))


async def at(stage: Stage, hour: int, minute: int = 0) -> None:
    """The clock's tick of that minute of today."""
    stage.now = stage.now.replace(hour=hour, minute=minute, second=0)
    await stage.tick()


def add_officer(stage: Stage, name: str, external_id: str, language: str = "vi") -> Person:
    def add(conn: Connection) -> None:
        unit = registry.unit_by_code(conn, "48")
        assert unit is not None
        values = {"name": name, "unit_id": unit.id, "created_at": stage.now, "language": language}
        person_id = conn.execute(insert(person).returning(person.c.id), values).scalar_one()
        here = {"channel": CHANNEL, "external_id": external_id, "chat": external_id, "last_seen": stage.now}
        conn.execute(insert(account), here | {"person_id": person_id})
        people.start_conversation(conn, person_id, State(language=language).to_json(), stage.now)
        people.give_role(conn, person_id, "officer", unit.id, stage.now)

    stage.store.write_now(add)
    return Person(stage, external_id)


def heard(stage: Stage, who: str) -> list[str]:
    return [shown.text for shown in stage.channel.chats[who]]
