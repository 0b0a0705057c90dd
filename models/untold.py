"""What could not be said to a person: the first thing said when they next write, told in person until then."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, String, Table

from models.columns import BigId, Instant, Json, metadata

untold = Table(  # from the outbox, when its message was refused because the person could not be reached
    "untold",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),  # whom it was for
    Column("about_id", BigId, index=True),  # whose words it may hold, often the same person's
    Column("channel", String(20), nullable=False),
    Column("payload", Json, nullable=False),  # as in the outbox
    Column("dedupe", String(120), nullable=False, unique=True),
    Column("question", Boolean, nullable=False, default=False),  # asked again rather than told
    Column("made_at", Instant, nullable=False),
    Column("told_by", ForeignKey("person.id")),  # an officer has told it in person: off the list, but said all the same
    Column("told_at", Instant),
)
