"""What `/metrics` shows: what waits, and what is used of each plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.channels import Capabilities, Quota
from bot.quota import parts
from bot.web.metrics import Gauge
from models.queries import meter


def gauges(conn: Connection, capabilities: Mapping[str, Capabilities], now: datetime) -> list[Gauge]:
    found = [
        Gauge("sangkien_outbox", "Messages that are still to be sent.", count, {"channel": channel, "status": status})
        for channel, status, count in meter.waiting(conn)
    ]
    found += [
        Gauge("sangkien_inbound", "Updates that are received and not worked on yet.", count, {"channel": channel})
        for channel, count in meter.received(conn)
    ]
    for channel, able in capabilities.items():
        found += _plan(conn, channel, able.quota, now) if able.quota is not None else ()
    return found


def _plan(conn: Connection, channel: str, quota: Quota, now: datetime) -> Iterator[Gauge]:
    usage = meter.usage(conn, channel, meter.month_of(now))
    for direction, count in (("in", usage.received), ("out", usage.sent)):
        labels = {"channel": channel, "direction": direction}
        yield Gauge("sangkien_plan_messages", "Messages of this month that the plan counts.", count, labels)
    for what, (used, most) in parts(quota, usage).items():
        labels = {"channel": channel, "what": what}
        yield Gauge("sangkien_plan_used", "What is used of the plan.", used, labels)
        yield Gauge("sangkien_plan_most", "What the plan allows.", most, labels)
