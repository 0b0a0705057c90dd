"""`/metrics`: counts for Prometheus, and for this machine only."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.channels import Quota
from bot.channels.zalo_bot_api import capabilities
from bot.gauges import gauges
from bot.web.metrics import Gauge, add_metrics, exposition
from models.queries import inbound, meter
from models.queries.outbox import NewMessage, put
from models.store import Store
from tests.bot.office import NOON

ROW = capabilities(3, 1, 1, Quota("Basic", 3000, 50, 0))


@pytest.fixture
async def url(sqlite_store: Store) -> AsyncIterator[str]:
    sqlite_store.write_now(lambda conn: meter.add(conn, "zalo_bot", "2026-11", received=40, sent=44))
    sqlite_store.write_now(lambda conn: meter.add(conn, "zalo_bot", "2026-10", received=900))
    sqlite_store.write_now(inbound.keep, "zalo_bot", "4827:1", {"text": "lam cu ga"}, NOON)
    sqlite_store.write_now(put, [NewMessage("zalo_bot", "lan", {"text": "sk"}, dedupe="a", made_at=NOON)])
    app = web.Application()
    add_metrics(app, lambda: sqlite_store.read(gauges, {"zalo_bot": ROW}, NOON))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/metrics"
    await runner.cleanup()


async def test_what_waits_and_what_is_used_of_the_plan(url: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        lines = (await answer.text()).splitlines()
    for line in (
        'sangkien_outbox{channel="zalo_bot",status="queued"} 1',
        'sangkien_inbound{channel="zalo_bot"} 1',
        'sangkien_plan_messages{channel="zalo_bot",direction="in"} 40',
        'sangkien_plan_messages{channel="zalo_bot",direction="out"} 44',
        'sangkien_plan_used{channel="zalo_bot",what="messages"} 84',
        'sangkien_plan_most{channel="zalo_bot",what="messages"} 3000',
        'sangkien_plan_used{channel="zalo_bot",what="people"} 0',
    ):
        assert line in lines
    assert not any('what="groups"' in line for line in lines)  # the plan does not limit them
    assert not any("lam cu ga" in line for line in lines)


async def test_a_name_from_outside_is_refused(url: str) -> None:
    headers = {"Host": "sangkien.example.vn"}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        assert answer.status == 403


def test_the_text_format() -> None:
    found = [Gauge("a", "A.", 1, {"x": 'q"\\\n'}), Gauge("b", "B.", 2, {}), Gauge("a", "A.", 3, {"x": "y"})]
    assert exposition(found) == (
        '# HELP a A.\n# TYPE a gauge\na{x="q\\"\\\\\\n"} 1\na{x="y"} 3\n# HELP b B.\n# TYPE b gauge\nb 2\n'
    )
