"""Every number that a notice prints can be asked about: whatever the board, `why.explain` finds where it comes from."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers import notice, why, why_told
from handlers.facts import House
from handlers.texts import Texts
from handlers.why_facts import Figures
from tests.handlers.random_boards import EXTRA, UNITS, Extra, board_of, printed

TEXTS = Texts.load()


def every_number_is_explained(figures: Figures, text: str, language: str) -> None:
    for number in printed(text):
        found = why.explain(figures, number, language)
        assert found, f"{number} in\n{text}"
        assert found[0].printed, f"{number} is told of {found[0]}, which is not printed in\n{text}"
        told = [TEXTS.render(language, line) for line in why_told.tell(figures, found[0], language)]
        assert all(told)
        assert TEXTS.render(language, why_told.label(figures, found[0], language))


@settings(deadline=None, max_examples=50)
@given(UNITS, st.one_of(st.none(), UNITS), EXTRA)
def test_every_number_of_a_notice_is_explained(
    units: list[dict[str, Any]], before: list[dict[str, Any]] | None, extra: Extra
) -> None:
    figures = Figures(1, board_of(units, before, extra))
    for kind in (notice.FULL, notice.SHORT):
        text = notice.render(TEXTS, extra.language, figures.board, House(), kind)
        every_number_is_explained(figures, text, extra.language)


def test_the_numbers_of_a_text_are_found() -> None:
    text = "Kết quả thứ Sáu 20/11/2026, 17h00: 1.015, tăng 38. 78,1% ▲2 (−2*) 3/14 đơn vị (số ngày 19/11)."
    assert printed(text) == ["1.015", "38", "78,1%", "▲2", "−2", "3", "14"]
