"""What an error on the way says: did the request leave at all?"""

from __future__ import annotations

import aiohttp

CONNECT_SECONDS = 10.0  # to be connected, TLS included: until then nothing has been written


def within(seconds: float) -> aiohttp.ClientTimeout:
    """For a whole call; what cannot even connect is known earlier, and known not to have been sent."""
    return aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)


def never_left(error: BaseException) -> bool:
    """Refused, no such host, no route, no TLS: nothing was written. Of a reset or a time-out later nobody knows."""
    return isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
