"""Filing on the web without an account: receipts, and counts that limit robots."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from models.columns import BigId, Instant, metadata

web_receipt = Table(  # a code that leads back to what a person filed; only its hash is kept
    "web_receipt",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
    Column("made_at", Instant, nullable=False),
)

web_count = Table(  # how often something was done within an hour, by a name that tells nobody's address
    "web_count",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("hour", Instant, primary_key=True),
    Column("number", Integer, nullable=False),
    Index("ix_web_count_hour", "hour"),
)
