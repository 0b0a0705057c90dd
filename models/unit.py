"""Units of the union tree (đơn vị), their other names, and the programmes they run (campaigns)."""

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
    UniqueConstraint,
)

from models.columns import BigId, Instant, Json, metadata

unit = Table(
    "unit",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("code", String(12), nullable=False, unique=True),  # short and numeric: people type it
    Column("name", String(200), nullable=False),
    Column("short_name", String(18), nullable=False),
    Column("folded", String(200), nullable=False),  # name without accents or case, for search
    Column("type", String(40), nullable=False),
    Column("parent_id", ForeignKey("unit.id"), index=True),
    Column("official_order", Integer, nullable=False, default=0),
    Column("members", Integer),  # đoàn viên; unknown: null
    Column("valid_from", Date),
    Column("valid_to", Date),  # last day; open: null
    Column("successor_id", ForeignKey("unit.id")),
    Column("cluster", String(80)),  # cụm/khối thi đua, across the tree
    Column("invented", Boolean, nullable=False, default=False),  # made up for a demo
)

unit_alias = Table(
    "unit_alias",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("unit_id", ForeignKey("unit.id"), nullable=False, index=True),
    Column("alias", String(200), nullable=False),
    Column("folded", String(200), nullable=False),
    UniqueConstraint("unit_id", "folded"),
)

campaign = Table(
    "campaign",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("unit_id", ForeignKey("unit.id"), nullable=False),  # runs it; all below may file
    Column("opens", Date, nullable=False),
    Column("closes", Date, nullable=False),  # last day of entry
    Column("applied_from", Date, nullable=False),
    Column("applied_to", Date, nullable=False),
    Column("timezone", String(40), nullable=False, default="Asia/Ho_Chi_Minh"),
    Column("ranked_by", String(10), nullable=False, default="filed"),  # which counter ranks and meets targets
    Column("counts_from", String(10), nullable=False, default="bot"),  # whose lượt nộp notices count
    CheckConstraint("ranked_by IN ('filed', 'valid', 'authors')", name="ranked_by"),
    CheckConstraint("counts_from IN ('bot', 'portal', 'both')", name="counts_from"),
)

phase = Table(
    "phase",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("code", String(40), nullable=False),
    Column("name", String(120), nullable=False),
    Column("starts", Date, nullable=False),
    Column("ends", Date, nullable=False),  # last day
    UniqueConstraint("campaign_id", "code"),
)

listed = Table(  # fields of activity (lĩnh vực) and author groups (nhóm đối tượng), per campaign
    "listed",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("kind", String(10), nullable=False),  # field | group
    Column("code", String(40), nullable=False),
    Column("name", String(120), nullable=False),
    Column("official_order", Integer, nullable=False, default=0),
    Column("unit_types", Json, nullable=False, default=list),  # groups: types of unit whose people belong here
    UniqueConstraint("campaign_id", "kind", "code"),
)

target = Table(  # chỉ tiêu: a new row for each revision, so that old reports stay reproducible
    "target",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("unit_id", ForeignKey("unit.id"), nullable=False),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("phase_id", ForeignKey("phase.id")),  # null: the whole campaign
    Column("set_by", String(120), nullable=False),  # who assigned it, as printed
    Column("valid_from", Date, nullable=False),
    Column("measure", String(14), nullable=False, default="count"),  # participation: percent of members who filed
    Column("number", Integer, nullable=False),
    Column("invented", Boolean, nullable=False, default=False),
    Column("entered_at", Instant),  # when somebody put this number in; null: not known
    CheckConstraint("measure IN ('count', 'participation')", name="measure"),
    Index("ix_target_of", "campaign_id", "unit_id"),
)

drive = Table(  # đợt cao điểm: days in which a unit aims higher than usual
    "drive",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("unit_id", ForeignKey("unit.id"), nullable=False),
    Column("name", String(120), nullable=False),
    Column("starts", Date, nullable=False),
    Column("ends", Date, nullable=False),  # last day
    Column("number", Integer),  # how many are to come within its days; null: none was set
    Column("base", Json, nullable=False, default=dict),  # frozen when it begins: counts and places to compare with
    Column("made_by", ForeignKey("person.id")),
    Column("made_at", Instant, nullable=False),
    Column("cancelled_at", Instant),
    Index("ix_drive_of", "campaign_id", "unit_id"),
)

tally = Table(  # one row per unit, campaign and local day; kept in the transaction that files, equal to a recount
    "tally",
    metadata,
    Column("unit_id", ForeignKey("unit.id"), primary_key=True),
    Column("campaign_id", ForeignKey("campaign.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("filed", Integer, nullable=False, default=0),  # lượt nộp of that day
    Column("adjusted", Integer, nullable=False, default=0),  # điều chỉnh made on that day, with its sign
    Index("ix_tally_campaign", "campaign_id", "day"),
)

adjustment = Table(  # why a tally changed about filings already counted
    "adjustment",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("initiative_id", BigInteger, nullable=False),
    Column("unit_id", ForeignKey("unit.id"), nullable=False),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("delta", Integer, nullable=False),
    Column("reason", String(40), nullable=False),
    Index("ix_adjustment_at", "campaign_id", "at"),
)
