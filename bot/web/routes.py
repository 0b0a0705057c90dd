"""The routes of the web chat and of the page on data rights. Each function is given what its routes need."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

import structlog
from aiohttp import ClientConnectionResetError, web

from bot.channels import Deliver, Incoming, Rejected
from bot.channels.webchat import UPLOAD_LIMIT, Entry, WebChat
from bot.web.cast import Cast, Player
from bot.web.guard import require_local, require_own_page
from bot.web.pages import Pages, Rights, chat_link
from bot.web.shell import failure, html, problem
from bot.web.upload import read_form
from handlers.talk import Event, Media, Pressed, Said, Sent

log = structlog.get_logger(__name__)

HEARTBEAT = 15.0  # seconds of silence after which a feed shows that it lives
_KEY = re.compile(r"[A-Za-z0-9-]{8,64}")
_DATA_LIMIT = 256  # characters of a button's data


@dataclass(frozen=True, slots=True)
class Desk:
    """What the routes of the web chat share."""

    pages: Pages
    webchat: WebChat
    cast: Cast
    deliver: Deliver
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a person did on the page. `key` is made by the page and stays the same when it tries again."""

    player: Player
    chat: str
    key: str


def add_webchat(
    app: web.Application, pages: Pages, *, webchat: WebChat, cast: Cast, deliver: Deliver, zone: tzinfo
) -> None:
    """Add the page and what it talks to. Anyone on this machine can play anyone: only for a demo.

    `zone` is that of the times shown. Expects `shell.add_shell`.
    """
    desk = Desk(pages, webchat, cast, deliver, zone)

    def at_desk(handler: Callable[[Desk, web.Request], Awaitable[web.StreamResponse]]) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await handler(desk, request)

        return handle

    app.router.add_get("/", at_desk(_page))
    app.router.add_get("/webchat/feed", at_desk(_feed))
    app.router.add_get("/webchat/media/{ref}", at_desk(_media))
    app.router.add_post("/webchat/say", at_desk(_say))
    app.router.add_post("/webchat/press", at_desk(_press))
    app.router.add_post("/webchat/upload", at_desk(_upload))

    async def close(_app: web.Application) -> None:
        await webchat.close()

    app.on_shutdown.append(close)


def add_rights(app: web.Application, pages: Pages, rights: Rights) -> None:
    """Add `/dl`, to which the request for consent links. Expects `shell.add_shell`."""

    async def page(request: web.Request) -> web.Response:
        return html(pages.rights(rights, pages.language(request.query.get("lang"))))

    app.router.add_get("/dl", page)


# ---------------------------------------------------------------- the page and what it shows


async def _page(desk: Desk, request: web.Request) -> web.Response:
    require_local(request)
    language = desk.pages.language(request.query.get("lang"))
    player = desk.cast.player(request.query.get("la", desk.cast.players[0].account))
    group = desk.cast.group(request.query.get("nhom", desk.cast.groups[0].chat))
    if player is None or group is None:
        raise web.HTTPFound(chat_link(lang=language))
    limits = {"text": desk.webchat.capabilities.text_limit, "file": UPLOAD_LIMIT}
    return html(desk.pages.chat(desk.cast, player, group, language, limits))


async def _feed(desk: Desk, request: web.Request) -> web.StreamResponse:
    require_local(request)
    chats = request.query.getall("chat", [])
    after = request.headers.get("Last-Event-ID") or request.query.get("after", "0")
    if not chats or not all(map(desk.cast.holds, chats)) or not re.fullmatch(r"[0-9]{1,18}", after):
        return problem(400, "bad_feed")
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    try:
        await _stream(desk, response, chats, int(after))
    except ClientConnectionResetError:
        log.debug("webchat.feed_left")  # the page was closed: nobody waits for an answer
    return response


async def _stream(desk: Desk, response: web.StreamResponse, chats: list[str], after: int) -> None:
    await response.write(b"retry: 1000\n\n")
    caught_up = False
    async with aclosing(desk.webchat.follow(chats, after, HEARTBEAT)) as feed:
        async for entries in feed:
            events = "".join(_event(entry, desk.zone) for entry in entries)
            if not caught_up:
                events += "event: caught-up\ndata: {}\n\n"
                caught_up = True
            await response.write((events or ": alive\n\n").encode())


def _event(entry: Entry, zone: tzinfo) -> str:
    at = entry.at.astimezone(zone)
    data = {
        "id": entry.id,
        "chat": entry.chat,
        "author": entry.author,
        "text": entry.text,
        "time": f"{at:%H:%M}",
        "at": at.isoformat(timespec="seconds"),
        "buttons": [[{"label": button.label, "data": button.data} for button in row] for row in entry.buttons],
        "media": [{"kind": media.kind, "ref": media.ref, "name": media.name} for media in entry.media],
        "key": entry.key,
        "edited": entry.edited,
    }
    return f"id: {entry.revision}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


async def _media(desk: Desk, request: web.Request) -> web.StreamResponse:
    require_local(request)
    try:
        path = desk.webchat.uploads.path(request.match_info["ref"])
    except Rejected as exc:
        raise web.HTTPNotFound from exc
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    if path.suffix == ".bin":  # only what is known to be a picture may be shown; all else is only ever saved
        headers |= {"Content-Type": "application/octet-stream", "Content-Disposition": "attachment"}
    return web.FileResponse(path, headers=headers)


# ---------------------------------------------------------------- what a person does


async def _say(desk: Desk, request: web.Request) -> web.Response:
    require_own_page(request)
    body = await _json(request)
    act = _act(desk, body)
    text = _text(body.get("text"))
    if not text.strip():
        return problem(400, "empty")
    if len(text) > desk.webchat.capabilities.text_limit:
        return problem(413, "too_long")
    return await _hand_in(desk, act, Said(text), text)


async def _press(desk: Desk, request: web.Request) -> web.Response:
    require_own_page(request)
    body = await _json(request)
    act = _act(desk, body)
    data = body.get("data")
    if not isinstance(data, str) or not 0 < len(data) <= _DATA_LIMIT:
        return problem(400, "bad_data")
    return await _hand_in(desk, act, Pressed(data), desk.webchat.label(act.chat, data))


async def _upload(desk: Desk, request: web.Request) -> web.Response:
    require_own_page(request)
    try:
        fields, file = await read_form(request, UPLOAD_LIMIT)
    except web.HTTPRequestEntityTooLarge:
        return problem(413, "too_big")
    act = _act(desk, fields)
    caption = _text(fields.get("caption", ""))
    if len(caption) > desk.webchat.capabilities.caption_limit:
        return problem(413, "too_long")
    if not file.data:
        return problem(400, "empty_file")
    if desk.webchat.knows(act.chat, act.key):  # a repeat of what is already in: its file is kept once
        return web.json_response({"ok": True})
    media = await desk.webchat.uploads.store(file.data, _text(file.name), file.content_type, caption)
    answer = await _hand_in(desk, act, Sent(media), caption, (media,))
    if answer.status != 200:
        await desk.webchat.uploads.remove(media)
    return answer


async def _hand_in(desk: Desk, act: Act, event: Event, text: str, media: tuple[Media, ...] = ()) -> web.Response:
    """Deliver one update; once it is in, show it to all who look at the chat. A failure is the page's to try again."""
    place = desk.webchat.reserve()
    group = desk.cast.group(act.chat)
    incoming = Incoming(
        channel=desk.webchat.capabilities.name,
        external_id=act.key,
        account=act.player.account,
        chat=act.chat,
        is_group=group is not None,
        event=event,
        admin=act.player.leads if group else None,
        group_title=group.name if group else "",
    )
    try:
        await desk.deliver(incoming)
    except Exception as exc:  # whatever failed, nothing was kept: the page says so and holds the words
        log.error("webchat.not_delivered", external_id=act.key, **failure(exc))  # noqa: TRY400 - see `failure`
        return problem(503, "not_delivered")
    if text or media:
        desk.webchat.echo(act.chat, place=place, author=act.player.account, key=act.key, text=text, media=media)
    return web.json_response({"ok": True})


def _act(desk: Desk, body: Mapping[str, Any]) -> Act:
    """Who, where, and under which id. Raises HTTPBadRequest; nobody writes in another person's private chat."""
    account, chat, key = body.get("account"), body.get("chat"), body.get("id")
    player = desk.cast.player(account) if isinstance(account, str) else None
    own = player is not None and isinstance(chat, str) and (chat == player.account or desk.cast.group(chat) is not None)
    if player is None or not own or not isinstance(key, str) or not _KEY.fullmatch(key):
        raise web.HTTPBadRequest
    return Act(player, str(chat), key)


async def _json(request: web.Request) -> Mapping[str, Any]:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        body = await request.json()
    except ValueError as exc:
        raise web.HTTPBadRequest from exc
    if not isinstance(body, dict):
        raise web.HTTPBadRequest
    return body


def _text(value: object) -> str:
    """What was typed, in NFC: Vietnamese letters come composed or not, as the keyboard likes. Raises HTTPBadRequest."""
    if not isinstance(value, str):
        raise web.HTTPBadRequest
    return unicodedata.normalize("NFC", value)
