"""The counters of domain.md §5 side by side, of what was filed with the bot: they are different numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, or_, select

from models.columns import Instant
from models.initiative import initiative
from models.person import consent, person
from models.queries.people_counts import counted, filings, who
from models.queries.tally import below

_CUT = bindparam("b_cut", type_=Instant)
_settled = initiative.c.changed_at < _CUT
_open = initiative.c.status.in_(("waiting", "more"))
# of a confidential one only title and effect are known to others (domain.md §3)
_worth = initiative.c.status.not_in(("invalid", "duplicate", "withdrawn")) & ~initiative.c.confidential


def _how_many(condition: Any) -> Any:
    return func.coalesce(func.sum(case((counted & condition, 1), else_=0)), 0)


# One pass over the subtree's filings. A verdict that came at the cut-off or later had not been given then.
_COUNTERS = select(
    func.count(who.distinct()),
    _how_many(_open | ~_settled),
    _how_many((initiative.c.status == "valid") & _settled),
    _how_many(initiative.c.status.in_(("invalid", "duplicate")) & _settled),
    _how_many((initiative.c.status == "withdrawn") & _settled),
    func.sum(case((counted & _worth, initiative.c.benefit_vnd))),
).select_from(filings)
_REGISTERED = select(func.count(person.c.id)).where(
    person.c.unit_id.in_(select(below.c.id)),
    select(consent.c.id)
    .where(
        consent.c.person_id == person.c.id,
        consent.c.given_at < _CUT,
        or_(consent.c.withdrawn_at.is_(None), consent.c.withdrawn_at >= _CUT),
    )
    .exists(),
)


@dataclass(frozen=True, slots=True)
class Counters:
    """`waiting + valid + refused + withdrawn` are all that was filed."""

    registered: int  # người đăng ký: agreed to the keeping of their data, of a unit of the subtree
    authors: int  # tác giả: distinct people with a filing
    waiting: int  # đang xem xét: no verdict, more asked of the author included
    valid: int  # hợp lệ
    refused: int  # không đạt, trùng
    withdrawn: int  # rút
    benefit_vnd: int  # giá trị làm lợi as declared: an estimate, without what was refused, withdrawn or confidential


def counters(conn: Connection, campaign_id: int, unit_id: int, cut_at: datetime, day: date) -> Counters:
    """Of the unit with everything below it, filed before `cut_at` on days up to `day`, by the unit each filing belongs
    to now. The cost follows the filings of the subtree.

    An initiative keeps its newest status and since when it holds. So, looking back, one that was judged twice counts
    as waiting between its first verdict and its last; and people belong to the unit they name today.
    """
    binds = {"b_campaign": campaign_id, "b_unit": unit_id, "b_cut": cut_at, "b_day": day}
    authors, waiting, valid, refused, withdrawn, benefit = conn.execute(_COUNTERS, binds).one()
    registered = conn.execute(_REGISTERED, {"b_unit": unit_id, "b_cut": cut_at}).scalar_one()
    return Counters(*(int(one or 0) for one in (registered, authors, waiting, valid, refused, withdrawn, benefit)))


def add_counters(conn: Connection, numbers: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of a board (`models.queries.board.numbers`) with `counters`."""
    moment = datetime.fromisoformat(numbers["cut_at"]), date.fromisoformat(numbers["day"])
    return {**numbers, "counters": asdict(counters(conn, numbers["campaign_id"], numbers["unit_id"], *moment))}
