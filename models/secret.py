"""Tokens that a platform renews by taking the old one away: they cannot be settings."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text

from models.columns import Instant, Json, metadata

channel_secret = Table(
    "channel_secret",
    metadata,
    Column("name", String(80), primary_key=True),  # channel and account: "zalo_oa:3886…"
    Column("version", Integer, nullable=False, default=1),  # rises with each pair
    Column("access", Text, nullable=False),
    Column("refresh", Text, nullable=False),
    Column("access_until", Instant, nullable=False),
    Column("refresh_until", Instant, nullable=False),
    Column("renew_at", Instant, nullable=False),
    Column("previous", Json),  # the pair before
    # A refresh token that was taken to the platform (by its fingerprint) and whose answer is not stored yet.
    Column("spending", String(16)),
    Column("spending_at", Instant),
    Column("spending_by", String(60)),
    Column("problem", String(20), nullable=False, default=""),  # what the administrators were told, until it is over
    Column("problem_at", Instant),
)
