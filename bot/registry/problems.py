"""What is wrong with a file, said so that the person who keeps it can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.talk import Say, say
from handlers.texts import Texts


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it is (row as the spreadsheet shows it, 0 for the whole sheet) and what to do about it."""

    sheet: str
    row: int
    column: str  # its heading, "" when it is not about one cell
    what: Say

    def render(self, texts: Texts, language: str) -> str:
        return texts.render(language, say(f"registry.{self._place()}", **self._values()))

    def _place(self) -> str:
        if not self.row:
            return "in_sheet"
        return "in_cell" if self.column else "in_row"

    def _values(self) -> dict[str, object]:
        return {"sheet": self.sheet, "row": self.row, "column": self.column, "what": self.what}


class Unreadable(Exception):
    """The file cannot be read at all; `what` says why and what to do."""

    def __init__(self, what: Say) -> None:
        super().__init__(what.key)
        self.what = what


class Refused(Exception):
    """The file has mistakes: nothing of it was written. `problems` are all of them, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{len(self.problems)} mistakes")
