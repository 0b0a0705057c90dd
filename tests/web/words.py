"""The web catalogue's words, from its own part files."""

from __future__ import annotations

import io

from babel.messages.pofile import read_po

from handlers.texts import LANGUAGES, LOCALES, Texts


def web_texts() -> Texts:
    return Texts({language: _part(language) for language in LANGUAGES})


def _part(language: str) -> dict[str, str | tuple[str, ...]]:
    data = (LOCALES / language / "parts" / "web.po-part").read_bytes()
    out: dict[str, str | tuple[str, ...]] = {}
    for entry in read_po(io.BytesIO(data), locale=language):
        if isinstance(entry.id, str) and isinstance(entry.string, str):
            out[entry.id] = entry.string
        elif isinstance(entry.id, tuple) and isinstance(entry.string, tuple):
            out[entry.id[0]] = entry.string
    return out
