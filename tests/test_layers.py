"""Who may import whom (CONTRIBUTING.md): the table, and the test that holds the code to it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("bot", "handlers", "models", "scheduler")

# The longest prefix of a module's name decides what it may import beside the standard library and its own package.
ALLOWED: dict[str, set[str]] = {
    "handlers": {"handlers", "jinja2", "babel", "rapidfuzz"},
    "models": {"models", "sqlalchemy", "alembic"},
    "scheduler": {"scheduler", "handlers", "models", "apscheduler", "sqlalchemy", "structlog"},
    "bot.channels": {"bot.channels", "handlers.talk"},
    "bot.channels.telegram_in": {
        "bot.channels",
        "bot.channels.telegram_",
        "handlers.talk",
        "aiogram",
        "aiohttp",
        "structlog",
    },
    "bot.channels.telegram_out": {
        "bot.channels",
        "bot.channels.telegram_",
        "handlers.talk",
        "telegram",
        "aiohttp",
        "structlog",
    },
    "bot.channels.telegram_": {
        "bot.channels",
        "bot.channels.telegram_",
        "handlers.talk",
        "aiogram",
        "telegram",
        "aiohttp",
        "pydantic",
        "structlog",
    },
    "bot.channels.fetching": {"bot.channels", "bot.media_types", "handlers.talk", "aiohttp"},
    "bot.channels.zalo_bot_": {
        "bot.channels",
        "bot.channels.fetching",
        "bot.channels.zalo_bot_",
        "handlers.talk",
        "aiohttp",
        "structlog",
    },
    "bot.channels.capped": {"aiohttp"},
    "bot.channels.wire": {"aiohttp"},
    "bot.channels.zalo_oa_": {
        "bot.channels",
        "bot.channels.capped",
        "bot.channels.zalo_oa_",
        "handlers.talk",
        "aiohttp",
        "structlog",
    },
    "bot.channels.webchat": {"bot.channels", "handlers.talk"},
    "bot.channels.web": {"bot.channels", "handlers.talk"},
    "bot.channels.text": {"bot.channels", "handlers.talk", "handlers.fold"},
    "bot.config": {"pydantic", "pydantic_settings"},
    "bot.web": {"bot.web", "bot.channels", "handlers", "aiohttp", "jinja2", "markupsafe", "structlog"},
    "bot.registry": {
        "bot.registry",
        "handlers",
        "models",
        "sqlalchemy",
        "python_calamine",
        "xlsxwriter",
        "click",
    },
    "bot.papers": {"bot.papers", "handlers", "models", "sqlalchemy", "xlsxwriter", "reportlab", "segno"},
    "bot.intake": {"bot", "handlers", "models", "sqlalchemy", "structlog", "rapidfuzz"},
    "bot": {"bot", "handlers", "models", "sqlalchemy", "structlog", "rapidfuzz"},
    "bot.pictures": {"resvg_py"},
    "bot.public_address": {"bot.channels.capped", "bot.config", "bot.findings", "handlers.talk", "aiohttp"},
    # where everything meets: the app, what it is put together from, and what plays it
    "bot.app": {"*"},
    "bot.checks": {"*"},
    "bot.demo": {"*"},
    "bot.demo_data": {"*"},
    "bot.demo_drive": {"*"},
    "bot.parts": {"*"},
    "bot.gauges": {"*"},
    "bot.platforms": {"*"},
    "bot.stage": {"*"},
    "bot.telegram": {"*"},
    "bot.telegram_problems": {"*"},
    "bot.zalo_bot": {"*"},
    "bot.pretend": {"*"},
    "bot.public_filing": {"*"},
    "bot.ways_in": {"*"},
    "bot.zalo_bot_checks": {"*"},
    "bot.zalo_oa": {"*"},
    "bot.zalo_oa_checks": {"*"},
    "bot.zalo_problems": {"*"},
    "bot.zalo_oa_connect": {"*"},
    "bot.zalo_oa_groups": {"*"},
    "bot.zalo_oa_tokens": {"*"},
    "bot.zalo_oa_alarm": {"*"},
    "bot.cli": {"*"},
    "bot.__main__": {"*"},
}
# What the middle of the house (intake, facts, apply, sender and their neighbours) must not see although it is ours.
FORBIDDEN = {
    "bot": (
        *("bot.channels.telegram_", "bot.channels.zalo_bot_", "bot.channels.zalo_oa_", "bot.channels.webchat."),
        *("bot.app.", "bot.cli.", "bot.web.", "scheduler."),
    )
}


def modules() -> Iterator[tuple[str, Path]]:
    for package in OURS:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "versions" not in path.parts:
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                yield name.removesuffix(".__init__"), path


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rule(name: str) -> tuple[str, set[str]]:
    prefix = max(
        (p for p in ALLOWED if name == p or name.startswith((f"{p}.", p) if p[-1] == "_" else f"{p}.")), key=len
    )
    return prefix, ALLOWED[prefix]


def fits(target: str, allowed: set[str]) -> bool:
    return "*" in allowed or any(
        target == a or target.startswith(f"{a}.") or (a[-1] == "_" and target.startswith(a)) for a in allowed
    )


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=lambda value: value if isinstance(value, str) else "")
def test_imports_only_what_its_layer_may(name: str, path: Path) -> None:
    prefix, allowed = rule(name)
    for target in imported(path):
        root = target.split(".")[0]
        if root in sys.stdlib_module_names or root == "__future__":
            continue
        assert fits(target, allowed), f"{name} must not import {target}"
        if prefix in FORBIDDEN:
            assert not f"{target}.".startswith(FORBIDDEN[prefix]), f"{name} must not know {target}"


def test_the_rule_would_notice() -> None:
    assert not fits("models.unit", ALLOWED["handlers"])
    assert not fits("sqlalchemy.select", ALLOWED["handlers"])
    assert not fits("telegram.Bot", ALLOWED["bot.channels.telegram_in"])
    assert not fits("aiogram.types.Update", ALLOWED["bot.channels.telegram_out"])
    assert not fits("handlers.engine", ALLOWED["bot.channels.webchat"])
