"""What a person filed, as its author may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from models.initiative import coauthor, evidence, initiative
from models.queries.initiatives import OWN
from models.queries.rows import AnyRow


@dataclass(frozen=True, slots=True)
class Own:
    """A row of `initiative` with `photos` (how many), and the shares of all authors where there are several."""

    row: AnyRow
    coauthors: tuple[tuple[str, int], ...] = ()  # name, percent


_PHOTOS = select(func.count(evidence.c.id)).where(evidence.c.initiative_id == initiative.c.id)
_AUTHORS = select(func.count(coauthor.c.id)).where(coauthor.c.initiative_id == initiative.c.id)
_SELECT: Select[*tuple[Any, ...]] = select(
    initiative, _PHOTOS.scalar_subquery().label("photos"), _AUTHORS.scalar_subquery().label("authors")
).where(OWN)
_MINE = _SELECT.order_by(initiative.c.kept_at.desc(), initiative.c.id.desc()).limit(bindparam("b_limit"))
_BY_CODE = _SELECT.where(initiative.c.code == bindparam("b_code"))
_COAUTHORS = (
    select(coauthor.c.initiative_id, coauthor.c.name, coauthor.c.share)
    .where(coauthor.c.initiative_id.in_(bindparam("b_ids", expanding=True)))
    .order_by(coauthor.c.id)
)


def mine(conn: Connection, person_id: int, limit: int) -> tuple[Own, ...]:
    """The person's newest initiatives and ideas, newest first."""
    return _with_authors(conn, conn.execute(_MINE, {"b_person": person_id, "b_limit": limit}).all())


def by_code(conn: Connection, person_id: int, code: str) -> Own | None:
    """One of the person's own by its code (digits)."""
    found = _with_authors(conn, conn.execute(_BY_CODE, {"b_person": person_id, "b_code": code}).all())
    return found[0] if found else None


def _with_authors(conn: Connection, rows: Sequence[AnyRow]) -> tuple[Own, ...]:
    several = [row.id for row in rows if row.authors]
    shares: dict[int, list[tuple[str, int]]] = {}
    if several:
        for row in conn.execute(_COAUTHORS, {"b_ids": several}):
            shares.setdefault(row.initiative_id, []).append((row.name, row.share))
    return tuple(Own(row, tuple(shares.get(row.id, ()))) for row in rows)
