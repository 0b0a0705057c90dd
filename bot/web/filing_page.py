"""`/nop/<unit code>`: filing in any browser, without an app, an account or a script: the chat's talk, a page a turn.

What a browser sends is one event of the same talk as in a chat. Against robots and other sites: a signed word in each
form, a field that people do not see, a moment's wait before the first answer, and limits within the hour
(docs/decisions/0022).
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Literal

from aiohttp import web

from bot.channels.web import Place, Visit
from bot.web.filing_desk import FIRST_WAIT, LONGEST_WORD, Desk, at_desk, note
from bot.web.find_page import find, find_form
from bot.web.form_token import Signer, Ticket
from bot.web.upload import Given, read_page
from bot.web.visitor import Visitor, is_foreign
from handlers.talk import Event, Pressed, Said, Say, Sent, Started, say

PHOTO_LIMIT = 10 * 1024 * 1024  # bytes
LONGEST = 4000  # characters of one answer
BODY_LIMIT = PHOTO_LIMIT + 256 * 1024
# buttons that say a word
WORDS = {"new": "SK {code}", "add": "THEM", "mine": "XEM", "help": "GIUP", "vi": "VI", "en": "EN"}


class Wrong(Exception):
    """Why nothing was handed in; the page says so and still holds what was typed."""

    def __init__(self, what: Say, status: int = 400, field: Literal["", "text", "photo"] = "") -> None:
        super().__init__(what.key)
        self.what = what
        self.status = status
        self.field = field  # which of the form's is to be changed


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
    app.router.add_get("/nop", at_desk(desk, find))
    app.router.add_get(
        "/nop/{code}", at_desk(desk, _show), allow_head=False
    )  # a receipt code is shown once: to be seen
    app.router.add_post("/nop/{code}", at_desk(desk, _take))


# ---------------------------------------------------------------- the talk


async def _show(desk: Desk, request: web.Request) -> web.Response:
    visitor, language = Visitor.of(request, desk.house), desk.pages.language(request.query.get("lang"))
    try:
        place = await _place(desk, request)
        if place is None:
            return find_form(desk, visitor, language, problem=say("nop.no_unit"), status=404)
        return await _talk(desk, Sending(visitor, place, language, Given({})))
    except Exception as exc:
        note(exc)
        nothing = Sending(visitor, Place(request.match_info["code"], ""), language, Given({}))
        return _alone(desk, nothing, say("nop.not_shown"))


async def _place(desk: Desk, request: web.Request) -> Place | None:
    code = request.match_info["code"]
    return await desk.door.unit(code) if code.isascii() and code.isdecimal() and len(code) <= 12 else None


async def _talk(desk: Desk, sending: Sending, wrong: Wrong | None = None) -> web.Response:
    """The page as it stands: the newest words of the bot, and the form with what was typed and not taken."""
    visit = await desk.door.visit(sending.visitor.cookie)
    return await _page(desk, sending, visit, wrong)


async def _page(
    desk: Desk, sending: Sending, visit: Visit, wrong: Wrong | None = None, receipt: str = ""
) -> web.Response:
    signer, visitor = Signer(await desk.door.key()), sending.visitor
    shown = desk.pages.render(
        "nop_talk.html",
        visit.language or sending.language,
        visit=visit,
        place=sending.place,
        receipt=receipt or visit.receipt,
        typed=sending.field("text"),
        photo_lost=wrong is not None and sending.given.had_file,
        problem=wrong.what if wrong else None,
        wrong=wrong.field if wrong else "",
        token=signer.make(f"nop/{sending.place.code}", visitor.cookie, desk.clock()),
        most=LONGEST,
        asked=sending.language,
    )
    return visitor.page(shown, wrong.status if wrong else 200)


async def _take(desk: Desk, request: web.Request) -> web.StreamResponse:
    """One form is one event; done, the browser is sent to the page as it stands, so that it can be loaded again.

    Whatever fails, what was typed is shown again: with the page as it stands, or alone where not even that can be had.
    """
    visitor, language = Visitor.of(request, desk.house), desk.pages.language(request.query.get("lang"))
    given = await _given(request)
    try:
        place = await _place(desk, request)
        if place is None:
            return find_form(desk, visitor, language, problem=say("nop.no_unit"), status=404)
        return await _answered(desk, request, Sending(visitor, place, language, given))
    except web.HTTPException:
        raise
    except Exception as exc:
        note(exc)
        sent = Sending(visitor, Place(request.match_info["code"], ""), language, given)
        return _alone(desk, sent, say("nop.failed"))


async def _given(request: web.Request) -> Given:
    """Of a form that is far too large the words are read all the same: they stand before the file."""
    huge = (request.content_length or 0) > BODY_LIMIT * 4
    return await read_page(request, 0 if huge else PHOTO_LIMIT)


async def _answered(desk: Desk, request: web.Request, sending: Sending) -> web.StreamResponse:
    try:
        return await _handed_in(desk, request, sending)
    except web.HTTPException:
        raise
    except Wrong as wrong:
        return await _talk(desk, sending, wrong)
    except Exception as exc:  # nothing was kept: the page says so and holds the words
        note(exc)
        return await _talk(desk, sending, Wrong(say("nop.failed"), 503))


def _alone(desk: Desk, sending: Sending, problem: Say) -> web.Response:
    """What was sent, to be sent again with the same token, so that it counts once. Looks nothing up."""
    again = next(((name, value) for name in ("press", "do") if (value := sending.field(name)[:LONGEST_WORD])), None)
    shown = desk.pages.render(
        "nop_failed.html",
        sending.language,
        code=sending.place.code,
        again=again,
        typed=sending.field("text"),
        photo_lost=sending.given.had_file,
        problem=problem,
        token=sending.field("token"),
    )
    return sending.visitor.page(shown, 503)


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
        raise Wrong(say("nop.too_long", most=LONGEST), 413, "text")
    if sending.given.too_big:
        raise Wrong(say("nop.too_big", most=PHOTO_LIMIT // (1024 * 1024)), 413, "photo")
    if file is not None:
        await _photo(desk, sending, ticket, visit)
        return False
    word = WORDS.get(sending.field("do"))
    event = _event(sending, visit, word, press, text)
    await desk.door.say(sending.visitor.cookie, event, _key(ticket, f"{event}"), sending.language)
    return bool(text) and event != Said(text)


def _event(sending: Sending, visit: Visit, word: str | None, press: str, text: str) -> Event:
    if sending.field("do") == "start" or not visit.known:
        return Started(sending.place.code)
    if word is not None:
        return Said(word.format(code=sending.place.code))
    if press:
        return Pressed(press)
    if not text:
        raise Wrong(say("nop.empty"), field="text")
    return Said(text)


async def _photo(desk: Desk, sending: Sending, ticket: Ticket, visit: Visit) -> None:
    file, text = sending.given.file, sending.field("text")
    if file is None or not visit.consented:
        raise Wrong(say("nop.consent_first"), field="photo")
    photo = await desk.door.keep_photo(sending.visitor.cookie, file.data, file.name[:200], text)
    if photo is None:
        raise Wrong(say("nop.no_photo"), 415, "photo")
    digest = hashlib.sha256(file.data).hexdigest()
    key = _key(ticket, f"{digest} {text}")
    try:
        await desk.door.say(sending.visitor.cookie, Sent(photo), key, sending.language)
    except Exception:
        await desk.door.drop_photo(photo)
        raise


def _key(ticket: Ticket, content: str) -> str:
    """The same form sent twice is one event; another answer from the same page is another."""
    return hashlib.sha256(f"{ticket.mark} {content}".encode()).hexdigest()[:32]


def _back(sending: Sending, visitor: Visitor) -> web.Response:
    here = f"/nop/{sending.place.code}?lang={sending.language}"
    answer = web.Response(status=303, headers={"Location": here})
    return visitor.known_again(answer)
