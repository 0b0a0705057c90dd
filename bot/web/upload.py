"""Reading one multipart form with one file, never more of it than is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import BodyPartReader, MultipartReader, web

MOST_PARTS = 8
FIELD_LIMIT = 64 * 1024  # bytes of one text field


@dataclass(frozen=True, slots=True)
class File:
    data: bytes
    name: str
    content_type: str


async def read_form(request: web.Request, limit: int) -> tuple[Mapping[str, str], File]:
    """The text fields and the one file, of at most `limit` bytes.

    Raises HTTPRequestEntityTooLarge, or HTTPBadRequest when it is no such form.
    """
    if request.content_type != "multipart/form-data":
        raise web.HTTPUnsupportedMediaType
    try:
        fields, files = await _parts(await request.multipart(), limit)
    except (ValueError, UnicodeDecodeError, KeyError) as exc:  # what aiohttp raises for malformed forms
        raise web.HTTPBadRequest from exc
    if len(files) != 1:
        raise web.HTTPBadRequest
    return fields, files[0]


async def _parts(reader: MultipartReader, limit: int) -> tuple[dict[str, str], list[File]]:
    fields: dict[str, str] = {}
    files: list[File] = []
    for _ in range(MOST_PARTS):
        part = await reader.next()
        if part is None:
            return fields, files
        if not isinstance(part, BodyPartReader):
            raise web.HTTPBadRequest  # a form within the form
        if part.filename is None:
            fields[part.name or ""] = (await _read(part, FIELD_LIMIT)).decode()
        else:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            files.append(File(await _read(part, limit), part.filename, kind))
    raise ValueError("too many parts")


async def _read(part: BodyPartReader, limit: int) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk():
        data += chunk
        if len(data) > limit:
            raise web.HTTPRequestEntityTooLarge(max_size=limit, actual_size=len(data))
    return bytes(data)
