"""The menu of commands that Telegram shows beside the text field. It helps to type; it allows and forbids nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.channels.telegram_api import ApiError, BotApi

PRIVATE, GROUPS, GROUP_ADMINS = "all_private_chats", "all_group_chats", "all_chat_administrators"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Menu:
    """One menu: where it is shown, to whom (`language` "" is everybody else), and its (command, description) lines."""

    scope: str
    language: str
    commands: tuple[tuple[str, str], ...]


async def set_menus(api: BotApi, menus: Sequence[Menu]) -> None:
    """Set each menu. A menu that is refused is logged and left out: the bot works without it."""
    for menu in menus:
        commands = [{"command": name, "description": text} for name, text in menu.commands]
        try:
            await api.call("setMyCommands", commands=commands, scope={"type": menu.scope}, language_code=menu.language)
        except ApiError as error:
            log.warning("telegram_menu_refused", scope=menu.scope, language=menu.language, reason=str(error))
