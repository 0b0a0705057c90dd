"""What the author of a filed initiative may still do: complete it, move it, take it back, make it confidential."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from models.initiative import coauthor, evidence
from models.queries import erasure
from models.queries import tally as tallies
from models.queries.initiatives import UPDATE, open_one, own

WHOLE = 100  # percent: the shares of all authors of an initiative
_COLUMNS = frozenset(("benefit_vnd", "benefit_kind", "effect", "author_group"))  # what `complete` may set
_HARMLESS = frozenset(
    ("decision", "decision_day", "type", "field", "leader")
)  # details that tell nothing of how it is done


@dataclass(frozen=True, slots=True)
class Share:
    """An author of several (đồng tác giả) and the share in percent."""

    name: str
    share: int
    unit_id: int | None = None
    author_group: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """A photo or file, as its channel names it."""

    kind: str  # photo | file | voice
    channel: str
    ref: str
    name: str = ""


_ADD_COAUTHOR = insert(coauthor)
_DROP_COAUTHORS = delete(coauthor).where(coauthor.c.initiative_id == bindparam("b_id"))
_ADD_EVIDENCE = insert(evidence)
_STORED = select(evidence.c.stored).where(evidence.c.initiative_id == bindparam("b_id"), evidence.c.stored != "")
_DROP_EVIDENCE = delete(evidence).where(evidence.c.initiative_id == bindparam("b_id"))


def complete(conn: Connection, initiative_id: int, person_id: int, values: Mapping[str, Any], at: datetime) -> None:
    """Add to an initiative nobody has judged: benefit_vnd, benefit_kind, effect, author_group, and `details`, which are
    put beside those known (None removes one). A confidential one takes no detail of how it is done (domain.md §3).

    Raises `NotOpen`; `ValueError` for anything else in `values`.
    """
    strange = sorted(set(values) - _COLUMNS - {"details"})
    if strange:
        raise ValueError(f"not to be completed: {', '.join(strange)}")
    row = open_one(conn, initiative_id, person_id)
    columns = {name: value for name, value in values.items() if name in _COLUMNS}
    details = {**row.details, **values.get("details", {})}
    kept = {
        name: value
        for name, value in details.items()
        if value is not None and (name in _HARMLESS or not row.confidential)
    }
    conn.execute(UPDATE, columns | {"details": kept, "changed_at": at, "b_id": initiative_id})


def replace_coauthors(conn: Connection, initiative_id: int, person_id: int, shares: Sequence[Share]) -> None:
    """All authors with their shares, in place of those known before; none: a single author again. Without a unit of
    their own they are of the initiative's.

    Raises `ValueError` unless the shares add up to exactly 100, `NotOpen` when it has been judged.
    """
    own = open_one(conn, initiative_id, person_id)
    if shares and sum(share.share for share in shares) != WHOLE:
        raise ValueError("the shares of all authors must add up to exactly 100")
    conn.execute(_DROP_COAUTHORS, {"b_id": initiative_id})
    if shares:
        conn.execute(
            _ADD_COAUTHOR,
            [
                {
                    "initiative_id": initiative_id,
                    "name": share.name,
                    "share": share.share,
                    "unit_id": share.unit_id or own.unit_id,
                    "author_group": share.author_group if share.unit_id else own.author_group,
                }
                for share in shares
            ],
        )


def add_evidence(conn: Connection, initiative_id: int, proofs: Sequence[Proof], at: datetime) -> None:
    """Photos and files of an initiative (minh chứng)."""
    if proofs:
        conn.execute(
            _ADD_EVIDENCE,
            [
                {
                    "initiative_id": initiative_id,
                    "kind": proof.kind,
                    "channel": proof.channel,
                    "ref": proof.ref,
                    "name": proof.name,
                    "sent_at": at,
                }
                for proof in proofs
            ],
        )


def withdraw(conn: Connection, initiative_id: int, person_id: int, at: datetime) -> None:
    """The author takes it back; it stays in lượt nộp (domain.md §5). Raises `NotOpen`."""
    open_one(conn, initiative_id, person_id)
    conn.execute(UPDATE, {"b_id": initiative_id, "status": "withdrawn", "changed_at": at})


def move_to_unit(
    conn: Connection, initiative_id: int, person_id: int, unit_id: int, *, day: date, at: datetime
) -> None:
    """The author named the wrong unit: điều chỉnh −1 there and +1 here, both on `day`. Raises `NotOpen`.

    The code stays: it was given out.
    """
    row = open_one(conn, initiative_id, person_id)
    if row.unit_id == unit_id:
        return
    conn.execute(UPDATE, {"b_id": initiative_id, "unit_id": unit_id, "changed_at": at})
    if row.filed_at is not None:
        for moved, delta in ((row.unit_id, -1), (unit_id, +1)):
            tallies.adjust(conn, initiative_id, moved, row.campaign_id, day, at, delta, "moved")


def make_confidential(
    conn: Connection, initiative_id: int, person_id: int, effect: str, at: datetime
) -> tuple[str, ...]:
    """Erase everything but title, effect, benefit and authors (domain.md §3): description, details, photos, and the
    messages to and from this person that may repeat them. Gives the names under which files were stored, for their
    owner to delete. Raises `NotOpen` for an initiative of somebody else.
    """
    own(conn, initiative_id, person_id)
    values: dict[str, Any] = {
        "body": None,
        "details": {},
        "confidential": True,
        "effect": effect or None,
        "changed_at": at,
    }
    conn.execute(UPDATE, values | {"b_id": initiative_id})
    stored = tuple(conn.execute(_STORED, {"b_id": initiative_id}).scalars())
    conn.execute(_DROP_EVIDENCE, {"b_id": initiative_id})
    erasure.erase_messages(conn, person_id)
    return stored
