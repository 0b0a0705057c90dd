"""Why Zalo cannot be asked or said no, as an administrator is told it. Words in quotes are the platform's own."""

from __future__ import annotations

import re

from bot.channels import RateLimited, SendError, Unauthorized
from bot.channels.zalo_bot_api import NO_TOKEN, QUOTA_USED, ApiError, NoAnswer
from bot.channels.zalo_oa_api import TOKEN_FAULTS, TOO_FAST, OaError
from bot.channels.zalo_oa_errors import explain
from bot.channels.zalo_oa_oauth import NotSent, Refused, Unclear
from bot.zalo_oa_tokens import NotRenewed
from handlers.talk import Say, say

_STATUS = re.compile(r"not an answer of .*\((?:HTTP )?(\d{3})\)")  # as our clients say it of a proxy's page


def of_bot(error: ApiError) -> Say:
    if error.code in NO_TOKEN:  # with an answer of their web server, too
        return say("zalo_problem.bot_token")
    if isinstance(error, NoAnswer):
        return say("zalo_problem.silent", kind=error.kind)
    if error.code == QUOTA_USED:
        return say("zalo_problem.bot_quota")
    if _STATUS.fullmatch(error.description):
        return _silent(error.description)
    return say("zalo_problem.refused", code=error.code or "?", words=error.description)


def of_account(error: OaError | SendError) -> Say:
    if isinstance(error, OaError):
        if explain(error.code):
            return say(f"zalo_error.{-error.code}")
        if error.code in TOKEN_FAULTS:
            return say("zalo_problem.oa_token")
        if error.code == TOO_FAST:
            return say("zalo_problem.pace")
        return say("zalo_problem.refused", code=error.code, words=error.words)
    if isinstance(error, RateLimited):
        return say("zalo_problem.pace")
    if isinstance(error, Unauthorized):
        return say("zalo_problem.oa_token")
    if isinstance(error, NotRenewed):
        key = "zalo_problem.perhaps_renewed" if error.doubtful else "zalo_problem.not_renewed"
        return say(key, kind=error.kind)
    return _silent(str(error))


def of_consent(error: NotSent | Unclear | Refused) -> Say:
    """Why a code brought no tokens."""
    if isinstance(error, NotSent):
        return say("zalo_problem.silent", kind=str(error))
    if isinstance(error, Unclear):
        return say("zalo_problem.unclear", kind=str(error))
    return say("zalo_problem.named", words=error.words) if error.words else say("zalo_problem.no_tokens")


def _silent(what: str) -> Say:
    """`what`: the name of an error on the way, or that there was an answer, but of a proxy."""
    if found := _STATUS.fullmatch(what):
        return say("zalo_problem.silent", kind=f"HTTP {found[1]}")
    return say("zalo_problem.odd" if " " in what else "zalo_problem.silent", words=what, kind=what)
