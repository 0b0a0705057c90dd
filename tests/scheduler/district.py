"""A ward union with three companies, a workshop below one of them, a campaign and groups, in a real store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import Connection, insert, select

from handlers.kinds import DAILY, FOR_GROUPS
from models.chat import chat, notice, outbox
from models.person import person
from models.queries import completing, initiatives
from models.queries.initiatives import Filing
from models.store import Store
from models.unit import campaign, phase, target, unit

HANOI = timezone(timedelta(hours=7))
WARD, SAO_MAI, AN_PHAT, TAN_PHU, SEWING = 1, 2, 3, 4, 5
_UNITS = (
    (WARD, "48", "Công đoàn phường Từ Liêm", "CĐ P. Từ Liêm", None),
    (SAO_MAI, "4827", "Công ty May Sao Mai", "May Sao Mai", WARD),
    (AN_PHAT, "4830", "Công ty Cơ khí An Phát", "Cơ khí An Phát", WARD),
    (TAN_PHU, "4831", "Công ty In Tân Phú", "In Tân Phú", WARD),
    (SEWING, "482701", "Tổ May 2", "Tổ May 2", SAO_MAI),
)


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A local moment of November 2026."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=HANOI)


@dataclass
class District:
    """Lan files, groups listen."""

    store: Store
    campaign: int = 0
    lan: int = 0
    _drafts: int = field(default=0)

    def run(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        return self.store.write_now(fn, *args, **kwargs)

    def file(self, unit_id: int, when: datetime, times: int = 1, campaign_id: int | None = None) -> list[int]:
        """Ids of the initiatives."""
        return [self._file(unit_id, when, campaign_id or self.campaign) for _ in range(times)]

    def _file(self, unit_id: int, when: datetime, campaign_id: int) -> int:
        self._drafts += 1
        local = when.astimezone(HANOI)
        title = f"lam cu ga may tui {self._drafts}"
        filing = Filing(
            draft=f"draft-{self._drafts}",
            campaign_id=campaign_id,
            unit_id=unit_id,
            title=title,
            folded=title,
            filed_by_id=self.lan,
            filed_at=when,
            filed_day=local.date(),
            author_id=self.lan,
        )
        return int(self.run(initiatives.file, filing).id)

    def move(self, initiative_id: int, unit_id: int, when: datetime) -> None:
        day = when.astimezone(HANOI).date()
        self.run(completing.move_to_unit, initiative_id, self.lan, unit_id, day=day, at=when)

    def group(self, kind: str = "officers", *, linked: datetime | None = None, **more: Any) -> int:
        """A group that gets the daily notice and nothing else, unless `kinds` says so."""
        values = {
            "channel": "webchat",
            "external_id": f"group-{self.count(chat)}",
            "unit_id": WARD,
            "kind": kind,
            "linked_at": linked or at(1, 9),
            "hour": "17:00",
            "language": "vi",
            "standing": "member",
            "kinds": {kind: kind == DAILY for kind in FOR_GROUPS},
        }
        return self.insert(chat, **(values | more))

    def open(self, code: str, **more: Any) -> int:
        values = {
            "code": code,
            "name": f"Chương trình {code}",
            "unit_id": WARD,
            "opens": date(2026, 1, 1),
            "closes": date(2026, 12, 31),
            "applied_from": date(2026, 1, 1),
            "applied_to": date(2026, 12, 31),
        }
        return self.insert(campaign, **(values | more))

    def aim(self, unit_id: int, number: int, **more: Any) -> None:
        values = {"unit_id": unit_id, "campaign_id": self.campaign, "number": number}
        self.insert(target, **(values | {"set_by": "LĐLĐ Thành phố", "valid_from": date(2026, 1, 1)} | more))

    def phase(self, code: str, starts: date, ends: date) -> int:
        return self.insert(phase, campaign_id=self.campaign, code=code, name=code, starts=starts, ends=ends)

    def insert(self, table: Any, **values: Any) -> int:
        return int(self.run(lambda conn: conn.execute(insert(table).returning(table.c.id), values).scalar_one()))

    def rows(self, table: Any) -> list[Any]:
        def read(conn: Connection) -> list[Any]:
            return list(conn.execute(select(table).order_by(table.c.id)))

        return list(self.run(read))

    def count(self, table: Any) -> int:
        return len(self.rows(table))

    def notices(self) -> list[Any]:
        return self.rows(notice)

    def sent(self) -> list[Any]:
        return self.rows(outbox)


def found(store: Store) -> District:
    district = District(store)
    for order, (unit_id, code, name, short, parent) in enumerate(_UNITS):
        district.run(
            lambda conn, values: conn.execute(insert(unit), values),
            {
                "id": unit_id,
                "code": code,
                "name": name,
                "short_name": short,
                "folded": name.lower(),
                "type": "cdcs",
                "parent_id": parent,
                "official_order": order,
            },
        )
    district.lan = district.insert(person, name="Trần Thị Lan", created_at=datetime(2026, 11, 1, tzinfo=UTC))
    district.campaign = district.open("thi-dua-2026")
    return district
