"""By which file_id Telegram knows a picture of ours that it has: it goes up once, not anew for each of twenty thousand.

Telegram keeps what a bot has sent; its file_ids are good for that bot for as long as it likes, which may end.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path

MOST = 200

Mark = tuple[str, int, int]
"""Path, moment of the last change, size: a file made anew is another picture."""


def mark_of(path: Path) -> Mark:
    """Raises OSError."""
    found = path.stat()
    return str(path), found.st_mtime_ns, found.st_size


@dataclass(slots=True)
class KnownPictures:
    """Of this process; what was not used for longest is forgotten first."""

    _ids: OrderedDict[Mark, str] = field(default_factory=OrderedDict)

    def file_id(self, mark: Mark) -> str:
        """An empty text for one that has not gone up."""
        if mark not in self._ids:
            return ""
        self._ids.move_to_end(mark)
        return self._ids[mark]

    def keep(self, mark: Mark, file_id: str) -> None:
        self._ids[mark] = file_id
        if len(self._ids) > MOST:
            self._ids.popitem(last=False)

    def forget(self, mark: Mark) -> None:
        self._ids.pop(mark, None)
