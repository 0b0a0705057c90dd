"""A message to somebody who did not ask for it: what the help desk hands from one person's turn to another's chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from handlers.talk import Reply, Say


class Reached(Protocol):
    """An account by which somebody is reached in private."""

    @property
    def channel(self) -> str: ...
    @property
    def chat(self) -> str: ...
    @property
    def person_id(self) -> int: ...
    @property
    def language(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Telling:
    """`hint`: how to answer, where a number would answer something else. `here`: said instead where words do, too.
    `about`: whose words it holds; it is erased with that person. A `key` used before for this person makes it do
    nothing.
    """

    to: Reached
    shown: Reply
    hint: Say
    key: str
    about: int
    here: Say | None = None
