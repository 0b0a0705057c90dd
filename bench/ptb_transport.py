"""python-telegram-bot's HTTP layer without HTTP."""

from __future__ import annotations

from typing import Any

from telegram.request import BaseRequest, RequestData

from bench.transport import Outlet


class BenchRequest(BaseRequest):
    """The peer in `ptb_form` and our own sending bot go out here."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_timeouts: Any, **_named: Any
    ) -> tuple[int, bytes]:
        form = request_data.json_parameters if request_data else {}
        return 200, self._outlet.answer(url.rsplit("/", 1)[-1], dict(form))
