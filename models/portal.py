"""Counts from outside: what the official portal (Cổng) says of each unit, as officers bring it in (domain.md §8)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table

from models.columns import BigId, Instant, Json, metadata

portal_report = Table(  # one paste, file or upload: who brought which moment's numbers
    "portal_report",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("unit_id", ForeignKey("unit.id"), nullable=False),  # whose board the numbers are for
    Column("as_of", Instant, nullable=False),  # when the portal showed them
    Column("day", Date, nullable=False),  # the campaign's local day of `as_of`
    Column("source", String(120), nullable=False),  # as printed: "Cổng"
    Column("way", String(10), nullable=False),  # pasted | file | link
    Column("entered_by", ForeignKey("person.id")),
    Column("entered_at", Instant, nullable=False),
    Column("lines", Integer, nullable=False, default=0),  # that became figures
    Index("ix_portal_report_of", "campaign_id", "unit_id", "as_of"),
)

portal_figure = Table(  # one unit's cumulative number; what was entered is never changed, a newer row corrects it
    "portal_figure",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("report_id", ForeignKey("portal_report.id"), nullable=False, index=True),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("unit_id", ForeignKey("unit.id"), nullable=False),
    Column("as_of", Instant, nullable=False),
    Column("day", Date, nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("total", Integer, nullable=False),  # lượt nộp, cumulative
    Column("filed", Integer, nullable=False),  # of the difference to the unit's figure before: what is new
    Column("adjusted", Integer, nullable=False),  # and what was corrected (điều chỉnh), with its sign
    Column("reason", String(40), nullable=False, default=""),  # of the correction: duplicate | typing | other
    CheckConstraint("total >= 0", name="total"),
    CheckConstraint("filed >= 0", name="filed"),
    Index("ix_portal_figure_of", "campaign_id", "unit_id", "as_of"),
)

upload = Table(  # a file of figures on its way in: a one-time link that waits for it, or a file that is to be read
    "upload",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("code_hash", String(64), unique=True),  # of a link; null for a file sent in the chat
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("unit_id", ForeignKey("unit.id"), nullable=False),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("channel", String(20), nullable=False),  # where the officer is answered
    Column("account", String(80), nullable=False),
    Column("chat", String(80), nullable=False),
    Column("words", String(40), nullable=False, default=""),  # of when its numbers are, as the officer said it
    Column("media", Json),  # the file as its channel names it, or what was read from it
    Column("status", String(10), nullable=False, default="waiting"),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("done_at", Instant),
    CheckConstraint("status IN ('waiting', 'done', 'failed', 'expired')", name="status"),
    Index("ix_upload_waiting", "status", "made_at"),
)
