"""One person on several channels (NOITK): one-time codes, and what was joined, so that it can part again."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from models.columns import BigId, Instant, Json, metadata

join_code = Table(  # typed on another channel; only its hash is kept
    "join_code",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
    Column("channel", String(20), nullable=False),  # where it was asked for
    Column("chat", String(80), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

joined = Table(  # `gone_id` is a person without accounts as long as it is joined
    "joined",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kept_id", ForeignKey("person.id"), nullable=False),
    Column("gone_id", ForeignKey("person.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("moved", Json, nullable=False),  # what came along: see `models.queries.joining`
    Column("parted_at", Instant),
    Index("ix_joined_kept", "kept_id", "parted_at"),
    Index("ix_joined_gone", "gone_id"),
)
