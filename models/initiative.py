"""Initiatives (sáng kiến) and ideas (ý tưởng), with co-authors and evidence."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from models.columns import BigId, Instant, Json, metadata

# idea: kept, not counted · consent: filed for somebody who has not agreed yet · waiting: for recognition by the
# workplace · more: more is asked of the author · valid, invalid, duplicate: judged · withdrawn (domain.md §5)
STATUSES = ("idea", "waiting", "more", "valid", "invalid", "duplicate", "withdrawn")
OPEN_STATUSES = ("idea", "waiting", "more")  # nobody has judged it

initiative = Table(
    "initiative",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("code", String(24), nullable=False, unique=True),  # unit code and number within it
    Column("draft", String(60), nullable=False, unique=True),  # key of the draft it came from: filed once
    Column("status", String(12), nullable=False),
    Column("unit_id", ForeignKey("unit.id"), nullable=False),
    Column("filed_unit_id", ForeignKey("unit.id"), nullable=False),  # where it was first counted
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("number", Integer, nullable=False),  # within the unit whose code it carries
    Column("author_id", ForeignKey("person.id")),  # null after erasure
    Column("filed_by_id", ForeignKey("person.id")),
    Column("on_behalf_of", String(80)),  # nộp hộ: that person's name, consent pending
    Column("on_behalf_agreed", Boolean),
    Column("author_group", String(40)),
    Column("title", String(200), nullable=False),
    Column("folded", String(200), nullable=False),
    Column("body", Text),  # before, now, benefit; null when confidential
    Column("effect", Text),  # confidential ones: summary of the effect
    Column("confidential", Boolean, nullable=False, default=False),
    Column("began_on", Date),  # first applied; null for an idea
    Column("began", Json, nullable=False, default=dict),  # as it was said: precision, outside the window
    Column("benefit_vnd", BigInteger),
    Column("benefit_kind", String(12)),
    Column("details", Json, nullable=False, default=dict),  # type, field, place, conditions, decision, …
    Column("similar_to", String(24)),  # code of the similar title that was shown
    Column("filed_at", Instant),  # null for an idea
    Column("filed_day", Date),  # the campaign's local day
    Column("kept_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("unit_id", "number", "id"),
    CheckConstraint(
        "status IN ('idea', 'waiting', 'more', 'valid', 'invalid', 'duplicate', 'withdrawn')", name="status"
    ),
    CheckConstraint("benefit_vnd >= 0", name="benefit"),
    Index("ix_initiative_author", "author_id", "kept_at"),
    Index(  # nộp hộ: the author has no account here, who filed it looks after it
        "ix_initiative_behalf",
        "filed_by_id",
        "kept_at",
        sqlite_where=text("author_id IS NULL"),
        postgresql_where=text("author_id IS NULL"),
    ),
    Index("ix_initiative_unit", "unit_id", "campaign_id"),
    Index("ix_initiative_filed", "campaign_id", "filed_at"),
)

coauthor = Table(
    "coauthor",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("initiative_id", ForeignKey("initiative.id"), nullable=False, index=True),
    Column("name", String(80), nullable=False),
    Column("share", Integer, nullable=False),  # percent; all of an initiative add to 100
    Column("unit_id", ForeignKey("unit.id")),
    Column("author_group", String(40)),
    Column("person_id", ForeignKey("person.id")),
    CheckConstraint("share BETWEEN 1 AND 100", name="share"),
)

evidence = Table(  # photos and files; before filing they belong to a draft
    "evidence",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("initiative_id", ForeignKey("initiative.id"), index=True),
    Column("kind", String(10), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("ref", String(500), nullable=False),  # as the channel names it
    Column("name", String(200), nullable=False, default=""),
    Column("stored", String(200)),  # where the bytes are kept, once fetched
    Column("sent_at", Instant, nullable=False),
)

unit_counter = Table(  # the last number given within a unit; its row lock keeps codes unique
    "unit_counter",
    metadata,
    Column("unit_id", ForeignKey("unit.id"), primary_key=True),
    Column("number", Integer, nullable=False),
)
