"""A day's notice of a group as officers see it before it is posted, and what they decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Date, bindparam, exists, literal, null, select, update

from models.chat import chat, notice, preview
from models.person import person
from models.portal import portal_report
from models.queries.notices import DAILY
from models.queries.rows import AnyRow
from models.queries.upsert import insert as upsert
from models.unit import campaign, unit

SHOWN, APPROVED, POSTED, SKIPPED = "shown", "approved", "posted", "skipped"


class About(NamedTuple):
    """Which preview: there is at most one for them."""

    campaign_id: int
    chat_id: int
    day: date  # local


@dataclass(frozen=True, slots=True)
class Frozen:
    """A notice as it was shown."""

    cut_at: datetime
    numbers: Mapping[str, Any]
    text: str
    made_at: datetime


_p = preview.c
_KEY = (
    _p.campaign_id == bindparam("b_campaign"),
    _p.chat_id == bindparam("b_chat"),
    _p.day == bindparam("b_day", type_=Date),
)
_slot = (
    (notice.c.campaign_id == _p.campaign_id)
    & (notice.c.chat_id == _p.chat_id)
    & (notice.c.kind == DAILY)
    & (notice.c.repeat == 0)
)
_later = preview.alias("later")
_ABOUT = (
    *(chat.c[name] for name in ("title", "unit_id", "kind", "channel", "hour", "days", "kinds", "approval")),
    unit.c.short_name.label("unit"),
    campaign.c.name.label("campaign"),
    campaign.c.timezone,
    campaign.c.counts_from,
    notice.c.made_at.label("posted_at"),
)
_FULL = (
    select(
        preview,
        *_ABOUT,
        person.c.name.label("decider"),
        exists()
        .where(_later.c.campaign_id == _p.campaign_id, _later.c.chat_id == _p.chat_id, _later.c.day > _p.day)
        .label("outdated"),
        exists().where(_slot, notice.c.day > _p.day).correlate(preview).label("passed"),
    )
    .join(chat, chat.c.id == _p.chat_id)
    .join(unit, unit.c.id == chat.c.unit_id)
    .join(campaign, campaign.c.id == _p.campaign_id)
    .outerjoin(person, person.c.id == _p.decided_by)
    .outerjoin(notice, _slot & (notice.c.day == _p.day))
)
_BLANK = (
    select(chat.c.id.label("chat_id"), campaign.c.id.label("campaign_id"), *_ABOUT)
    .join(unit, unit.c.id == chat.c.unit_id)
    .join(campaign, campaign.c.id == bindparam("b_campaign"))
    .outerjoin(
        notice,
        (notice.c.campaign_id == campaign.c.id)
        & (notice.c.chat_id == chat.c.id)
        & (notice.c.kind == DAILY)
        & (notice.c.repeat == 0)
        & (notice.c.day == bindparam("b_day", type_=Date)),
    )
    .where(chat.c.id == bindparam("b_chat"))
)
_ONE = _FULL.where(*_KEY)
_UNDECIDED = _FULL.where(_p.day == bindparam("b_day", type_=Date), _p.status == SHOWN).order_by(_p.id)
_SINCE = select(
    *(_p[name] for name in ("campaign_id", "chat_id", "day", "cut_at", "version", "status", "made_at", "reminded_at")),
).where(_p.day >= bindparam("b_day", type_=Date))
_LOCK = select(_p.id).where(*_KEY).with_for_update()
_PUT = upsert(preview).on_conflict_do_nothing().returning(_p.id)
_RENEW = (
    update(preview)
    .where(*_KEY, _p.version == bindparam("b_version"), _p.status != POSTED)
    .values(
        cut_at=bindparam("b_cut"),
        numbers=bindparam("b_numbers", type_=_p.numbers.type),
        text=bindparam("b_text"),
        version=_p.version + 1,
        status=SHOWN,
        made_at=bindparam("b_at"),
        decided_by=null(),
        decided_at=null(),
        reminded_at=null(),
        shown_with=null(),
    )
    .returning(_p.id)
)
_SHOWN_WITH = _FULL.where(
    _p.shown_with == bindparam("b_id"), _p.status == SHOWN, notice.c.id.is_(None), chat.c.unit_id.is_not(None)
).order_by(_p.chat_id)
_ALONE = update(preview).where(_p.shown_with == bindparam("b_id")).values(shown_with=null())
_SHOW_WITH = (
    update(preview)
    .where(_p.id.in_(bindparam("b_ids", expanding=True)))
    .values(shown_with=bindparam("b_with", type_=_p.shown_with.type))
)
_DECIDE = (
    update(preview)
    .where(*_KEY)
    .values(status=bindparam("b_status"), decided_by=bindparam("b_by"), decided_at=bindparam("b_at"))
)
_POSTED = update(preview).where(*_KEY, _p.status != POSTED).values(status=POSTED)
_REMIND = (
    update(preview)
    .where(*_KEY, _p.status == SHOWN, _p.reminded_at.is_(None))
    .values(reminded_at=bindparam("b_at"))
    .returning(_p.id)
)
_UNITS: BindParameter[list[int]] = bindparam("b_units", expanding=True)
_REPORTED = select(
    exists().where(
        portal_report.c.campaign_id == bindparam("b_campaign"),
        portal_report.c.unit_id.in_(_UNITS),
        portal_report.c.entered_at > bindparam("b_since", type_=portal_report.c.entered_at.type),
        portal_report.c.lines > 0,
    )
)


def _key(about: About) -> dict[str, Any]:
    return {"b_campaign": about.campaign_id, "b_chat": about.chat_id, "b_day": about.day}


def find(conn: Connection, about: About) -> AnyRow | None:
    """The preview with its group, who decided (`decider`), when the day's slot was taken (`posted_at`), whether a later
    preview (`outdated`) or notice (`passed`) of the group is there. None without one, or where the group is no unit's.
    """
    return conn.execute(_ONE, _key(about)).first()


def group(conn: Connection, about: About) -> AnyRow | None:
    """What `find` tells of the group and its day, where no preview has been made."""
    return conn.execute(_BLANK, _key(about)).first()


def undecided(conn: Connection, day: date) -> list[AnyRow]:
    """Previews of the local day on which nobody has decided, as `find` gives them."""
    return list(conn.execute(_UNDECIDED, {"b_day": day}))


def since(conn: Connection, day: date) -> dict[About, AnyRow]:
    """All previews of `day` and later: when made and cut, `version`, `status`, `reminded_at`."""
    return {About(row.campaign_id, row.chat_id, row.day): row for row in conn.execute(_SINCE, {"b_day": day})}


def lock(conn: Connection, about: About) -> None:
    """Let nobody else decide or post until the transaction ends (on SQLite nobody can)."""
    conn.execute(_LOCK, _key(about))


def put(conn: Connection, about: About, frozen: Frozen) -> int | None:
    """The day's first preview; None when there is one already."""
    values = {name: getattr(frozen, name) for name in Frozen.__slots__}
    found: int | None = conn.execute(_PUT, about._asdict() | values).scalar()
    return found


def renew(conn: Connection, about: About, version: int, frozen: Frozen) -> int | None:
    """The next version in place of `version`, undecided; None where another one stands or it has been posted."""
    made = {"b_cut": frozen.cut_at, "b_numbers": dict(frozen.numbers), "b_text": frozen.text, "b_at": frozen.made_at}
    found: int | None = conn.execute(_RENEW, _key(about) | made | {"b_version": version}).scalar()
    if found is not None:
        conn.execute(_ALONE, {"b_id": found})
    return found


def show_with(conn: Connection, preview_id: int, others: Sequence[int]) -> None:
    """One card stands for all of these from now on, until one of them is made anew."""
    conn.execute(_ALONE, {"b_id": preview_id})
    conn.execute(_SHOW_WITH, {"b_ids": [preview_id], "b_with": None})
    if others:
        conn.execute(_SHOW_WITH, {"b_ids": list(others), "b_with": preview_id})


def shown_with(conn: Connection, preview_id: int) -> list[AnyRow]:
    """The others that its card stands for, on which nobody has decided, as `find` gives them."""
    return list(conn.execute(_SHOWN_WITH, {"b_id": preview_id}))


def decide(conn: Connection, about: About, *, status: str, by: int, at: datetime) -> None:
    conn.execute(_DECIDE, _key(about) | {"b_status": status, "b_by": by, "b_at": at})


def mark_posted(conn: Connection, about: About) -> None:
    """The day's notice is out, however it came about."""
    conn.execute(_POSTED, _key(about))


def remind(conn: Connection, about: About, at: datetime) -> bool:
    """It is time to remind, and nobody has: from now on somebody has."""
    return conn.execute(_REMIND, _key(about) | {"b_at": at}).scalar() is not None


def reported(conn: Connection, campaign_id: int, unit_ids: Iterable[int], since: datetime) -> bool:
    """Were portal figures stored for one of these units' boards after that moment?"""
    binds = {"b_campaign": campaign_id, "b_units": list(unit_ids), "b_since": since}
    return bool(conn.execute(_REPORTED, binds).scalar())


_BY_ID = select(preview, literal(DAILY).label("kind")).where(_p.id == bindparam("b_id"))


def by_id(conn: Connection, preview_id: int) -> AnyRow | None:
    """A preview as it was shown last, with the `kind` of notice it is of."""
    return conn.execute(_BY_ID, {"b_id": preview_id}).first()
