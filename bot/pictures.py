"""Draws SVG as PNG in a process of its own: drawing holds the interpreter for a fifth of a second at a time.

Each drawing is kept in a folder under the hash of what it shows: groups that get the same board share one picture.
"""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

FONTS = Path(__file__).resolve().parent / "fonts"
FAMILY = "Be Vietnam Pro"
KEPT_SECONDS = 3 * 24 * 3600  # a notice is not sent after midday of the next day: no picture is asked for later
_DRAWING_SECONDS = 10  # longer and the worker ends itself: it takes 0.2
_TRIES = 2  # a worker may have been killed while it was idle, for memory


class NotDrawn(Exception):
    """The picture could not be made; the message says why, without what it was to show."""


class Pictures:
    """Drawings as files in `folder`. The worker process starts with the first drawing; `close` ends it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pool: ProcessPoolExecutor | None = None
        self._one = asyncio.Lock()  # who waits for the worker may find the very picture drawn meanwhile
        self._closed = False

    async def draw(self, svg: str) -> Path:
        """The PNG of an SVG document: drawn, or found from before. Raises NotDrawn."""
        path = self._folder / f"{hashlib.sha256(svg.encode()).hexdigest()}.png"
        async with self._one:
            try:
                if not await asyncio.to_thread(_found, path):
                    await asyncio.to_thread(_keep, path, await self._drawn(svg))
            except OSError as error:
                raise NotDrawn(f"the folder of pictures cannot be used ({type(error).__name__})") from error
        return path

    async def draw_once(self, svg: str) -> bytes:
        """The PNG of an SVG document, without a file: for what anybody may ask for. Raises NotDrawn."""
        async with self._one:
            return await self._drawn(svg)

    async def _drawn(self, svg: str) -> bytes:
        for _ in range(_TRIES):
            if self._closed:
                raise NotDrawn("closed")
            if self._pool is None:
                spawn = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(1, spawn, initializer=_begin)
            try:
                return await asyncio.get_running_loop().run_in_executor(self._pool, _draw_in_time, svg)
            except BrokenProcessPool:
                await self._end_worker()
            except ValueError as error:
                raise NotDrawn("not a picture that can be drawn") from error
        raise NotDrawn("the drawing process ended")

    async def close(self) -> None:
        """End the worker; a drawing under way is finished first."""
        self._closed = True
        await self._end_worker()

    async def _end_worker(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)


def draw_now(svg: str) -> bytes:
    """The PNG of an SVG document, drawn in this process: for the command line. Raises ValueError for what is no SVG.

    Only our own fonts are used. A letter they lack is drawn as nothing: see `handlers.glyphs`.
    """
    import resvg_py  # only where something is drawn

    return resvg_py.svg_to_bytes(
        svg_string=svg,
        skip_system_fonts=True,
        font_files=[str(path) for path in sorted(FONTS.glob("*.ttf"))],
        font_family=FAMILY,
        sans_serif_family=FAMILY,
    )


# ---------------------------------------------------------------- in the worker


def _begin() -> None:
    """Ctrl-C is for the bot, which ends its worker itself; a bot that was killed cannot, so the worker watches it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _draw_in_time(svg: str) -> bytes:
    """As `draw_now`; a drawing that takes too long ends the worker, which nothing else could stop."""
    if not hasattr(signal, "alarm"):  # not on Windows
        return draw_now(svg)
    signal.alarm(_DRAWING_SECONDS)
    try:
        return draw_now(svg)
    finally:
        signal.alarm(0)


# ---------------------------------------------------------------- the folder


def _found(path: Path) -> bool:
    """Is it there? Then it counts as new again."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _keep(path: Path, png: bytes) -> None:
    """Write it whole or not at all, and let go of those nobody asked for in days. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_suffix(f".{os.getpid()}.part")
    half.write_bytes(png)
    half.replace(path)
    oldest = path.stat().st_mtime - KEPT_SECONDS
    for other in path.parent.glob("*.p*"):  # *.png, and *.part of a process that was killed
        if _mtime(other, oldest) < oldest:
            other.unlink(missing_ok=True)


def _mtime(path: Path, gone: float) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another process was quicker
        return gone
