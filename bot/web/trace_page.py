"""`/tra/<code>`: a receipt code shows what became of one's initiatives, and goes on with them in this browser."""

from __future__ import annotations

from aiohttp import web

from bot.channels.web import Trace
from bot.web.filing_desk import FIRST_WAIT, LONGEST_WORD, Desk, at_desk, note
from bot.web.form_token import Signer
from bot.web.upload import Given, read_page
from bot.web.visitor import Visitor, is_foreign
from handlers.talk import Say, say

CODE = 12  # characters of a receipt code


def add_trace(app: web.Application, desk: Desk) -> None:
    """Add the pages. Expects `shell.add_shell`."""
    app.router.add_get("/tra", at_desk(desk, _ask))
    app.router.add_get("/tra/{code}", at_desk(desk, _show))
    app.router.add_post("/tra/{code}", at_desk(desk, _resume))


def bare(code: str) -> str:
    """A code as it was given out, however it was typed: blanks, dashes and case do not matter."""
    return "".join(c for c in code.upper() if c.isascii() and c.isalnum())[:LONGEST_WORD]


async def _ask(desk: Desk, request: web.Request) -> web.Response:
    visitor, language = Visitor.of(request, desk.house), desk.pages.language(request.query.get("lang"))
    code = bare(request.query.get("ma", ""))
    if code:
        return visitor.known_again(web.Response(status=303, headers={"Location": f"/tra/{code}?lang={language}"}))
    return _form(desk, visitor, language)


def _form(
    desk: Desk, visitor: Visitor, language: str, *, code: str = "", problem: Say | None = None, status: int = 200
) -> web.Response:
    wrong = status in (404, 429)  # the code is, not the server
    return visitor.page(desk.pages.render("nop_code.html", language, code=code, problem=problem, wrong=wrong), status)


async def _show(desk: Desk, request: web.Request) -> web.Response:
    visitor, language = Visitor.of(request, desk.house), desk.pages.language(request.query.get("lang"))
    code = bare(request.match_info["code"])
    try:
        found = await _found(desk, code, visitor)
        if not isinstance(found, Trace):
            return _wrong(desk, visitor, language, code, busy=found is not None)
        return await _page(desk, visitor, language, code, found)
    except Exception as exc:  # whatever failed: the code stays in the box
        note(exc)
        return _form(desk, visitor, language, code=code, problem=say("nop.not_shown"), status=503)


async def _found(desk: Desk, code: str, visitor: Visitor) -> Trace | str | None:
    return await desk.door.trace(code, visitor.address) if len(code) == CODE else None


def _wrong(desk: Desk, visitor: Visitor, language: str, code: str, *, busy: bool) -> web.Response:
    if busy:
        return _form(desk, visitor, language, code=code, problem=say("nop.code_busy"), status=429)
    return _form(desk, visitor, language, code=code, problem=say("nop.code_wrong"), status=404)


async def _page(
    desk: Desk, visitor: Visitor, language: str, code: str, found: Trace, problem: Say | None = None, status: int = 200
) -> web.Response:
    token = Signer(await desk.door.key()).make(f"tra/{code}", visitor.cookie, desk.clock())
    shown = desk.pages.render("nop_trace.html", language, code=code, found=found, token=token, problem=problem)
    return visitor.page(shown, status)


async def _resume(desk: Desk, request: web.Request) -> web.Response:
    """Go on in this browser: it is the person's from now on, until it is left."""
    visitor, language = Visitor.of(request, desk.house), desk.pages.language(request.query.get("lang"))
    if is_foreign(request):
        raise web.HTTPForbidden
    given, code = await read_page(request, 1), bare(request.match_info["code"])
    try:
        return await _resumed(desk, visitor, language, code, given)
    except Exception as exc:
        note(exc)
        return _form(desk, visitor, language, code=code, problem=say("nop.failed"), status=503)


async def _resumed(desk: Desk, visitor: Visitor, language: str, code: str, given: Given) -> web.Response:
    found = await _found(desk, code, visitor)
    if not isinstance(found, Trace):
        return _wrong(desk, visitor, language, code, busy=found is not None)
    token, page = given.fields.get("token", ""), f"tra/{code}"
    ticket = Signer(await desk.door.key()).read(token, page, visitor.cookie, desk.clock())
    if ticket is None or ticket.age < FIRST_WAIT / 2 or given.fields.get("website"):
        again = say("nop.cookie" if visitor.is_new else "nop.again")
        return await _page(desk, visitor, language, code, found, again, 400)
    if not await desk.door.may_say(visitor.cookie, visitor.address):
        return await _page(desk, visitor, language, code, found, say("nop.busy"), 429)
    await desk.door.resume(code, visitor.cookie)
    return visitor.known_again(web.Response(status=303, headers={"Location": f"/nop/{found.unit}".rstrip("/")}))
