"""The timetable's minute as a process of its own, whose clock stands where each line of its input puts it.

`python -m tests.faults.clockwork DATABASE_URL`: reads ISO moments, runs the real jobs at each, answers `done`.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from handlers.facts import House
from handlers.texts import Texts
from models.store import Store
from scheduler.jobs import Work
from scheduler.press import Press

ROOT = Path(__file__).parents[2]


class Clockwork:
    """One such process, as the test holds it: told a moment, killed, started again."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.clockwork", self._url),
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        await self._answer("ready")

    async def begin(self, moment: datetime) -> None:
        """Put the clock there and let the jobs run; `finish` waits for their end."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(f"{moment.isoformat()}\n".encode())
        await self._process.stdin.drain()

    async def finish(self) -> None:
        await self._answer("done")

    async def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def _answer(self, expected: str) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async with asyncio.timeout(60):
            line = await self._process.stdout.readline()
            while line and line.decode().strip() != expected:  # log lines come between
                line = await self._process.stdout.readline()
        assert line, "it ended by itself"


def serve(url: str, moments: Iterable[str]) -> None:
    store = Store.open(url)
    press = Press(Texts.load(), {"webchat": 4096}, House())
    print("ready", flush=True)
    with asyncio.Runner() as runner:
        for line in moments:
            now = datetime.fromisoformat(line.strip())
            work = Work(store, lambda now=now: now, lambda: None, press, draft_days=30)  # type: ignore[misc]  # bound now
            runner.run(work.each_minute())
            print("done", flush=True)
    store.close()


if __name__ == "__main__":
    serve(sys.argv[1], sys.stdin)
