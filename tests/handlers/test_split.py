"""Long boards in parts that a channel takes."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.split import split


def test_a_limit_that_leaves_no_room_is_refused() -> None:
    with pytest.raises(ValueError, match="room"):
        split("Tổng: 1.015", 10)


def test_a_short_text_stays_whole_and_unnumbered() -> None:
    assert split("Tổng: 1.015\nCòn 285", 100) == ["Tổng: 1.015\nCòn 285"]


def test_a_board_is_cut_at_line_ends_and_numbered() -> None:
    lines = [f"{n}. Công ty số {n}: {n * 7} (+{n % 5}) – 100,0%" for n in range(1, 301)]
    parts = split("\n".join(lines), 4096)
    assert len(parts) == 3
    assert [part.rsplit("\n", 1)[1] for part in parts] == ["(1/3)", "(2/3)", "(3/3)"]
    assert all(len(part) <= 4096 for part in parts)
    assert [line for part in parts for line in part.split("\n")[:-1]] == lines


def test_decomposed_letters_are_counted_as_people_see_them() -> None:
    line = "ề" * 100
    assert split(unicodedata.normalize("NFD", line), 100) == [line]


def test_only_a_line_too_long_by_itself_is_cut_and_then_at_a_blank() -> None:
    parts = split("Đơn vị\n" + "Sao Mai, " * 20, 60)
    assert parts[0].startswith("Đơn vị\n")
    words = " ".join(part.rsplit("\n", 1)[0] for part in parts).split()
    assert words == ["Đơn", "vị", *["Sao", "Mai,"] * 20]


def test_a_word_without_blanks_is_cut_between_letters() -> None:
    parts = split("x̂" * 60, 50)  # x with a circumflex has no single character
    assert all(not unicodedata.combining(part[0]) for part in parts)
    assert "".join(re.sub(r"\n\(\d+/\d+\)$", "", part) for part in parts) == "x̂" * 60


@settings(deadline=None)
@given(st.text(max_size=600), st.integers(40, 120))
def test_nothing_is_lost_and_nothing_is_too_long(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(len(part) <= limit for part in parts)
    bare = parts if len(parts) == 1 else [part.rsplit("\n", 1)[0] for part in parts]
    assert "".join("".join(bare).split()) == "".join(unicodedata.normalize("NFC", text).split())
