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


@dataclass(frozen=True, slots=True)
class Given:
    """What a form held. `too_big`: the file was more than is taken, and is left out; the fields before it are here."""

    fields: Mapping[str, str]
    file: File | None = None
    too_big: bool = False

    @property
    def had_file(self) -> bool:
        return self.file is not None or self.too_big


async def read_page(request: web.Request, limit: int) -> Given:
    """The text fields, and the one file of at most `limit` bytes if one was chosen. The file stands last in the form.

    Raises HTTPBadRequest, or HTTPUnsupportedMediaType when it is no such form.
    """
    if request.content_type != "multipart/form-data":
        raise web.HTTPUnsupportedMediaType
    fields: dict[str, str] = {}
    try:
        reader = await request.multipart()
        for _ in range(MOST_PARTS):
            part = await reader.next()
            if part is None:
                return Given(fields)
            if not isinstance(part, BodyPartReader):
                raise web.HTTPBadRequest
            if part.filename is None:
                fields[part.name or ""] = (await _read(part, FIELD_LIMIT)).decode()
            elif (file := await _file(part, limit)) is None:
                return Given(fields, too_big=True)
            elif file.data or file.name:  # else none was chosen
                return Given(fields, file)
    except (ValueError, UnicodeDecodeError, KeyError) as exc:
        raise web.HTTPBadRequest from exc
    raise web.HTTPBadRequest


async def _file(part: BodyPartReader, limit: int) -> File | None:
    kind = part.headers.get("Content-Type", "application/octet-stream")
    try:
        return File(await _read(part, limit), part.filename or "", kind)
    except web.HTTPRequestEntityTooLarge:
        return None


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
