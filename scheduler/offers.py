"""Notices that fall due where an officer brings them out: the slot is claimed and the notice frozen as always, then its
words go to the officers in charge. What they decide is kept beside the notice, which never changes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from handlers.offer_facts import Offer, offer_of
from handlers.offer_words import card
from handlers.talk import Reply
from models.queries import notices, offers
from models.queries.chats import HAND
from models.queries.notices import Group, Slot
from models.queries.offers import NewOffer
from models.queries.rows import AnyRow
from scheduler import kinds
from scheduler.hours import local, midnight_after
from scheduler.press import MIDDAY, Due, Made, Posted, Press, queue
from scheduler.showing import Album, Showing, in_charge, needs_officer, talks_of


def together(found: Iterable[Due]) -> list[list[Due]]:
    """Of what is due, that which officers bring out: those in one list who may get one text for all of its groups."""
    some: dict[tuple[int, int, str, date], list[Due]] = {}
    for item in found:
        if item.officers_of is not None:
            some.setdefault((item.campaign_id, item.officers_of, item.kind, item.day), []).append(item)
    return list(some.values())


@dataclass(frozen=True, slots=True)
class _Frozen:
    notice_id: int
    group: Group
    made: Made
    officers: list[AnyRow]

    @property
    def alike(self) -> Hashable:
        """What must be the same for one card to stand for several."""
        return self.made.text, self.group.channel == HAND, tuple(sorted(one.person_id for one in self.officers))


def run(conn: Connection, items: Sequence[Due], now: datetime, press: Press) -> int:
    """Freeze what is still due and give it to the officers; how many messages. What no officer can be given stays due.
    One transaction.
    """
    known = {item: found for item in items if (found := kinds.group_of(conn, item)) and _is_offered(found[0], press)}
    officers = {item: in_charge(conn, group, press) for item, (group, _) in known.items()}
    talks = talks_of(conn, [one for chosen in officers.values() for one in chosen])
    alike: dict[Hashable, list[_Frozen]] = {}
    for item, chosen in officers.items():
        group, named = known[item]
        frozen = _freeze(conn, item, group, named, chosen, now, press) if chosen else None
        if frozen is not None:
            alike.setdefault(frozen.alike, []).append(frozen)
    return sum(_show(conn, some, talks, now, press) for some in alike.values())


def _is_offered(group: Group, press: Press) -> bool:
    return needs_officer(group) and (group.channel == HAND or group.channel in press.limits)


def _freeze(
    conn: Connection, item: Due, group: Group, named: bool, officers: list[AnyRow], now: datetime, press: Press
) -> _Frozen | None:
    """Its picture is known as if any channel had pictures: who sees it on which is found out when it is sent."""
    pictured = replace(group, channel=next(iter(press.pictures), group.channel))
    taken = kinds.take(conn, item, pictured, named, now, press)
    if isinstance(taken, Posted):
        return None
    notices.freeze(conn, taken.notice_id, taken.made.numbers, taken.made.text)
    return _Frozen(taken.notice_id, group, taken.made, officers)


def _show(conn: Connection, some: Sequence[_Frozen], talks: Mapping[int, AnyRow], now: datetime, press: Press) -> int:
    first = some[0]
    closes = midnight_after(first.group, local(first.group, now).date()).replace(hour=MIDDAY.hour)
    offers.put(conn, [NewOffer(one.notice_id, first.notice_id, one.made.pictures, closes) for one in some])
    shown: Offer = offer_of(offers.shown_with(conn, first.notice_id))
    drawn = next((one.made.pictures for one in some if one.made.pictures), ())

    def behind(channel: str) -> list[Album]:
        return [_photo(*one) for one in drawn] if channel in press.pictures else []

    def asked(language: str) -> Reply:
        return card(shown, language)

    showing = Showing(f"offer:{first.notice_id}", asked, shown.text, behind, closes, now, press)
    return sum(showing.to(conn, officer, talks.get(officer.person_id)) for officer in first.officers)


def _photo(name: str, ref: str) -> Album:
    return {"kind": "photo", "ref": ref, "name": name}


def post(conn: Connection, row: AnyRow, now: datetime, press: Press) -> bool:
    """Put what an officer has approved into the outbox of its group, as it was frozen, once; False where the group is
    linked no more or its channel is not served. `row`: of `models.queries.offers`.
    """
    linked = notices.groups(conn, row.day, max(row.day, row.made_at.date()), row.chat_id)
    group = next((one for one in linked if one.campaign_id == row.campaign_id), None)
    if group is None or group.channel not in press.limits:
        return False
    slot = Slot(row.campaign_id, row.day, row.chat_id, row.unit_id, row.cut_at, now, kind=row.notice_kind)
    pictures = tuple((name, ref) for name, ref in row.pictures) if group.channel in press.pictures else ()
    queue(conn, group, slot, Made({}, row.text, pictures), press)
    return True
