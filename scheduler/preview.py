"""A daily notice before it is posted: shown to the officers in charge, and posted exactly as it was shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from handlers import picture, rights
from handlers.board import Board
from handlers.card import arrived
from handlers.preview_facts import Preview, preview_of
from handlers.preview_words import FRESH, RENEWED, WAITING, card
from handlers.split import split
from handlers.talk import Reply, State, card_data
from models.queries import conversation, notices, outbox, people, previews
from models.queries.chats import HAND
from models.queries.notices import Group, Slot
from models.queries.previews import About, Frozen
from models.queries.rows import AnyRow
from scheduler import daily_notice
from scheduler.daily_notice import ON_TIME
from scheduler.hours import local
from scheduler.press import Press, publish
from scheduler.preview_due import AGAIN, REMIND, Step, begins, needs_officer

_DECIDING = rights.kinds_for(rights.PREVIEW)
_WHY = {REMIND: WAITING, AGAIN: RENEWED}


def run(conn: Connection, step: Step, now: datetime, press: Press) -> int:
    """Do what is due, unless somebody has meanwhile; how many messages were put into the outbox. One transaction."""
    found = _group(conn, step.about)
    chosen = _officers(conn, found[0], press) if found is not None else []
    if found is None or not chosen:  # nobody can be reached
        return 0
    # talks are locked before the preview, as in every turn of an officer
    talks = conversation.of_people(conn, [row.person_id for row in chosen])
    done = previews.remind(conn, step.about, now) if step.what == REMIND else _make(conn, step, *found, now, press)
    row = previews.find(conn, step.about) if done else None
    if row is None:
        return 0
    showing = _Showing(preview_of(row, step.about.day), row, found[0], _WHY.get(step.what, FRESH), now, press)
    return sum(showing.to(conn, officer, talks.get(officer.person_id)) for officer in chosen)


def _group(conn: Connection, about: About) -> tuple[Group, bool] | None:
    """The linked group with the campaign; and whether the notice must say which campaign it is of."""
    groups = notices.groups(conn, about.day, about.day, about.chat_id)
    group = next((group for group in groups if group.campaign_id == about.campaign_id), None)
    return None if group is None else (group, len(groups) > 1)


def _officers(conn: Connection, group: Group, press: Press) -> list[AnyRow]:
    """Who is in charge, each on the account last used, with whoever posts in a group by hand; admins only where nothing
    would be posted without them.
    """
    rows = people.officers(conn, group.unit_id, _DECIDING)
    by = group.linked_by if group.channel == HAND else None
    if by is not None and people.may_run(conn, by, group.unit_id, _DECIDING):
        rows = [*rows, *people.reach(conn, by)]
    if not rows and needs_officer(group):
        rows = people.admins(conn)
    latest: dict[int, AnyRow] = {}
    for row in rows:
        if row.channel in press.limits:
            latest.setdefault(row.person_id, row)
    return list(latest.values())


# ---------------------------------------------------------------- making


def _make(conn: Connection, step: Step, group: Group, named: bool, now: datetime, press: Press) -> bool:
    row = previews.find(conn, step.about)
    if (step.what == AGAIN) != (row is not None):
        return False
    frozen = _frozen(conn, group, step.about.day, _cut(group, step.about.day, now), named=named, now=now, press=press)
    return _keep(conn, step.about, row.version if row is not None else 0, frozen)


def _frozen(
    conn: Connection, group: Group, day: date, cut_at: datetime, *, named: bool, now: datetime, press: Press
) -> Frozen:
    slot = Slot(group.campaign_id, day, group.chat_id, group.unit_id, cut_at, now)
    made = daily_notice.make(conn, group, slot, 0, press, named)
    return Frozen(cut_at, made.numbers, made.text, now)


def _keep(conn: Connection, about: About, version: int, frozen: Frozen) -> bool:
    """The first of the day, or the next in place of `version`; False where another one stands."""
    kept = previews.renew(conn, about, version, frozen) if version else previews.put(conn, about, frozen)
    return kept is not None


def _cut(group: Group, day: date, now: datetime) -> datetime:
    """A tick that is hardly late names the planned minute, so that all groups name the same one."""
    planned, here = begins(group, day), local(group, now)
    return planned if planned <= here < planned + ON_TIME else here.replace(second=0, microsecond=0)


def pictures(row: AnyRow, group: Group, channel: str, press: Press) -> list[list[dict[str, str]]]:
    """The picture that goes behind the preview on this channel, as the outbox names it: at most one message."""
    if channel not in press.pictures or not group.picture:
        return []
    if not picture.is_worth_drawing(Board.from_json(row.numbers)):
        return []
    ref = picture.preview_ref(row.id, group.kind, group.language)
    return [[{"kind": "photo", "ref": ref, "name": picture.NAME}]]


# ---------------------------------------------------------------- showing


@dataclass(frozen=True, slots=True)
class _Showing:
    """One preview on its way to the officers: the card, a message that is the notice and nothing else, its picture."""

    shown: Preview
    row: AnyRow
    group: Group
    why: str
    now: datetime
    press: Press

    def to(self, conn: Connection, officer: AnyRow, talk: AnyRow | None) -> int:
        """How many messages were queued. From now on a number answers the card."""
        asked = card(self.shown, officer.language, self.why)
        payloads = [self._asked(asked, officer.language)]
        if self.why != WAITING:
            payloads += [{"text": part} for part in split(self.shown.text, self.press.limits[officer.channel])]
            behind = pictures(self.row, self.group, officer.channel, self.press)
            payloads += [{"text": "", "media": media} for media in behind]
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
            dedupe=f"preview:{self.row.id}:{self.shown.version}:{self.why}:{officer.person_id}:{number}",
            made_at=self.now,
            person_id=officer.person_id,
            priority=outbox.NOTICE,
            not_after=self.shown.closes,
        )

    def _remember(self, conn: Connection, officer: AnyRow, talk: AnyRow, asked: Reply) -> None:
        idle = int((self.now - talk.updated_at).total_seconds() // 60)
        before = State.from_json(talk.state)
        after = arrived(self.press.texts, before, asked, idle)
        if after is not before:
            kept = {"step": talk.step, "version": after.version, "now": talk.updated_at}
            conversation.save(conn, officer.person_id, after.to_json(), **kept)


# ---------------------------------------------------------------- what officers do


class PreviewDesk:
    """What officers do with previews, each within the transaction of their turn."""

    def __init__(self, press: Press) -> None:
        self._press = press

    def renew(
        self, conn: Connection, about: About, version: int, now: datetime, channel: str
    ) -> tuple[str, list[list[dict[str, str]]]] | None:
        """The notice of this moment as a new preview in place of `version` (0: there is none): its text, and the
        messages with its picture on the channel. None where another one stands.
        """
        found = _group(conn, about)
        if found is None:
            return None
        group, named = found
        frozen = _frozen(conn, group, about.day, local(group, now), named=named, now=now, press=self._press)
        row = previews.find(conn, about) if _keep(conn, about, version, frozen) else None
        return None if row is None else (row.text, pictures(row, group, channel, self._press))

    def post(self, conn: Connection, about: About, now: datetime, by: int) -> bool:
        """Post it exactly as it was shown, or (where the bot is not in the group) note that this was done by hand. It
        takes the day's slot; False where that is taken or the group is no unit's any more.
        """
        found, row = _group(conn, about), previews.find(conn, about)
        if found is None or row is None or (found[0].channel != HAND and found[0].channel not in self._press.limits):
            return False
        group = found[0]
        slot = Slot(about.campaign_id, about.day, about.chat_id, group.unit_id, row.cut_at, now, posted_by=by)
        notice_id = notices.claim(conn, slot)
        if notice_id is None:
            return False
        if group.channel == HAND:
            notices.freeze(conn, notice_id, row.numbers, row.text)
        else:
            publish(
                conn, group, slot, notice_id, daily_notice.as_shown(row, group, notice_id, self._press), self._press
            )
        return True
