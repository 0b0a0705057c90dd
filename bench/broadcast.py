"""A reminder to thousands over HTTP, against a Bot API that refuses what is too fast: our bot next to the usual way.

`python -m bench.broadcast` runs it alone. The server is a process of its own, so is each contestant; the server counts.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.broadcast_ways import FIRST, WAYS

ROOT = Path(__file__).parent.parent
RATE = 300  # messages a second that the server takes from a token
CHATS = 3_000
PATIENCE = 180  # seconds
TOKEN = "700000001:bench-token-of-nobody"


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One measurement."""

    name: str
    chats: int
    seconds: float  # from the first send to the last
    refused: int  # 429s
    missing: int  # chats that got nothing
    cpu_per_send: float  # milliseconds of the contestant's process

    @property
    def used(self) -> float:
        """Of the allowed rate."""
        return (self.chats - self.missing) / self.seconds / RATE


def measure(name: str, chats: int = CHATS) -> Broadcast:
    """One contestant, in a process of its own. Raises subprocess errors."""
    with _server() as url, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for number in range(chats):
            _control(url, "user", user=FIRST + number, first_name="Lan", started=True)
        _control(url, "pace", per_second=RATE)
        place = ("--url", url, "--token", TOKEN, "--chats", str(chats), "--rate", str(RATE), "--folder", folder)
        command = [sys.executable, "-m", "bench.broadcast_ways", name, *place]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=PATIENCE)
        own = json.loads(done.stdout.splitlines()[-1])
        counts = _control(url, "counts")
        got = sum(bool(_sent(url, FIRST + number)) for number in range(0, chats, 10)) * 10
        cpu = own["cpu"] * 1000 / chats
        return Broadcast(name, chats, counts["sending_seconds"], counts["refused"], chats - got, cpu)


@contextmanager
def _server() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.servers.telegram", "--port", "0", "--token", TOKEN]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(10)


def _control(url: str, name: str, **arguments: Any) -> Any:
    request = urllib.request.Request(
        f"{url}/control/{name}", json.dumps(arguments).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


def _sent(url: str, chat: int) -> Any:
    with urllib.request.urlopen(f"{url}/control/sent?chat={chat}", timeout=30) as answer:
        return json.loads(answer.read())


def main() -> None:
    for name in WAYS:
        found = measure(name)
        print(f"{WAYS[name].label}: {found.used:.1%} of the rate, {found.refused} refused, {found}", flush=True)


if __name__ == "__main__":
    main()
