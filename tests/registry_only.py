"""The sample's units and campaign without its people: what a real installation looks like after `sangkien import`."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.registry import importing, sample_data
from models.store import Store

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def load_registry(url: str, now: datetime) -> None:
    """Fill a migrated, empty database; its campaign is open on the local day of `now`."""
    store = Store.open(url)
    store.write_now(_load, now.astimezone(ZONE).date(), now)
    store.close()


def _load(conn: Connection, today: date, now: datetime) -> None:
    importing.write(conn, importing.compare(conn, importing.read(sample_data.sheets(), relative_to=today)), now)
