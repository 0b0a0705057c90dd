"""What a visitor of the public board asked for, and the addresses of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

ROOT = "/ketqua"
BY_COUNT, BY_PERCENT = "luot", "phan-tram"


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visitor asked for. `usual` is the language of one who asks for none."""

    language: str
    usual: str
    order: str = ""
    text: str = ""  # what is searched

    def link(self, campaign: str = "", unit: str = "", order: str = "", language: str = "", text: str = "") -> str:
        """An address of the public board, which says the language only where it is not the usual one."""
        path = "/".join((ROOT, *(quote(code, safe="") for code in (campaign, unit) if code)))
        language = language or self.language
        query = {"xep": order, "tim": text, "lang": language if language != self.usual else ""}
        given = {name: value for name, value in query.items() if value}
        return f"{path}?{urlencode(given)}" if given else path
