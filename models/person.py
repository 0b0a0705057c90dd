"""People, their accounts on channels, what they may do and what they agreed to."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from models.columns import BigId, Instant, Json, metadata

person = Table(  # before consent only id, language and times are filled in
    "person",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", String(80)),
    Column("unit_id", ForeignKey("unit.id"), index=True),
    Column("unit_words", String(200)),  # what was typed when the unit is not in the registry
    Column("language", String(8), nullable=False, default="vi"),
    Column("phone", String(20)),
    Column("position", String(80)),
    Column("education", String(80)),
    Column("created_at", Instant, nullable=False),
    Column("morning", Boolean, nullable=False, default=True),  # officers: wants the summary each morning
    Column("reminders", Boolean, nullable=False, default=True),  # wants to be reminded (NHAC)
    Column("sample", Boolean, nullable=False, default=False),  # a person of the demo
)

account = Table(
    "account",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("external_id", String(80), nullable=False),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
    Column("chat", String(80), nullable=False),  # where this account is reached in private
    Column("reachable", Boolean, nullable=False, default=True),
    Column("last_seen", Instant, nullable=False),
    UniqueConstraint("channel", "external_id"),
)

LOOKED_AT = ("web",)  # channels that bring nobody a message: what is said there waits until it is looked at
CALLED = account.c.channel.not_in(LOOKED_AT)

role = Table(
    "role",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("unit_id", ForeignKey("unit.id")),  # it and everything below; null: a cluster, or the whole installation
    Column("cluster", String(80)),  # officers: the units of this cluster (cụm thi đua) with everything below them
    Column("campaign_id", ForeignKey("campaign.id")),  # admins of one campaign; null: of all in their units
    Column("given_by", ForeignKey("person.id")),
    Column("given_at", Instant, nullable=False),
    Column("revoked_by", ForeignKey("person.id")),
    Column("revoked_at", Instant),
    CheckConstraint("kind IN ('support', 'officer', 'admin', 'owner')", name="kind"),
)

consent = Table(
    "consent",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
    Column("version", String(40), nullable=False),
    Column("text", String(2000), nullable=False),  # as it was shown
    Column("channel", String(20), nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
)

invite = Table(  # one-time codes; only a hash is kept
    "invite",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("unit_id", ForeignKey("unit.id")),
    Column("group_kind", String(20)),
    Column("cluster", String(80)),
    Column("campaign_id", ForeignKey("campaign.id")),
    Column("to_name", String(80), nullable=False, default=""),  # whom it is for; said before it is accepted
    Column("made_by", ForeignKey("person.id")),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("used_by", ForeignKey("person.id")),
    Column("withdrawn_at", Instant),
    CheckConstraint("kind IN ('support', 'officer', 'admin', 'owner', 'group')", name="kind"),
)

conversation = Table(
    "conversation",
    metadata,
    Column("person_id", ForeignKey("person.id"), primary_key=True),
    Column("state", Json, nullable=False),
    Column("step", String(60), nullable=False, default=""),  # form.field, for people who look at the table
    Column("version", Integer, nullable=False, default=0),
    Column("updated_at", Instant, nullable=False),
)

request = Table(  # what people wait for an officer to do: call back, type a voice message, add a unit
    "request",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("unit_id", ForeignKey("unit.id")),
    Column("kind", String(20), nullable=False),
    Column("words", String(200), nullable=False, default=""),
    Column("media", Json),
    Column("channel", String(20), nullable=False, default=""),  # where the person is answered
    Column("chat", String(80), nullable=False, default=""),
    Column("asked_at", Instant, nullable=False),
    Column("taken_by", ForeignKey("person.id")),  # who looks after it
    Column("taken_at", Instant),
    Column("told_again_at", Instant),  # nobody took it: told once more, then to the level above
    Column("told_up_at", Instant),
    Column("unreached_at", Instant),  # whoever took it was told that the person cannot be reached any more
    Column("proposal", Json),  # what was typed for the person, who has not agreed yet
    Column("done_at", Instant),
    CheckConstraint("kind IN ('help', 'voice', 'unit')", name="kind"),
    Index("ix_request_open", "done_at", "unit_id"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("person_id", ForeignKey("person.id")),
    Column("action", String(40), nullable=False),
    Column("unit_id", ForeignKey("unit.id")),
    Column("campaign_id", ForeignKey("campaign.id")),  # the only one it was about; null: none, or all
    Column("details", Json, nullable=False, default=dict),
    Index("ix_audit_person", "person_id", "at"),
    Index("ix_audit_unit", "unit_id", "at"),
    Index("ix_audit_at", "at", "id"),
)
