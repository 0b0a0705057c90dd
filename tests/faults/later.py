"""`sangkien run` on another clock: `python -m tests.faults.later SECONDS`, by which it is ahead (negative: behind)."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from bot.app import run_until_stopped
from bot.config import Settings
from bot.logs import set_up_logs
from scheduler.clock import system_clock

if __name__ == "__main__":
    ahead = timedelta(seconds=float(sys.argv[1]))
    settings = Settings()
    set_up_logs(settings.log_level)
    asyncio.run(run_until_stopped(settings, (), lambda _: None, clock=lambda: system_clock() + ahead))
