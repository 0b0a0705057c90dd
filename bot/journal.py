"""What was sent, noted the moment it was answered: a killed process repeats only what was on the wire just then.

Writing into the database takes milliseconds, in which others leave. A line at the end of a file takes microseconds and
outlives the process; whoever buries it takes the lines over (`bot.holder`). The database remains the truth: lines are
dropped once it knows, and a lost file (a power cut, another machine) costs a few repeats, nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

_SUFFIX = ".sent"
_SMALL = 4096  # bytes that are left standing
_MODE = 0o600


class Journal:
    """The lines of one process and channel. The file is made by the first line."""

    def __init__(self, folder: Path, holder: str, channel: str) -> None:
        self._path = folder / f"{holder}.{channel}{_SUFFIX}"
        self._file: int | None = None
        self._size = 0

    def note(self, message_id: int, external_id: str) -> None:
        """The message is out. Raises OSError."""
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _MODE)
        self._size += os.write(self._file, f"{message_id} {external_id}\n".encode())

    def all_known(self) -> None:
        """The database knows of every line."""
        if self._file is not None and self._size > _SMALL:
            os.ftruncate(self._file, 0)
            self._size = 0

    def close(self) -> None:
        """All is known, and nothing more will be noted."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
            self._path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Line:
    message_id: int
    external_id: str


def holders(folder: Path) -> set[str]:
    """Processes that left lines, or are writing them."""
    return {_holder(path) for path in folder.glob(f"*{_SUFFIX}")}


def lines(folder: Path, dead: Collection[str]) -> list[Line]:
    """What these processes noted."""
    return [line for path in _files(folder, dead) for line in _lines(path)]


def drop(folder: Path, dead: Collection[str]) -> None:
    """Their lines stand in the database."""
    for path in _files(folder, dead):
        path.unlink(missing_ok=True)


def _files(folder: Path, dead: Collection[str]) -> list[Path]:
    return [path for path in folder.glob(f"*{_SUFFIX}") if _holder(path) in dead]


def _holder(path: Path) -> str:
    return path.name.removesuffix(_SUFFIX).rpartition(".")[0]  # a host's name may have dots


def _lines(path: Path) -> Iterator[Line]:
    try:
        text = path.read_text()
    except FileNotFoundError:  # another process buried it meanwhile
        return
    for row in text.splitlines(keepends=True):
        number, _, external = row.partition(" ")
        if row.endswith("\n") and number.isdigit():  # the last one may be torn
            yield Line(int(number), external.strip())
