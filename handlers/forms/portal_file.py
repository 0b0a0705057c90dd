"""SOCONG with a file instead of pasted rows: sent in the chat, or given on a one-time page."""

from __future__ import annotations

from datetime import timedelta

from handlers.file_effects import MakeUploadLink, ReadFigures
from handlers.form import Ask, Ctx
from handlers.forms import portal_common as common
from handlers.talk import Choice, Media, reply, say

LINK = Choice("link", say("upload.get_link"))
LINK_WORDS = frozenset({"link", "duongdan", "taitep", "guitep"})


def choices(ctx: Ctx) -> tuple[Choice, ...]:
    """Beside pasting: the page for a file, where people can reach this server."""
    return (LINK, common.LEAVE) if ctx.facts.house.public_url else (common.LEAVE,)


def give_link(ctx: Ctx) -> Ask:
    """Without a public address it is said, when the effect is refused, what the administrator must set."""
    place = ctx.answers["place"]
    effect = MakeUploadLink(place["unit"], place["campaign"], moment_words(ctx))
    return Ask(reply(say("upload.link"), choices=(common.LEAVE,)), effects=(effect,))


def read(ctx: Ctx, media: Media) -> ReadFigures:
    place = ctx.answers["place"]
    return ReadFigures(place["unit"], place["campaign"], media, moment_words(ctx))


def moment_words(ctx: Ctx) -> str:
    """Of when the numbers are, so that a file read later is not taken for a later moment's: "16h30 20/11/2026"."""
    at, day = common.as_of(ctx), common.day_of(ctx)
    time = "24h00" if at.date() == day + timedelta(days=1) else f"{at:%Hh%M}"
    return f"{time} {day:%d/%m/%Y}{' trong ngày' if ctx.answers['daily'] else ''}"
