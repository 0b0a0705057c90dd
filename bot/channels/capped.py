"""Bodies of answers, as far as a limit allows."""

from __future__ import annotations

import aiohttp


class TooLarge(Exception):
    """More than we take."""


async def read_capped(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    """The whole body. Raises TooLarge beyond `limit` bytes, and what aiohttp raises."""
    parts = bytearray()
    async for chunk in answer.content.iter_chunked(1 << 16):
        parts += chunk
        if len(parts) > limit:
            raise TooLarge(f"more than {limit} bytes")
    return bytes(parts)
