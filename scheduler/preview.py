"""A daily notice before it is posted: shown to the officers in charge, and posted exactly as it was shown."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from handlers import picture
from handlers.board import Board
from handlers.preview_facts import Preview, preview_of
from handlers.preview_words import FRESH, RENEWED, REPLACED, WAITING, card
from models.queries import notices, previews
from models.queries.chats import HAND
from models.queries.notices import Group, Slot
from models.queries.previews import APPROVED, About, Frozen
from models.queries.rows import AnyRow
from scheduler import daily_notice, offers
from scheduler.daily_notice import ON_TIME
from scheduler.hours import local
from scheduler.press import Press, publish
from scheduler.preview_due import AGAIN, REMIND, Step, begins
from scheduler.showing import Showing, in_charge, talks_of


def run(conn: Connection, steps: Sequence[Step], now: datetime, press: Press) -> int:
    """Do what is due for groups of one unit, unless somebody has meanwhile; how many messages were put into the outbox.
    Groups that get the same words are shown to the same officers once. One transaction.
    """
    known = {step.about: found for step in steps if (found := _group(conn, step.about)) is not None}
    officers = {about: in_charge(conn, group, press) for about, (group, _) in known.items()}
    talks = talks_of(conn, [one for chosen in officers.values() for one in chosen])
    alike: dict[Hashable, list[_Ready]] = {}
    for step in steps:
        if officers.get(step.about):  # somebody can be reached
            why = _do(conn, step, *known[step.about], now, press)
            row = previews.find(conn, step.about) if why else None
            if row is not None:
                ready = _Ready(preview_of(row, step.about.day), row, known[step.about][0], why)
                whom = tuple(sorted(one.person_id for one in officers[step.about]))
                alike.setdefault((ready.alike, whom), []).append(ready)
    return sum(_show(conn, some, officers, talks, now, press) for some in alike.values())


@dataclass(frozen=True, slots=True)
class _Ready:
    """A preview that is to be shown now."""

    shown: Preview
    row: AnyRow
    group: Group
    why: str

    @property
    def alike(self) -> Hashable:
        """What must be the same for one card to stand for several: what is read, and what may be answered."""
        p = self.shown
        return (p.text, p.at, p.closes, p.by_hand, p.timed, p.portal, self.why)


def _show(
    conn: Connection,
    some: Sequence[_Ready],
    officers: Mapping[About, list[AnyRow]],
    talks: Mapping[int, AnyRow],
    now: datetime,
    press: Press,
) -> int:
    """One card and the words once, for all of these; the picture of the first that has one."""
    first = some[0]
    previews.show_with(conn, first.row.id, [one.row.id for one in some[1:]])
    shown = replace(first.shown, also=tuple(one.shown for one in some[1:]))

    def behind(channel: str) -> list[dict[str, str]]:
        drawn = (pictures(one.row, one.group, channel, press) for one in some)
        return next((album[0] for album in drawn if album), [])

    showing = Showing(
        key=f"preview:{first.row.id}:{shown.version}:{first.why}",
        card=lambda language: card(shown, language, first.why),
        text="" if first.why == WAITING else shown.text,
        pictures=behind,
        closes=shown.closes,
        now=now,
        press=press,
    )
    chosen = officers[About(shown.campaign_id, shown.chat_id, shown.day)]
    return sum(showing.to(conn, officer, talks.get(officer.person_id)) for officer in chosen)


def _group(conn: Connection, about: About) -> tuple[Group, bool] | None:
    """The linked group with the campaign; and whether the notice must say which campaign it is of."""
    groups = notices.groups(conn, about.day, about.day, about.chat_id)
    group = next((group for group in groups if group.campaign_id == about.campaign_id), None)
    return None if group is None else (group, len(groups) > 1)


# ---------------------------------------------------------------- making


def _do(conn: Connection, step: Step, group: Group, named: bool, now: datetime, press: Press) -> str:
    """Why it is shown now; "" where another process was faster, or nobody needs to hear of it."""
    if step.what == REMIND:
        return WAITING if previews.remind(conn, step.about, now) else ""
    row = previews.find(conn, step.about)
    if (step.what == AGAIN) != (row is not None):
        return ""
    frozen = _frozen(conn, group, step.about.day, _cut(group, step.about.day, now), named=named, now=now, press=press)
    if not _keep(conn, step.about, row.version if row is not None else 0, frozen):
        return ""
    if row is None:
        return FRESH
    return REPLACED if row.status == APPROVED else RENEWED


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

    def bring_out(self, conn: Connection, row: AnyRow, now: datetime) -> bool:
        """Put a notice that waited for an approval into its group's outbox; False where it is linked no more."""
        return offers.post(conn, row, now, self._press)
