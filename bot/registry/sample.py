"""Loads the sample into an empty database: units, an open campaign, people to play, groups, three weeks of filings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select

from bot.registry import importing, sample_data
from bot.registry.sample_data import SampleFiling
from handlers.fold import fold
from handlers.forms.register import CONSENT_VERSION
from handlers.talk import State
from models.chat import chat, mark
from models.person import account, person
from models.queries import initiatives, people, registry
from models.queries.initiatives import Filing
from models.queries.registry import Campaign, Unit
from models.unit import unit

CHANNEL = "webchat"
LEADER, WORKPLACE = "48", "4827"  # Nam Từ Liêm, May Sao Mai
CONSENT_WORDS = "(dữ liệu mẫu) Đồng ý để Công đoàn lưu họ tên, đơn vị, tài khoản và nội dung sáng kiến."
_TRIED_FOR = timedelta(days=9)  # between the first use and the filing


class NotEmpty(Exception):
    """There are units or people already: the sample is for empty databases only."""


@dataclass(frozen=True, slots=True)
class Player:
    """A person of the demo with an account on the web chat."""

    account: str
    name: str | None = None
    unit: str | None = None  # code
    role: str | None = None
    role_unit: str | None = None  # code; None: the whole installation

    @property
    def consents(self) -> bool:
        return self.name is not None


PLAYERS = (
    Player("hoa", "Nguyễn Thị Hoa", LEADER, "officer", LEADER),
    Player("an", "Lê Văn An", "1", "owner"),
    Player("minh", "Phạm Văn Minh", WORKPLACE),
    Player("lan"),  # nobody knows her yet: her first filing is what a newcomer tries
)
GROUPS = (
    ("nhom-can-bo", "officers", "Nhóm 15 chủ tịch CĐCS – Nam Từ Liêm"),
    ("nhom-doan-vien", "members", "Đoàn viên Nam Từ Liêm"),
)


def load_sample(conn: Connection, today: date, now: datetime) -> None:
    """Fill an empty database; its campaign opened 100 days before `today` (a local day) and stays open for months.

    Raises NotEmpty where there are units or people already.
    """
    if _is_used(conn):
        raise NotEmpty
    importing.write(conn, importing.compare(conn, importing.read(sample_data.sheets(), relative_to=today)), now)
    conn.execute(insert(mark), {"name": "sample", "value": "yes"})
    units = {row.code: row for row in registry.all_units(conn)}
    known = {player.name: add_player(conn, player, units, now) for player in PLAYERS}
    _add_groups(conn, units[LEADER].id, known[PLAYERS[0].name], now)
    _add_filings(conn, units, known, today, now)


def _is_used(conn: Connection) -> bool:
    return any(conn.execute(select(table.c.id).limit(1)).first() is not None for table in (unit, person))


def add_player(conn: Connection, player: Player, units: dict[str, Unit], now: datetime) -> int:
    person_id = _add_person(conn, player.name, units[player.unit].id if player.unit else None, now)
    values = {"channel": CHANNEL, "external_id": player.account, "chat": player.account}
    conn.execute(insert(account), values | {"person_id": person_id, "last_seen": now})
    people.start_conversation(conn, person_id, State().to_json(), now)
    if player.role:
        people.give_role(conn, person_id, player.role, units[player.role_unit].id if player.role_unit else None, now)
    return person_id


def _add_person(conn: Connection, name: str | None, unit_id: int | None, now: datetime) -> int:
    """A named person has consented; of others nothing is known."""
    values = {"name": name, "unit_id": unit_id, "created_at": now, "sample": True}
    person_id = int(conn.execute(insert(person).returning(person.c.id), values).scalar_one())
    if name:
        people.give_consent(conn, person_id, version=CONSENT_VERSION, text=CONSENT_WORDS, channel=CHANNEL, at=now)
    return person_id


def _add_groups(conn: Connection, unit_id: int, officer: int, now: datetime) -> None:
    for external_id, kind, title in GROUPS:
        values = {"channel": CHANNEL, "external_id": external_id, "kind": kind, "title": title, "unit_id": unit_id}
        conn.execute(insert(chat), values | {"linked_at": now, "linked_by": officer, "sample": True})


# ---------------------------------------------------------------- filings


def _add_filings(
    conn: Connection, units: dict[str, Unit], known: dict[str | None, int], today: date, now: datetime
) -> None:
    (campaign,) = registry.campaigns_open(conn, today)
    groups = {name: group.code for group in registry.listed_of(conn, campaign.id, "group") for name in group.unit_types}
    for place, sample in enumerate(sample_data.filings()):
        at = units[sample.unit]
        author = known.get(sample.author) or _add_person(conn, sample.author, at.id, now)
        known[sample.author] = author
        initiatives.file(
            conn, _filing(sample, place, campaign=campaign, at=at, author=author, group=groups[at.type], today=today)
        )


def _filing(
    sample: SampleFiling, place: int, *, campaign: Campaign, at: Unit, author: int, group: str, today: date
) -> Filing:
    day = today - timedelta(days=sample.days_ago)
    moment = datetime.combine(day, time(6 + place * 7 % 12, place * 13 % 60), ZoneInfo(campaign.timezone))
    began = day - _TRIED_FOR
    return Filing(
        draft=f"sample:{place}",
        campaign_id=campaign.id,
        unit_id=at.id,
        title=sample.title,
        folded=fold(sample.title),
        filed_by_id=author,
        filed_at=moment,
        filed_day=day,
        author_id=author,
        author_group=group,
        body=sample.body,
        began_on=began,
        began={"date": began.isoformat(), "precision": "day"},
    )
