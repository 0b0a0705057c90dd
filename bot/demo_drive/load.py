"""Fills an empty store for the replay: the registry of 2022, An and Hoa, two groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert

from bot.demo_drive import data
from bot.registry import importing
from bot.registry.sample import CHANNEL, Player, add_player
from handlers.kinds import DAILY, DRIVE, FOR_GROUPS
from models.chat import chat
from models.queries import registry


@dataclass(frozen=True, slots=True)
class Listening:
    """A group of the replay: the code of its unit, and what it is called."""

    unit: str
    title: str


COUNTRY, HANOI = "1", "34"  # codes of the units that have a drive
AN = Player("an", "Lê Văn An", COUNTRY, "owner")
HOA = Player("hoa", "Nguyễn Thị Hoa", HANOI, "officer", HANOI)
GROUPS = {
    "nhom-ca-nuoc": Listening(COUNTRY, "Nhóm cán bộ các tỉnh, ngành"),
    "nhom-ha-noi": Listening(HANOI, "Nhóm cán bộ Hà Nội"),
}
_HOUR = "23:59"


def load(conn: Connection, now: datetime) -> None:
    """The campaign counts the portal's numbers; groups get the notices of the day and of a drive, by count."""
    importing.write(conn, importing.compare(conn, importing.read(data.sheets())), now)
    units = {row.code: row for row in registry.all_units(conn)}
    for player in (AN, HOA):
        add_player(conn, player, units, now)
    for external_id, group in GROUPS.items():
        values = {
            "channel": CHANNEL,
            "external_id": external_id,
            "kind": "officers",
            "unit_id": units[group.unit].id,
            "title": group.title,
        }
        wishes = {
            "hour": _HOUR,
            "sorted_by": "count",
            "preview": False,
            "kinds": {kind: kind in (DAILY, DRIVE) for kind in FOR_GROUPS},
        }
        conn.execute(insert(chat), values | wishes | {"linked_at": now, "sample": True})
