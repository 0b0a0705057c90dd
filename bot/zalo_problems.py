"""Why Zalo cannot be asked or said no, as an administrator is told it. Words in quotes are the platform's own."""

from __future__ import annotations

from bot.channels import RateLimited, SendError, Unauthorized
from bot.channels.zalo_bot_api import NO_TOKEN, QUOTA_USED, ApiError, NoAnswer
from bot.channels.zalo_oa_api import TOKEN_FAULTS, OaError
from bot.channels.zalo_oa_errors import explain
from handlers.talk import Say, say


def of_bot(error: ApiError) -> Say:
    if isinstance(error, NoAnswer):
        return say("zalo_problem.silent", kind=error.kind)
    if error.code in NO_TOKEN:
        return say("zalo_problem.bot_token")
    if error.code == QUOTA_USED:
        return say("zalo_problem.bot_quota")
    return say("zalo_problem.refused", code=error.code or "?", words=error.description)


def of_account(error: OaError | SendError) -> Say:
    if isinstance(error, OaError):
        if explain(error.code):
            return say(f"zalo_error.{-error.code}")
        if error.code in TOKEN_FAULTS:
            return say("zalo_problem.oa_token")
        return say("zalo_problem.refused", code=error.code, words=error.words)
    if isinstance(error, RateLimited):
        return say("zalo_problem.pace")
    if isinstance(error, Unauthorized):
        return say("zalo_problem.oa_token")
    return say("zalo_problem.silent", kind=str(error))
