"""Files on their way out: uploaded once, used for every chat that gets the same, for as long as Zalo keeps them."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict

from bot.channels import Rejected
from bot.channels.zalo_oa_api import OaApi

IMAGE_LIMIT = 1 << 20  # bytes
FILE_LIMIT = 5 << 20
LIVES = 6 * 86_400.0  # seconds; Zalo keeps an upload for seven days, and takes 5.000 a month
MOST_KNOWN = 200
PICTURES = {b"\xff\xd8\xff": ("jpg", "image/jpeg"), b"\x89PNG\r\n\x1a\n": ("png", "image/png")}
FILES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv",
}
FILE_SUFFIXES = tuple(FILES)


class Uploads:
    """Each raises OaError and SendError, and Rejected for what Zalo would never take."""

    def __init__(self, api: OaApi) -> None:
        self._api = api
        self._known: OrderedDict[str, tuple[str, float]] = OrderedDict()  # digest -> (reference, loop time it ends)

    async def picture(self, name: str, data: bytes) -> str:
        """Its `attachment_id`. JPEG and PNG only."""
        kind = next((kind for start, kind in PICTURES.items() if data.startswith(start)), None)
        if kind is None or len(data) > IMAGE_LIMIT:
            raise Rejected("a picture that Zalo does not take, or larger than 1 MB")
        return await self._upload("image", f"{name.rpartition('.')[0] or 'anh'}.{kind[0]}", data, kind[1])

    async def file(self, name: str, data: bytes) -> str:
        """Its `token`."""
        kind = FILES.get(name.lower().rpartition(".")[2])
        if kind is None:
            raise Rejected("a kind of file that Zalo does not take")
        if len(data) > FILE_LIMIT:
            raise Rejected("a file larger than Zalo takes")
        return await self._upload("file", name, data, kind)

    def forget(self, ref: str) -> None:
        self._known = OrderedDict((key, kept) for key, kept in self._known.items() if kept[0] != ref)

    async def _upload(self, where: str, name: str, data: bytes, kind: str) -> str:
        digest, now = hashlib.sha256(data).hexdigest(), asyncio.get_running_loop().time()
        known = self._known.get(digest)
        if known is not None and known[1] > now:
            return known[0]
        answer = await self._api.upload(f"/v2.0/oa/upload/{where}", data, name, kind)
        ref = str((answer or {}).get("attachment_id") or (answer or {}).get("token") or "")
        if not ref:
            raise Rejected("an upload without a reference")
        self._known[digest] = (ref, now + LIVES)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return ref
