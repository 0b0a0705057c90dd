"""Who a reminder speaks to, who is left out and why; nobody gets two a day, whoever starts them when."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, insert, select, update

from models.broadcast import broadcast, recipient
from models.person import account, consent, conversation, person
from models.queries import audiences, broadcasts, erasure, people, unit_figures
from models.queries.audiences import Audience, Terms
from models.queries.broadcasts import NewBroadcast
from models.store import Store
from models.unit import unit
from tests.scheduler.district import AN_PHAT, SAO_MAI, SEWING, TAN_PHU, WARD, District, at, found

NOW = at(20, 12)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
EVERYWHERE = {"webchat": (None, None), "telegram": (None, None)}


@pytest.fixture
def district(store: Store) -> District:
    return found(store)


def meet(
    district: District, name: str, unit_id: int, *, agreed: bool = True, channels: str = "webchat", **more: Any
) -> int:
    """Somebody of the unit with accounts on these channels, the latest used last."""
    person_id = district.insert(person, name=name, unit_id=unit_id, created_at=at(1, 8), **more)
    for hours, channel in enumerate(channels.split()):
        seen = at(10, 8) + timedelta(hours=hours)
        place = {"channel": channel, "external_id": name, "chat": name, "person_id": person_id}
        district.insert(account, **place, last_seen=seen)
    if agreed:
        district.insert(consent, person_id=person_id, version="1", text="x", channel="webchat", given_at=at(1, 8))
    return person_id


def everyone(district: District, **more: Any) -> Audience:
    return replace(Audience(district.campaign, WARD, audiences.EVERYONE), **more)


def terms(when: datetime = NOW, reach: Any = EVERYWHERE) -> Terms:
    return broadcasts.terms(when, ZONE, reach)


def counted(district: District, audience: Audience, when: Terms | None = None) -> dict[str, int]:
    """By reason; "": gets it."""
    parts = district.run(audiences.count, audience, when or terms())
    return {part.reason: part.number for part in parts}


def begin(conn: Connection, audience: Audience, when: datetime = NOW, reach: Any = EVERYWHERE) -> tuple[int, int]:
    new = NewBroadcast(audience, "Mời anh/chị nộp", when, made_by(conn), when, "webchat", "hoa")
    return broadcasts.begin(conn, new, broadcasts.terms(when, ZONE, reach))


def made_by(conn: Connection) -> int:
    return int(conn.execute(select(person.c.id).order_by(person.c.id)).scalars().first() or 0)


def chats(district: District) -> list[str]:
    return [row.chat for row in district.rows(recipient)]


# ---------------------------------------------------------------- left out


def test_nobody_is_left_out_without_a_reason(district: District) -> None:
    meet(district, "minh", SEWING)
    meet(district, "nga", AN_PHAT, channels="")
    meet(district, "tam", AN_PHAT, agreed=False)
    meet(district, "thu", TAN_PHU, reminders=False)
    meet(district, "vy", TAN_PHU, channels="zalo_bot")
    blocked = meet(district, "yen", TAN_PHU)
    district.run(lambda c: c.execute(update(account).where(account.c.person_id == blocked).values(reachable=False)))
    assert counted(district, everyone(district)) == {"": 1, "none": 1, "consent": 1, "off": 1, "blocked": 2}
    assert district.run(begin, everyone(district))[1] == 1
    assert chats(district) == ["minh"]
    assert counted(district, everyone(district))["today"] == 1
    assert counted(district, everyone(district), terms(NOW + timedelta(days=1)))[""] == 1


def test_the_day_is_the_campaigns_own(district: District) -> None:
    """Half past eleven in the evening and half an hour after midnight are two days in Hà Nội, and one in UTC."""
    meet(district, "minh", SAO_MAI)
    assert district.run(begin, everyone(district), at(20, 23, 30))[1] == 1
    assert counted(district, everyone(district), terms(at(20, 23, 45))) == {"today": 1}
    assert counted(district, everyone(district), terms(at(21, 0, 30))) == {"": 1}


def test_whoever_was_skipped_or_not_reached_may_get_another(district: District) -> None:
    meet(district, "minh", SAO_MAI)
    district.run(begin, everyone(district))
    district.run(lambda conn: conn.execute(update(recipient).values(status="skipped")))
    assert counted(district, everyone(district)) == {"": 1}


def test_channels_with_windows_leave_out_the_silent_and_tell_who_costs_money(district: District) -> None:
    """As an OA of Zalo: free for two days, paid for up to seven, closed after that (zalo.md, windows)."""
    for name, hours in (("minh", 1), ("nga", 60), ("tam", 200)):
        whose = meet(district, name, SAO_MAI, channels="zalo_oa")
        seen = update(account).where(account.c.person_id == whose).values(last_seen=NOW - timedelta(hours=hours))
        district.run(lambda conn, seen=seen: conn.execute(seen))
    reach = {"zalo_oa": (168, 48)}
    parts = district.run(audiences.count, everyone(district), terms(reach=reach))
    assert [(part.reason, part.number, part.paid) for part in parts] == [("", 2, 1), ("window", 1, 1)]
    by_template = broadcasts.terms(NOW, ZONE, {"zalo_oa": (None, 48)}, {"zalo_oa": 168})
    (part,) = district.run(audiences.count, everyone(district), by_template)
    assert (part.reason, part.number, part.paid, part.dear) == ("", 3, 2, 1)
    with pytest.raises(ValueError, match="window"):
        district.run(audiences.count, everyone(district), terms(reach={f"c{n}": (1, 1) for n in range(5)}))


# ---------------------------------------------------------------- the rules


def test_of_several_accounts_the_one_used_last_is_written_to(district: District) -> None:
    meet(district, "minh", SAO_MAI, channels="telegram webchat")
    meet(district, "nga", SAO_MAI, channels="webchat telegram")
    district.run(begin, everyone(district))
    assert [(row.chat, row.channel) for row in district.rows(recipient)] == [("minh", "webchat"), ("nga", "telegram")]


def test_a_subtree_and_nobody_beside_it(district: District) -> None:
    for name, unit_id in (("minh", SEWING), ("nga", SAO_MAI), ("tam", AN_PHAT)):
        meet(district, name, unit_id)
    assert counted(district, everyone(district, unit_id=SAO_MAI)) == {"": 2}
    assert counted(district, everyone(district, unit_id=SEWING)) == {"": 1}


def test_who_writes_and_who_has_not_filed(district: District) -> None:
    minh = meet(district, "minh", SAO_MAI)
    district.lan = meet(district, "lan", SAO_MAI)
    district.file(SAO_MAI, at(18, 9))
    writing = {"person_id": minh, "state": {}, "step": "initiative.title", "updated_at": NOW}
    district.run(lambda conn: conn.execute(insert(conversation), writing))
    for rule, who in ((audiences.DRAFT, "minh"), (audiences.NEVER, "minh")):
        district.run(lambda conn: conn.execute(recipient.delete()))
        district.run(begin, everyone(district, rule=rule))
        assert chats(district) == [who]


def test_what_was_filed_in_another_campaign_does_not_count(district: District) -> None:
    district.lan = meet(district, "lan", SAO_MAI)
    district.file(SAO_MAI, at(18, 9), campaign_id=district.open("TRUOC"))
    assert counted(district, everyone(district, rule=audiences.NEVER)) == {"": 1}


def test_officers_of_units_at_zero_and_below_a_share_are_told_once(district: District) -> None:
    for unit_id in (SAO_MAI, AN_PHAT, TAN_PHU):
        district.aim(unit_id, 4)
    district.lan = meet(district, "lan", SAO_MAI)
    district.file(SAO_MAI, at(18, 9), times=2)
    district.file(AN_PHAT, at(18, 9))
    for name, units in (("sau", [SAO_MAI]), ("an", [AN_PHAT]), ("tan", [TAN_PHU, SEWING]), ("duong", [WARD])):
        whose = meet(district, name, WARD, agreed=False)
        for unit_id in units:
            district.run(people.give_role, whose, "officer", unit_id, at(1, 8))
    helper = meet(district, "giup", TAN_PHU)
    district.run(people.give_role, helper, "support", TAN_PHU, at(1, 8))

    def told(rule: str, percent: int | None = None) -> list[str]:
        district.run(lambda conn: conn.execute(recipient.delete()))
        district.run(begin, everyone(district, rule=rule, percent=percent))
        return chats(district)

    assert told(audiences.ZERO) == ["tan"]
    assert told(audiences.BELOW, 50) == ["an", "tan"]
    assert told(audiences.BELOW, 51) == ["sau", "an", "tan"]


def test_officers_of_a_cluster_are_told_of_its_units_once(district: District) -> None:
    clustered = update(unit).where(unit.c.id.in_((SAO_MAI, AN_PHAT, TAN_PHU))).values(cluster="May")
    district.run(lambda conn: conn.execute(clustered))
    district.lan = meet(district, "lan", SAO_MAI)
    district.file(SAO_MAI, at(18, 9))
    for name, cluster in (("cum", "May"), ("khac", "Cơ khí")):
        district.run(people.give_role, meet(district, name, WARD), "officer", None, at(1, 8), cluster=cluster)
    both = meet(district, "hai", WARD)
    district.run(people.give_role, both, "officer", TAN_PHU, at(1, 8))
    district.run(people.give_role, both, "officer", None, at(1, 8), cluster="May")
    district.run(begin, everyone(district, rule=audiences.ZERO))
    assert sorted(chats(district)) == ["cum", "hai"]
    assert {row.unit_id for row in district.rows(recipient)} <= {AN_PHAT, TAN_PHU}


def test_groups_are_told_apart_and_their_quiet_hours_kept(district: District) -> None:
    district.group("officers", external_id="can-bo")
    district.group("members", external_id="doan-vien", quiet_from="11:00", quiet_to="13:00")
    district.group("members", external_id="tay", channel="hand")
    district.group("members", external_id="roi", standing="left")
    both = everyone(district, rule=audiences.GROUPS, kinds=("officers", "members"))
    assert counted(district, both) == {"": 1, "quiet": 1, "hand": 1, "blocked": 1}
    assert counted(district, both, terms(at(20, 13))) == {"": 2, "hand": 1, "blocked": 1}
    district.run(begin, both)
    assert chats(district) == ["can-bo"]
    assert counted(district, replace(both, kinds=("officers",))) == {"today": 1}


# ---------------------------------------------------------------- what units are told


def test_a_units_figures_are_those_of_its_notice(district: District) -> None:
    district.aim(WARD, 100)
    district.aim(SAO_MAI, 10)
    district.lan = meet(district, "lan", SAO_MAI)
    district.file(SEWING, at(18, 9), times=3)
    seen = district.run(
        unit_figures.of_units, district.campaign, [SAO_MAI, SEWING, WARD, AN_PHAT], NOW.astimezone(ZONE)
    )
    assert {one.unit_id: (one.count, one.target) for one in seen.values()} == {
        SAO_MAI: (3, 10),
        SEWING: (3, None),
        WARD: (3, 100),
        AN_PHAT: (0, None),
    }


# ---------------------------------------------------------------- later, twice at once, erased


def test_one_for_later_chooses_when_its_time_comes_and_only_once(district: District) -> None:
    minh = meet(district, "minh", SAO_MAI)
    new = NewBroadcast(everyone(district), "Mời", at(21, 8), minh, NOW, "webchat", "hoa")
    broadcast_id = district.run(broadcasts.put, new)
    assert chats(district) == []
    meet(district, "nga", SAO_MAI)
    row = district.run(broadcasts.by_id, broadcast_id)
    assert district.run(broadcasts.gather, row, terms(at(21, 8))) == 2
    assert district.run(broadcasts.gather, row, terms(at(21, 8))) == 0
    assert chats(district) == ["minh", "nga"]
    assert not district.run(broadcasts.cancel_planned, 999, NOW)
    assert district.run(broadcasts.cancel_planned, broadcast_id, NOW)
    assert not district.run(broadcasts.cancel_planned, broadcast_id, NOW)


def test_two_that_start_at_once_share_nobody(district: District) -> None:
    """On PostgreSQL both transactions are open at the same time."""
    for number in range(30):
        meet(district, f"chị-{number}", SAO_MAI)
    gate = threading.Barrier(2)
    got: list[int] = []

    def run() -> None:
        gate.wait()
        got.append(district.run(begin, everyone(district))[1])

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [0, 30]
    assert len(set(chats(district))) == len(district.rows(recipient)) == 30


def test_whoever_turns_reminders_off_is_left_out_of_what_waits(district: District) -> None:
    minh = meet(district, "minh", SAO_MAI)
    meet(district, "nga", SAO_MAI)
    district.run(begin, everyone(district))
    district.run(broadcasts.leave_out, minh, NOW)
    assert [(row.chat, row.status, row.reason) for row in district.rows(recipient)] == [
        ("minh", "skipped", "off"),
        ("nga", "waiting", ""),
    ]


def test_erased_people_leave_rows_that_name_nobody(district: District) -> None:
    ids = [meet(district, name, SAO_MAI) for name in ("minh", "nga")]
    district.run(begin, everyone(district))
    district.run(lambda conn: conn.execute(update(broadcast).values(made_by=ids[0])))
    for whose in ids:
        district.run(erasure.forget, whose, NOW)
    assert [row.person_id for row in district.rows(recipient)] == [None, None]
    assert not {"minh", "nga"} & set(chats(district))
    assert [(row.made_by, row.chat) for row in district.rows(broadcast)] == [(None, "")]


# ---------------------------------------------------------------- looked up


def test_a_page_is_of_ones_own_units(district: District) -> None:
    meet(district, "minh", SAO_MAI)
    ids = [district.run(begin, everyone(district, unit_id=of))[0] for of in (WARD, SAO_MAI, AN_PHAT)]

    def page(*units: int) -> list[int]:
        return [row.id for row in district.run(broadcasts.page, units, 10, 0)]

    assert page(SAO_MAI) == [ids[1]]
    assert page(WARD) == ids[::-1]
    assert [row.id for row in district.run(broadcasts.page, None, 1, 1)] == [ids[1]]
    assert district.run(broadcasts.within, ids[0], [SAO_MAI]) is None
    assert district.run(broadcasts.within, ids[0], [WARD]).short_name == "CĐ P. Từ Liêm"
