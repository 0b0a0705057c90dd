"""A Zalo Bot platform on loopback, faithful to what is known of it, with its faults.

Failures come with HTTP 200; an empty poll is error 408; an update is given out once, to whoever asks; every answer has
two `Server` headers; a picture is fetched from the address the bot names. See `ZaloBotServer.fail` and `World`.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.servers.zalo_bot_world import Json, Refusal, World

HTML = "<html><head><title>{0} Bad Gateway</title></head><body><h1>{0} Bad Gateway</h1></body></html>"
REFUSALS = {
    "400": "Bad request",
    "401": "Unauthorized",
    "403": "Internal server error",
    "404": "Not found",
    "408": "Request timeout",
    "410": "The chat_id is invaild",
    "429": "Quota exceeded",
}
TEXT_LIMIT = 2000
SLOW = 0.5  # seconds


@dataclass
class Fault:
    kind: str  # one of REFUSALS, 502, timeout, reset; with "-after": once the work is done; slow: done, answered late
    times: int


class ZaloBotServer(World):
    """The played platform. `url` is what a bot takes as its API address, and where pictures people sent stand."""

    def __init__(self, token: str = "4827:zalo-token-of-nobody") -> None:
        super().__init__(token)
        self.calls: Counter[str] = Counter()
        self.faults: dict[str, Fault] = {}
        self.webhook = ""
        self.secret = ""
        self.posted: list[int] = []  # what our webhook answered
        self.duplicates = 0  # so many updates are posted twice
        self.repeats = 3  # how often a post is tried that was not answered 200 (how often it really is, nobody knows)
        self.tested = 0
        self.verdict: int | None = None  # what trying the webhook gives, where it cannot really be reached from here
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/picture/{name}", self._picture)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        for task in self._tasks:
            task.cancel()
        if self._runner is not None:
            await self._runner.cleanup()

    def fail(self, method: str, kind: str, times: int = 1) -> None:
        """The next calls of `method` go wrong: see `Fault`."""
        self.faults[method.lower()] = Fault(kind, times)

    # ------------------------------------------------------------ calls

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls[method] += 1
        fault = self._fault(method)
        try:
            self._check_token(request.match_info["token"])
            if fault and fault != "slow" and not fault.endswith("-after"):
                return await self._broken(request, fault)
            result = await self._result(method, await _params(request))
        except Refusal as refusal:
            key = "errorCode" if refusal.code == 426 else "error_code"
            return _answer({"ok": False, key: refusal.code, "description": refusal.description})
        if fault == "slow":
            await asyncio.sleep(SLOW)
        elif fault:
            return await self._broken(request, fault.removesuffix("-after"))
        return _answer({"ok": True} | ({"result": result} if result is not None else {}))

    def _fault(self, method: str) -> str:
        fault = self.faults.get(method.lower())
        if fault is None or not fault.times:
            return ""
        fault.times -= 1
        return fault.kind

    async def _broken(self, request: web.Request, kind: str) -> web.StreamResponse:
        if kind in REFUSALS:
            raise Refusal(int(kind), REFUSALS[kind])
        if kind in {"502", "504"}:
            return web.Response(status=int(kind), text=HTML.format(kind), content_type="text/html")
        if kind == "timeout":
            await self._closing.wait()
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _check_token(self, token: str) -> None:
        if token != self.token:
            raise Refusal(401, "Unauthorized") if ":" in token else Refusal(404, "Not found")

    async def _result(self, method: str, params: Json) -> Any:
        match method:  # case counts
            case "getMe":
                return self.me
            case "getUpdates":
                return await self._get_update(params)
            case "setWebhook":
                return await self._set_webhook(params)
            case "deleteWebhook":
                if not self.webhook:
                    raise Refusal(400, "Bad request")
                self.webhook = ""
                return {"url": "", "updated_at": 1}
            case "getWebhookInfo":
                if not self.webhook:
                    raise Refusal(404, "Not found")
                return {"url": self.webhook, "updated_at": 1}
            case "testWebhook":
                self.tested += 1
                if self.tested > 1:
                    raise Refusal(426, "Too often")
                return await self._verify()
            case "sendMessage":
                return self.post(str(params.get("chat_id")), {"text": _text(params, "text", required=True)})
            case "sendPhoto":
                return await self._send_photo(params)
            case "sendChatAction":
                return None
        raise Refusal(404, "Not found")

    async def _send_photo(self, params: Json) -> Json:
        caption = _text(params, "caption", required="caption" in params)
        data = b""
        try:
            async with aiohttp.ClientSession() as session, session.get(str(params.get("photo"))) as answer:
                data = await answer.read() if answer.status == 200 else b""
        except (aiohttp.ClientError, ValueError):
            data = b""
        if not data.startswith((b"\x89PNG", b"\xff\xd8\xff")):
            raise Refusal(400, "Bad request: photo")
        return self.post(str(params.get("chat_id")), {"photo": data, "caption": caption})

    # ------------------------------------------------------------ how updates reach the bot

    async def _get_update(self, params: Json) -> Json:
        if self.webhook:
            raise Refusal(400, "Bad request")
        try:
            async with asyncio.timeout(float(params.get("timeout") or 30)):
                return await self.updates.get()
        except TimeoutError:
            raise Refusal(408, "Request timeout") from None

    async def _set_webhook(self, params: Json) -> Json:
        url, secret = str(params.get("url") or ""), str(params.get("secret_token") or "")
        if not url.startswith(("https://", "http://127.0.0.1")) or not 8 <= len(secret) <= 256:
            raise Refusal(400, "Bad request")
        self.webhook, self.secret = url, secret
        if not self._tasks:
            self._tasks.add(asyncio.create_task(self._post_all()))
        return {"url": url, "updated_at": 1, "verification": await self._verify()}

    async def _verify(self) -> Json:
        status = await self._post(b"", {}) if self.verdict is None else self.verdict
        good = status == 200
        return {"ok": good, "outcome": "webhook.ok" if good else f"webhook.http.{status}", "status_code": status}

    async def _post_all(self) -> None:
        while True:
            update = await self.updates.get()
            body = json.dumps(self.envelope(update), ensure_ascii=False).encode()
            for _ in range(self.repeats):
                status = await self._post(body, {"X-Bot-Api-Secret-Token": self.secret})
                self.posted.append(status)
                if status == 200:
                    break
                await asyncio.sleep(0.05)
            if self.duplicates:
                self.duplicates -= 1
                self.posted.append(await self._post(body, {"X-Bot-Api-Secret-Token": self.secret}))

    async def _post(self, body: bytes, headers: dict[str, str]) -> int:
        """0 where nobody answered."""
        named = {"User-Agent": "Java/1.8.0_192", "Content-Type": "application/json"}
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.post(self.webhook, data=body, headers=named | headers) as answer,
            ):
                return answer.status
        except aiohttp.ClientError:
            return 0

    async def _picture(self, request: web.Request) -> web.Response:
        if self.file_status != 200:
            return web.Response(status=self.file_status)
        name = request.match_info["name"]
        if name in self.expired or name not in self.pictures:
            return web.Response(status=404)
        return web.Response(body=self.pictures[name], content_type="image/jpeg")


async def _params(request: web.Request) -> Json:
    """Query, form or JSON."""
    params: Json = dict(request.query)
    if request.content_type == "application/json" and request.can_read_body:
        return params | dict(await request.json())
    if request.can_read_body:
        params |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    return params


def _text(params: Json, name: str, *, required: bool) -> str:
    text = str(params.get(name) or "")
    if (required and not text.strip()) or len(text) > TEXT_LIMIT:
        raise Refusal(400, "Bad request")
    if params.get("parse_mode"):
        raise Refusal(400, "Bad request: markup")  # nothing of ours has any
    return text


def _answer(body: Json) -> web.Response:
    response = web.json_response(body)
    response.headers.add("Server", "ZServer")
    response.headers.add("Server", "cloudfront")
    return response
