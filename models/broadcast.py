"""Broadcasts: a reminder to those who need it, and what became of it for each of them."""

from __future__ import annotations

from sqlalchemy import (
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

broadcast = Table(
    "broadcast",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("unit_id", ForeignKey("unit.id"), nullable=False),  # it and everything below is spoken to
    Column("text", Text, nullable=False),  # with placeholders
    Column("media", Json),  # a picture, as its channel names it
    Column("audience", Json, nullable=False),  # rule and what it is about
    Column("confirmed", Integer),  # how many were to get it when it was confirmed; of a later one more may be by then
    Column("status", String(10), nullable=False),
    Column("made_by", ForeignKey("person.id")),
    Column("made_at", Instant, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    Column("paused_why", String(20), nullable=False, default=""),  # asked | failures
    Column("version", Integer, nullable=False, default=1),  # of its card
    Column("channel", String(20), nullable=False),  # where whoever made it is told how it goes
    Column("chat", String(80), nullable=False),
    Column("progress_id", String(80)),  # external id of the message that is edited in place
    Column("told_at", Instant),  # when it last said how far it is
    Column("told", Integer, nullable=False, default=0),  # how often it has
    Column("told_done", Integer, nullable=False, default=0),  # how many were done with then
    Column("watched_from", Instant),  # failures before then do not count: it was resumed since
    # planned: waits for its time · running · paused · cancelled · done
    CheckConstraint("status IN ('planned', 'running', 'paused', 'cancelled', 'done')", name="status"),
    Index("ix_broadcast_status", "status", "starts_at"),
)

recipient = Table(  # one row for each who is to get it; its id is in the message's dedupe key
    "recipient",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("broadcast_id", ForeignKey("broadcast.id"), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("chat", String(80), nullable=False),
    Column("is_group", Boolean, nullable=False, default=False),
    Column("person_id", ForeignKey("person.id")),  # null: a group
    Column("unit_id", ForeignKey("unit.id")),  # whose figures fill the placeholders
    Column("language", String(8), nullable=False, default="vi"),
    Column("day", Date, nullable=False),  # local: one reminder a day
    Column("status", String(10), nullable=False, default="waiting"),
    Column("reason", String(120), nullable=False, default=""),
    Column("done_at", Instant),
    UniqueConstraint("broadcast_id", "channel", "chat"),
    # waiting: not in the outbox yet · queued · sent · gone: cannot be reached · failed · skipped: cancelled, or had one
    CheckConstraint("status IN ('waiting', 'queued', 'sent', 'gone', 'failed', 'skipped')", name="status"),
    Index("ix_recipient_of", "broadcast_id", "status", "id"),
    Index("ix_recipient_day", "person_id", "day"),
    Index(
        "ix_recipient_waiting",
        "broadcast_id",
        "id",
        sqlite_where=text("status = 'waiting'"),
        postgresql_where=text("status = 'waiting'"),
    ),
)
