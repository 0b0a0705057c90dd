"""What our bot and the limit start from: the product's tables, a union of 50 workplaces, one open campaign."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, insert, select

from bench.people import UNIT_CODES
from handlers.fold import fold
from models.migrate import upgrade
from models.store import Store
from models.unit import campaign, target, unit

ROOT_CODE = "48"


def prepare(database: str) -> None:
    """Make the tables and the registry in an empty database: the same ids every time."""
    upgrade(database)
    store = Store.open(database)
    try:
        store.write_now(_registry, datetime.now(UTC).date())
    finally:
        store.close()


def _registry(connection: Connection, today: date) -> None:
    connection.execute(insert(unit), [_unit(ROOT_CODE, "Công đoàn phường Từ Liêm", "ward")])
    root = connection.scalar(select(unit.c.id).where(unit.c.code == ROOT_CODE))
    below = [_unit(code, f"Công ty May Sao Mai {code}", "company") | {"parent_id": root} for code in UNIT_CODES]
    connection.execute(insert(unit), below)
    year = {"opens": today - timedelta(days=200), "closes": today + timedelta(days=100)}
    window = {"applied_from": today - timedelta(days=400), "applied_to": today + timedelta(days=100)}
    connection.execute(insert(campaign), [{"code": "bench", "name": "Sáng kiến", "unit_id": root} | year | window])
    running = connection.scalar(select(campaign.c.id))
    ids = connection.scalars(select(unit.c.id)).all()
    given = {"campaign_id": running, "phase_id": None, "set_by": "LĐLĐ Thành phố", "valid_from": year["opens"]}
    connection.execute(insert(target), [{"unit_id": each, "number": 1000} | given for each in ids])


def _unit(code: str, name: str, kind: str) -> dict[str, object]:
    short = {"code": code, "short_name": f"May {code}", "type": kind}
    return short | {"name": name, "folded": fold(name), "parent_id": None}
