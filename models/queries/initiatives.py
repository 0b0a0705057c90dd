"""Filing initiatives (sáng kiến) and keeping ideas (ý tưởng)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from models.initiative import OPEN_STATUSES, initiative, unit_counter
from models.queries import tally as tallies
from models.queries.rows import AnyRow
from models.queries.upsert import insert as upsert
from models.unit import unit


class NotOpen(Exception):
    """The initiative is not this person's, or somebody has judged it, or it was withdrawn."""


@dataclass(frozen=True, slots=True)
class Filing:
    """One filing as it is to be kept. An idea (ý tưởng) is kept and not counted."""

    draft: str
    campaign_id: int
    unit_id: int
    title: str
    folded: str  # the title without accents or case
    filed_by_id: int
    filed_at: datetime  # aware
    filed_day: date  # the campaign's local day
    author_id: int | None = None  # None: filed for somebody without an account (nộp hộ)
    on_behalf_of: str | None = None  # that person's name; consent is pending
    author_group: str | None = None
    body: str | None = None
    effect: str | None = None  # confidential ones: summary of the effect
    confidential: bool = False
    began_on: date | None = None
    began: Mapping[str, Any] = field(default_factory=dict)
    similar_to: str | None = None
    idea: bool = False
    from_idea: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filed:
    id: int
    code: str


_BY_DRAFT = select(initiative.c.id, initiative.c.code).where(initiative.c.draft == bindparam("b_draft"))
_INSERT = upsert(initiative).on_conflict_do_nothing().returning(initiative.c.id)
_NEXT = (
    upsert(unit_counter)
    .values(unit_id=bindparam("b_unit"), number=1)
    .on_conflict_do_update(index_elements=[unit_counter.c.unit_id], set_={"number": unit_counter.c.number + 1})
    .returning(
        unit_counter.c.number,
        select(unit.c.code).where(unit.c.id == bindparam("b_unit")).scalar_subquery().label("unit"),
    )
)
OWN = or_(  # what this person may see and change
    initiative.c.author_id == bindparam("b_person"),
    initiative.c.author_id.is_(None) & (initiative.c.filed_by_id == bindparam("b_person")),
)
_LOCK = select(initiative).where(initiative.c.id == bindparam("b_id"), OWN).with_for_update()
UPDATE = update(initiative).where(initiative.c.id == bindparam("b_id"))


def file(conn: Connection, filing: Filing) -> Filed:
    """Keep an initiative or idea and count it. The same draft again changes nothing and gives the same code.

    An idea that is filed keeps its row and code and is counted on the day it is filed. Raises `NotOpen` where
    `from_idea` names nothing of this person.
    """
    if filing.from_idea is not None:
        return _file_idea(conn, filing, filing.from_idea)
    known = _by_draft(conn, filing.draft)
    if known is not None:
        return known
    filed = _insert(conn, filing)
    if filed is None:  # another process filed this draft meanwhile
        return Filed(*conn.execute(_BY_DRAFT, {"b_draft": filing.draft}).one())
    if not filing.idea:
        tallies.count_filing(conn, filing.unit_id, filing.campaign_id, filing.filed_day)
    return filed


def _by_draft(conn: Connection, draft: str) -> Filed | None:
    row = conn.execute(_BY_DRAFT, {"b_draft": draft}).first()
    return Filed(row.id, row.code) if row is not None else None


def _insert(conn: Connection, filing: Filing) -> Filed | None:
    """None: the draft is filed already."""
    values = _values(filing) | {
        "draft": filing.draft,
        "filed_unit_id": filing.unit_id,
        "author_id": filing.author_id,
        "filed_by_id": filing.filed_by_id,
        "kept_at": filing.filed_at,
    }
    while True:
        number, unit_code = conn.execute(_NEXT, {"b_unit": filing.unit_id}).one()
        code = f"{unit_code}{number:03d}"
        row_id = conn.execute(_INSERT, values | {"code": code, "number": number}).scalar()
        if row_id is not None:
            return Filed(row_id, code)
        if _by_draft(conn, filing.draft) is not None:
            return None
        # The code is taken: one unit's code begins another's (unit 48 number 27031, unit 4827 number 31). Next number.


def _file_idea(conn: Connection, filing: Filing, idea_id: int) -> Filed:
    row = own(conn, idea_id, filing.filed_by_id)
    if row.status not in ("idea", "waiting"):
        raise NotOpen(row.code)
    if row.status == "idea":  # else it was filed before: the same draft again
        # where it is first counted: an idea may be filed by somebody who has changed units since
        conn.execute(UPDATE, _of_idea(filing, row) | {"b_id": idea_id, "filed_unit_id": filing.unit_id})
        if not filing.idea:
            tallies.count_filing(conn, filing.unit_id, filing.campaign_id, filing.filed_day)
    return Filed(row.id, row.code)


def _of_idea(filing: Filing, row: AnyRow) -> dict[str, Any]:
    """What was added to the idea since it was kept stays with it."""
    values = _values(filing) | {"details": row.details}
    if filing.on_behalf_of == row.on_behalf_of:
        values["on_behalf_agreed"] = row.on_behalf_agreed
    return values


def _values(filing: Filing) -> dict[str, Any]:
    idea, secret = filing.idea, filing.confidential
    return {
        "status": "idea" if idea else "waiting",
        "unit_id": filing.unit_id,
        "campaign_id": filing.campaign_id,
        "on_behalf_of": filing.on_behalf_of,
        "on_behalf_agreed": False if filing.on_behalf_of else None,
        "author_group": filing.author_group,
        "title": filing.title,
        "folded": filing.folded,
        "body": None if secret else filing.body,
        "effect": filing.effect,
        "confidential": secret,
        "began_on": None if idea else filing.began_on,
        "began": dict(filing.began),
        "details": {} if secret else dict(filing.details),
        "similar_to": filing.similar_to,
        "filed_at": None if idea else filing.filed_at,
        "filed_day": None if idea else filing.filed_day,
        "changed_at": filing.filed_at,
    }


# ---------------------------------------------------------------- whose it is


def own(conn: Connection, initiative_id: int, person_id: int) -> AnyRow:
    row = conn.execute(_LOCK, {"b_id": initiative_id, "b_person": person_id}).first()
    if row is None:
        raise NotOpen(str(initiative_id))
    return row


def open_one(conn: Connection, initiative_id: int, person_id: int) -> AnyRow:
    """The person's own initiative, locked, while nobody has judged it. Raises `NotOpen` otherwise."""
    row = own(conn, initiative_id, person_id)
    if row.status not in OPEN_STATUSES:
        raise NotOpen(row.code)
    return row
