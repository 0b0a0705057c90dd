"""Texts built from one part of the catalogues."""

from __future__ import annotations

from io import BytesIO

from babel.messages.pofile import read_po

from handlers.texts import LANGUAGES, LOCALES, Texts

_HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals={n}; plural=0;\\n"\n\n'
)


def texts_of(part: str) -> Texts:
    """The texts of `locales/<lang>/parts/<part>.po-part`; the whole catalogues once the part is merged and gone."""
    if not (LOCALES / "vi" / "parts" / f"{part}.po-part").exists():
        return Texts.load()
    return Texts({language: _part(language, part) for language in LANGUAGES})


def _part(language: str, part: str) -> dict[str, str | tuple[str, ...]]:
    body = (LOCALES / language / "parts" / f"{part}.po-part").read_text(encoding="utf-8")
    head = _HEAD.format(n=1 if language == "vi" else 2)
    out: dict[str, str | tuple[str, ...]] = {}
    for entry in read_po(BytesIO((head + body).encode()), locale=language):
        if entry.id:
            key = entry.id if isinstance(entry.id, str) else entry.id[0]
            out[key] = entry.string if isinstance(entry.string, str) else tuple(entry.string)
    return out
