"""The rows: see `tests.lines`."""

from __future__ import annotations

from tests.lines import telegram, web, webchat, zalo_bot, zalo_oa
from tests.lines.line import Open

TABLE: dict[str, Open] = {
    "webchat": webchat.in_the_browser,
    "telegram": telegram.by_polling,
    "zalo_bot-polling": zalo_bot.by_polling,
    "zalo_bot-webhook": zalo_bot.by_webhook,
    "web": web.in_any_browser,
    "zalo_oa": zalo_oa.by_webhook,
}
PAGES = ("web",)  # rows that have no groups, and from which no role is used
