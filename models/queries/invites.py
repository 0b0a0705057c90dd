"""One-time codes: for the first owner, for every role, for linking a group. Only their hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, select, update

from models.person import invite
from models.queries.rows import AnyRow

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O, 1 I L, U V: they look alike on a poster and on the phone
LENGTH = 8
LIFE = timedelta(days=7)

_NEW = insert(invite)
_GOOD = (
    invite.c.code_hash == bindparam("b_hash"),
    invite.c.used_at.is_(None),
    invite.c.withdrawn_at.is_(None),
    invite.c.expires_at > bindparam("b_now"),
)
_WHAT = (
    *(invite.c.id, invite.c.kind, invite.c.group_kind, invite.c.unit_id, invite.c.cluster, invite.c.campaign_id),
    *(invite.c.to_name, invite.c.made_by, invite.c.expires_at),
)
_FIND = select(*_WHAT).where(*_GOOD)
_TAKE = update(invite).where(*_GOOD).values(used_at=bindparam("b_now"), used_by=bindparam("b_by")).returning(*_WHAT)


def new_code() -> str:
    """A code nobody can guess, of letters and figures that cannot be taken for one another."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def _hash(code: str) -> str:
    bare = "".join(c for c in code.upper() if c.isalnum())
    return hashlib.sha256(bare.encode()).hexdigest()


def make(
    conn: Connection,
    *,
    kind: str,
    unit_id: int | None,
    now: datetime,
    made_by: int | None = None,
    group_kind: str | None = None,
    cluster: str | None = None,
    campaign_id: int | None = None,
    to_name: str = "",
    life: timedelta = LIFE,
) -> str:
    """Make a one-time code for a role (support, officer, admin, owner) or for a group, good for `life`, and give it: it
    cannot be read again. `to_name`: whom it is for.
    """
    code = new_code()
    values = {
        "code_hash": _hash(code),
        "kind": kind,
        "unit_id": unit_id,
        "group_kind": group_kind,
        "cluster": cluster,
        "campaign_id": campaign_id,
        "to_name": to_name[:80],
        "made_by": made_by,
        "made_at": now,
        "expires_at": now + life,
    }
    conn.execute(_NEW, values)
    return code


def find(conn: Connection, code: str, now: datetime) -> AnyRow | None:
    """What a code is for, while it is good; blanks, dashes and case do not matter."""
    return conn.execute(_FIND, {"b_hash": _hash(code), "b_now": now}).first()


def take(conn: Connection, code: str, by: int | None, now: datetime) -> AnyRow | None:
    """Use a code up. Of several who try at once one gets it; None for the others, and when it is no good."""
    return conn.execute(_TAKE, {"b_hash": _hash(code), "b_now": now, "b_by": by}).first()
