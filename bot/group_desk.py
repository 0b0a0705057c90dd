"""Answers to what a step asks about linked groups."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.directory import Directory
from handlers.facts import Unit
from handlers.group_facts import GroupSettings, LinkedGroups, SettingsOf
from models.queries import chats
from models.queries.rows import AnyRow


def answer(
    conn: Connection, registry: Directory, query: LinkedGroups | SettingsOf, now: datetime
) -> tuple[GroupSettings, ...] | GroupSettings | None:
    if isinstance(query, SettingsOf):
        row = chats.by_id(conn, query.chat_id)
        unit = registry.unit(conn, row.unit_id, now) if row is not None else None
        return settings(row, unit) if row is not None and unit is not None and row.kind else None
    found: list[GroupSettings] = []
    for row in chats.linked(conn):
        unit = registry.unit(conn, row.unit_id, now)
        if unit and (not query.unit_ids or {unit.id, *unit.above} & set(query.unit_ids)):
            found.append(settings(row, unit))
    return tuple(found)


def settings(row: AnyRow, unit: Unit) -> GroupSettings:
    """From a row of `chat`."""
    same = ("kind", "title", "hour", "days", "kinds", "sorted_by", "picture", "preview", "approval")
    values = {name: getattr(row, name) for name in (*same, "quiet_from", "quiet_to", "language")}
    return GroupSettings(chat_id=row.id, unit=unit.short, by_hand=row.channel == chats.HAND, **values)
