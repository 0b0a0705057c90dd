"""Whose request it is on the filing page: the browser's cookie, the address it comes from, the language it asks for."""

from __future__ import annotations

import ipaddress
import re
import secrets
from dataclasses import dataclass

from aiohttp import web

from bot.web.shell import html

COOKIE = "nop"
COOKIE_DAYS = 60
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_COOKIE = re.compile(r"[A-Za-z0-9_-]{32}")


@dataclass(frozen=True, slots=True)
class House:
    """Where the pages stand. `proxy_header`: who comes by a proxy is known by the last address in it; "": by none."""

    public_url: str = ""
    proxy_header: str = ""


@dataclass(frozen=True, slots=True)
class Visitor:
    cookie: str
    is_new: bool  # the browser brought no cookie
    address: str
    secure: bool

    @staticmethod
    def of(request: web.Request, house: House) -> Visitor:
        cookie = request.cookies.get(COOKIE, "")
        known = _COOKIE.fullmatch(cookie) is not None
        secure = request.secure or house.public_url.startswith("https://")
        return Visitor(cookie if known else secrets.token_urlsafe(24), not known, _address(request, house), secure)

    def page(self, text: str, status: int = 200) -> web.Response:
        return self.known_again(html(text, status))

    def known_again(self, answer: web.Response) -> web.Response:
        """The answer with the cookie, and with the headers that these pages need: forms may be sent to us, no script
        runs, and our own forms say that they are ours.
        """
        answer.set_cookie(
            COOKIE,
            self.cookie,
            max_age=COOKIE_DAYS * 86400,
            path="/",
            httponly=True,
            samesite="Lax",
            secure=self.secure,
        )
        answer.headers["Content-Security-Policy"] = POLICY
        answer.headers["Referrer-Policy"] = "same-origin"
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer

    def new_cookie(self) -> Visitor:
        return Visitor(secrets.token_urlsafe(24), True, self.address, self.secure)


def is_foreign(request: web.Request) -> bool:
    """Did another site send this form? Browsers that say nothing about it are known by the form's token."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")


def _address(request: web.Request, house: House) -> str:
    """What limits count by: an IPv4 address, or the network of an IPv6 one."""
    named = request.headers.get(house.proxy_header, "") if house.proxy_header else ""
    for text in (named.rpartition(",")[2].strip(), request.remote or ""):
        try:
            found = ipaddress.ip_address(text.partition("%")[0])
        except ValueError:
            continue
        if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
            return str(ipaddress.ip_network((found, 64), strict=False))
        return str(found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else found)
    return "unknown"
