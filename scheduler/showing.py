"""Something that waits for officers, on its way to them: a card, a message that is the notice and nothing else, its
pictures behind it. Once it has come, a number answers it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from handlers import rights
from handlers.card import arrived
from handlers.split import split
from handlers.talk import Reply, State, card_data
from models.queries import conversation, outbox, people
from models.queries.chats import HAND
from models.queries.notices import Group
from models.queries.rows import AnyRow
from scheduler.press import Press

_DECIDING = rights.kinds_for(rights.PREVIEW)
Album = Mapping[str, str]  # one picture, as the outbox names it


def needs_officer(group: Group) -> bool:
    """Nothing comes to be posted there unless an officer does something."""
    return group.approval or group.channel == HAND


def in_charge(conn: Connection, group: Group, press: Press) -> list[AnyRow]:
    """Who is in charge, each on the account last used, with whoever posts in a group by hand; admins only where nothing
    would be posted without them.
    """
    rows = people.officers(conn, group.unit_id, _DECIDING, group.campaign_id)
    by = group.linked_by if group.channel == HAND else None
    if by is not None and people.may_run(conn, by, group.unit_id, _DECIDING, group.campaign_id):
        rows = [*rows, *people.reach(conn, by)]
    if not rows and needs_officer(group):
        rows = people.admins(conn)
    latest: dict[int, AnyRow] = {}
    for row in rows:
        if row.channel in press.limits:
            latest.setdefault(row.person_id, row)
    return list(latest.values())


def talks_of(conn: Connection, officers: Iterable[AnyRow]) -> dict[int, AnyRow]:
    """Their talks, locked: before anything else is, as in every turn of an officer."""
    return conversation.of_people(conn, [row.person_id for row in officers])


@dataclass(frozen=True, slots=True)
class Showing:
    """`key` begins the dedupe keys; nothing of it is worth sending after `closes`."""

    key: str
    card: Callable[[str], Reply]  # in this language
    text: str  # "": the card alone
    pictures: Callable[[str], Collection[Album]]  # on this channel
    closes: datetime
    now: datetime
    press: Press

    def to(self, conn: Connection, officer: AnyRow, talk: AnyRow | None) -> int:
        """How many messages were queued. From now on a number answers the card."""
        asked = self.card(officer.language)
        payloads = [self._asked(asked, officer.language)]
        if self.text:
            payloads += [{"text": part} for part in split(self.text, self.press.limits[officer.channel])]
            payloads += [{"text": "", "media": [one]} for one in self.pictures(officer.channel)]
        outbox.put(conn, [self._message(officer, payload, at) for at, payload in enumerate(payloads)])
        if talk is not None:
            self._remember(conn, officer, talk, asked)
        return len(payloads)

    def _asked(self, asked: Reply, language: str) -> dict[str, Any]:
        said = self.press.texts.reply(language, asked)
        choices = [[label, number, card_data(asked.card, key)] for key, label, number in said.choices if asked.card]
        return {"text": said.text, "choices": choices}

    def _message(self, officer: AnyRow, payload: Mapping[str, Any], number: int) -> outbox.NewMessage:
        return outbox.NewMessage(
            channel=officer.channel,
            chat=officer.chat,
            payload={"choices": [], "media": [], "numbered": True, **payload},
            dedupe=f"{self.key}:{officer.person_id}:{number}",
            made_at=self.now,
            person_id=officer.person_id,
            priority=outbox.NOTICE,
            not_after=self.closes,
        )

    def _remember(self, conn: Connection, officer: AnyRow, talk: AnyRow, asked: Reply) -> None:
        idle = int((self.now - talk.updated_at).total_seconds() // 60)
        before = State.from_json(talk.state)
        after = arrived(self.press.texts, before, asked, idle)
        if after is not before:
            kept = {"step": talk.step, "version": after.version, "now": talk.updated_at}
            conversation.save(conn, officer.person_id, after.to_json(), **kept)
