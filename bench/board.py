"""The day's board with few and with many filings behind it: `python -m bench.board --filings N --database URL`.

Prints one line of JSON. Units and days are the same each time, so that only the filings differ.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from bench import load
from bench.base import ROOT_CODE, prepare
from bench.people import Person
from models.initiative import initiative
from models.queries.tally import standing
from models.store import Store
from models.unit import campaign, tally, unit

DAYS = 200
CHUNK = 5000  # rows a transaction when filling
TIMES = 60  # boards that are timed, after a few that are not


class WrongBoard(Exception):
    """The board does not show what was filed."""


def measure(database: str, filings: int) -> dict[str, float]:
    """Fill an empty database, then time its board in milliseconds. Raises WrongBoard if a filing is not on it."""
    prepare(database)
    store = Store.open(database)
    try:
        now = datetime.now(UTC)
        store.write_now(_fill, filings, now)
        latencies = []
        for _ in range(TIMES + 5):
            begun = time.perf_counter()
            shown = store.read_now(_board, now)
            latencies.append((time.perf_counter() - begun) * 1000)
        if shown != filings:
            raise WrongBoard(f"{shown} of {filings} filings are on the board")
        units = store.read_now(lambda conn: conn.scalar(select(func.count()).select_from(unit)))
    finally:
        store.close()
    timed = latencies[5:]
    return {
        "filings": filings,
        "units": units or 0,
        "p50": load.percentile(timed, 0.5),
        "p99": load.percentile(timed, 0.99),
    }


def _board(conn: Connection, now: datetime) -> int:
    root = conn.execute(_ROOT).one()
    rows = standing(conn, root.campaign, root.unit, now, now.date())
    return sum(row.filed for row in rows.values())


_ROOT = (
    select(unit.c.id.label("unit"), campaign.c.id.label("campaign"))
    .join(campaign, campaign.c.unit_id == unit.c.id)
    .where(unit.c.code == ROOT_CODE)
)


def _fill(conn: Connection, filings: int, now: datetime) -> None:
    """Filings spread evenly over the units and the last days, and the tallies that belong to them."""
    running = conn.execute(_ROOT).one().campaign
    units = conn.scalars(select(unit.c.id).where(unit.c.code != ROOT_CODE).order_by(unit.c.id)).all()
    rows = (_filing(number, units, running, now) for number in range(filings))
    while chunk := list(islice(rows, CHUNK)):
        conn.execute(insert(initiative), chunk)
    columns = (initiative.c.filed_unit_id, initiative.c.campaign_id, initiative.c.filed_day)
    counted = select(*columns, func.count(), 0 * func.count()).group_by(*columns)
    conn.execute(insert(tally).from_select([c.name for c in tally.c], counted))
    if conn.dialect.name == "postgresql":
        conn.execute(text("ANALYZE"))  # what its autovacuum would have done by now


def _filing(number: int, units: Sequence[int], running: int, now: datetime) -> dict[str, Any]:
    person, filed_unit = Person(number), units[number % len(units)]
    at = now - timedelta(days=number // len(units) % DAYS, seconds=1 + number % 50)
    return {
        "code": str(number),
        "draft": f"bench:{number}",
        "status": "waiting",
        "unit_id": filed_unit,
        "filed_unit_id": filed_unit,
        "campaign_id": running,
        "number": number,
        "title": person.title,
        "folded": person.title,
        "body": person.body,
        "confidential": False,
        "began": {},
        "details": {},
        "filed_at": at,
        "filed_day": at.date(),
        "kept_at": at,
        "changed_at": at,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.board", description=__doc__)
    parser.add_argument("--filings", type=int, required=True)
    parser.add_argument("--database", required=True, help="SQLAlchemy URL of an empty database")
    given = parser.parse_args(arguments)
    print(json.dumps(measure(given.database, given.filings)))


if __name__ == "__main__":
    main()
