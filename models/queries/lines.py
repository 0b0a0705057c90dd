"""Lines that officers add to a day's notices: at most one for a unit, a campaign and a day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, Date, bindparam, delete, func, select

from models.chat import notice, notice_line
from models.queries.notices import DAILY
from models.queries.upsert import insert as upsert

_OF = (
    notice_line.c.unit_id == bindparam("b_unit"),
    notice_line.c.campaign_id == bindparam("b_campaign"),
    notice_line.c.day == bindparam("b_day", type_=Date),
)
_TEXT = select(notice_line.c.text).where(*_OF)
_PUT = upsert(notice_line)
_SET = _PUT.on_conflict_do_update(
    index_elements=[notice_line.c.campaign_id, notice_line.c.unit_id, notice_line.c.day],
    set_={name: _PUT.excluded[name] for name in ("text", "set_by", "set_at")},
)
_DROP = delete(notice_line).where(*_OF)
_POSTED = select(func.min(notice.c.made_at)).where(
    notice.c.unit_id == bindparam("b_unit"),
    notice.c.campaign_id == bindparam("b_campaign"),
    notice.c.day == bindparam("b_day", type_=Date),
    notice.c.kind == DAILY,
)


def of_day(conn: Connection, unit_id: int, campaign_id: int, day: date) -> str:
    """The line for the unit's notices of that local day; "" without one."""
    return str(conn.execute(_TEXT, {"b_unit": unit_id, "b_campaign": campaign_id, "b_day": day}).scalar() or "")


def put(
    conn: Connection, unit_id: int, campaign_id: int, day: date, *, text: str, by: int | None, at: datetime
) -> None:
    """Set the line in place of an earlier one."""
    values = {"unit_id": unit_id, "campaign_id": campaign_id, "day": day, "text": text, "set_by": by, "set_at": at}
    conn.execute(_SET, values)


def drop(conn: Connection, unit_id: int, campaign_id: int, day: date) -> None:
    conn.execute(_DROP, {"b_unit": unit_id, "b_campaign": campaign_id, "b_day": day})


def posted_at(conn: Connection, unit_id: int, campaign_id: int, day: date) -> datetime | None:
    """When the first of the unit's groups got the daily notice of that day; None: none has."""
    found: datetime | None = conn.execute(
        _POSTED, {"b_unit": unit_id, "b_campaign": campaign_id, "b_day": day}
    ).scalar()
    return found
