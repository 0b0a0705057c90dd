"""Puts words and cards before people who did not ask for them, in the middle of whatever they are doing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from handlers import desk_words, drafts
from handlers.card import RESTING, arrived
from handlers.split import split
from handlers.talk import Reply, State, card_data
from handlers.telling import Reached, Telling
from handlers.texts import Rendered
from models.queries import conversation, outbox, people, untold
from models.queries.rows import AnyRow
from scheduler.press import Press

CAPTION = 700  # characters that go under a file on every channel, choices beside them
CHOICES = 200  # characters of choices where they are lines


class DeskPost:
    """Writes to one person within the transaction of another's turn, or of a job."""

    def __init__(self, press: Press) -> None:
        self._press = press

    def address(self, conn: Connection, person_id: int, channel: str = "", chat: str = "") -> Reached | None:
        """Where to write to a person: this chat if it can be reached, else the account used last; None for nowhere."""
        rows = [row for row in people.reach(conn, person_id) if row.channel in self._press.limits]
        here = next((row for row in rows if (row.channel, row.chat) == (channel, chat)), None)
        return here or (rows[0] if rows else None)

    def in_charge(self, rows: list[AnyRow], channel: str, but: int) -> list[Reached]:
        """Each person once, on the account used last or, if there is one, on the channel the request came by."""
        chosen: dict[int, Reached] = {}
        for row in rows:
            if row.person_id == but or row.channel not in self._press.limits:
                continue
            if row.person_id not in chosen or row.channel == channel != chosen[row.person_id].channel:
                chosen[row.person_id] = row
        return list(chosen.values())

    def tell(self, conn: Connection, telling: Telling, now: datetime) -> None:
        """Queue it. From now on a number answers it, unless the person is just answering something else: then its
        buttons do, or the word the hint names.
        """
        to, shown = telling.to, telling.shown
        after = self._remember(conn, to.person_id, shown, now) if shown.choices else None
        if shown.choices and after is None:
            shown = replace(shown, text=(*shown.text, telling.hint), numbered=False)
        elif after is not None and telling.here and not drafts.asks(after):
            shown = replace(shown, text=(*shown.text, telling.here))
        messages = [
            outbox.NewMessage(
                channel=to.channel,
                chat=to.chat,
                payload=payload,
                dedupe=f"{telling.key}:{to.person_id}:{number}",
                made_at=now,
                person_id=telling.about,
            )
            for number, payload in enumerate(self._payloads(to, shown))
        ]
        outbox.put(conn, messages)

    def keep(self, conn: Connection, person_id: int, shown: Reply, key: str, now: datetime) -> None:
        """For somebody who cannot be reached: said first when that person next writes."""
        said = self._press.texts.reply(people.language(conn, person_id), shown)
        kept = untold.Kept(person_id, {"text": said.text, "choices": _choices(said, shown)}, f"{key}:{person_id}", now)
        untold.put(conn, kept)

    def _remember(self, conn: Connection, person_id: int, shown: Reply, now: datetime) -> State | None:
        """The talk with the card on top; None where it stays as it was."""
        talk = conversation.if_free(conn, person_id)
        if talk is None or shown.card is None:
            return None
        idle = int((now - talk.updated_at).total_seconds() // 60)
        before = State.from_json(talk.state)
        same = desk_words.same_request(before.card, shown.card)
        if before.card and not same and idle < RESTING:
            return None
        after = arrived(self._press.texts, before, shown, RESTING if same else idle)
        if after is before:
            return None
        kept = {"step": talk.step, "version": after.version, "now": talk.updated_at}
        conversation.save(conn, person_id, after.to_json(), **kept)
        return after

    def _payloads(self, to: Reached, shown: Reply) -> Iterator[dict[str, Any]]:
        said = self._press.texts.reply(to.language, shown)
        choices = _choices(said, shown)
        media = [{"kind": item.kind, "ref": item.ref, "name": item.name} for item in shown.media]
        parts = split(said.text, self._press.limits[to.channel] - CHOICES)
        together = media if len(parts) == 1 and len(parts[0]) <= CAPTION else []
        for number, part in enumerate(parts, 1):
            last = number == len(parts)
            yield {"text": part, "choices": choices if last else [], "numbered": shown.numbered, "media": together}
        if media and not together:
            yield {"text": "", "choices": [], "media": media}


def _choices(said: Rendered, shown: Reply) -> list[list[Any]]:
    """As the outbox keeps them."""
    return [[label, number, card_data(shown.card, key)] for key, label, number in said.choices if shown.card]
