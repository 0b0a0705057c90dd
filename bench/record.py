"""Record what our bot asks of the database: `python -m bench.record --filings N --database URL --out FILE`.

Prints one line that says how much a filing asks. The limit (`by_hand`) replays the file.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

from bench import load
from bench.ours import open_ours
from bench.people import Person
from bench.statements import Recorder, Script, save
from bench.transport import Outlet


async def record(database: str, filings: int) -> list[Script]:
    """The scripts of `filings` filings, one after the other, each update left to come to rest."""
    outlet, recorder = Outlet(), Recorder()
    recorder.start()
    ours = await open_ours(database, outlet)
    recorder.cut()  # how the database was made
    scripts = []
    try:
        for person in map(Person, range(filings)):
            script: Script = []
            for raw in person.updates():
                await load.answer(ours, outlet, person, raw)
                await ours.settle()
                script.append(recorder.cut())
            scripts.append(script)
    finally:
        recorder.stop()
        await ours.close()
    return scripts


def summary(script: Script) -> str:
    """What one filing asks of the database, counted."""
    transactions = [transaction for update in script for transaction in update]
    writing = [t for t in transactions if not t.reads and not t.undone]
    undone = sum(t.undone for t in transactions)
    statements = sum(len(t.statements) for t in transactions)
    reading = sum(s.reads for t in transactions for s in t.statements)
    return (
        f"a filing is {len(script)} updates, {len(writing)} writing and "
        f"{sum(t.reads for t in transactions)} reading transactions, {undone} undone and played again; "
        f"{statements} statements, {reading} of them SELECT"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.record", description=__doc__)
    parser.add_argument("--filings", type=int, required=True)
    parser.add_argument("--database", required=True, help="SQLAlchemy URL of an empty database")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    scripts = asyncio.run(record(given.database, given.filings))
    save(scripts, given.out)
    print(summary(scripts[-1]))


if __name__ == "__main__":
    main()
