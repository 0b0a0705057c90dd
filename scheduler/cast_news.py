"""What whoever started a broadcast is told: one message edited in place at most every three seconds, then the report.

Where a channel cannot edit, at the start, half-way and at the end. Officers are told whom they must tell in person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from handlers import cast_words
from handlers.card import arrived
from handlers.cast import Cast, cast_of
from handlers.talk import Reply, State, card_data
from handlers.texts import Texts
from models.queries import cast_missed, casting, conversation, outbox, people
from models.queries.rows import AnyRow

EVERY = timedelta(seconds=3)  # between two edits of the message (telegram.md §1: about one message a second to a chat)
WITHOUT_EDITS = (0, 50)  # percent at which a new message comes


@dataclass(frozen=True, slots=True)
class Herald:
    """Tells. `edits`: channels on which a message can be changed in place; `channels`: all that there are."""

    texts: Texts
    channels: Collection[str]
    edits: Collection[str]

    def before(self, conn: Connection, broadcast_id: int) -> None:
        """Talks are locked before a broadcast, as in every turn."""
        row = casting.find(conn, broadcast_id)
        if row is not None and row.made_by is not None and row.told == 0:
            conversation.of_people(conn, [row.made_by])

    def tell(self, conn: Connection, broadcast_id: int, now: datetime, rests_until: datetime | None) -> bool:
        """Whoever started it, if it is time; was anything put into the outbox?"""
        row = casting.find(conn, broadcast_id)
        if row is None or row.made_by is None or row.channel not in self.channels:  # erased: nobody is told
            return False
        cast = cast_of(row, casting.counts(conn, broadcast_id), now, rests_until)
        if not self._is_time(row, cast, now):
            return False
        asked = cast_words.card(cast, row.language)
        first_is = "" if row.told == 0 else row.progress_id or casting.sent_as(conn, _key(row, 0))
        if row.told == 0:
            self._remember(conn, row.made_by, conversation.of_people(conn, [row.made_by]).get(row.made_by), asked, now)
        if row.told == 0 or row.channel not in self.edits:
            outbox.put(conn, [self._message(row, asked, now, str(row.told))])
        elif first_is:
            outbox.put(conn, [self._message(row, asked, now, str(row.told), edits=first_is)])
        if cast.ended_at is not None:
            self._end(conn, row, cast, now)
        told = {"told_at": now, "told": row.told + 1, "told_done": cast.done, "progress_id": first_is or None}
        casting.change(conn, broadcast_id, **told)
        return True

    def _is_time(self, row: AnyRow, cast: Cast, now: datetime) -> bool:
        if row.told == 0 or cast.ended_at is not None:
            return True
        if row.channel in self.edits:
            return row.told_at is None or (now - row.told_at >= EVERY and cast.done != row.told_done)
        return bool(row.told < sum(cast.done * 100 >= percent * cast.of for percent in WITHOUT_EDITS))

    def _end(self, conn: Connection, row: AnyRow, cast: Cast, now: datetime) -> None:
        """An edit rings no bell: where the message was edited the report comes anew. Officers learn of their own."""
        if row.channel in self.edits:
            outbox.put(conn, [self._message(row, cast_words.report(cast, row.language), now, "end")])
        hand_over = _InPerson(conn, row, cast)
        outbox.put(conn, [self._to(one, asked, row, now) for one, asked in hand_over.messages(self.channels)])

    def stopped_itself(self, conn: Connection, broadcast_id: int, now: datetime) -> None:
        """Whoever started it, and the admins in charge, by a message that rings."""
        row = casting.find(conn, broadcast_id)
        if row is None:
            return
        cast = cast_of(row, casting.counts(conn, broadcast_id), now)
        told: dict[int, AnyRow] = {}
        admins = people.officers(conn, row.unit_id, ("admin",), row.campaign_id) or people.admins(conn)
        for one in (*(people.reach(conn, row.made_by) if row.made_by else ()), *admins):
            if one.channel in self.channels:
                told.setdefault(one.person_id, one)
        for one in told.values():
            asked = cast_words.card(cast, one.language)
            outbox.put(conn, [self._to(one, asked, row, now)])
            self._remember(conn, one.person_id, conversation.if_free(conn, one.person_id), asked, now)

    def _to(self, one: AnyRow, asked: Reply, row: AnyRow, now: datetime) -> outbox.NewMessage:
        """A message about the broadcast to another officer."""
        return outbox.NewMessage(
            channel=one.channel,
            chat=one.chat,
            payload=self._payload(asked, one.language),
            dedupe=f"cast:{row.id}:v{row.version}:{row.status}:{one.person_id}",
            made_at=now,
            person_id=one.person_id,
            priority=outbox.NOTICE,
        )

    def _message(self, row: AnyRow, asked: Reply, now: datetime, number: str, *, edits: str = "") -> outbox.NewMessage:
        return outbox.NewMessage(
            channel=row.channel,
            chat=row.chat,
            payload=self._payload(asked, row.language),
            dedupe=_key(row, number),
            made_at=now,
            person_id=row.made_by,
            priority=outbox.NOTICE,
            replaces=f"cast:{row.id}" if edits else "",
            edits=edits,
        )

    def _payload(self, asked: Reply, language: str) -> dict[str, Any]:
        said = self.texts.reply(language, asked)
        choices = [[label, number, card_data(asked.card, key)] for key, label, number in said.choices if asked.card]
        return {"text": said.text, "choices": choices, "media": [], "numbered": True}

    def _remember(self, conn: Connection, person_id: int, talk: AnyRow | None, asked: Reply, now: datetime) -> None:
        """From now on a number answers the card, unless something else is being answered."""
        if talk is None:
            return
        before = State.from_json(talk.state)
        after = arrived(self.texts, before, asked, int((now - talk.updated_at).total_seconds() // 60))
        if after is not before:
            kept = {"step": talk.step, "version": after.version, "now": talk.updated_at}
            conversation.save(conn, person_id, after.to_json(), **kept)


class _InPerson:
    """Those not reached, handed to the officers of their units (conversation.md §3, "cần báo trực tiếp")."""

    def __init__(self, conn: Connection, row: AnyRow, cast: Cast) -> None:
        self._conn = conn
        self._row = row
        self._cast = cast

    def messages(self, channels: Collection[str]) -> list[tuple[AnyRow, Reply]]:
        """An officer's account and what is said to it: once for each officer, not to whoever sees the whole list."""
        by_unit = Counter(one.unit_id for one in cast_missed.missed(self._conn, self._row.id))
        accounts: dict[int, AnyRow] = {}
        missed: Counter[int] = Counter()
        for unit_id, number in by_unit.items():
            serving = people.officers(self._conn, unit_id, campaign_id=self._row.campaign_id)
            of_unit = {one.person_id: one for one in serving if one.channel in channels}
            accounts |= of_unit
            missed.update(dict.fromkeys(of_unit, number))
        return [
            (one, cast_words.in_person(self._cast, missed[who], one.language))
            for who, one in accounts.items()
            if who != self._row.made_by
        ]


def _key(row: AnyRow, number: str | int) -> str:
    return f"cast:{row.id}:told:{number}"
