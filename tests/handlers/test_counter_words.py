"""Whatever counter ranks, every form names it; lượt nộp are never said of anything else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.papers import excel
from bot.papers.figures import Figures
from handlers import loudspeaker, notice, picture
from handlers.board import Board, compose
from handlers.counting import counter_name
from handlers.facts import House
from handlers.texts import Texts
from tests.handlers.boards import numbers, yesterday

TEXTS = Texts.load()
HOUSE = House(support="chị Hoa")
NAMES = {
    "filed": {"vi": "lượt", "en": "filing"},
    "valid": {"vi": "sáng kiến hợp lệ", "en": "valid initiatives"},
    "authors": {"vi": "tác giả", "en": "authors"},
}
COUNTERS = pytest.mark.parametrize("counter", NAMES)
LANGUAGES = pytest.mark.parametrize("language", ["vi", "en"])


def board(counter: str, **more: object) -> Board:
    ahead = {"recent": 63, "recent_days": 7, "merged": [{"unit_id": 7, "name": "May Cũ", "count": 3}]}
    return compose(numbers(counter=counter, **ahead, **more), yesterday(counter=counter))


def forms(made: Board, language: str) -> dict[str, str]:
    return {
        "full": notice.render(TEXTS, language, made, HOUSE),
        "short": notice.render(TEXTS, language, made, HOUSE, notice.SHORT),
        "KETQUA": notice.board_text(TEXTS, language, made, HOUSE),
        "loudspeaker": loudspeaker.script(TEXTS, language, made, HOUSE),
        "picture": picture.svg(TEXTS, language, made),
    }


@COUNTERS
@LANGUAGES
def test_every_form_names_the_counter_and_no_other(counter: str, language: str) -> None:
    for form, text in forms(board(counter), language).items():
        words = text.lower()
        assert NAMES[counter][language] in words, f"{form}: {text}"
        if counter != "filed":
            assert not re.search(r"\blượt\b|\bfilings?\b", words), f"{form}: {text}"


@COUNTERS
@LANGUAGES
def test_a_board_without_a_single_one_names_it_too(counter: str, language: str) -> None:
    rows = [{"unit_id": 1, "name": "May Sao Mai"}, {"unit_id": 2, "name": "In Tân Phú"}]
    nothing = board(counter, filed=0, adjusted=0, rows=rows, goals=[], notes=[])
    for form, text in forms(nothing, language).items():
        if form == "loudspeaker" and counter == "filed":
            continue  # "nobody has filed yet"
        assert NAMES[counter][language] in text.lower(), f"{form}: {text}"


def test_the_full_notice_of_valid_ones() -> None:
    text = notice.render(TEXTS, "vi", board("valid"), HOUSE)
    assert "\n(sáng kiến hợp lệ, bot tính đến 17h00 ngày 20/11/2026)\n" in text
    assert "\nĐơn vị: số sáng kiến hợp lệ (tăng) – % chỉ tiêu\n" in text
    assert "\nCần 7,0 sáng kiến hợp lệ/ngày để đạt chỉ tiêu; 7 ngày qua: 9,0 một ngày.\n" in text
    assert "Nhiều sáng kiến hợp lệ nhất: Điện Sao Việt 203" in text


def test_a_valid_one_that_fell_away_is_explained_as_such() -> None:
    before = yesterday(counter="valid")
    now = numbers(counter="valid", notes=[])
    text = notice.render(TEXTS, "vi", compose(now, before), HOUSE)
    assert "* Không còn hợp lệ: THCS Cầu Diễn −2." in text
    assert "Điều chỉnh:" not in text


@COUNTERS
def test_the_workbook_names_it(counter: str, tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    path = tmp_path / "so-lieu.xlsx"
    excel.write(path, Figures(board(counter), {}, (), (), (), (), (), (), (), (), {}, ()), TEXTS, "vi")
    sheets = {sheet: CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python() for sheet in _names(path)}
    head = sheets["Bảng kết quả"]
    assert head[4][3] == {"filed": "Lượt nộp", "valid": "Số sáng kiến hợp lệ", "authors": "Số tác giả"}[counter]
    assert NAMES[counter]["vi"] in head[2][0]
    assert ("Lượt nộp theo ngày" in sheets) == (counter != "filed")  # what days are kept of is named where it differs


def _names(path: Path) -> list[str]:
    from python_calamine import CalamineWorkbook

    return list(CalamineWorkbook.from_path(path).sheet_names)


def test_one_is_one_and_many_are_many() -> None:
    said = [TEXTS.render("en", counter_name(counter, n)) for counter in NAMES for n in (1, 2)]
    assert said == ["filing", "filings", "valid initiative", "valid initiatives", "author", "authors"]
