"""Every published figure with a count and a target (domain.md §7) as our notice says it; `pytest -s` prints them."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from handlers import notice
from handlers.board import Board, compose
from handlers.facts import House
from handlers.figures import percent, percent_text, sentence
from handlers.texts import Texts
from tests.handlers.boards import numbers

TEXTS = Texts.load()


@dataclass(frozen=True)
class Published:
    unit: str
    as_of: str
    counter: str
    count: int
    target: int
    which: str
    printed: str  # "" where the press gave no percentage of this target
    exact: Decimal | None  # as the fact sheet gives it, to its own precision

    @property
    def said(self) -> str:
        return TEXTS.render("vi", sentence(self.count, self.target))

    @property
    def board(self) -> Board:
        goal = {"number": self.target, "count": self.count, "ends": "2026-12-31", "set_by": "Tổng LĐLĐ"}
        counter = "valid" if self.counter == "hợp lệ" else "filed"
        values = {"unit": self.unit, "goals": [goal], "rows": [], "notes": [], "filed": self.count, "adjusted": 0}
        return compose(numbers(counter=counter, **values))

    def __str__(self) -> str:
        return f"{self.unit}, {self.as_of} ({self.counter}), chỉ tiêu {self.target} ({self.which}): {self.said}"


def _read() -> list[Published]:
    with (Path(__file__).parent / "published.csv").open(encoding="utf-8", newline="") as file:
        return [
            Published(
                row["unit"],
                row["as of"],
                row["counter"],
                int(row["count"]),
                int(row["target"]),
                row["which target"],
                row["printed in the press"],
                Decimal(row["exact percent"]) if row["exact percent"] else None,
            )
            for row in csv.DictReader(file)
        ]


PUBLISHED = _read()
# What the press called "vượt N%" though it is đạt N%, and one of another counter (hợp lệ, not lượt nộp).
CALLED_EXCEEDED = {("Stanley Việt Nam", 400), ("An Giang", 10_076)}
OF_ANOTHER_COUNTER = {("Thanh Hóa", 100_000)}


def rounds_to(value: Decimal, printed: Decimal) -> bool:
    """At the printed precision, floor or half-up: the press does both (domain.md §6)."""
    scale = Decimal(1).scaleb(int(printed.as_tuple().exponent))
    return printed in {value.quantize(scale, rounding=way) for way in (ROUND_HALF_UP, ROUND_DOWN)}


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: f"{row.unit} {row.as_of} {row.count} of {row.target}")
def test_our_percentage_is_the_exact_one(row: Published) -> None:
    print(row)
    ours, reached = percent(row.count, row.target), Decimal(row.count) * 100 / row.target
    assert row.said.startswith(f"đạt {percent_text(ours)}")
    assert abs(ours - reached) <= Decimal("0.05")
    assert row.exact is None or rounds_to(reached, row.exact)


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: f"{row.unit} {row.as_of} {row.count} of {row.target}")
def test_the_notice_says_dat_in_percent_and_vuot_as_a_count(row: Published) -> None:
    [line] = notice.goal_lines(TEXTS, "vi", row.board)
    print(line)
    assert line.startswith(f"Đạt {percent_text(percent(row.count, row.target))} chỉ tiêu năm ")
    assert not re.search(r"vượt [\d.,]+%", row.said + line)
    if row.count > row.target:
        over = f"{row.count - row.target:,}".replace(",", ".")
        assert row.said.endswith(f" (vượt {over})")
        assert f" (vượt {over})," in line
    else:
        left = f"{row.target - row.count:,}".replace(",", ".")
        assert row.said.endswith(f", còn {left}")
        assert f". Còn {left}," in line
        assert "vượt" not in line


@pytest.mark.parametrize("row", [row for row in PUBLISHED if row.printed], ids=lambda row: f"{row.unit} {row.printed}")
def test_what_the_press_printed_is_ours_once_dat_and_vuot_are_told_apart(row: Published) -> None:
    found = re.search(r"([\d,]+)(%?)", row.printed)
    assert found
    printed = Decimal(found[1].replace(",", "."))
    reached = Decimal(row.count) * 100 / row.target
    if (row.unit, row.target) in OF_ANOTHER_COUNTER:
        assert not rounds_to(reached, printed)
        assert not rounds_to(reached - 100, printed)
    elif not found[2]:
        assert row.count - row.target == printed  # vượt 14: a count, as we say it
    elif "vượt hơn" in row.printed:
        assert reached - 100 > printed
    elif "vượt" in row.printed and (row.unit, row.target) not in CALLED_EXCEEDED:
        assert rounds_to(reached - 100, printed)
    else:
        assert rounds_to(reached, printed)


def test_submitted_is_never_taken_for_valid() -> None:
    """domain.md §13: a third of the entries of 2021 was rejected, so every notice names its counter."""
    named = {"sáng kiến hợp lệ": 0, "lượt nộp": 0}
    for row in PUBLISHED:
        source = notice.render(TEXTS, "vi", row.board, House()).splitlines()[2]
        [name] = [name for name in named if name in source]
        assert (name == "sáng kiến hợp lệ") == (row.counter == "hợp lệ")
        named[name] += 1
    assert named == {"sáng kiến hợp lệ": 2, "lượt nộp": 29}


def test_the_cases_that_the_press_confused() -> None:
    said = {(row.unit, row.target, row.as_of): row.said for row in PUBLISHED}
    assert said["Stanley Việt Nam", 400, "31/5/2022"] == "đạt 408,3% (vượt 1.233)"
    assert said["An Giang", 10_076, "15/9/2023"] == "đạt 209,0% (vượt 10.983)"
    assert said["Thanh Hóa", 100_000, "31/8/2023"] == "đạt 600,2% (vượt 500.175)"
    assert said["Hà Nội", 52_000, "24h 31/5/2022"] == "đạt 107,9% (vượt 4.106)"
    assert said["Hà Nội", 60_000, "24h 31/5/2022"] == "đạt 93,5%, còn 3.894"
    assert said["Cả nước, 1 triệu sáng kiến", 300_000, "24h 31/5/2022"] == "đạt 232,3% (vượt 396.948)"
    assert said["CĐ Điện lực Việt Nam", 3000, "31/5/2022"] == "đạt 80,0%, còn 601"
