"""The ward of the notice (15 units), and the sample's database with a title that somebody means to be a formula."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.papers.figures import Figures, gather
from bot.registry.sample import load_sample
from handlers.board import Board, compose
from handlers.facts import House
from handlers.texts import Texts
from models.initiative import initiative
from models.queries import board as boards
from models.queries import registry
from models.store import Store
from tests.handlers.boards import numbers, yesterday

TODAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, 20, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
HOUSE = House(support="chị Hoa, Tổ hỗ trợ sáng kiến")
FORMULA = '=HYPERLINK("https://evil.example","Bấm vào đây")'
SECRET = "Công thức keo mới"


@pytest.fixture(scope="session")
def texts() -> Texts:
    return Texts.load()


@pytest.fixture
def ward() -> Board:
    return compose(numbers(), yesterday())


@pytest.fixture
def sampled(sqlite_store: Store) -> Store:
    """Nam Từ Liêm with its filings: one title is a formula, one filing is confidential and worth a lot."""
    return fill(sqlite_store)


def fill(store: Store) -> Store:
    store.write_now(load_sample, TODAY, NOON.replace(hour=8))
    for at, values in (
        (0, {"title": FORMULA, "benefit_vnd": 80_000_000}),
        (1, {"title": SECRET, "benefit_vnd": 999_000_000, "confidential": True, "body": None}),
    ):
        store.write_now(
            lambda conn, at=at, values=values: conn.execute(
                update(initiative).where(initiative.c.draft == f"sample:{at}").values(values)
            )
        )
    return store


@pytest.fixture
def figures(sampled: Store) -> Figures:
    return figures_of(sampled, "48")


def figures_of(store: Store, code: str, at: datetime = NOON) -> Figures:
    unit = store.read_now(registry.unit_by_code, code)
    (campaign,) = store.read_now(registry.campaigns_open, TODAY)
    assert unit
    found = store.read_now(boards.numbers, unit.id, campaign.id, at, at.date())
    return store.read_now(gather, compose(found))
