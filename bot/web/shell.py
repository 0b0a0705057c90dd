"""What surrounds every page: security headers, static files that may be kept for ever, friendly error pages."""

from __future__ import annotations

import mimetypes
import traceback

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.web.pages import Pages

log = structlog.get_logger(__name__)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

mimetypes.add_type("font/woff2", ".woff2")


def add_shell(app: web.Application, pages: Pages) -> None:
    """Give the app its headers, static files and error pages. The other `add_…` functions expect it to be there."""

    async def static(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        data = pages.static.get(name)
        if data is None or request.match_info["version"] != pages.static.version:
            raise web.HTTPNotFound
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        charset = "utf-8" if kind.startswith("text/") else None
        cached = {"Cache-Control": "public, max-age=31536000, immutable"}
        return web.Response(body=data, content_type=kind, charset=charset, headers=cached)

    app.router.add_get("/static/{version}/{name:.+}", static)
    app.on_response_prepare.append(_secure)
    app.middlewares.append(_errors(pages))


def html(text: str, status: int = 200) -> web.Response:
    """A page: never kept by the browser, since what it says may change."""
    return web.Response(text=text, status=status, content_type="text/html", headers={"Cache-Control": "no-store"})


def problem(status: int, error: str) -> web.Response:
    """A JSON answer that names what is wrong: `{"error": name}`."""
    return web.json_response({"error": error}, status=status, headers={"Cache-Control": "no-store"})


def failure(exc: Exception) -> dict[str, str]:
    """What the log may say of a failure: kind and place. Its own words may hold a person's (SQL parameters, say)."""
    frames = traceback.extract_tb(exc.__traceback__)
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-4:]))
    return {"error": type(exc).__name__, "where": where}


async def _secure(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def _errors(pages: Pages) -> Middleware:
    @web.middleware
    async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as exc:
            if exc.status < 400:
                raise
            return _answer(pages, request, exc.status, exc.reason)
        except Exception as exc:  # the last door: whatever failed, the visitor gets a page
            log.error("web.failed", route=_route(request), **failure(exc))  # noqa: TRY400 - see `failure`
            return _answer(pages, request, 500, "Internal Server Error")

    return errors


def _answer(pages: Pages, request: web.Request, status: int, reason: str) -> web.Response:
    if "text/html" in request.headers.get("Accept", ""):  # a browser that shows what it gets, to whatever it sent
        return html(pages.error(status, pages.language(request.query.get("lang"))), status)
    return problem(status, reason.lower().replace(" ", "_"))


def _route(request: web.Request) -> str:
    """The route's pattern: an address itself may hold a person's words."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "none"
