"""Why Telegram cannot be asked or said no, as an administrator is told it. Words in quotes are the platform's own."""

from __future__ import annotations

from bot.channels.telegram_api import ApiError, NoAnswer
from handlers.talk import Say, say


def of_bot(error: ApiError) -> Say:
    if error.code in {401, 404}:
        return say("telegram_problem.token")
    if isinstance(error, NoAnswer):
        return say("telegram_problem.silent", kind=error.kind)
    if error.code == 429:
        return say("telegram_problem.pace", seconds=f"{error.retry_after:g}")
    return say("telegram_problem.refused", code=error.code or "?", words=error.description)
