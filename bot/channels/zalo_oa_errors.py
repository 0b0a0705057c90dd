"""What the Official Account API's error numbers mean for a message (the platform's table of 2026)."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.channels import Gone, NotNow, RateLimited, Rejected, SendError, Unauthorized, Unsure
from bot.channels.zalo_oa_api import TOKEN_FAULTS, TOO_FAST, OaError

ATTACHMENT_EXPIRED = -100
NIGHT = -234
MORNING = time(6)
QUOTA = {-211: "the account's quota is used up", -218: "this person's quota is used up"}
WINDOW_CLOSED = {-230, -232}  # not written to the account for a week
UNREACHABLE = {-213, -217, -227, -244, *WINDOW_CLOSED}  # not following, blocked, banned or idle, restricted
OUR_FAULT = {-200, -201, -210, -233, ATTACHMENT_EXPIRED}  # this message will never be taken
FORM_NOT_TAKEN = {-200, -201, -233}  # perhaps without its buttons, or its quote
LEFT = {-403}  # the account is not in the group
FOR_AN_HOUR = {  # for a person to mend, but only some messages suffer: the others go on meanwhile
    -237: "the group is disabled: its GMF package has run out",
    -238: "the group's GMF package cannot be used",
    -241: "the group's GMF package is used elsewhere",
    -248: "against Zalo's policy",
    -320: "no Zalo Cloud Account is connected",
    -321: "the Zalo Cloud Account has no money left",
}
TOLD = {  # the words for administrators: a quota holds up messages without anybody's seeing it
    -211: "zalo_error.211",
    -218: "quota.one_person",
}
HUMAN = {
    -209: "the app is not active",
    -212: "the app is not registered for this API",
    -219: "the app was removed",
    -221: "the account is not verified",
    -223: "the account has not authorised the app",
    -224: "the account's package is too low",
    -235: "this kind of account may not do it",
    -240: "this way of sending is shut down",
    -242: "the app secret is wrong (appsecret_proof)",
}
NOT_FOR_ALL = {-212, -224, -235, -240}  # of these: also where only groups, or templates, are shut to the account
PACE_PAUSE = 30.0  # seconds


def as_send_error(error: OaError, now: datetime, *, apart: bool = False) -> SendError:
    """`now` is local: night and days are the platform's, in Vietnam. `apart`: to a group or by template, what some
    packages lack; people are still written to.
    """
    code, words = error.code, str(error)
    if code in QUOTA:
        return NotNow(morning_after(now, next_day=True), TOLD[code])
    if code == NIGHT:
        return NotNow(morning_after(now))
    if code == TOO_FAST:
        return RateLimited(PACE_PAUSE)
    if code in UNREACHABLE | LEFT:
        return Gone(words)
    if waits_for_help(code, apart=apart):
        return NotNow(now + timedelta(hours=1))
    if code in OUR_FAULT:
        return Rejected(words)
    if code in HUMAN or code in TOKEN_FAULTS:
        return Unauthorized(f"{HUMAN.get(code, 'the token is not taken')} ({code})")
    return Unsure(words[:100])


def waits_for_help(code: int, *, apart: bool) -> bool:
    """Must a person mend it, while other messages go on?"""
    return code in FOR_AN_HOUR or (apart and code in NOT_FOR_ALL)


def explain(code: int) -> str:
    """Why it is for a person to mend, for the log (people: `bot.zalo_problems`); "" where it is not."""
    return HUMAN.get(code) or FOR_AN_HOUR.get(code) or QUOTA.get(code, "")


def morning_after(now: datetime, *, next_day: bool = False) -> datetime:
    """The next 06:00, or that of tomorrow."""
    at = now.replace(hour=MORNING.hour, minute=0, second=0, microsecond=0)
    return at + timedelta(days=1) if next_day or at <= now else at
