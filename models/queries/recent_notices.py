"""What was posted lately about a unit: the newest notice of each kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, bindparam, func, or_, select

from models.chat import notice, offer
from models.queries.rows import AnyRow
from models.queries.tally import below

RECENT = timedelta(days=31)  # before the newest one: what is older nobody holds in the hand
MOST = 24

_CAMPAIGN = bindparam("b_campaign", type_=BigInteger)
_held = select(offer.c.notice_id).where(offer.c.notice_id == notice.c.id, offer.c.status != "posted").exists()


def _newest(where: ColumnElement[bool]) -> Select[Any]:
    """Ids of the last one of each kind in each campaign; each milestone is a kind of its own. Of all notices only short
    columns are looked at: their numbers and words are long.
    """
    nth = func.row_number().over(
        partition_by=(notice.c.campaign_id, notice.c.kind), order_by=(notice.c.cut_at.desc(), notice.c.id.desc())
    )
    ranked = (
        select(notice.c.id, notice.c.cut_at, nth.label("nth"))
        .where(where, ~_held, or_(_CAMPAIGN.is_(None), notice.c.campaign_id == _CAMPAIGN))
        .subquery("ranked")
    )
    return select(ranked.c.id).where(ranked.c.nth == 1).order_by(ranked.c.cut_at.desc()).limit(MOST)


_OF_UNIT = _newest(notice.c.unit_id == bindparam("b_unit"))
_BELOW = _newest(notice.c.unit_id.in_(select(below.c.id)))
_BY_IDS = select(notice).where(notice.c.id.in_(bindparam("b_ids", expanding=True)))


def of_unit(conn: Connection, unit_id: int, campaign_id: int | None = None) -> Sequence[AnyRow]:
    """About the unit, in any group, newest first."""
    return _rows(conn, _OF_UNIT, unit_id, campaign_id)


def of_below(conn: Connection, unit_id: int, campaign_id: int | None = None) -> Sequence[AnyRow]:
    """About the unit or any unit below it."""
    return _rows(conn, _BELOW, unit_id, campaign_id)


def _rows(conn: Connection, statement: Select[Any], unit_id: int, campaign_id: int | None) -> Sequence[AnyRow]:
    ids = list(conn.execute(statement, {"b_unit": unit_id, "b_campaign": campaign_id}).scalars())
    rows = conn.execute(_BY_IDS, {"b_ids": ids}).all() if ids else ()
    told = [row for row in rows if row.text]  # a milestone passed with a greater one is stored without words
    told.sort(key=lambda row: (row.made_at, row.id), reverse=True)
    return [row for row in told if row.made_at >= told[0].made_at - RECENT]
