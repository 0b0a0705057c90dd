"""Files of figures on their way in: one-time links that wait for one, and files that are to be read.

A row is `waiting` until its figures were handed to the talk (`done`) or could not be (`failed`, `expired`). What it
holds of the file (`media`) is let go of then.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, null, select, update

from models.columns import Instant
from models.person import person
from models.portal import upload
from models.queries.rows import AnyRow
from models.unit import unit

LINK_LIFE = timedelta(hours=1)
FILE_LIFE = timedelta(days=1)  # a file its channel does not give for so long is given up
KEPT = timedelta(days=7)  # after that a link is as if it had never been

UPDATE = "upload:"  # what an update's id begins with that hands a file's figures to the talk

GOOD, USED, EXPIRED, UNKNOWN = "good", "used", "expired", "unknown"

_u = upload.c
_NOW = bindparam("b_now", type_=Instant)
_NEW = insert(upload).returning(_u.id)
_REPLACED = (
    update(upload)
    .where(_u.person_id == bindparam("b_person"), _u.status == "waiting", _u.media.is_(None))
    .values(status="expired", done_at=_NOW)
)
_BY_CODE = (
    select(
        *(_u.id, _u.status, _u.expires_at, _u.person_id, _u.unit_id, _u.campaign_id),
        *(_u.media.is_not(None).label("filled"), unit.c.name.label("unit")),
    )
    .join(unit, unit.c.id == _u.unit_id)
    .where(_u.code_hash == bindparam("b_hash"))
)
_CODE = select(_u.code_hash.is_not(None)).where(_u.id == bindparam("b_id"))
_FILL = (
    update(upload)
    .where(_u.id == bindparam("b_id"), _u.status == "waiting", _u.media.is_(None), _u.expires_at > _NOW)
    .values(media=bindparam("b_media", type_=_u.media.type), expires_at=bindparam("b_until", type_=Instant))
)
_WAITING = (
    select(upload, person.c.language)
    .join(person, person.c.id == _u.person_id)
    .where(_u.status == "waiting", _u.media.is_not(None), _u.channel.in_(bindparam("b_channels", expanding=True)))
    .order_by(_u.id)
    .limit(bindparam("b_limit"))
)
_END = (
    update(upload)
    .where(_u.id == bindparam("b_id"), _u.status == "waiting")
    .values(status=bindparam("b_status"), done_at=_NOW, media=null())
)
_LATE = (
    update(upload)
    .where(_u.status == "waiting", _u.media.is_(None), _u.expires_at <= _NOW)
    .values(status="expired", done_at=_NOW)
)
_DROP = delete(upload).where(_u.status != "waiting", _u.made_at < bindparam("b_before", type_=Instant))


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose figures are awaited, about which board, and where the officer is answered."""

    person_id: int
    unit_id: int
    campaign_id: int
    channel: str
    account: str
    chat: str
    words: str = ""  # of when the numbers are, as said: "16h30"

    def row(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in Sender.__slots__}


def make_link(conn: Connection, sender: Sender, now: datetime) -> str:
    """A code for one upload within the hour; an earlier one of the person's that waits is good no more."""
    conn.execute(_REPLACED, {"b_person": sender.person_id, "b_now": now})
    code = secrets.token_urlsafe(16)
    conn.execute(_NEW, {**sender.row(), "code_hash": _hash(code), "made_at": now, "expires_at": now + LINK_LIFE})
    return code


def add_file(conn: Connection, sender: Sender, media: Mapping[str, Any], now: datetime) -> int:
    """A file that came in the chat is to be read; its id. `media` names it as its channel does."""
    values = {**sender.row(), "media": dict(media), "made_at": now, "expires_at": now + FILE_LIFE}
    return int(conn.execute(_NEW, values).scalar_one())


@dataclass(frozen=True, slots=True)
class Link:
    """What a code is worth now. `unit`: whose board the figures are for; `person_id`: who asked for it."""

    state: str  # good | used | expired | unknown
    id: int = 0
    unit: str = ""
    person_id: int = 0
    unit_id: int = 0
    campaign_id: int = 0


def look(conn: Connection, code: str, now: datetime) -> Link:
    row = conn.execute(_BY_CODE, {"b_hash": _hash(code)}).first()
    if row is None:
        return Link(UNKNOWN)
    if row.filled or row.status in ("done", "failed"):
        return Link(USED, row.id, row.unit)
    good = row.status == "waiting" and row.expires_at > now
    return Link(GOOD if good else EXPIRED, row.id, row.unit, row.person_id, row.unit_id, row.campaign_id)


def fill(conn: Connection, upload_id: int, media: Mapping[str, Any], now: datetime) -> bool:
    """Use a link up. Of several who try at once one gets it."""
    binds = {"b_id": upload_id, "b_media": dict(media), "b_now": now, "b_until": now + FILE_LIFE}
    return conn.execute(_FILL, binds).rowcount == 1


def waiting(conn: Connection, channels: Collection[str], limit: int) -> list[AnyRow]:
    """Files to be read that came by these channels, the oldest first."""
    return list(conn.execute(_WAITING, {"b_channels": sorted(channels), "b_limit": limit}).all())


def way(conn: Connection, upload_id: int) -> str:
    """How the file came: `link`, or `file` in the chat."""
    return "link" if conn.execute(_CODE, {"b_id": upload_id}).scalar() else "file"


def end(conn: Connection, upload_id: int, status: str, now: datetime) -> bool:
    """Done with it: `done` or `failed`. False where it was ended before."""
    return conn.execute(_END, {"b_id": upload_id, "b_status": status, "b_now": now}).rowcount == 1


def tidy(conn: Connection, now: datetime) -> int:
    """Links nobody used in time expire; what is long over is forgotten. How many rows changed."""
    late = conn.execute(_LATE, {"b_now": now}).rowcount
    return late + conn.execute(_DROP, {"b_before": now - KEPT}).rowcount


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
