"""What the played Official Account knows: followers, windows, GMF groups, tokens, uploads, and what the bot sent.

It refuses what Zalo refuses, with HTTP 200 and `error` in the body.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import re
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]

DAY = 86_400.0
FREE, CLOSED = 2 * DAY, 7 * DAY
IMAGE_LIMIT, FILE_LIMIT = 1 << 20, 5 << 20
BUTTONS = {"oa.query.hide", "oa.query.show", "oa.open.url", "oa.open.phone", "oa.open.sms"}


class Refusal(Exception):
    """An answer whose `error` is not 0."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class OAuthRefusal(Exception):
    """The OAuth host's own form of no: names, and sometimes no number."""

    def __init__(self, name: str, code: int | None = None) -> None:
        super().__init__(name)
        self.body: Json = {"error_name": name, "error_reason": name, "error_description": name} | (
            {} if code is None else {"error": code}
        )


class Grants:
    """Token pairs. A refresh token is good once, and takes the access token with it."""

    def __init__(self, app_id: str, app_secret: str) -> None:
        self.app_id, self.app_secret = app_id, app_secret
        self.access = ""
        self.access_until = 0.0
        self.refresh = ""
        self.expires_in = 90_000
        self.presented: Counter[str] = Counter()  # how often each refresh token was brought
        self.renewed = 0
        self.codes: dict[str, str] = {}  # code -> challenge
        self._numbers = itertools.count(1)

    def grant(self) -> Json:
        number = next(self._numbers)
        self.access, self.refresh = f"access-{number}-of-nobody", f"refresh-{number}-of-nobody"
        self.access_until = time.monotonic() + self.expires_in
        answer = {"access_token": self.access, "refresh_token": self.refresh, "expires_in": str(self.expires_in)}
        return {**answer, "refresh_token_expires_in": "7776000"}

    def consent(self, challenge: str) -> str:
        """An administrator agreed: the code his browser brings back."""
        code = f"admins-code-{next(self._numbers):04d}"
        self.codes[code] = challenge
        return code

    def ask(self, secret: str, form: Json) -> Json:
        """What POST /v4/oa/access_token answers. Raises OAuthRefusal."""
        if form.get("app_id") != self.app_id:
            raise OAuthRefusal("Invalid app id", -14002)
        if secret != self.app_secret:
            raise OAuthRefusal("Invalid secret key", -14004)
        if form.get("grant_type") == "authorization_code":
            challenge = self.codes.pop(str(form.get("code")), None)
            verifier = str(form.get("code_verifier"))
            digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
            if challenge is None or len(verifier) != 43 or digest != challenge:
                raise OAuthRefusal("Invalid code verifier")
            return self.grant()
        token = str(form.get("refresh_token"))
        self.presented[token] += 1
        if token != self.refresh:
            raise OAuthRefusal("Invalid refresh token", -14014)
        self.renewed += 1
        return self.grant()

    def check(self, access: str) -> None:
        if access != self.access:
            raise Refusal(-216, "Access token is invalid")
        if time.monotonic() >= self.access_until:
            raise Refusal(-220, "Access token has expired")


class World:
    """Plain dictionaries. `user(…)` makes somebody who has Zalo; the bot may write once they interacted."""

    def __init__(self) -> None:
        self.app_id, self.oa_id = "360800000000000001", "388600000000000001"
        self.app_secret, self.oa_secret = "app-secret-of-nobody", "oa-secret-of-nobody"
        self.grants = Grants(self.app_id, self.app_secret)
        self.users: dict[str, float] = {}  # id -> when it last interacted (monotonic)
        self.following: dict[str, bool] = {}
        self.why_not: dict[str, int] = {}  # chat -> the error every send to it gets
        self.groups: dict[str, Json] = {}
        self.assets: list[Json] = []
        self.uploads: dict[str, Json] = {}  # attachment id or file token -> what it is
        self.files: dict[str, bytes] = {}  # what people sent, by path
        self.expired: set[str] = set()  # of these
        self.file_status = 200  # what the host of files answers, whichever it is asked for
        self.from_bot: dict[str, list[Json]] = {}
        self.with_buttons = True  # without: a message with buttons is refused
        self.news = asyncio.Event()
        self._numbers = itertools.count(1)

    # ------------------------------------------------------------ people and groups

    def user(self, user: str) -> str:
        self.users.setdefault(user, -CLOSED * 10)
        return user

    def interacts(self, user: str, ago: float = 0.0) -> None:
        self.users[user] = time.monotonic() - ago

    def group(self, group: str, name: str, asset: str = "asset-1") -> str:
        self.groups[group] = {"group_id": group, "name": name, "status": "enabled", "asset_id": asset}
        return group

    def asset(self, asset: str, status: str = "available", valid_through: str = "20/11/2027") -> None:
        row = {"asset_id": asset, "product_type": "gmf50", "status": status, "valid_through": valid_through}
        self.assets.append(row)

    # ------------------------------------------------------------ what the bot does

    def message(self, body: Json) -> Json:
        """POST /v3.0/oa/message/cs"""
        user = str(body["recipient"]["user_id"])
        self._reachable(user)
        return self._post(user, body["message"]) | {"user_id": user}

    def group_message(self, body: Json) -> Json:
        """POST /v3.0/oa/group/message"""
        group = str(body["recipient"]["group_id"])
        self._standing(group)
        if group not in self.groups:
            raise Refusal(-403, "OA is not a member of the group")
        if self.groups[group]["status"] != "enabled":
            raise Refusal(-237, "Group is expired")
        return self._post(group, body["message"]) | {"group_id": group}

    def template(self, body: Json) -> Json:
        """POST /v3.0/oa/message/template: reaches those whose window has closed, too."""
        user = str(body["user_id"])
        if user not in self.users:
            raise Refusal(-213, "User has not followed OA")
        return self._keep(user, {"template_id": body["template_id"], "template_data": body["template_data"]})

    def quota(self, body: Json) -> Json:
        """POST /v3.0/oa/quota/message"""
        if str(body["user_id"]) not in self.users:
            raise Refusal(-213, "User has not followed OA")
        since = time.monotonic() - self.users[str(body["user_id"])]
        left = 8 if since < FREE else 0
        seen = str(int((time.time() - since) * 1000))
        return {"last_interaction": seen, "cs_reply": {"remain": left, "total": 8}}

    def create_group(self, body: Json) -> Json:
        """POST /v3.0/oa/group/creategroupwithoa"""
        asset = next((row for row in self.assets if row["asset_id"] == body["asset_id"]), None)
        if asset is None or asset["status"] != "available":
            raise Refusal(-241, "Asset is used")
        if not 1 <= len(body["member_user_ids"]) <= 99:
            raise Refusal(-201, "member_user_ids is invalid")
        asset["status"] = "used"
        number = f"f414c8f76fa586fb{next(self._numbers):04x}"
        self.group(number, body["group_name"], body["asset_id"])
        self.groups[number]["members"] = body["member_user_ids"]
        return {"group_id": number, "group_link": f"https://zalo.me/g/{number[-6:]}"}

    def upload(self, kind: str, name: str, data: bytes) -> Json:
        """POST /v2.0/oa/upload/{kind}"""
        if kind == "image":
            known = data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
            field, limit = "attachment_id", IMAGE_LIMIT
        else:
            known = name.lower().endswith((".pdf", ".doc", ".docx", ".csv"))
            field, limit = "token", FILE_LIMIT
        if not known:
            raise Refusal(-233, "File type is not supported")
        if len(data) > limit:
            raise Refusal(-210, "File size is over the limit")
        ref = f"{kind}-{next(self._numbers)}"
        self.uploads[ref] = {"name": name, "size": len(data), "data": data}
        return {field: ref}

    def expire_uploads(self) -> None:
        self.uploads.clear()

    # ------------------------------------------------------------ within

    def _reachable(self, user: str) -> None:
        self._standing(user)
        if user not in self.users:
            raise Refusal(-213, "User has not followed OA")
        if time.monotonic() - self.users[user] > CLOSED:
            raise Refusal(-230, "User has not interacted with OA in the past 7 days")

    def _standing(self, chat: str) -> None:
        if chat in self.why_not:
            raise Refusal(self.why_not[chat], "refused")

    def _post(self, chat: str, message: Json) -> Json:
        kept: Json = {"text": message.get("text", "")}
        if len(kept["text"]) > 2000:
            raise Refusal(-210, "text is over 2000 characters")
        attachment = message.get("attachment")
        if attachment:
            kept |= self._attached(attachment)
        elif not kept["text"]:
            raise Refusal(-201, "message is empty")
        return self._keep(chat, kept)

    def _attached(self, attachment: Json) -> Json:
        payload = attachment["payload"]
        if attachment["type"] == "file":
            return {"file": self._uploaded(payload["token"])}
        if "buttons" in payload:
            self._check_buttons(payload["buttons"])
            return {"buttons": payload["buttons"]}
        if payload.get("template_type") != "media":
            raise Refusal(-201, "template_type is invalid")
        (element,) = payload["elements"]
        return {"image": element.get("url") or self._uploaded(element["attachment_id"])}

    def _check_buttons(self, buttons: list[Json]) -> None:
        if not self.with_buttons:
            raise Refusal(-201, "attachment is invalid")
        for button in buttons:
            if button["type"] not in BUTTONS or not button["title"] or not button["payload"]:
                raise Refusal(-201, "button is invalid")
        if not 1 <= len(buttons) <= 5:
            raise Refusal(-201, "buttons is over the limit")

    def _uploaded(self, ref: str) -> Json:
        if ref not in self.uploads:
            raise Refusal(-100, "Attachment id has expired")
        return self.uploads[ref]

    def _keep(self, chat: str, kept: Json) -> Json:
        number = f"{next(self._numbers):016x}"
        self.from_bot.setdefault(chat, []).append({**kept, "message_id": number})
        self.news.set()
        return {"message_id": number, "sent_time": str(int(time.time() * 1000))}

    # ------------------------------------------------------------ what a test asks for

    def sent(self, chat: str) -> list[Json]:
        return list(self.from_bot.get(chat, ()))

    async def wait_sent(self, chat: str, count: int, timeout: float = 10.0) -> list[Json]:
        """Wait until the bot has sent `count` messages to the chat in all. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while len(self.from_bot.get(chat, ())) < count:
                self.news.clear()
                await self.news.wait()
        return self.sent(chat)

    def mentions(self, chat: str) -> list[str]:
        """What pinged somebody, or everybody, in what the bot sent."""
        return [found for one in self.sent(chat) for found in re.findall(r"\[@\w+\]", one["text"])]


CALLS: dict[str, Callable[[World, Json], Json]] = {
    "/v3.0/oa/message/cs": World.message,
    "/v3.0/oa/group/message": World.group_message,
    "/v3.0/oa/message/template": World.template,
    "/v3.0/oa/quota/message": World.quota,
    "/v3.0/oa/group/creategroupwithoa": World.create_group,
}
