"""Whether the process lives, and whether it is ready to work: for supervisors and load balancers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

Checks = Callable[[], Awaitable[Mapping[str, bool]]]
"""Gives each named check (database, outbox, …) and whether it passed."""


def add_health(app: web.Application, checks: Checks) -> None:
    """`/health/live` answers while the loop runs; `/health/ready` says 200 if all checks pass, else 503 naming each."""

    async def live(_request: web.Request) -> web.Response:
        return _json({"status": "ok"}, 200)

    async def ready(_request: web.Request) -> web.Response:
        found = await checks()
        good = all(found.values())
        named = {name: "ok" if passed else "failed" for name, passed in found.items()}
        return _json({"status": "ok" if good else "failed", "checks": named}, 200 if good else 503)

    app.router.add_get("/health/live", live)
    app.router.add_get("/health/ready", ready)


def _json(data: Mapping[str, object], status: int) -> web.Response:
    return web.json_response(data, status=status, headers={"Cache-Control": "no-store"})
