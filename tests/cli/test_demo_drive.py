"""`sangkien demo --days 35`: the made days end on what was published of 31/5/2022, and the notices tell them."""

from __future__ import annotations

import csv
import itertools
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.main import main
from bot.demo_drive import data

ROOT = Path(__file__).resolve().parents[2]
BEGIN, LAST = date(2022, 4, 26), date(2022, 5, 31)


def by_name(day: date) -> dict[str, int]:
    names = data.names()
    return {names[code]: number for code, number in data.figures()[day].items()}


def place(figures: Mapping[str, int], name: str) -> int:
    return 1 + sum(other > figures[name] for other in figures.values())


# ---------------------------------------------------------------- the days


def test_the_last_day_is_what_was_published() -> None:
    last, first = by_name(LAST), by_name(BEGIN)
    assert sum(last.values()) == 696_948
    assert (last["Thanh Hóa"], last["Hà Nội"], last["Lâm Đồng"], last["CĐ Điện lực VN"]) == (
        170_324,
        56_106,
        8_871,
        2_399,
    )
    assert [place(last, name) for name in ("Thanh Hóa", "TP Hồ Chí Minh", "Hà Nội", "Lâm Đồng")] == [1, 2, 3, 15]
    assert place(first, "Hà Nội") == 10
    assert last["CĐ Công Thương VN"] > 5_400
    assert len(last) == 82


def test_the_figures_are_cumulative_and_the_days_follow_what_was_told_of_them() -> None:
    days = list(data.figures().values())
    assert len(days) == 36
    assert all(after[code] >= number for day, after in itertools.pairwise(days) for code, number in day.items())
    totals = [by_name(day)["Hà Nội"] for day in sorted(data.figures())]
    came = [after - before for before, after in itertools.pairwise(totals)]
    assert max(came) == came[-1] == 4_016
    assert all(800 <= number <= 1_000 for number in came[3:7]), "30/4 to 3/5"


def test_published_targets_are_not_marked_as_made_up() -> None:
    rows = csv.DictReader((ROOT / "bot" / "demo_drive" / "targets.csv").open(encoding="utf-8"))
    known = {(data.names()[row["unit"]], row["phase"], int(row["number"])) for row in rows if not row["invented"]}
    assert known == {
        ("Tổng LĐLĐ", "GD1", 300_000),
        ("Tổng LĐLĐ", "", 1_000_000),
        ("Hà Nội", "GD1", 52_000),
        ("Hà Nội", "", 60_000),
        ("Thanh Hóa", "GD1", 40_000),
        ("Thanh Hóa", "", 100_000),
        ("Lâm Đồng", "GD1", 2_500),
        ("CĐ Điện lực VN", "", 10_000),
    }


# ---------------------------------------------------------------- the command


def test_pictures_need_days() -> None:
    told = CliRunner().invoke(main, ["demo", "--out", "pictures"])
    assert (told.exit_code, told.output) == (1, "--out đi cùng --days.\n")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What it printed, and the folder it ran in."""
    folder = tmp_path_factory.mktemp("drive")
    told = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--days", "35", "--out", "anh"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stderr) == (0, "")
    return told.stdout, folder


def day(printed: str, nth: int) -> str:
    """What was printed of one day."""
    _, part = printed.split(f"── Ngày thứ {nth} của đợt, ", 1)
    return part.split("── Ngày thứ ", 1)[0]


def test_the_drives_are_started_in_the_chat_and_figures_pasted(played: tuple[str, Path]) -> None:
    printed, _ = played
    assert "An: caodiem 1\nBot: Mở đợt cao điểm cho Tổng LĐLĐ. Tên đợt?" in printed
    assert (
        "Hoa: 45.760\nBot: Đợt cao điểm “35 ngày cao điểm” của Hà Nội: 35 ngày, từ 27/4/2022 đến hết 31/5/2022."
        in printed
    )
    assert [part for part in printed.split("── Ngày thứ ")[1:] if "82/82 đơn vị" not in part] == []


def test_the_first_and_the_eighth_day(played: tuple[str, Path]) -> None:
    first, eighth = day(played[0], 1), day(played[0], 8)
    assert "Đợt cao điểm “35 ngày cao điểm” bắt đầu hôm nay. Từ đầu đợt: 1.120 lượt nộp" in first
    assert "10. Hà Nội: 7.360 (+1.120) – 12,3%" in first
    assert "Xếp hạng trong Tổng LĐLĐ: thứ 10 về số lượt nộp" in first
    assert "ngày 8/35, còn 27 ngày" in eighth
    assert "ngày 9/35, còn 26 ngày" in eighth
    assert "Xếp hạng trong Tổng LĐLĐ: thứ 5 về số lượt nộp (đầu đợt: thứ 10)" in eighth
    assert "5. ▲5 Hà Nội: 14.557 (+8.317)" in eighth


def test_the_last_day_says_what_was_published(played: tuple[str, Path]) -> None:
    last = day(played[0], 35)
    for line in (
        "Tổng: 696.948, tăng 40.164 so với bản tin ngày 30/5/2022",
        "Giai đoạn 1: đạt 232,3% chỉ tiêu 300.000 do TLĐ giao (vượt 396.948)",
        "3. ▲7 Hà Nội: 56.106 (+49.866) – 93,5%",
        "Lên hạng nhiều nhất từ đầu đợt: Hà Nội từ hạng 10 lên hạng 3",
        "Tổng: 56.106, tăng 4.016 so với bản tin ngày 30/5/2022",
        "Giai đoạn 1: đạt 107,9% chỉ tiêu 52.000 tự đăng ký (vượt 4.106)",
        "Cả chương trình: đạt 93,5% chỉ tiêu 60.000 do Tổng LĐLĐ giao. Còn 3.894",
        "22.264 tác giả, đứng đầu cả nước về số người (theo Cổng, 31/5)",
        "Xếp hạng trong Tổng LĐLĐ: thứ 3 về số lượt nộp (đầu đợt: thứ 10)",
        "Xếp hạng trong Tổng LĐLĐ: từ hạng 10 lên hạng 3 sau 35 ngày (theo số lượt nộp)",
    ):
        assert line in last, line


def test_the_pictures_of_those_days_are_written_and_nothing_else_is_left(played: tuple[str, Path]) -> None:
    _, folder = played
    assert [path.name for path in folder.iterdir()] == ["anh"]
    pictures = sorted((folder / "anh").iterdir())
    assert [path.name for path in pictures] == ["day01.png", "day08.png", "day35.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in pictures)
