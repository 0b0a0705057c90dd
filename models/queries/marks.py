"""Facts about the installation that are made once and kept."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, bindparam, select

from models.chat import mark
from models.queries.upsert import insert as upsert

LINK_KEY = "link_key"

_VALUE = select(mark.c.value).where(mark.c.name == bindparam("b_name"))
_MAKE = upsert(mark).on_conflict_do_nothing(index_elements=[mark.c.name])


def secret(conn: Connection, name: str) -> str:
    """A secret of this installation under a name: 32 bytes in hexadecimal, made on first use, then for ever the same.

    Several processes may ask at once: all get the one that was stored first.
    """
    known = conn.execute(_VALUE, {"b_name": name}).scalar()
    if known is None:
        conn.execute(_MAKE, {"name": name, "value": secrets.token_hex(32)})
        known = conn.execute(_VALUE, {"b_name": name}).scalar_one()
    return str(known)
