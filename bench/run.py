"""The bench: every contestant on every engine, each measurement in a fresh process, the contestants taking turns.

`--quick`, which is `make bench`, measures each once and writes nothing into the documentation; `make figures` does.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench import broadcast, machine, report, servers
from bench.broadcast_ways import WAYS
from bench.contestant import WARM_UP, Figures
from bench.contestants import ENTRIES, LIMIT, OURS
from bench.results import BoardTime, Group, Measured, Results
from tests.databases import postgres

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "data" / "bench"  # on the disk of the checkout: a temporary folder may be memory, which syncs at no cost
PATIENCE = 300  # seconds for one measurement
SQLITE, POSTGRES = "SQLite", "PostgreSQL"


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    runs: int
    filings: dict[int, int]  # people at once -> filings of one measurement
    paced_people: int
    paced_seconds: int
    boards: tuple[int, ...]  # filings behind a board
    reminded: int  # people a reminder goes to
    names: tuple[str, ...]


FULL = Plan(5, {1: 40, 50: 120}, 50, 6, (20_000, 200_000), 3_000, tuple(ENTRIES))
QUICK = Plan(1, {50: 50}, 50, 4, (10_000, 20_000), 1_000, tuple(ENTRIES))


class Bench:
    """One whole run."""

    def __init__(self, plan: Plan, engines: dict[str, str], redis: str, folder: Path) -> None:
        self._plan = plan
        self._engines = engines  # name -> URL of its server, "" for SQLite
        self._redis = redis
        self._folder = folder
        self.results = Results(runs=plan.runs)

    def run(self) -> None:
        """Everything, in turns. Raises subprocess errors: a contestant that fails is no row of a table."""
        if not self._redis:
            self.results.absent |= {e.name: "no redis-server here" for e in ENTRIES.values() if e.needs_redis}
        if LIMIT in self._plan.names:
            for engine in self._engines:
                self.results.statements[engine] = self._record(engine)
        for turn in range(self._plan.runs):
            for group, name in self._measurements():
                say(f"{turn + 1}/{self._plan.runs} {group.engine}, {group.mode}, {group.people} at once: {name}")
                self.results.measured.append(Measured(group, self._measure(group, name)))
        if self._plan.names == tuple(ENTRIES):
            for turn in range(self._plan.runs):
                for name in WAYS:
                    say(f"{turn + 1}/{self._plan.runs} a reminder to {self._plan.reminded:,} people: {name}")
                    self.results.broadcasts.append(broadcast.measure(name, self._plan.reminded))
        if OURS in self._plan.names:
            self.results.where = {engine: self._where(engine) for engine in self._engines}
        for engine in self._engines:
            for filings in self._plan.boards:
                say(f"{engine}: the board of {filings:,} filings")
                self.results.boards.append(self._board(engine, filings))

    def _measurements(self) -> Iterator[tuple[Group, str]]:
        names = [name for name in self._plan.names if name not in self.results.absent]
        for engine in self._engines:
            for people in self._plan.filings:
                yield from ((Group(engine, "saturated", people), name) for name in names)
            if OURS in names:
                yield Group(engine, "paced", self._plan.paced_people), OURS

    def _measure(self, group: Group, name: str) -> Figures:
        if ENTRIES[name].needs_redis:
            servers.empty_redis(self._redis)
        load = ["--people", str(group.people)]
        if group.mode == "paced":
            load += ["--paced", str(self._plan.paced_seconds)]
        else:
            load += ["--filings", str(self._plan.filings[group.people])]
        if name == LIMIT:
            load += ["--script", str(self._script(group.engine))]
        with self._place(group.engine) as (database, folder):
            place = ["--database", database, "--folder", str(folder), "--redis", self._redis]
            return Figures(**json.loads(_process("bench.contestant", name, *load, *place)))

    def _record(self, engine: str) -> str:
        say(f"{engine}: recording what a filing asks of the database")
        filings = max(self._plan.filings.values()) + WARM_UP
        with self._place(engine) as (database, _):
            out = ("--out", str(self._script(engine)))
            return _process("bench.record", "--filings", str(filings), "--database", database, *out).strip()

    def _board(self, engine: str, filings: int) -> BoardTime:
        with self._place(engine) as (database, _):
            found = json.loads(_process("bench.board", "--filings", str(filings), "--database", database))
        return BoardTime(engine=engine, **found)

    def _where(self, engine: str) -> dict[str, float]:
        say(f"{engine}: where our time goes")
        with self._place(engine) as (database, _):
            filings = ("--filings", str(self._plan.filings[50]))
            seconds: dict[str, float] = json.loads(_process("bench.where", *filings, "--database", database))
        return seconds

    def _script(self, engine: str) -> Path:
        return self._folder / f"{engine}.script"

    def _place(self, engine: str) -> AbstractContextManager[tuple[str, Path]]:
        return empty_place(self._engines[engine], self._folder)


@contextmanager
def empty_place(server: str, parent: Path) -> Iterator[tuple[str, Path]]:
    """The URL of an empty database and an empty folder, both gone afterwards."""
    with tempfile.TemporaryDirectory(dir=parent) as name:
        folder = Path(name)
        with servers.empty_database(server, folder) as database:
            yield database, folder


def _process(module: str, *arguments: str) -> str:
    """What `python -m module` prints; its error output is shown. Raises CalledProcessError, TimeoutExpired."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=PATIENCE)
    return done.stdout


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def bench(plan: Plan, engines: Sequence[str]) -> Results:
    """Start the servers, run the plan, keep the results in data/bench/."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=KEPT)))
        servers_of = dict.fromkeys(engines, "")
        if POSTGRES in servers_of:
            servers_of[POSTGRES] = stack.enter_context(postgres(durable=True)).url("postgres")
            servers.require_durable(servers_of[POSTGRES])
        (folder / "redis").mkdir()
        redis = stack.enter_context(servers.redis_server(folder / "redis"))
        running = Bench(plan, servers_of, redis, folder)
        running.results.machine = machine.describe(folder, servers_of.get(POSTGRES, ""))
        running.run()
    running.results.save(KEPT / "results.json")
    return running.results


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--runs", type=int, help="how often each measurement is made")
    parser.add_argument("--only", nargs="+", choices=ENTRIES, metavar="NAME", help=", ".join(ENTRIES))
    parser.add_argument("--engine", choices=(SQLITE, POSTGRES))
    given = parser.parse_args(arguments)
    plan = QUICK if given.quick else FULL
    whole = not (given.quick or given.only or given.engine)
    changed = replace(plan, runs=given.runs or plan.runs, names=tuple(given.only or plan.names))
    results = bench(changed, [given.engine] if given.engine else [SQLITE, POSTGRES])
    text = report.markdown(results)
    if whole:
        report.write(text)
    print(text)


if __name__ == "__main__":
    main()
