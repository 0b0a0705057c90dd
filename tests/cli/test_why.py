"""`sangkien report why`: the sum behind a number of the last notice, in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, select

from bot.cli import words
from bot.cli.main import main
from bot.registry.sample import load_sample
from handlers.facts import House
from handlers.texts import Texts
from models.chat import chat
from models.store import Store
from scheduler import daily_notice
from scheduler.clock import system_clock
from scheduler.press import Press

PRESS = Press(Texts.load(), {"webchat": 2000}, House())


@pytest.fixture(autouse=True)
def house(sqlite_url: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The sample's filings are of the last days: the command looks at the campaign that is open today."""
    monkeypatch.chdir(str(tmp_path))
    monkeypatch.setenv("SANGKIEN_DATABASE_URL", sqlite_url)
    words.language.cache_clear()
    store = Store.open(sqlite_url)
    now = system_clock()
    store.write_now(load_sample, now.date(), now - timedelta(hours=1))
    yield store
    store.close()
    words.language.cache_clear()


def sangkien(*args: str) -> Result:
    return CliRunner().invoke(main, list(args), catch_exceptions=False)


def _post(conn: Connection) -> None:
    for chat_id in conn.execute(select(chat.c.id)).scalars().all():
        daily_notice.post(conn, chat_id, system_clock(), PRESS)


def test_before_the_first_notice_it_says_so() -> None:
    told = sangkien("report", "why", "55")
    assert told.exit_code == 1
    assert "Chưa có bản tin nào về đơn vị này" in told.output


def test_a_number_that_stands_nowhere_and_an_unknown_unit_end_with_1(house: Store) -> None:
    house.write_now(_post)
    for args, expected in (
        (("1330",), "Gần giống"),
        (("-777777",), "không có số -777777"),
        (("1", "--unit", "999999"), "Không có đơn vị mang mã 999999"),
        (("1", "--campaign", "khong-co"), "Không có chương trình nào"),
    ):
        told = sangkien("report", "why", *args)
        assert told.exit_code == 1, told.output
        assert expected in told.output


def test_the_sum_is_printed_and_every_place_is_named(house: Store) -> None:
    house.write_now(_post)
    told = sangkien("report", "why", "4,2%", "--unit", "48")
    assert told.exit_code == 0
    which, summed = told.output.split("\n", 1)
    assert which.startswith("Bản tin ")
    assert summed.startswith("4,2% = 55 : 1.300 (= 4,23%).\n1.300: LĐLĐ TP Hà Nội giao")
    several = sangkien("report", "why", "5,0").output
    assert "Điện Sao Việt: đạt 5,0%\n5,0% = 10 : 200." in several
    assert "\n\nTiểu học Mỹ Đình: đạt 5,0%\n5,0% = 4 : 80." in several
