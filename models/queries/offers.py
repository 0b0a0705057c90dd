"""Frozen notices that only an officer brings out: where the bot is not in the group, or where it must ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from models.chat import chat, notice, offer
from models.person import person
from models.queries.rows import AnyRow
from models.unit import campaign, unit

WAITING, POSTED, SKIPPED = "waiting", "posted", "skipped"


@dataclass(frozen=True, slots=True)
class NewOffer:
    notice_id: int
    shown_with: int  # the notice whose card stands for this one as well; its own where it is alone
    pictures: Sequence[tuple[str, str]]  # name of the file, how the outbox names the picture
    closes: datetime


_LEAD = offer.c.shown_with == bindparam("b_lead")
_FULL = (
    select(
        offer,
        *(notice.c[name] for name in ("campaign_id", "chat_id", "unit_id", "day", "cut_at", "made_at", "text")),
        notice.c.kind.label("notice_kind"),
        *(chat.c[name] for name in ("kind", "channel", "title")),
        chat.c.unit_id.label("linked_to"),
        unit.c.short_name.label("unit"),
        campaign.c.timezone,
        person.c.name.label("decider"),
    )
    .join(notice, notice.c.id == offer.c.notice_id)
    .join(chat, chat.c.id == notice.c.chat_id)
    .join(unit, unit.c.id == notice.c.unit_id)
    .join(campaign, campaign.c.id == notice.c.campaign_id)
    .outerjoin(person, person.c.id == offer.c.decided_by)
)
_SHOWN_WITH = _FULL.where(_LEAD, chat.c.unit_id == notice.c.unit_id).order_by(offer.c.notice_id)
_SINCE = _FULL.where(notice.c.made_at >= bindparam("b_since"), chat.c.unit_id == notice.c.unit_id).order_by(
    offer.c.shown_with.desc(), offer.c.notice_id
)
_LOCK = select(offer.c.notice_id).where(_LEAD).order_by(offer.c.notice_id).with_for_update()
_DECIDE = (
    update(offer)
    .where(offer.c.notice_id.in_(bindparam("b_ids", expanding=True)), offer.c.status != POSTED)
    .values(status=bindparam("b_status"), decided_by=bindparam("b_by"), decided_at=bindparam("b_at"))
)


def put(conn: Connection, offers: Iterable[NewOffer]) -> None:
    """From now on they wait for an officer. Their notices are frozen already."""
    rows = [
        {"notice_id": o.notice_id, "shown_with": o.shown_with, "pictures": list(o.pictures), "closes": o.closes}
        for o in offers
    ]
    if rows:
        conn.execute(insert(offer), rows)


def lock(conn: Connection, lead: int) -> None:
    """Let nobody else decide about those of this card until the transaction ends (on SQLite nobody can)."""
    conn.execute(_LOCK, {"b_lead": lead})


def shown_with(conn: Connection, lead: int) -> list[AnyRow]:
    """All that the card of the notice `lead` stands for, with their groups and who decided (`decider`): without those
    of groups that belong to another unit now, or to none.
    """
    return list(conn.execute(_SHOWN_WITH, {"b_lead": lead}))


def since(conn: Connection, moment: datetime) -> list[AnyRow]:
    """All that were made since, as `shown_with` gives them: the newest card first."""
    return list(conn.execute(_SINCE, {"b_since": moment}))


def decide(conn: Connection, notice_ids: Iterable[int], *, status: str, by: int, at: datetime) -> None:
    """Note who decided what; what is posted stays posted."""
    binds = {"b_ids": list(notice_ids), "b_status": status, "b_by": by, "b_at": at}
    conn.execute(_DECIDE, binds)
