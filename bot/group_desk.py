"""Answers to what a step asks about linked groups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.directory import Directory
from handlers.facts import Unit
from handlers.group_facts import GroupSettings, LinkedGroups, SettingsOf
from handlers.preview_facts import Preview, PreviewOf, PreviewsOf, Undecided, preview_of
from models.queries import chats, notices, previews
from models.queries.previews import About
from models.queries.rows import AnyRow

GroupQuery = LinkedGroups | SettingsOf | PreviewOf | PreviewsOf | Undecided


def answer(conn: Connection, registry: Directory, query: GroupQuery, now: datetime) -> Any:
    """What `handlers.group_facts` and `handlers.preview_facts` promise for each query."""
    match query:
        case PreviewOf(campaign_id, chat_id, day):
            row = previews.find(conn, About(campaign_id, chat_id, day))
            return preview_of(row, day) if row is not None else None
        case PreviewsOf(chat_id):
            return tuple(_todays(conn, registry, chat_id, now))
        case Undecided(unit_ids):
            return tuple(_undecided(conn, registry, unit_ids, now))
    return _groups(conn, registry, query, now)


def _groups(
    conn: Connection, registry: Directory, query: LinkedGroups | SettingsOf, now: datetime
) -> tuple[GroupSettings, ...] | GroupSettings | None:
    if isinstance(query, SettingsOf):
        row = chats.by_id(conn, query.chat_id)
        unit = registry.unit(conn, row.unit_id, now) if row is not None else None
        return settings(row, unit) if row is not None and unit is not None and row.kind else None
    found: list[GroupSettings] = []
    for row in chats.linked(conn):
        unit = _within(conn, registry, row.unit_id, query.unit_ids, now)
        found += [settings(row, unit)] if unit is not None else []
    return tuple(found)


def _within(
    conn: Connection, registry: Directory, unit_id: int, unit_ids: tuple[int, ...], now: datetime
) -> Unit | None:
    """The unit, if it is one of these or below one of them (none given: all)."""
    unit = registry.unit(conn, unit_id, now)
    return unit if unit and (not unit_ids or {unit.id, *unit.above} & set(unit_ids)) else None


def _todays(conn: Connection, registry: Directory, chat_id: int, now: datetime) -> Iterator[Preview]:
    near = timedelta(days=1)  # wider than any time zone can tell
    for group in notices.groups(conn, now.date() - near, now.date() + near, chat_id):
        day = now.astimezone(registry.zone(conn, group.campaign_id, now)).date()
        about = About(group.campaign_id, chat_id, day)
        row = previews.find(conn, about) or previews.group(conn, about)
        if row is not None and group.opens <= day <= group.closes:
            yield preview_of(row, day)


def _undecided(conn: Connection, registry: Directory, unit_ids: tuple[int, ...], now: datetime) -> Iterator[Preview]:
    for row in previews.undecided(conn, registry.day(conn, None, now)):
        if _within(conn, registry, row.unit_id, unit_ids, now) is not None:
            yield preview_of(row, row.day)


def settings(row: AnyRow, unit: Unit) -> GroupSettings:
    """From a row of `chat`."""
    same = ("kind", "title", "hour", "days", "kinds", "sorted_by", "picture", "preview", "approval")
    values = {name: getattr(row, name) for name in (*same, "quiet_from", "quiet_to", "language")}
    return GroupSettings(chat_id=row.id, unit=unit.short, by_hand=row.channel == chats.HAND, **values)
