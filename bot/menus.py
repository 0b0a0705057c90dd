"""The menu of words in somebody's private chats: as their roles are once a turn is committed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.acts import Act
from bot.channels import Channel, HasMenus
from bot.roles import held
from handlers import menu
from handlers.texts import Texts
from models.queries import people


@dataclass(frozen=True, slots=True)
class ChatMenu:
    """What is to be shown where. No commands: what everybody is shown there."""

    channel: str
    chat: str
    language: str
    commands: tuple[str, ...]


def menus_of(act: Act, *, started: bool) -> tuple[ChatMenu, ...]:
    """For those whose words the turn has changed (`Act.menus`), wherever they are reached; for somebody with a role who
    has opened the chat (`started`) in any case: a menu that could not be set before is mended by it.
    """
    whose = act.menus | ({act.person_id} if started and act.facts.person.roles else set())
    return tuple(one for person_id in sorted(whose) for one in _menus_of(act, person_id))


def _menus_of(act: Act, person_id: int) -> tuple[ChatMenu, ...]:
    commands = menu.beside(held(act.conn, act.tools.registry, person_id, act.now))
    rows = people.reach(act.conn, person_id)
    if not rows and person_id == act.person_id:  # erased: nothing but this chat is known of them any more
        return (ChatMenu(act.channel, act.chat, act.state.language, commands),)
    return tuple(ChatMenu(row.channel, row.chat, row.language, commands) for row in rows)


@dataclass(frozen=True, slots=True)
class Menus:
    channels: Mapping[str, Channel]
    texts: Texts

    async def show(self, menus: Sequence[ChatMenu]) -> None:
        """On channels that have menus. Where one cannot be set, the one before stays until its owner starts again."""
        for one in menus:
            channel = self.channels.get(one.channel)
            if isinstance(channel, HasMenus):
                await channel.set_menu(one.chat, menu.lines(self.texts, one.language, one.commands))
