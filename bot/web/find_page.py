"""`/nop`: the search for one's unit; nothing is listed that was not asked for."""

from __future__ import annotations

import unicodedata

from aiohttp import web

from bot.channels.web import Place
from bot.web.filing_desk import LONGEST_WORD, Desk, note
from bot.web.visitor import Visitor
from handlers.talk import Say, say


async def find(desk: Desk, request: web.Request) -> web.Response:
    visitor, language = Visitor.of(request, desk.house), desk.pages.language(request.query.get("lang"))
    asked = unicodedata.normalize("NFC", request.query.get("tim", "")).strip()[:LONGEST_WORD]
    if not asked:
        return find_form(desk, visitor, language)
    try:
        if not await desk.door.may_search(visitor.address):
            return find_form(desk, visitor, language, asked=asked, problem=say("nop.busy"), status=429)
        found = await desk.door.search(asked)
    except Exception as exc:  # whatever failed: the name stays in the box
        note(exc)
        return find_form(desk, visitor, language, asked=asked, problem=say("nop.not_shown"), status=503)
    return find_form(desk, visitor, language, asked=asked, found=found)


def find_form(
    desk: Desk,
    visitor: Visitor,
    language: str,
    *,
    asked: str = "",
    found: tuple[Place, ...] = (),
    problem: Say | None = None,
    status: int = 200,
) -> web.Response:
    shown = desk.pages.render("nop_find.html", language, asked=asked, found=found, problem=problem)
    return visitor.page(shown, status)
