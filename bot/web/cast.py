"""Who can be played in the web chat, and in which groups. Plain data that the app passes in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Player:
    """A person one can play. The account is also the id of that person's private chat with the bot."""

    account: str
    name: str
    kind: str  # worker | officer | admin
    unit: str = ""
    hints: tuple[str, ...] = ()  # words to try in an empty private chat, such as "SK 4827"

    @property
    def leads(self) -> bool:
        """Does this person run the groups, as a group's admin does on other platforms?"""
        return self.kind != "worker"


@dataclass(frozen=True, slots=True)
class Group:
    chat: str
    name: str
    about: str = ""  # one line under the name: who is in it
    hints: tuple[str, ...] = ()  # commands to try in an empty group
    lead_hints: tuple[str, ...] = ()  # more of them, for those who run the group

    def tries(self, player: Player) -> tuple[str, ...]:
        return self.lead_hints + self.hints if player.leads else self.hints


@dataclass(frozen=True, slots=True)
class Cast:
    """All players and groups. Raises ValueError when there is nobody to play, no group, or one id stands twice."""

    players: tuple[Player, ...]
    groups: tuple[Group, ...]

    def __post_init__(self) -> None:
        chats = [player.account for player in self.players] + [group.chat for group in self.groups]
        if not self.players or not self.groups:
            raise ValueError("the web chat needs a player and a group")
        if len(set(chats)) != len(chats):
            raise ValueError("an id stands twice in the web chat's cast")

    @property
    def leader(self) -> Player | None:
        """Who can be played to run the groups."""
        return next((player for player in self.players if player.leads), None)

    def player(self, account: str) -> Player | None:
        return next((player for player in self.players if player.account == account), None)

    def group(self, chat: str) -> Group | None:
        return next((group for group in self.groups if group.chat == chat), None)

    def holds(self, chat: str) -> bool:
        return self.player(chat) is not None or self.group(chat) is not None
