"""The public board: `/ketqua`, `/ketqua/<campaign>`, `/ketqua/<campaign>/<unit>`. Pages without scripts; no people."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import web

from bot.web.pages import Pages
from bot.web.scoreboard_view import View
from bot.web.scoreboard_visit import BY_COUNT, BY_PERCENT, ROOT, Visit
from bot.web.shell import HEADERS, html
from handlers.scoreboard import Place, Programme, PublicBoard
from handlers.search import LONGEST
from handlers.texts import LANGUAGES, Texts

MAX_AGE = 10  # seconds a browser or a proxy may keep a page without asking again
PICTURE_AGE = 300  # likewise a picture
MOST_WRITTEN = 64  # pages kept as text; one with a thousand units is 450 kB
# The search is a plain form: without a script, a form is the only way to ask.
POLICY = HEADERS["Content-Security-Policy"].replace("form-action 'none'", "form-action 'self'")


class Found(Protocol):
    """Units that a text may mean."""

    @property
    def places(self) -> tuple[Place, ...]: ...
    @property
    def exact(self) -> bool: ...


class Source(Protocol):
    """Where the figures come from: `bot.scoreboard.Scoreboard`."""

    async def programmes(self) -> tuple[Programme, ...]: ...
    async def board(self, campaign: str, unit: str = "") -> PublicBoard | None: ...
    async def search(self, campaign: str, text: str) -> Found: ...


class Painter(Protocol):
    """Draws a board as PNG: `bot.scoreboard_pictures.ScoreboardPictures`."""

    async def png(self, shown: PublicBoard, language: str) -> bytes | None: ...


class Written:
    """Pages as they were last written, good for as long as they would show the very same board."""

    def __init__(self) -> None:
        self._pages: OrderedDict[tuple[str, str, Visit], tuple[PublicBoard, str]] = OrderedDict()

    def get(self, board: PublicBoard, visit: Visit, write: Callable[[], str]) -> str:
        key = (board.programme.code, board.unit.code, visit)
        known = self._pages.pop(key, None)
        self._pages[key] = known if known is not None and known[0] is board else (board, write())
        if len(self._pages) > MOST_WRITTEN:
            self._pages.popitem(last=False)
        return self._pages[key][1]


@dataclass(frozen=True, slots=True)
class Public:
    """What the routes share. `url` is the address people reach this server by; without it links have no preview."""

    pages: Pages
    texts: Texts
    source: Source
    url: str
    painter: Painter | None
    written: Written = field(default_factory=Written)

    def visit(self, request: web.Request) -> Visit:
        query = request.query
        order = query.get("xep", "")
        return Visit(
            language=self.pages.language(query.get("lang")),
            usual=self.pages.language(None),
            order=order if order in {BY_COUNT, BY_PERCENT} else "",
            text=query.get("tim", "").strip()[:LONGEST],
        )


def add_scoreboard(
    app: web.Application, pages: Pages, texts: Texts, source: Source, url: str, painter: Painter | None = None
) -> None:
    """Add the public board; with a `painter` its pictures too. Expects `shell.add_shell`."""
    public = Public(pages, texts, source, url, painter)

    def given(handler: Callable[[Public, web.Request], Awaitable[web.StreamResponse]]) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await handler(public, request)

        return handle

    app.router.add_get(ROOT, given(_list))
    app.router.add_get(ROOT + "/", given(_list))
    if painter is not None:
        app.router.add_get(ROOT + "/{campaign}.png", given(_picture))
        app.router.add_get(ROOT + "/{campaign}/{unit}.png", given(_picture))
    app.router.add_get(ROOT + "/{campaign}", given(_board))
    app.router.add_get(ROOT + "/{campaign}/{unit}", given(_board))


async def _list(public: Public, request: web.Request) -> web.StreamResponse:
    """The only campaign that runs, else those there are."""
    visit = public.visit(request)
    programmes = await public.source.programmes()
    boards = [await public.source.board(programme.code) for programme in programmes]
    running = [board for board in boards if board is not None and not board.closed]
    if len(running) == 1:
        raise web.HTTPFound(visit.link(running[0].programme.code, order=visit.order))
    views = [View(public.texts, visit, board) for board in boards if board is not None]
    ways = [(language, visit.link(language=language)) for language in LANGUAGES]
    values = {"visit": visit, "views": views, "ways": ways, "url": public.url}
    return _page(request, public.pages.scoreboard("list", visit.language, **values))


async def _board(public: Public, request: web.Request) -> web.StreamResponse:
    visit = public.visit(request)
    campaign, unit = request.match_info["campaign"], request.match_info.get("unit", "")
    board = await public.source.board(campaign, unit)
    if board is None:
        return await _missing(public, visit, campaign, unit)
    if not visit.text:
        return _page(request, public.written.get(board, visit, lambda: _unit(public, visit, board, None)))
    found = await public.source.search(campaign, visit.text)
    if found.exact:  # with a fragment of its own: else the form's would be kept
        raise web.HTTPFound(f"{View(public.texts, visit, board).href(found.places[0])}#content")
    return _page(request, _unit(public, visit, board, found.places))


def _unit(public: Public, visit: Visit, board: PublicBoard, places: tuple[Place, ...] | None) -> str:
    """The page of a unit; `places`: what a search found, None without one."""
    view = View(public.texts, visit, board)
    values = {
        "visit": visit,
        "view": view,
        "shown": board,
        "places": places,
        "ways": [(language, view.href(language=language)) for language in LANGUAGES],
        "url": public.url,
        "picture": public.url + view.picture if public.painter and public.url and view.picture else "",
    }
    return public.pages.scoreboard("unit", visit.language, **values)


async def _missing(public: Public, visit: Visit, campaign: str, unit: str) -> web.Response:
    """What is not there, and the way back: to the programme, if there is that, else to all of them."""
    known = bool(unit) and await public.source.board(campaign) is not None
    values = {"visit": visit, "campaign": campaign if known else "", "unit": unit if known else ""}
    text = public.pages.scoreboard("missing", visit.language, asked=unit if known else campaign, **values)
    answer = html(text, 404)
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


async def _picture(public: Public, request: web.Request) -> web.StreamResponse:
    board = await public.source.board(request.match_info["campaign"], request.match_info.get("unit", ""))
    language = public.visit(request).language
    png = await public.painter.png(board, language) if board is not None and public.painter is not None else None
    if png is None:
        raise web.HTTPNotFound
    kept = {"Cache-Control": f"public, max-age={PICTURE_AGE}", "Cross-Origin-Resource-Policy": "cross-origin"}
    return _kept(request, png, "image/png", kept)


def _page(request: web.Request, text: str) -> web.Response:
    headers = {"Cache-Control": f"public, max-age={MAX_AGE}", "Content-Security-Policy": POLICY}
    return _kept(request, text.encode(), "text/html", headers)


def _kept(request: web.Request, body: bytes, kind: str, headers: dict[str, str]) -> web.Response:
    """What was asked for, or 304 for one who has it already."""
    tag = hashlib.sha256(body).hexdigest()[:20]
    if any(known.value in {tag, "*"} for known in request.if_none_match or ()):
        answer = web.Response(status=304, headers=headers)
    else:
        charset = "utf-8" if kind.startswith("text/") else None
        answer = web.Response(body=body, content_type=kind, charset=charset, headers=headers)
    answer.etag = tag
    return answer
