"""Drawing in a process of its own: once for all, without holding up the bot, and without leaving anything behind."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import pictures as module
from bot.pictures import NotDrawn, Pictures, draw_now
from handlers import picture
from handlers.board import compose
from handlers.texts import Texts
from tests.handlers.boards import numbers, row, yesterday

TEXTS = Texts.load()
PNG = b"\x89PNG\r\n\x1a\n"
SMALL = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="9" height="9" fill="red"/></svg>'


@pytest.fixture
async def pictures(tmp_path: Path) -> AsyncIterator[Pictures]:
    drawing = Pictures(tmp_path / "pictures")
    yield drawing
    await drawing.close()


def workers() -> list[int]:
    return [child.pid for child in multiprocessing.active_children() if child.pid]


async def test_what_is_no_picture_is_refused(pictures: Pictures) -> None:
    with pytest.raises(NotDrawn, match="not a picture"):
        await pictures.draw("<svg")
    assert (await pictures.draw(SMALL)).read_bytes().startswith(PNG)  # and the next one is drawn


async def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "pictures").write_text("a file")
    drawing = Pictures(tmp_path / "pictures")
    with pytest.raises(NotDrawn, match="folder"):
        await drawing.draw(SMALL)
    await drawing.close()


async def test_the_same_board_is_drawn_once_for_all_groups(pictures: Pictures, tmp_path: Path) -> None:
    svg = picture.svg(TEXTS, "vi", compose(numbers(), yesterday()))
    paths = await asyncio.gather(*(pictures.draw(svg) for _ in range(20)))
    (path,) = set(paths)
    assert path.read_bytes() == draw_now(svg)
    drawn_at = path.stat().st_ino
    assert await pictures.draw(svg) == path
    assert path.stat().st_ino == drawn_at
    assert [file.name for file in (tmp_path / "pictures").iterdir()] == [path.name]


async def test_no_process_starts_before_the_first_drawing(tmp_path: Path) -> None:
    before = workers()
    drawing = Pictures(tmp_path)
    assert workers() == before
    await drawing.draw(SMALL)
    assert len(workers()) == len(before) + 1
    await drawing.close()
    await drawing.close()
    assert workers() == before
    with pytest.raises(NotDrawn, match="closed"):
        await drawing.draw(SMALL.replace("red", "blue"))


async def test_a_worker_that_was_killed_is_replaced(pictures: Pictures) -> None:
    await pictures.draw(SMALL)
    (pid,) = workers()
    os.kill(pid, signal.SIGKILL)
    assert (await pictures.draw(SMALL.replace("red", "blue"))).read_bytes().startswith(PNG)
    assert workers() != [pid]


def test_a_worker_does_not_outlive_a_bot_that_was_killed(tmp_path: Path) -> None:
    script = (
        "import asyncio, multiprocessing, pathlib, time\n"
        "from bot.pictures import Pictures\n"
        "async def main():\n"
        f"    await Pictures(pathlib.Path({str(tmp_path)!r})).draw({SMALL!r})\n"
        "    print(multiprocessing.active_children()[0].pid, flush=True)\n"
        "    time.sleep(60)\n"
        "if __name__ == '__main__':\n"
        "    asyncio.run(main())\n"
    )
    (tmp_path / "bot_of_tests.py").write_text(script)
    environment = os.environ | {"PYTHONPATH": str(Path(module.__file__).parent.parent)}
    with subprocess.Popen(
        [sys.executable, str(tmp_path / "bot_of_tests.py")], stdout=subprocess.PIPE, env=environment
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert alive(worker)
        parent.kill()
    until = time.monotonic() + 10
    while alive(worker) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(worker)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_the_event_loop_is_not_held_up(pictures: Pictures) -> None:
    """Ten pictures of thirty rows, one after the other: each would hold it for a fifth of a second."""
    await pictures.draw(SMALL)  # the process has started
    rows = [row(at, f"Công ty số {at}", 90 - at, 60) for at in range(30)]
    svgs = [picture.svg(TEXTS, "vi", compose(numbers(rows=rows, filed=2000 + n, notes=[]))) for n in range(10)]
    drawing = asyncio.gather(*(pictures.draw(svg) for svg in svgs))
    late: list[float] = []
    while not drawing.done():
        before, worked = time.perf_counter(), time.process_time()
        await asyncio.sleep(0.005)
        passed = time.perf_counter() - before - 0.005
        # what a busy machine took from this whole process is not its own doing: drawing in it would use its time
        late.append(min(passed, time.process_time() - worked))
    assert len(set(await drawing)) == 10
    assert max(late) < 0.05


async def test_old_pictures_are_let_go(pictures: Pictures, tmp_path: Path) -> None:
    old, used = await pictures.draw(SMALL), await pictures.draw(SMALL.replace("red", "green"))
    for path in (old, used):
        os.utime(path, (1, 1))
    half = old.with_suffix(".99.part")
    half.write_bytes(b"of a process that was killed")
    os.utime(half, (1, 1))
    assert await pictures.draw(SMALL.replace("red", "green")) == used  # asked for again: kept
    await pictures.draw(SMALL.replace("red", "blue"))
    assert used.exists()
    assert not old.exists()
    assert not half.exists()
