"""`/tep/<token>/<name>`: a file that a link in the chat names, for as long as the link is good."""

from __future__ import annotations

import mimetypes
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

ROUTE = "/tep/{token}/{name}"
PROBLEMS: dict[str, type[web.HTTPException]] = {"unknown": web.HTTPNotFound, "expired": web.HTTPGone}
SHOWN = ("image/",)  # all else is saved: what a workbook or a PDF may do in a browser is none of ours

mimetypes.add_type("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx")


def add_files(app: web.Application, open_link: Callable[[str, str], Awaitable[Path | str]]) -> None:
    """Add the route. `open_link(token, name)` gives the file, or what is wrong: "unknown", "expired", "failed".

    Expects `shell.add_shell`.
    """

    async def file(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        found = await open_link(request.match_info["token"], name)
        if isinstance(found, str):
            raise PROBLEMS.get(found, web.HTTPServiceUnavailable)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        way = "inline" if kind.startswith(SHOWN) else "attachment"
        headers = {
            "Content-Type": kind,
            "Content-Disposition": f'{way}; filename="{name}"',  # the name is part of what the link proves
            "Cache-Control": "private, max-age=3600",
            "X-Robots-Tag": "noindex",
        }
        return web.FileResponse(found, headers=headers)

    app.router.add_get(ROUTE, file)
