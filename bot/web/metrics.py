"""`/metrics`: figures for Prometheus, as its text format has them. Counts only, and only to this machine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.web.guard import require_local


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure with its labels; `help` is the same wherever the name is."""

    name: str
    help: str
    value: float
    labels: Mapping[str, str]


Gauges = Callable[[], Awaitable[Sequence[Gauge]]]


def add_metrics(app: web.Application, gauges: Gauges) -> None:
    async def metrics(request: web.Request) -> web.Response:
        require_local(request)
        headers = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Cache-Control": "no-store"}
        return web.Response(body=exposition(await gauges()).encode(), headers=headers)

    app.router.add_get("/metrics", metrics)


def exposition(gauges: Sequence[Gauge]) -> str:
    """Prometheus's text format: what belongs to a name stands together."""
    lines: list[str] = []
    for name in dict.fromkeys(gauge.name for gauge in gauges):
        some = [gauge for gauge in gauges if gauge.name == name]
        lines += [f"# HELP {name} {some[0].help}", f"# TYPE {name} gauge"]
        lines += [f"{name}{_labels(gauge.labels)} {gauge.value:g}" for gauge in some]
    return "\n".join([*lines, ""])


def _labels(labels: Mapping[str, str]) -> str:
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{pairs}}}" if pairs else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
