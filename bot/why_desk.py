"""What VISAO asks to be looked up: a posted notice with what is behind its figures, and what became of today's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.directory import ZONE, Directory
from handlers import rights
from handlers import why_facts as f
from handlers.board import Board
from handlers.kinds import DAILY, family
from models.queries import (
    behind,
    new_filings,
    notices,
    people,
    portal,
    recent_notices,
    reconcile,
    registry,
    roles,
    what_became,
)
from models.queries.portal_board import Cut
from models.queries.rows import AnyRow


def answer(conn: Connection, _registry: Directory, query: f.WhyQuery, person_id: int | None, now: datetime) -> Any:
    """What is behind a notice is for officers of its unit and of those above it: others get None, or less."""
    match query:
        case f.RecentFigures(unit_id, campaign_id):
            return recent(conn, unit_id, person_id, campaign_id) if person_id is not None else ()
        case f.FiguresOf(notice_id):
            return of_notice(conn, notice_id, person_id)
        case f.NewFilings(notice_id, skip, most):
            row = _allowed(conn, notice_id, person_id)
            return _filings(conn, row, skip, most) if row is not None else None
        case f.TodayOf(unit_ids):
            return tuple(_today(conn, unit_ids, person_id, now))


# ---------------------------------------------------------------- a notice


def recent(
    conn: Connection, unit_id: int, person_id: int | None, campaign_id: int | None = None
) -> tuple[f.Figures, ...]:
    """What was posted lately about the unit, else about the nearest one above it, else about those below it: newest
    first, without what is behind the figures. Of what this person may see; None sees all.
    """
    upwards = (recent_notices.of_unit(conn, whose, campaign_id) for whose in registry.ancestors(conn, unit_id))
    rows = next(filter(None, upwards), ()) or recent_notices.of_below(conn, unit_id, campaign_id)
    return tuple(_printed(row) for row in rows if person_id is None or _sees(conn, person_id, row) is not None)


def _printed(row: AnyRow) -> f.Figures:
    return f.Figures(row.id, Board.from_json(row.numbers), row.kind, row.numbers, row.made_at)


def of_notice(conn: Connection, notice_id: int, person_id: int | None) -> f.Figures | None:
    """Also for officers of units below, who are told the numbers of that notice and no more."""
    row = notices.by_id(conn, notice_id)
    own = _sees(conn, person_id, row) if row is not None and person_id is not None else None
    return figures(conn, row, own=own) if row is not None and own is not None else None


def _sees(conn: Connection, person_id: int, row: AnyRow) -> bool | None:
    """True: also what is behind the figures; None: not even the numbers."""
    if _may_look_behind(conn, person_id, row):
        return True
    units = roles.served(conn, person_id, rights.kinds_for(rights.WHY), row.campaign_id)
    return False if any(row.unit_id in registry.ancestors(conn, unit_id) for unit_id in units) else None


def _allowed(conn: Connection, notice_id: int, person_id: int | None) -> AnyRow | None:
    row = notices.by_id(conn, notice_id)
    return row if row is not None and _may_look_behind(conn, person_id, row) else None


def _may_look_behind(conn: Connection, person_id: int | None, row: AnyRow) -> bool:
    return _may_ask(conn, person_id, row.unit_id, row.campaign_id)


def _may_ask(conn: Connection, person_id: int | None, unit_id: int, campaign_id: int) -> bool:
    kinds = rights.kinds_for(rights.WHY)
    return person_id is not None and people.may_run(conn, person_id, unit_id, kinds, campaign_id)


def figures(conn: Connection, row: AnyRow, *, own: bool = True) -> f.Figures:
    """The notice's frozen figures, with targets set by its day and the portal's figures as known at its making."""
    found = _printed(row)
    codes = behind.codes(conn, found.board.unit_id)
    return replace(
        found,
        code=codes.get(found.board.unit_id, ""),
        targets=tuple(_targets(conn, found.board, codes)),
        compared=tuple(_compared(conn, row, found.board)),
        brought=_brought(conn, found.board),
        own=own,
    )


def _targets(conn: Connection, board: Board, codes: dict[int, str]) -> Iterable[f.SetTarget]:
    ids = {code: unit_id for unit_id, code in codes.items()}
    for kept in behind.targets(conn, board.campaign_id, board.unit_id, board.day):
        if kept.measure == "count":  # one on participation is a percentage
            entered = kept.entered_at.astimezone(board.cut_at.tzinfo).date() if kept.entered_at is not None else None
            yield f.SetTarget(ids[kept.code], kept.number, kept.phase, kept.set_by, kept.valid_from, entered)


def _compared(conn: Connection, row: AnyRow, board: Board) -> Iterable[f.Compared]:
    """Portal and bot beside each other at the board's cut-off, by unit. What looks back to a midnight knows what came
    in until it was made.
    """
    known_at = None if row.kind == DAILY else row.made_at
    cut = Cut(board.campaign_id, board.unit_id, board.cut_at, board.day, known_at)
    return (f.Compared(pair.code, pair.unit, pair.portal, pair.bot) for pair in reconcile.pairs(conn, cut))


def _brought(conn: Connection, board: Board) -> f.Brought | None:
    """Who brought the portal's newest figures of the board; None for one that counts the bot's."""
    report_id = board.source.report if board.source is not None else None
    row = portal.report(conn, report_id) if report_id is not None else None
    if row is None:
        return None
    return f.Brought(row.by or "", row.way, row.entered_at.astimezone(board.cut_at.tzinfo), row.lines)


def span(board: Board) -> new_filings.Span | None:
    """From the notice before until this one; None for the first one."""
    if board.since_at is None:
        return None
    return new_filings.Span(board.campaign_id, board.unit_id, board.since_at, board.cut_at, board.day)


def _filings(conn: Connection, row: AnyRow, skip: int, most: int) -> f.Filings:
    between = span(Board.from_json(row.numbers))
    if between is None:
        return f.Filings(kind=family(row.kind))
    listed = new_filings.listed(conn, between, skip=skip, most=most)
    return f.Filings(
        tuple(f.NewFiling(one.code, one.unit, one.title) for one in listed),
        new_filings.count(conn, between),
        family(row.kind),
    )


# ---------------------------------------------------------------- today


def _today(
    conn: Connection, unit_ids: tuple[int, ...] | None, person_id: int | None, now: datetime
) -> Iterable[f.GroupDay]:
    """Of the groups of these units, each for the campaigns in which the person may ask."""
    blocked = what_became.blocked(conn)
    for chat in what_became.chats(conn, unit_ids):
        heard_of = [row for row in what_became.campaigns(conn, chat.unit_id) if chat.campaign_id in (None, row.id)]
        known = [row for row in heard_of if _may_ask(conn, person_id, chat.unit_id, row.id)]
        if heard_of and not known:
            continue
        opened = [row for row in known if row.opens <= _local(now, row).date() <= row.closes]
        for campaign in opened:
            yield _group(conn, chat, _local(now, campaign), blocked, campaign, several=len(opened) > 1)
        if not opened:
            yield _closed(chat, now, known)


def _local(now: datetime, campaign: AnyRow) -> datetime:
    return now.astimezone(ZoneInfo(campaign.timezone))


def _group(
    conn: Connection, chat: AnyRow, local: datetime, blocked: Any, campaign: AnyRow, *, several: bool
) -> f.GroupDay:
    today = local.date()
    decided = what_became.decided(conn, campaign.id, chat.id, today)
    return f.GroupDay(
        **_settings(chat, local),
        campaign=campaign.name,
        several=several,
        posted=_posted(conn, chat, campaign.id, local),
        decided=_decided(decided, local) if decided is not None else None,
        blocked_until=_at(blocked.get(chat.channel), local),
    )


def _closed(chat: AnyRow, now: datetime, known: list[AnyRow]) -> f.GroupDay:
    local = now.astimezone(ZONE)
    ended = [row.closes for row in known if row.closes < local.date()]
    coming = [row.opens for row in known if row.opens > local.date()]
    return f.GroupDay(**_settings(chat, local), closed_on=max(ended, default=None), opens_on=min(coming, default=None))


def _settings(chat: AnyRow, local: datetime) -> dict[str, Any]:
    same = (
        "unit",
        "title",
        "kind",
        "channel",
        "standing",
        "hour",
        "days",
        "kinds",
        "approval",
        "quiet_from",
        "quiet_to",
    )
    return {
        **{name: getattr(chat, name) for name in same},
        "chat_id": chat.id,
        "now": local,
        "linked_at": _at(chat.linked_at, local),
    }


def _posted(conn: Connection, chat: AnyRow, campaign_id: int, local: datetime) -> f.PostedNotice | None:
    row = what_became.newest(conn, campaign_id, chat.id, local.date())
    if row is None:
        return None
    sending = what_became.sending(conn, campaign_id, chat.id, local.date(), row.repeat)
    return f.PostedNotice(
        made_at=row.made_at.astimezone(local.tzinfo),
        by=None if row.posted_by is None else row.name or "",
        status=sending.status,
        outcome=sending.outcome,
        sent_at=_at(sending.sent_at, local),
        until=_at(sending.not_before, local),
    )


def _decided(row: AnyRow, local: datetime) -> f.Decided:
    return f.Decided(row.status, row.name or "", _at(row.decided_at, local))


def _at(moment: datetime | None, local: datetime) -> datetime | None:
    return moment.astimezone(local.tzinfo) if moment is not None else None
