"""A process that renews an Official Account's tokens when told to, to be killed at will.

`python -m tests.faults.refresher DATABASE_URL PLATFORM_URL HOLDER`: each line of its input is the version of the pair
it has in hand; it answers with the one it got, or with why it got none.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from sqlalchemy import Connection

from bot.channels import SendError
from bot.channels.zalo_oa_api import OaApi
from bot.channels.zalo_oa_oauth import OAuth
from bot.logs import set_up_logs
from bot.zalo_oa_alarm import Alarm
from bot.zalo_oa_tokens import Bank, SharedTokens
from handlers.texts import Texts
from models.store import Store
from scheduler.clock import system_clock
from tests.servers.zalo_oa import ZaloOaServer

ROOT = Path(__file__).parents[2]
ROW = "zalo_oa:388600000000000001"


class Refresher:
    """One such process, as the test holds it."""

    def __init__(self, database_url: str, server: ZaloOaServer, holder: str) -> None:
        self._arguments = (database_url, server.url, holder)
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.refresher", *self._arguments),
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        await self.answer("ready")

    def tell(self, word: str) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n".encode())

    async def answer(self, expected: str = "") -> str:
        """The next line; raises TimeoutError, and AssertionError where it is another than `expected`."""
        assert self._process is not None
        assert self._process.stdout is not None
        async with asyncio.timeout(60):
            line = (await self._process.stdout.readline()).decode().strip()
        assert not expected or line == expected
        return line

    async def kill(self) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
        await self._process.wait()


async def serve(database_url: str, platform_url: str, holder: str) -> None:
    set_up_logs("warning")
    played = ZaloOaServer()  # for its names only
    store = Store.open(database_url)
    alarm = Alarm(Texts.load(), ("telegram",))

    def tell(conn: Connection, problem: str, version: int) -> None:
        alarm.tell_of_tokens(conn, problem, f"{ROW}:{version}", system_clock())

    async def lives(access: str) -> bool | None:
        return await api.lives(access)

    oauth = OAuth(played.app_id, played.app_secret, platform_url)
    tokens = SharedTokens(Bank(ROW, store, system_clock, holder, oauth, lives, tell))
    api = OaApi(tokens, system_clock, platform_url)
    print("ready", flush=True)
    while word := (await asyncio.to_thread(sys.stdin.readline)).strip():
        try:
            token = await tokens.renew(int(word))
        except SendError as error:
            print(type(error).__name__, flush=True)
        else:
            print(f"{token.version} {token.access}", flush=True)
    await api.close()
    store.close()


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
