"""A Bot API on loopback that both client libraries accept; refuses what Telegram refuses, fails when asked to.

In a test: `async with TelegramServer() as server: server.say(lan, "SK"); await server.wait_sent(lan, 1)`.
As a process of its own: `python -m tests.servers.telegram --port 8081`, played through `POST /control/{name}` with a
JSON object of arguments (`/control/say {"user": 1, "text": "SK"}`) and `GET /control/sent?chat=1`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import Counter
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.servers.telegram_delivery import Delivery
from tests.servers.telegram_faults import AFTER, Fault, Faults, Pace, flood
from tests.servers.telegram_methods import METHODS, SENDS, Params
from tests.servers.telegram_world import Json, Refusal, World

CONTROLS = {
    "user", "group", "add_to_group", "bot_standing", "block", "deactivate", "migrate", "say", "say_anonymously", "edit",
    "press", "photo", "voice", "odd", "malformed", "fail", "pace", "unruly", "wait_sent", "counts",
}  # fmt: skip
HTML = "<html>\r\n<head><title>{0}</title></head>\r\n<body><center><h1>{0}</h1></center></body>\r\n</html>"


class TelegramServer(World):
    """The played Bot API. `url` is what a bot takes as its API address."""

    def __init__(self, token: str = "4827:test-token-of-nobody", username: str = "SangKienTestBot") -> None:
        super().__init__(token, username)
        self.faults = Faults()
        self.limits = Pace()
        self.delivery = Delivery(self)
        self.calls: Counter[str] = Counter()
        self.url = ""
        self.sending: list[float] = []  # when the first and the last send was taken
        self._runner: web.AppRunner | None = None
        self._webhook: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    # ------------------------------------------------------------ running

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> str:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        app.router.add_get("/control/sent", self._control_sent)
        app.router.add_post("/control/{name}", self._control)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"
        return self.url

    async def close(self) -> None:
        self._closing.set()
        if self._webhook is not None:
            self._webhook.cancel()
            await asyncio.wait({self._webhook})
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    # ------------------------------------------------------------ what a test asks for

    def fail(self, method: str, kind: str, times: int = 1, retry_after: int = 1) -> None:
        """The next calls of `method` go wrong: 429, 500, 502, 403, timeout, reset, or with the effect and without the
        answer: reset-after, timeout-after, 502-after."""
        self.faults.plan(method, kind, times, retry_after)

    def pace(self, per_second: int = 0, chat_per_second: int = 0, group_per_minute: int = 0) -> None:
        """Enforce these limits from now on; 0 is none."""
        self.limits.per_second = per_second
        self.limits.chat_per_second = chat_per_second
        self.limits.group_per_minute = group_per_minute

    def unruly(self, repeated: int = 0, reordered: int = 0, deaf: int = 0) -> None:
        """The next batches of updates hold each one twice, come newest first, or forget what was confirmed."""
        self.delivery.repeated_batches = repeated
        self.delivery.reordered_batches = reordered
        self.delivery.deaf_confirmations = deaf

    def counts(self) -> Json:
        """Figures for benches: calls by method, updates waiting, sends refused for pace."""
        return {"calls": dict(self.calls), "waiting": len(self.updates), "refused": self.limits.refused} | {
            "sending_seconds": self.sending[-1] - self.sending[0] if self.sending else 0.0
        }

    # ------------------------------------------------------------ HTTP

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"].lower()
        self.calls[method] += 1
        try:
            self._check_token(request.match_info["token"])
            params = await read_params(request)
            fault = self.faults.next(method)
            if fault is not None and fault.kind not in AFTER:
                return await self._fail(request, fault, method)
            result = await self._result(method, params)
        except Refusal as refusal:
            return refused(refusal)
        if fault is not None:
            return await self._fail(request, fault, method)
        return answer({"ok": True, "result": result})

    def _check_token(self, token: str) -> None:
        if token != self.token:
            well_formed = token.partition(":")[0].isdigit() and ":" in token
            raise Refusal(401, "Unauthorized") if well_formed else Refusal(404, "Not Found")

    async def _result(self, method: str, params: Params) -> Any:
        if method == "getupdates":
            return await self.delivery.get_updates(params)
        if method == "setwebhook":
            self._webhook = self._webhook or asyncio.create_task(self.delivery.run_webhook())
            return self.delivery.set_webhook(params)
        if method == "deletewebhook":
            if params.get("drop_pending_updates") in (True, "true"):
                self.updates.clear()
            return self.delivery.delete_webhook(params)
        if method == "getwebhookinfo":
            return self.delivery.webhook_info(params)
        if method not in METHODS:
            raise Refusal(404, "Not Found")
        if method in SENDS and str(params.get("chat_id", "")).lstrip("-").isdigit():
            self.limits.check(int(params["chat_id"]))
            self.sending = [*self.sending[:1], time.monotonic()]
        return METHODS[method](self, params)

    async def _fail(self, request: web.Request, fault: Fault, method: str) -> web.StreamResponse:
        kind = fault.kind.removesuffix("-after")
        if kind == "429":
            return refused(flood(fault.retry_after))
        if kind == "403":
            return refused(Refusal(403, "Forbidden: bot was blocked by the user"))
        if kind in {"500", "502"}:
            page = HTML.format("502 Bad Gateway" if kind == "502" else "500 Internal Server Error")
            return web.Response(status=int(kind), text=page, content_type="text/html")
        if kind == "timeout":
            await self._closing.wait()
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _download(self, request: web.Request) -> web.Response:
        file = self.files.get(request.match_info["path"].rpartition("/")[2])
        if request.match_info["token"] != self.token or file is None:
            return refused(Refusal(404, "Not Found"))
        self.calls["download"] += 1
        return web.Response(body=file["data"], content_type="application/octet-stream")

    # ------------------------------------------------------------ control, for benches and kill tests

    async def _control_sent(self, request: web.Request) -> web.Response:
        if "chat" in request.query:
            return answer(self.sent(int(request.query["chat"])))
        return answer({str(chat): messages for chat, messages in self.from_bot.items()})

    async def _control(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in CONTROLS:
            return web.Response(status=404, text=f"no such control: {name}")
        try:
            result = getattr(self, name)(**(await request.json() if request.can_read_body else {}))
            return answer(await result if asyncio.iscoroutine(result) else result)
        except (TypeError, ValueError, KeyError, TimeoutError) as error:
            return web.Response(status=400, text=f"{type(error).__name__}: {error}")


async def read_params(request: web.Request) -> Params:
    """Query, form, multipart or JSON, as the Bot API takes them; an uploaded file becomes (name, bytes)."""
    params: Params = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise Refusal(400, "Bad Request: can't parse request JSON") from None
        return {**params, **body}
    if request.can_read_body:
        for name, value in (await request.post()).items():
            params[name] = (value.filename, value.file.read()) if isinstance(value, web.FileField) else value
    return params


def answer(result: Any, status: int = 200) -> web.Response:
    body = json.dumps(result, ensure_ascii=False, separators=(",", ":")).encode()
    return web.Response(status=status, body=body, content_type="application/json")


def refused(refusal: Refusal) -> web.Response:
    body: Json = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    return answer(body | ({"parameters": refusal.parameters} if refusal.parameters else {}), refusal.code)


async def serve(port: int, token: str) -> None:
    server = TelegramServer(token)
    print(await server.start(port), flush=True)
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="A Bot API on loopback")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default="4827:test-token-of-nobody")
    options = parser.parse_args()
    try:
        asyncio.run(serve(options.port, options.token))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
