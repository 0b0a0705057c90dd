"""`sangkien run` as a process of its own, told everything by its environment, started and killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.servers.telegram import TelegramServer

ROOT = Path(__file__).parents[2]


class BotProcess:
    """One life after another of the same installation."""

    def __init__(self, server: TelegramServer | None, database_url: str, folder: Path, **settings: str) -> None:
        """`server` None: not on Telegram."""
        self._server = server
        self._folder = folder
        self._environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "SANGKIEN_DATABASE_URL": database_url,
            "SANGKIEN_HTTP_PORT": "0",
            "SANGKIEN_TELEGRAM_TOKEN": server.token if server else "",
            "SANGKIEN_TELEGRAM_API_URL": server.url if server else "",
            "SANGKIEN_TELEGRAM_PER_SECOND": "500",
            "SANGKIEN_TELEGRAM_CHAT_INTERVAL": "0",
            "SANGKIEN_TELEGRAM_GROUP_INTERVAL": "0",
            **{f"SANGKIEN_{name.upper()}": value for name, value in settings.items()},
        }
        self._process: asyncio.subprocess.Process | None = None
        self.program: tuple[str, ...] = ("bot", "run")  # what the next life runs
        self.lives = 0

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Returns as soon as the process exists; see `polls` for when it receives."""
        self.lives += 1
        with self._log(self.lives).open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *self.program),
                cwd=self._folder,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def polls(self, seconds: float = 30.0) -> None:
        """Wait until it (or another of this token) asks for updates anew. Raises TimeoutError, RuntimeError."""
        assert self._server is not None
        seen = self._server.calls["getupdates"]
        async with asyncio.timeout(seconds):
            while self._server.calls["getupdates"] == seen:
                self.check()
                await asyncio.sleep(0.01)

    def check(self) -> None:
        """Raises RuntimeError with the end of its log if it ended by itself."""
        if self._process is not None and self._process.returncode is not None:
            raise RuntimeError(f"ended with {self._process.returncode}:\n{self.tail()}")

    async def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self.check()
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()
            self._process = None

    async def stop(self) -> int:
        """Ctrl-C; its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        async with asyncio.timeout(20):
            code = await self._process.wait()
        self._process = None
        return code

    def events(self) -> list[Mapping[str, Any]]:
        """The log lines of all lives."""
        lines = [line for life in range(1, self.lives + 1) for line in self._log(life).read_text().splitlines()]
        return [json.loads(line) for line in lines if line.startswith("{")]

    def log(self) -> str:
        """All that was logged, of all lives."""
        return "".join(self._log(life).read_text() for life in range(1, self.lives + 1))

    def tail(self) -> str:
        return self._log(self.lives).read_text()[-3000:]

    def _log(self, life: int) -> Path:
        return self._folder / f"life-{life}.log"


@asynccontextmanager
async def bot_process(
    server: TelegramServer | None, database_url: str, folder: Path, **settings: str
) -> AsyncIterator[BotProcess]:
    """Whatever happens, nothing is left running."""
    folder.mkdir(parents=True, exist_ok=True)
    process = BotProcess(server, database_url, folder, **settings)
    try:
        yield process
    finally:
        if process.runs:
            await process.kill()


async def sangkien(database_url: str, folder: Path, *words: str) -> tuple[int, str]:
    """Another command of the command line on the same database: exit code and output."""
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "SANGKIEN_DATABASE_URL": database_url,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()
