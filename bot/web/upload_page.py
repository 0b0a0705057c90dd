"""`/nap/<code>`: the page of a one-time link, on which an officer gives a file of figures. Without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from bot.web.pages import Pages
from bot.web.shell import HEADERS, html
from bot.web.upload import FIELD_LIMIT, File, read_form
from handlers.talk import Say, say

ROUTE = "/nap/{code}"
FILE_LIMIT = 4 * 1024 * 1024  # bytes
GOOD, DONE, UNKNOWN = "good", "done", "unknown"
POLICY = HEADERS["Content-Security-Policy"].replace("form-action 'none'", "form-action 'self'")


class Door(Protocol):
    """Where files go: `bot.uploads.Door`."""

    async def look(self, code: str) -> tuple[str, str]: ...
    async def take(self, code: str, data: bytes, name: str) -> tuple[str, Say | None]: ...


@dataclass(frozen=True, slots=True)
class Visit:
    """One visitor's page. Whoever has the code may give one file; nothing else can be seen here."""

    pages: Pages
    code: str
    language: str
    unit: str

    def page(self, state: str, problem: Say | None = None, status: int = 200) -> web.Response:
        shown = self.pages.upload(state, self.language, code=self.code, unit=self.unit, problem=problem)
        answer = html(shown, status)
        answer.headers["Content-Security-Policy"] = POLICY
        return answer


def add_upload_page(app: web.Application, pages: Pages, door: Door) -> None:
    """Add the page. Expects `shell.add_shell`."""

    async def visit(request: web.Request) -> tuple[Visit, str]:
        """Raises HTTPNotFound for a code that never was, before anything of the request's body is read."""
        code = request.match_info["code"]
        state, unit = await door.look(code)
        if state == UNKNOWN:
            raise web.HTTPNotFound
        return Visit(pages, code, pages.language(request.query.get("lang")), unit), state

    async def show(request: web.Request) -> web.Response:
        visitor, state = await visit(request)
        return visitor.page(state, status=200 if state == GOOD else 410)

    async def take(request: web.Request) -> web.Response:
        visitor, state = await visit(request)
        if state != GOOD:
            return visitor.page(state, status=410)
        try:
            file = await _file(request)
        except web.HTTPRequestEntityTooLarge:
            return visitor.page(GOOD, say("web.upload.too_big", most=FILE_LIMIT // (1024 * 1024)), 413)
        except (web.HTTPBadRequest, web.HTTPUnsupportedMediaType):
            return visitor.page(GOOD, say("web.upload.no_file"), 400)
        if not file.data:
            return visitor.page(GOOD, say("web.upload.no_file"), 400)
        after, problem = await door.take(visitor.code, file.data, file.name)
        if problem is not None:
            return visitor.page(GOOD, problem, 422)
        return visitor.page(after, status=200 if after == DONE else 410)

    app.router.add_get(ROUTE, show)
    app.router.add_post(ROUTE, take)


async def _file(request: web.Request) -> File:
    """Raises what `read_form` raises; a form that says itself that it is too large is not read at all."""
    if (request.content_length or 0) > FILE_LIMIT + FIELD_LIMIT:
        raise web.HTTPRequestEntityTooLarge(max_size=FILE_LIMIT, actual_size=request.content_length or 0)
    return (await read_form(request, FILE_LIMIT))[1]
