"""Receipt codes, said in groups and understood however they are typed."""

from __future__ import annotations

import pytest

from handlers.codes import digits, spoken


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("4827031", "48 27 031"),
        ("48031", "48 031"),
        ("482031", "482 031"),
        ("48271031", "48 271 031"),
        ("7031", "7 031"),
    ],
)
def test_a_code_is_said_in_groups(code: str, said: str) -> None:
    assert spoken(code) == said
    assert digits(spoken(code)) == code


@pytest.mark.parametrize(("typed", "code"), [(" 48 27-031 ", "4827031"), ("48.27.031", "4827031")])
def test_a_code_is_understood_however_it_is_grouped(typed: str, code: str) -> None:
    assert digits(typed) == code


@pytest.mark.parametrize("typed", ["", "48 27 03l", "sk 4827", "٤٨"])
def test_anything_else_is_no_code(typed: str) -> None:
    assert digits(typed) == ""
