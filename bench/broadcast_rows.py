"""People who are to be reminded, as the product keeps them, and a confirmed reminder to all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, insert

from models.broadcast import broadcast, recipient
from models.person import account, person
from models.unit import campaign, unit


def confirm(conn: Connection, chats: Sequence[int], text: str, now: datetime) -> int:
    """The broadcast's id. The clock stands at noon where the campaign is: at night nobody is reminded."""
    names = {"code": "48", "name": "Công đoàn phường Từ Liêm", "short_name": "P. Từ Liêm", "folded": "", "type": "x"}
    unit_id = conn.execute(insert(unit).values(**names).returning(unit.c.id)).scalar_one()
    year = {name: date(now.year, 1, 1) for name in ("opens", "applied_from")}
    year |= {name: date(now.year, 12, 31) for name in ("closes", "applied_to")}
    values = {"code": "bench", "name": "Sáng kiến", "unit_id": unit_id, "timezone": noon(now)}
    campaign_id = conn.execute(insert(campaign).values(**values, **year).returning(campaign.c.id)).scalar_one()
    known = {"channel": "telegram", "last_seen": now}
    conn.execute(insert(person), [{"id": chat, "name": "Lan", "created_at": now} for chat in chats])
    conn.execute(
        insert(account),
        [known | {"external_id": str(chat), "chat": str(chat), "person_id": chat} for chat in chats],
    )
    values = {"campaign_id": campaign_id, "unit_id": unit_id, "text": text, "audience": {}, "status": "running"}
    values |= {"made_at": now, "starts_at": now, "started_at": now, "channel": "telegram", "chat": ""}
    broadcast_id = conn.execute(insert(broadcast).values(**values).returning(broadcast.c.id)).scalar_one()
    meant = {"broadcast_id": broadcast_id, "channel": "telegram", "unit_id": unit_id, "day": now.date()}
    conn.execute(insert(recipient), [meant | {"chat": str(chat), "person_id": chat} for chat in chats])
    return int(broadcast_id)


def noon(now: datetime) -> str:
    """The time zone in which it is about noon."""
    east = 12 - now.hour
    return f"Etc/GMT{'-' if east >= 0 else '+'}{abs(east)}"
