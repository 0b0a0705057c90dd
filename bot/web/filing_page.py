"""`/nop/<unit code>`: filing in any browser, without an app, an account or a script: the chat's talk, a page a turn.

What a browser sends is one event of the same talk as in a chat. Against robots and other sites: a signed word in each
form, a field that people do not see, a moment's wait before the first answer, and limits within the hour
(docs/decisions/0022).
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from aiohttp import web

from bot.channels.web import Place, Trace, Visit
from bot.web.form_token import Signer, Ticket
from bot.web.pages import Pages
from bot.web.shell import failure
from bot.web.upload import Given, read_page
from bot.web.visitor import House, Visitor, is_foreign
from handlers.talk import Event, Media, Pressed, Said, Say, Sent, Started, say

PHOTO_LIMIT = 10 * 1024 * 1024  # bytes
LONGEST = 4000  # characters of one answer
LONGEST_WORD = 64  # characters of a search, a code, a button's data
BODY_LIMIT = PHOTO_LIMIT + 256 * 1024
FIRST_WAIT = timedelta(seconds=2)  # nobody reads the first page in less
WORDS = {"new": "SK {code}", "mine": "XEM", "help": "GIUP", "vi": "VI", "en": "EN"}  # buttons that say a word

log = structlog.get_logger(__name__)


class Door(Protocol):
    """What stands behind the page: `bot.filing_door.FilingDoor`."""

    async def key(self) -> bytes: ...
    async def unit(self, code: str) -> Place | None: ...
    async def search(self, text: str) -> tuple[Place, ...]: ...
    async def may_search(self, address: str) -> bool: ...
    async def may_say(self, cookie: str, address: str) -> bool: ...
    async def may_start(self, cookie: str, unit: str, address: str) -> bool: ...
    async def who(self, cookie: str) -> Visit: ...
    async def visit(self, cookie: str) -> Visit: ...
    async def say(self, cookie: str, event: Event, key: str, language: str) -> None: ...
    async def keep_photo(self, cookie: str, data: bytes, name: str, caption: str) -> Media | None: ...
    async def drop_photo(self, photo: Media) -> None: ...
    async def new_receipt(self, cookie: str) -> str: ...
    async def leave(self, cookie: str) -> None: ...
    async def trace(self, code: str, address: str) -> Trace | str | None: ...
    async def resume(self, code: str, cookie: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Desk:
    pages: Pages
    door: Door
    house: House
    clock: Callable[[], datetime]


class Wrong(Exception):
    """Why nothing was handed in; the page says so and still holds what was typed."""

    def __init__(self, what: Say, status: int = 400) -> None:
        super().__init__(what.key)
        self.what = what
        self.status = status


@dataclass(frozen=True, slots=True)
class Sending:
    """One form as it came: by whom, from which page, what it held."""

    visitor: Visitor
    place: Place
    language: str
    given: Given

    def field(self, name: str) -> str:
        return unicodedata.normalize("NFC", self.given.fields.get(name, "")).replace("\r\n", "\n").strip()


def add_filing(app: web.Application, desk: Desk) -> None:
    """Add the pages. Expects `shell.add_shell`."""

    def at_desk(handler: Callable[[Desk, web.Request], Awaitable[web.StreamResponse]]) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await handler(desk, request)

        return handle

    app.router.add_get("/nop", at_desk(_find))
    app.router.add_get("/nop/{code}", at_desk(_show), allow_head=False)  # a receipt code is shown once: to be seen
    app.router.add_post("/nop/{code}", at_desk(_take))


# ---------------------------------------------------------------- which unit


async def _find(desk: Desk, request: web.Request) -> web.Response:
    """The search for one's unit; nothing is listed that was not asked for."""
    visitor, language = Visitor.of(request, desk.house), desk.pages.language(request.query.get("lang"))
    return await _search(desk, visitor, language, request.query.get("tim", ""))


async def _search(
    desk: Desk, visitor: Visitor, language: str, text: str, *, problem: Say | None = None, status: int = 200
) -> web.Response:
    asked = unicodedata.normalize("NFC", text).strip()[:LONGEST_WORD]
    found: tuple[Place, ...] = ()
    if asked and not await desk.door.may_search(visitor.address):
        problem, status = say("nop.busy"), 429
    elif asked:
        found = await desk.door.search(asked)
    shown = desk.pages.render("nop_find.html", language, asked=asked, found=found, problem=problem)
    return visitor.page(shown, status)


# ---------------------------------------------------------------- the talk


async def _show(desk: Desk, request: web.Request) -> web.Response:
    visitor, language = Visitor.of(request, desk.house), desk.pages.language(request.query.get("lang"))
    place = await _place(desk, request)
    if place is None:
        return await _search(desk, visitor, language, "", problem=say("nop.no_unit"), status=404)
    return await _talk(desk, Sending(visitor, place, language, Given({})))


async def _place(desk: Desk, request: web.Request) -> Place | None:
    code = request.match_info["code"]
    return await desk.door.unit(code) if code.isascii() and code.isdecimal() and len(code) <= 12 else None


async def _talk(desk: Desk, sending: Sending, problem: Say | None = None, status: int = 200) -> web.Response:
    """The page as it stands: the newest words of the bot, and the form with what was typed and not taken."""
    visit = await desk.door.visit(sending.visitor.cookie)
    return await _page(desk, sending, visit, problem, status)


async def _page(
    desk: Desk, sending: Sending, visit: Visit, problem: Say | None = None, status: int = 200, receipt: str = ""
) -> web.Response:
    signer, visitor = Signer(await desk.door.key()), sending.visitor
    shown = desk.pages.render(
        "nop_talk.html",
        visit.language or sending.language,
        visit=visit,
        place=sending.place,
        receipt=receipt or visit.receipt,
        typed=sending.field("text"),
        problem=problem,
        token=signer.make(f"nop/{sending.place.code}", visitor.cookie, desk.clock()),
        most=LONGEST,
        asked=sending.language,
    )
    return visitor.page(shown, status)


async def _take(desk: Desk, request: web.Request) -> web.StreamResponse:
    """One form is one event; done, the browser is sent to the page as it stands, so that it can be loaded again."""
    visitor, language = Visitor.of(request, desk.house), desk.pages.language(request.query.get("lang"))
    place = await _place(desk, request)
    if place is None:
        return await _search(desk, visitor, language, "", problem=say("nop.no_unit"), status=404)
    given = await _given(request)
    sending = Sending(visitor, place, language, given)
    try:
        return await _handed_in(desk, request, sending)
    except Wrong as wrong:
        return await _talk(desk, sending, wrong.what, wrong.status)


async def _given(request: web.Request) -> Given:
    if (request.content_length or 0) > BODY_LIMIT * 4:  # not even its words are read
        raise web.HTTPRequestEntityTooLarge(max_size=BODY_LIMIT, actual_size=request.content_length or 0)
    return await read_page(request, PHOTO_LIMIT)


async def _handed_in(desk: Desk, request: web.Request, sending: Sending) -> web.StreamResponse:
    """Raises Wrong."""
    visitor, visit = sending.visitor, await desk.door.who(sending.visitor.cookie)
    ticket = await _ticket(desk, request, sending)
    if not await desk.door.may_say(visitor.cookie, visitor.address):
        raise Wrong(say("nop.busy"), 429)
    if not visit.known:
        await _first(desk, sending, ticket)
    match sending.field("do"):
        case "receipt":
            code = await desk.door.new_receipt(visitor.cookie)
            return await _page(desk, sending, await desk.door.visit(visitor.cookie), receipt=code)
        case "leave":
            await desk.door.leave(visitor.cookie)
            return _back(sending, visitor.new_cookie())
    left = await _say(desk, sending, ticket, visit)
    return await _talk(desk, sending) if left else _back(sending, visitor)


async def _ticket(desk: Desk, request: web.Request, sending: Sending) -> Ticket:
    if is_foreign(request):
        raise web.HTTPForbidden
    if sending.visitor.is_new:
        raise Wrong(say("nop.cookie"))
    if sending.field("website"):  # people do not see this field
        raise Wrong(say("nop.robot"))
    page = f"nop/{sending.place.code}"
    ticket = Signer(await desk.door.key()).read(sending.field("token"), page, sending.visitor.cookie, desk.clock())
    if ticket is None:
        raise Wrong(say("nop.again"))
    return ticket


async def _first(desk: Desk, sending: Sending, ticket: Ticket) -> None:
    if ticket.age < FIRST_WAIT:
        raise Wrong(say("nop.fast"))
    if not await desk.door.may_start(sending.visitor.cookie, sending.place.code, sending.visitor.address):
        raise Wrong(say("nop.busy"), 429)


async def _say(desk: Desk, sending: Sending, ticket: Ticket, visit: Visit) -> bool:
    """Hand the event in. True: words were typed beside it that it did not take, and the page keeps them."""
    text, press, file = sending.field("text"), sending.field("press")[:LONGEST_WORD], sending.given.file
    if len(text) > LONGEST:
        raise Wrong(say("nop.too_long", most=LONGEST), 413)
    if sending.given.too_big:
        raise Wrong(say("nop.too_big", most=PHOTO_LIMIT // (1024 * 1024)), 413)
    if file is not None:
        await _photo(desk, sending, ticket, visit)
        return False
    word = WORDS.get(sending.field("do"))
    event = _event(sending, visit, word, press, text)
    await _deliver(desk, sending, event, _key(ticket, f"{event}"))
    return bool(text) and event != Said(text)


def _event(sending: Sending, visit: Visit, word: str | None, press: str, text: str) -> Event:
    if sending.field("do") == "start" or not visit.known:
        return Started(sending.place.code)
    if word is not None:
        return Said(word.format(code=sending.place.code))
    if press:
        return Pressed(press)
    if not text:
        raise Wrong(say("nop.empty"))
    return Said(text)


async def _photo(desk: Desk, sending: Sending, ticket: Ticket, visit: Visit) -> None:
    file, text = sending.given.file, sending.field("text")
    if file is None or not visit.consented:
        raise Wrong(say("nop.consent_first"))
    photo = await desk.door.keep_photo(sending.visitor.cookie, file.data, file.name[:200], text)
    if photo is None:
        raise Wrong(say("nop.no_photo"), 415)
    digest = hashlib.sha256(file.data).hexdigest()
    try:
        await _deliver(desk, sending, Sent(photo), _key(ticket, f"{digest} {text}"))
    except Wrong:
        await desk.door.drop_photo(photo)
        raise


async def _deliver(desk: Desk, sending: Sending, event: Event, key: str) -> None:
    try:
        await desk.door.say(sending.visitor.cookie, event, key, sending.language)
    except Exception as exc:  # whatever failed, nothing was kept: the page says so and holds the words
        log.error("filing.not_delivered", **failure(exc))  # noqa: TRY400 - see `failure`
        raise Wrong(say("nop.failed"), 503) from None


def _key(ticket: Ticket, content: str) -> str:
    """The same form sent twice is one event; another answer from the same page is another."""
    return hashlib.sha256(f"{ticket.mark} {content}".encode()).hexdigest()[:32]


def _back(sending: Sending, visitor: Visitor) -> web.Response:
    here = f"/nop/{sending.place.code}?lang={sending.language}"
    answer = web.Response(status=303, headers={"Location": here})
    return visitor.known_again(answer)
