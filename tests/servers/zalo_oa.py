"""An Official Account API, its OAuth host and its events on loopback; refuses what Zalo refuses, fails when asked to.

In a test: `async with ZaloOaServer() as server: server.say(lan, "SK"); await server.wait_sent(lan, 1)`.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections import Counter, deque
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.servers.zalo_oa_events import Events
from tests.servers.zalo_oa_world import CALLS, Json, OAuthRefusal, Refusal, World

HTML = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502</h1></center></body>\r\n</html>"
SLOW = 0.5  # seconds
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"anh cua Lan" * 20


class ZaloOaServer(World):
    """The played platform. `url` is the API's and OAuth's address; events go to `events.url`."""

    def __init__(self) -> None:
        super().__init__()
        self.events = Events(self.app_id, self.oa_id, self.oa_secret)
        self.calls: Counter[str] = Counter()
        self.url = ""
        self.wants_proof = False
        self.headers: dict[str, str] = {}  # of every answer of the API: X-RateLimit-…
        self._planned: dict[str, deque[str]] = {}
        self._hold = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._posting: asyncio.Task[None] | None = None

    # ------------------------------------------------------------ running

    async def start(self) -> str:
        app = web.Application(client_max_size=16 << 20)
        app.router.add_post("/v4/oa/access_token", self._oauth)
        app.router.add_get("/files/{name}", self._file)
        app.router.add_route("*", "/{path:v[23].0/.+}", self._api)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._posting = asyncio.create_task(self.events.run())
        return self.url

    async def close(self) -> None:
        self._hold.set()
        if self._posting is not None:
            self._posting.cancel()
            await asyncio.wait({self._posting})
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    # ------------------------------------------------------------ what people do

    def say(self, user: str, text: str, group: str = "") -> Json:
        return self._did(user, "text", group, text=text)

    def press(self, user: str, message: Json, label: str) -> Json:
        """The button with this label: its payload comes as words of the person."""
        (payload,) = (button["payload"] for button in message["buttons"] if button["title"] == label)
        return self.say(user, payload)

    def photo(self, user: str, data: bytes = JPEG, caption: str = "", name: str = "a.jpg") -> Json:
        payload = {"url": self.keep_file(name, data), "thumbnail": f"{self.url}/files/thumb"}
        words = {"text": caption} if caption else {}
        return self._did(user, "image", "", **words, attachments=[{"type": "image", "payload": payload}])

    def document(self, user: str, name: str, data: bytes) -> Json:
        payload = {"url": self.keep_file(name, data), "name": name, "size": str(len(data)), "checksum": "0" * 32}
        return self._did(user, "file", "", attachments=[{"type": "file", "payload": payload}])

    def voice(self, user: str, data: bytes = b"#!AMR\nvoice") -> Json:
        payload = {"url": self.keep_file("v.amr", data)}
        return self._did(user, "audio", "", attachments=[{"type": "audio", "payload": payload}])

    def odd(self, user: str, kind: str) -> Json:
        """sticker, link, location, business_card, gif, video"""
        return self._did(user, kind, "", attachments=[{"type": kind, "payload": {"url": "https://example.vn"}}])

    def follow(self, user: str) -> Json:
        self.user(user)
        self.following[user] = True
        self.why_not.pop(user, None)
        self.interacts(user)
        return self.events.happens("follow", oa_id=self.oa_id, source="oa_profile", follower={"id": user})

    def unfollow(self, user: str) -> Json:
        self.following[user] = False
        self.why_not[user] = -213
        return self.events.happens("unfollow", oa_id=self.oa_id, source="oa_profile", follower={"id": user})

    def _did(self, user: str, kind: str, group: str, **message: object) -> Json:
        self.user(user)
        if not group:
            self.why_not.pop(user, None)
            self.interacts(user)
        return self.events.says(user, kind, group=group, **message)

    def keep_file(self, name: str, data: bytes) -> str:
        path = f"{len(self.files)}-{name}"
        self.files[path] = data
        return f"{self.url}/files/{path}"

    # ------------------------------------------------------------ what goes wrong

    def fail(self, path: str, *kinds: str) -> None:
        """The next calls of a path go wrong, one each: an error's number ("-32"), 502, reset, timeout, or carried out
        and then not answered: 502-after, reset-after, timeout-after; or late: slow. Of any call: "*".
        """
        self._planned.setdefault(path, deque()).extend(kinds)

    def _fault(self, path: str) -> str:
        for name in (path, "*"):
            if self._planned.get(name):
                return self._planned[name].popleft()
        return ""

    def recover(self) -> None:
        """Nothing goes wrong any more."""
        self._planned.clear()

    async def _broken(self, request: web.Request, fault: str) -> web.Response:
        if fault == "502":
            return web.Response(status=502, text=HTML, content_type="text/html")
        if fault == "timeout":
            await self._hold.wait()
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    # ------------------------------------------------------------ HTTP

    async def _oauth(self, request: web.Request) -> web.Response:
        self.calls["oauth"] += 1
        fault = self._fault("oauth")
        if fault in {"502", "reset", "timeout"}:
            return await self._broken(request, fault)
        if fault == "nothing":
            return self._answer({})
        form = dict(await request.post())
        try:
            answer = self.grants.ask(request.headers.get("secret_key", ""), form)
        except OAuthRefusal as refusal:
            return self._answer(refusal.body)
        if fault == "slow":
            await asyncio.sleep(0.1)
            return self._answer(answer)
        return await self._broken(request, fault.removesuffix("-after")) if fault else self._answer(answer)

    async def _api(self, request: web.Request) -> web.Response:
        path = f"/{request.match_info['path']}"
        self.calls[path] += 1
        fault = self._fault(path)
        if fault in {"502", "reset", "timeout"}:
            return await self._broken(request, fault)
        try:
            self._check(request, fault)
            data = await self._done(request, path)
        except Refusal as refusal:
            return self._answer({"error": refusal.code, "message": refusal.message}, self.headers)
        if fault == "slow":
            await asyncio.sleep(SLOW)
        elif fault:
            return await self._broken(request, fault.removesuffix("-after"))
        return self._answer({"error": 0, "message": "Success", "data": data}, self.headers)

    def _check(self, request: web.Request, fault: str) -> None:
        if fault and fault != "slow" and not fault.endswith("-after"):
            raise Refusal(int(fault), "asked for by the test")
        access = request.headers.get("access_token", "")
        self.grants.check(access)
        proof = hmac.new(self.app_secret.encode(), access.encode(), "sha256").hexdigest()
        if self.wants_proof and request.headers.get("appsecret_proof") != proof:
            raise Refusal(-242, "Invalid appsecret_proof")

    async def _done(self, request: web.Request, path: str) -> object:
        if path in CALLS:
            return CALLS[path](self, await request.json())
        if path.startswith("/v2.0/oa/upload/"):
            field = (await request.post())["file"]
            if not isinstance(field, web.FileField):
                raise Refusal(-201, "file is missing")
            return self.upload(path.rpartition("/")[2], field.filename, field.file.read())
        if path == "/v2.0/oa/getoa":
            return {"oa_id": self.oa_id, "name": "Công đoàn Từ Liêm", "is_verified": True, "package_name": "Nâng cao"}
        if path == "/v3.0/oa/group/getgroupsofoa":
            first, count = int(request.query["offset"]), int(request.query["count"])
            return {"total": len(self.groups), "groups": list(self.groups.values())[first : first + count]}
        if path == "/v3.0/oa/quota/group":
            return self.assets
        raise Refusal(-212, "API is not registered")

    async def _file(self, request: web.Request) -> web.Response:
        if self.file_status != 200:
            return web.Response(status=self.file_status)
        name = request.match_info["name"]
        data = None if name in self.expired else self.files.get(name)
        return web.Response(status=404) if data is None else web.Response(body=data)

    @staticmethod
    def _answer(body: Json, headers: dict[str, str] | None = None) -> web.Response:
        text = json.dumps(body, ensure_ascii=False)
        return web.Response(text=text, content_type="application/json", headers=headers or {})
