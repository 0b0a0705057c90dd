"""Chats, what came in, what is to go out, and what was posted."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from models.columns import BigId, Instant, Json, metadata


def _partial(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


chat = Table(  # a group the bot is in (channel "hand": one it cannot be in); linked to a unit by an officer's code
    "chat",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("external_id", String(80), nullable=False),
    Column("thread", String(20), nullable=False, default=""),
    Column("title", String(200), nullable=False, default=""),
    Column("unit_id", ForeignKey("unit.id")),
    Column("campaign_id", ForeignKey("campaign.id")),  # null: the unit's open campaign
    Column("kind", String(10)),  # officers | members
    Column("language", String(8), nullable=False, default="vi"),
    Column("hour", String(5), nullable=False, default="17:00"),
    Column("days", String(7), nullable=False, default="1234567"),  # of the week with a daily notice; 1: Monday
    Column("kinds", Json, nullable=False, default=dict),  # kind of notice -> wanted; one that is not named is
    Column("sorted_by", String(10), nullable=False, default="percent"),  # percent | count | official
    Column("picture", Boolean, nullable=False, default=True),
    Column("preview", Boolean, nullable=False, default=True),  # officers see the notice 15 minutes before
    Column("approval", Boolean, nullable=False, default=False),  # nothing is posted that no officer has approved
    Column("quiet_from", String(5), nullable=False, default="21:00"),  # in between only what was asked for is posted
    Column("quiet_to", String(5), nullable=False, default="06:00"),
    Column("standing", String(10), nullable=False, default="member"),
    Column("linked_at", Instant),
    Column("linked_by", ForeignKey("person.id")),
    Column("sample", Boolean, nullable=False, default=False),
    UniqueConstraint("channel", "external_id"),
)

notice = Table(  # frozen: numbers and text as posted; the unique row is what makes a notice happen once
    "notice",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("day", Date, nullable=False),
    Column("chat_id", ForeignKey("chat.id"), nullable=False),
    Column("repeat", Integer, nullable=False, default=0),  # 0: the day's slot; then updates posted by hand
    Column("unit_id", ForeignKey("unit.id"), nullable=False),
    Column("cut_at", Instant, nullable=False),
    Column("numbers", Json, nullable=False),
    Column("text", Text, nullable=False),
    Column("posted_by", ForeignKey("person.id")),  # null: by the clock
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("campaign_id", "kind", "day", "chat_id", "repeat"),
    Index("ix_notice_last", "chat_id", "campaign_id", "kind", "cut_at"),
)

preview = Table(  # a day's notice as an officer sees it before it is posted, and what was decided
    "preview",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("chat_id", ForeignKey("chat.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("cut_at", Instant, nullable=False),
    Column("numbers", Json, nullable=False),
    Column("text", Text, nullable=False),
    Column("version", Integer, nullable=False, default=1),  # rises when it is made again
    Column("status", String(10), nullable=False, default="shown"),
    Column("made_at", Instant, nullable=False),
    Column("decided_by", ForeignKey("person.id")),
    Column("decided_at", Instant),
    Column("reminded_at", Instant),  # nobody had decided when it was time: officers were told once more
    Column("shown_with", ForeignKey("preview.id"), index=True),  # the one whose card and words stand for this one, too
    UniqueConstraint("campaign_id", "chat_id", "day"),
    # shown: nobody has decided · approved: at its hour, as shown · posted: it is out, by the bot or by hand · skipped
    CheckConstraint("status IN ('shown', 'approved', 'posted', 'skipped')", name="status"),
)

offer = Table(  # a frozen notice that only an officer brings out: where the bot is not in the group, or must ask
    "offer",
    metadata,
    Column("notice_id", ForeignKey("notice.id"), primary_key=True, autoincrement=False),
    Column(
        "shown_with", ForeignKey("notice.id"), nullable=False, index=True
    ),  # whose card stands for it, often its own
    Column("pictures", Json, nullable=False, default=list),  # behind the words: name of the file, name of the picture
    Column("status", String(10), nullable=False, default="waiting"),
    Column("closes", Instant, nullable=False),  # one that waits for an approval until then is not posted
    Column("decided_by", ForeignKey("person.id")),
    Column("decided_at", Instant),
    # posted: by the bot, or by hand as an officer says
    CheckConstraint("status IN ('waiting', 'posted', 'skipped')", name="status"),
)

notice_line = Table(  # a line an officer adds to one day's notice, with its source
    "notice_line",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("unit_id", ForeignKey("unit.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("text", String(300), nullable=False),
    Column("set_by", ForeignKey("person.id")),
    Column("set_at", Instant, nullable=False),
    UniqueConstraint("campaign_id", "unit_id", "day"),
)

inbound = Table(
    "inbound",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("external_id", String(80), nullable=False),
    Column("status", String(10), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("error", String(500)),
    Column("raw", Json),  # erased once processed
    Column("person_id", BigId),
    Column("received_at", Instant, nullable=False),
    UniqueConstraint("channel", "external_id"),
    CheckConstraint("status IN ('received', 'done', 'skipped')", name="status"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("chat", String(80), nullable=False),  # external id
    Column("is_group", Boolean, nullable=False, default=False),
    Column("person_id", BigId),  # whose words it may hold; null for groups
    Column("priority", SmallInteger, nullable=False),  # 0 replies, 5 notices, 9 bulk
    Column("payload", Json, nullable=False),  # text, choices, media: see bot/apply.py
    Column("dedupe", String(120), nullable=False, unique=True),
    Column("replaces", String(80)),  # a newer queued row with this key takes the place of an older one
    Column("edits", String(80)),  # external id of the message it changes in place
    Column("status", String(10), nullable=False, default="queued"),
    Column("not_before", Instant, nullable=False),
    Column("not_after", Instant),
    Column("lease_until", Instant),
    Column("leased_by", String(60)),
    Column("attempts", Integer, nullable=False, default=0),
    Column("first_tried_at", Instant),
    Column("maybe_sent", Boolean, nullable=False, default=False),
    Column("outcome", String(300)),
    Column("external_id", String(80)),
    Column("made_at", Instant, nullable=False),
    Column("done_at", Instant),
    CheckConstraint("status IN ('queued', 'sending', 'sent', 'refused', 'expired')", name="status"),
    # Only what is still to go is looked at, however long the history. Queries write these conditions as literals: a
    # bound value would not tell the planner that the partial index serves.
    _partial("ix_outbox_due", "channel", "priority", "id", "not_before", where="status = 'queued'"),
    _partial("ix_outbox_wake", "channel", "not_before", where="status = 'queued'"),
    _partial("ix_outbox_late", "channel", "not_after", where="status = 'queued' AND not_after IS NOT NULL"),
    _partial("ix_outbox_leased", "channel", "lease_until", where="status = 'sending'"),
    _partial("ix_outbox_chat", "channel", "chat", "priority", "id", where="status IN ('queued', 'sending')"),
)

lease = Table(  # receiving by poll and sending in bulk are each held by one process per bot token
    "lease",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("holder", String(60), nullable=False),
    Column("until", Instant, nullable=False),
)

pace = Table(  # pace belongs to the token: a 429 stops every process
    "pace",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("blocked_until", Instant),
    Column("next_at", Instant),  # the next free moment to send, where several processes share the token
)

mark = Table(  # facts about the installation: sample data loaded, first run, …
    "mark",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)
