"""Who may use the web chat: a browser on this machine that has the page itself open, and no other web site in it."""

from __future__ import annotations

import ipaddress

from aiohttp import web

MARK = "X-Sangkien"
"""A header that another site's page cannot send without asking first, which it is never granted."""

_NAMES = {"localhost", "127.0.0.1", "::1"}


def require_local(request: web.Request) -> None:
    """Raises HTTPForbidden unless the request comes over loopback, to a loopback name.

    A foreign name that was pointed at this machine (DNS rebinding) shows in `Host`.
    """
    if not _loopback(request.remote) or _host(request) not in _NAMES:
        raise web.HTTPForbidden


def require_own_page(request: web.Request) -> None:
    """Raises HTTPForbidden unless this server's own page sent the request: other sites can post to loopback too."""
    require_local(request)
    own = f"{request.scheme}://{request.host}"
    foreign = request.headers.get("Origin", own) != own
    if foreign or request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin" or MARK not in request.headers:
        raise web.HTTPForbidden


def _host(request: web.Request) -> str | None:
    try:
        return request.url.host
    except ValueError:  # a Host header that is no host
        return None


def _loopback(remote: str | None) -> bool:
    if remote is None:
        return False
    address = ipaddress.ip_address(remote.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
