"""Answers to what a step asks about linked groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from bot.directory import Directory
from bot.roles import held
from handlers import rights
from handlers.facts import Unit
from handlers.group_facts import GroupSettings, LinkedGroups, SettingsOf
from handlers.offer_facts import Offer, OfferOf, OffersOf, offer_of
from handlers.preview_facts import Preview, PreviewOf, PreviewsOf, Undecided, preview_of
from handlers.unsent_facts import Unsent, UnsentNotices
from models.queries import chats, meter, notices, offers, previews, what_became
from models.queries.previews import About
from models.queries.rows import AnyRow

GroupQuery = LinkedGroups | SettingsOf | PreviewOf | PreviewsOf | Undecided | OfferOf | OffersOf | UnsentNotices
TOLD = timedelta(days=2)  # so long after it fell due it is told what became of a notice that waited for officers


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, and when."""

    conn: Connection
    registry: Directory
    person_id: int | None
    now: datetime

    def may(self, what: str, unit_id: int | None, campaign_id: int | None = None) -> bool:
        roles = held(self.conn, self.registry, self.person_id, self.now)
        unit = self.registry.unit(self.conn, unit_id, self.now)
        return unit is not None and rights.may(roles, what, unit, campaign_id)


def answer(conn: Connection, registry: Directory, query: GroupQuery, person_id: int | None, now: datetime) -> Any:
    """What `handlers.group_facts` and `handlers.preview_facts` promise for each query."""
    asked = Asked(conn, registry, person_id, now)
    match query:
        case PreviewOf(campaign_id, chat_id, day):
            row = previews.find(conn, About(campaign_id, chat_id, day))
            if row is None or not asked.may(rights.PREVIEW, row.unit_id, campaign_id):
                return None
            return _preview(conn, row, day)
        case PreviewsOf(chat_id):
            return tuple(_todays(asked, chat_id))
        case Undecided(unit_ids):
            return tuple(_undecided(asked, unit_ids))
        case OfferOf(lead):
            rows = offers.shown_with(conn, lead)
            if not rows or not asked.may(rights.PREVIEW, rows[0].unit_id, rows[0].campaign_id):
                return None
            return offer_of(rows)
        case OffersOf(unit_ids):
            return tuple(_offers(asked, unit_ids))
        case UnsentNotices():
            return tuple(_unsent(asked))
    return _groups(asked, query)


def _groups(asked: Asked, query: LinkedGroups | SettingsOf) -> tuple[GroupSettings, ...] | GroupSettings | None:
    conn, registry, now = asked.conn, asked.registry, asked.now
    if isinstance(query, SettingsOf):
        row = chats.by_id(conn, query.chat_id)
        unit = registry.unit(conn, row.unit_id, now) if row is not None else None
        if row is None or unit is None or not row.kind or not asked.may(rights.GROUP, unit.id, row.campaign_id):
            return None
        return settings(row, unit)
    found: list[GroupSettings] = []
    for row in chats.linked(conn):
        unit = _within(conn, registry, row.unit_id, query.unit_ids, now)
        mine = unit is not None and asked.may(rights.GROUP, unit.id, row.campaign_id)
        found += [settings(row, unit)] if unit is not None and mine else []
    return tuple(found)


def _within(
    conn: Connection, registry: Directory, unit_id: int, unit_ids: tuple[int, ...] | None, now: datetime
) -> Unit | None:
    """The unit, if it is one of these or below one of them (None: all)."""
    unit = registry.unit(conn, unit_id, now)
    return unit if unit and (unit_ids is None or {unit.id, *unit.above} & set(unit_ids)) else None


def _todays(asked: Asked, chat_id: int) -> Iterator[Preview]:
    conn, registry, now = asked.conn, asked.registry, asked.now
    near = timedelta(days=1)  # wider than any time zone can tell
    for group in notices.groups(conn, now.date() - near, now.date() + near, chat_id):
        day = now.astimezone(registry.zone(conn, group.campaign_id, now)).date()
        about = About(group.campaign_id, chat_id, day)
        row = previews.find(conn, about) or previews.group(conn, about)
        open_today = row is not None and group.opens <= day <= group.closes
        if open_today and asked.may(rights.PREVIEW, group.unit_id, group.campaign_id):
            yield preview_of(row, day)


def _undecided(asked: Asked, unit_ids: tuple[int, ...] | None) -> Iterator[Preview]:
    conn, registry, now = asked.conn, asked.registry, asked.now
    for row in previews.undecided(conn, registry.day(conn, None, now)):
        within = _within(conn, registry, row.unit_id, unit_ids, now) is not None
        if within and asked.may(rights.PREVIEW, row.unit_id, row.campaign_id):
            yield _preview(conn, row, row.day)


def _preview(conn: Connection, row: AnyRow, day: date) -> Preview:
    return preview_of(row, day, previews.shown_with(conn, row.id))


def _offers(asked: Asked, unit_ids: tuple[int, ...] | None) -> Iterator[Offer]:
    """By card; what became of those that were put into the outbox is looked up with them."""
    conn, registry, now = asked.conn, asked.registry, asked.now
    for _, found in groupby(offers.since(conn, now - TOLD), key=lambda row: row.shown_with):
        rows = list(found)
        within = _within(conn, registry, rows[0].unit_id, unit_ids, now) is not None
        if within and asked.may(rights.PREVIEW, rows[0].unit_id, rows[0].campaign_id):
            sent = [_sending(conn, row) for row in rows] if rows[0].status == offers.POSTED else []
            yield offer_of(rows, sent)


def _unsent(asked: Asked) -> Iterator[Unsent]:
    """Of pictures nothing can be copied."""
    conn, registry, now = asked.conn, asked.registry, asked.now
    month = now.astimezone(registry.zone(conn, None, now)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for row in meter.unsent(conn, month):
        text = str(row.payload.get("text") or "")
        unit = registry.unit(conn, row.unit_id, now)
        if text and unit is not None and asked.may(rights.POST, row.unit_id, row.campaign_id):
            day = row.made_at.astimezone(registry.zone(conn, row.campaign_id, now)).date()
            yield Unsent(row.id, row.title, unit.short, day, text)


def _sending(conn: Connection, row: AnyRow) -> what_became.Sending:
    return what_became.sending(conn, row.campaign_id, row.chat_id, row.day, 0, row.notice_kind)


def settings(row: AnyRow, unit: Unit) -> GroupSettings:
    """From a row of `chat`."""
    same = ("kind", "title", "hour", "days", "kinds", "sorted_by", "picture", "preview", "approval")
    values = {name: getattr(row, name) for name in (*same, "quiet_from", "quiet_to", "language")}
    return GroupSettings(chat_id=row.id, unit=unit.short, by_hand=row.channel == chats.HAND, **values)
