"""The HTML of the web routes: one Jinja2 environment with autoescape, and static files under an address by content."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.web.cast import Cast, Group, Player
from handlers.facts import House
from handlers.talk import Say
from handlers.texts import LANGUAGES, Texts

HERE = Path(__file__).resolve().parent

SCRIPT_WORDS = (
    "web.bot",
    "web.you",
    "web.sending",
    "web.failed",
    "web.retry",
    "web.edited",
    "web.copy",
    "web.copied",
    "web.copy_failed",
    "web.connected",
    "web.reconnecting",
    "web.photo",
    "web.file",
    "web.voice",
    "web.error.too_long",
    "web.error.too_big",
    "web.error.empty_file",
)
"""The keys of what the page's script says."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What the page on data rights names: from the settings. Empty: the page says that it is not filled in yet."""

    controller: str = ""
    contact: str = ""
    support: str = ""
    draft_days: int = 30  # how long an unfinished filing is kept
    page: bool = False  # people may file on the web page

    @staticmethod
    def of(house: House, draft_days: int, *, page: bool) -> Rights:
        return Rights(house.controller, house.contact, house.support, draft_days, page)


class Static:
    """The static files, read once. `version` changes when one of them does, so that browsers may keep them for ever."""

    def __init__(self, folder: Path = HERE / "static") -> None:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        self._files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        digest = hashlib.sha256()
        for name, data in self._files.items():
            digest.update(name.encode() + b"\0" + data)
        self.version = digest.hexdigest()[:12]

    def get(self, name: str) -> bytes | None:
        return self._files.get(name)

    def url(self, name: str) -> str:
        """Where the page finds a file. Raises KeyError when there is none of this name."""
        if name not in self._files:
            raise KeyError(name)
        return f"/static/{self.version}/{name}"


class Pages:
    """Renders every page. `language` is the one a visitor gets who asks for none."""

    def __init__(self, texts: Texts, language: str = "vi") -> None:
        self.static = Static()
        self._texts = texts
        self._language = language
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["static"] = self.static.url
        self._templates.filters["linked"] = linked
        self._templates.filters["whole"] = whole

    def language(self, asked: str | None) -> str:
        return asked if asked in LANGUAGES else self._language

    def chat(self, cast: Cast, player: Player, group: Group, language: str, limits: Mapping[str, int]) -> str:
        """The web chat as one person sees it. `limits` are told to the script: text characters, file bytes."""

        def link(**other: str) -> str:
            return chat_link(**{"la": player.account, "nhom": group.chat, "lang": language, **other})

        config = {
            "account": player.account,
            "people": {other.account: other.name for other in cast.players},
            "texts": {key: self._texts.render(language, Say(key)) for key in SCRIPT_WORDS},
            "limits": dict(limits),
        }
        values = {"cast": cast, "player": player, "group": group, "link": link}
        return self._render("chat.html", language, config=json.dumps(config, ensure_ascii=False), **values)

    def rights(self, rights: Rights, language: str) -> str:
        """What is kept about a person, why, and how they see, correct, erase it or withdraw (Law 91/2025/QH15)."""
        return self._render("rights.html", language, rights=rights)

    def scoreboard(self, name: str, language: str, **values: Any) -> str:
        """A page of the public board: "list", "unit" or "missing"."""
        return self._render(f"scoreboard_{name}.html", language, **values)

    def upload(self, state: str, language: str, *, code: str, unit: str, problem: Say | None) -> str:
        """The page of a one-time link: its form ("good"), or why there is none: done, used, expired."""
        wrong = self._texts.render(language, problem) if problem else ""
        return self._render("upload.html", language, state=state, code=code, unit=unit, problem=wrong)

    def error(self, status: int, language: str) -> str:
        refused = status if status in (404, 410) else 400  # 403, 413, 415…: the same to whoever reads it
        return self._render("error.html", language, status=refused if status < 500 else 500)

    def render(self, name: str, language: str, *, problem: Say | None = None, **values: Any) -> str:
        """One of the pages on which people file; `problem` is said above its form."""
        wrong = self._texts.render(language, problem) if problem else ""
        return self._render(name, language, problem=wrong, **values)

    def _render(self, name: str, language: str, **values: Any) -> str:
        def t(key: str, **inner: Any) -> str:
            return self._texts.render(language, Say(key, inner))

        return self._templates.get_template(name).render(t=t, language=language, languages=LANGUAGES, **values)


OURS = re.compile(r"https?://[^\s/]+/(?:tep|dl|ketqua|tra|nop)\b[^\s]*")


CODE = re.compile(r"(?<!\d)\d{2,3}(?: \d{2,3})* \d{3}(?!\d)")  # `handlers.codes.spoken`


def linked(text: str) -> Markup:
    """Words in which the addresses of our own pages can be tapped; nothing else in them becomes markup, but that codes
    are kept on one line.
    """
    parts, at = [], 0
    for found in OURS.finditer(text):
        address = escape(found.group())
        parts += [whole(text[at : found.start()]), Markup('<a href="{0}">{0}</a>').format(address)]
        at = found.end()
    return Markup("").join([*parts, whole(text[at:])])


def whole(text: str) -> Markup:
    """Words in which no code is broken between two lines; nothing in them becomes markup."""
    parts, at = [], 0
    for found in CODE.finditer(text):
        parts += [escape(text[at : found.start()]), Markup('<span class="code">{0}</span>').format(found.group())]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def chat_link(**query: str) -> str:
    """The address of the web chat as one person in one group, which several tabs can hold at once."""
    return f"/?{urlencode(query)}"
