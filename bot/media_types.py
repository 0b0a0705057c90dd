"""What a file is, by its first bytes: names and declared types can be anything."""

from __future__ import annotations

import io
import zipfile
import zlib

_STARTS = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"%PDF-", "pdf"),
    (b"AC10", "dwg"),
    (b"OggS", "ogg"),
    (b"ID3", "mp3"),
    (b"\xff\xfb", "mp3"),
    (b"#!AMR", "amr"),
    (b"\xff\xf1", "aac"),
    (b"\xff\xf9", "aac"),
)
PICTURES = frozenset({"jpg", "png", "gif", "webp", "heic", "avif"})
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word, Excel and PowerPoint before 2007 begin alike
_BRANDS = {b"M4A ": "m4a", b"heic": "heic", b"heix": "heic", b"mif1": "heic", b"avif": "avif"}
_OFFICE = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
_TEXT_CONTROLS = set(range(32)) - set(b"\t\n\r\f")


def suffix_of(data: bytes, given_name: str = "") -> str | None:
    """The suffix of pictures, PDF, office files, drawings, sound, video and plain text; None for all else.

    `given_name` only tells one old office file from another.
    """
    for start, suffix in _STARTS:
        if data.startswith(start):
            return suffix
    if data.startswith(_OLD_OFFICE):
        given = given_name.lower().rpartition(".")[2]
        return given if given in {"xls", "ppt"} else "doc"
    if data[:4] == b"RIFF":
        return {b"WEBP": "webp", b"WAVE": "wav"}.get(data[8:12])
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "mp4")
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    return "txt" if _is_text(data) else None


def _office(data: bytes) -> str | None:
    """An office document of today is a zip; other zips, and those with macros, are not taken."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                return _OPEN_DOCUMENT.get(archive.read("mimetype").strip())
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        return None
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return None
    return next((suffix for folder, suffix in _OFFICE if any(name.startswith(folder) for name in names)), None)


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return bool(data) and not _TEXT_CONTROLS.intersection(data)
