"""Two talks in one turn: who would lock them against the order of their numbers begins anew with all locked first."""

from __future__ import annotations

from typing import TypeAlias

from bot.channels import Incoming
from bot.facts import Known

People: TypeAlias = tuple[int, ...]


class Crossing(Exception):
    """Two talks are needed, and the one with the lower number is not locked yet: whoever holds it may wait for this
    one. The transaction is undone and tried again with all of `people` locked first, in their order.
    """

    def __init__(self, people: People) -> None:
        super().__init__(f"{len(people)} talks")
        self.people = people


def same_talk(incoming: Incoming, known: Known, locked: int | None, ahead: People) -> None:
    """The account may have become somebody else's (NOITK) while this turn waited for its talk: then it is that talk
    which must be locked. Raises `Crossing`.
    """
    mine = known.facts.person.id
    if locked is not None and not incoming.is_group and mine not in (locked, *ahead):
        raise Crossing((locked, mine))
