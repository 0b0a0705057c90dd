"""How much of a plan is used up."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from models.columns import metadata

meter = Table(  # of channels whose plan counts messages: kept in the same transaction as what it counts
    "meter",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("month", String(7), primary_key=True),  # 2026-11, local
    Column("received", Integer, nullable=False, default=0),
    Column("sent", Integer, nullable=False, default=0),
)
