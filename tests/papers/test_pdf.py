"""INBANGTIN and the QR posters: one A4 page each, our own font in the file, text that can be searched and copied."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import segno

from bot.papers import page
from bot.papers.bulletin import Bulletin
from bot.papers.bulletin import write as write_bulletin
from bot.papers.posters import Poster
from bot.papers.posters import write as write_posters
from bot.pictures import draw_now
from handlers import notice, picture
from handlers.board import Board, compose
from handlers.texts import Texts
from tests.handlers.boards import numbers, row
from tests.papers.conftest import HOUSE
from tests.papers.pdf import Pdf

LINK = "https://t.me/SangKienBot"
A4 = {(595.2756, 841.8898)}


def bulletin(
    tmp_path: Path, texts: Texts, board: Board, *, language: str = "vi", drawn: bool = True, link: str = LINK
) -> Pdf:
    png = draw_now(picture.svg(texts, language, board, notice.SHORT)) if drawn else None
    path = tmp_path / "ban-tin.pdf"
    write_bulletin(path, Bulletin(board, "48", png, link), texts, language, HOUSE)
    return Pdf(path)


def posters(tmp_path: Path, texts: Texts, *of: Poster, link: str = LINK) -> Pdf:
    path = tmp_path / "to-roi.pdf"
    write_posters(path, of, texts, "vi", HOUSE, link)
    return Pdf(path)


# ---------------------------------------------------------------- the bulletin


def test_the_bulletin_is_one_page_with_picture_words_and_what_to_type(
    tmp_path: Path, texts: Texts, ward: Board
) -> None:
    made = bulletin(tmp_path, texts, ward)
    assert (made.pages, made.sizes, made.images) == (1, A4, 1)
    said = made.text()
    for words in (
        "BẢN TIN SÁNG KIẾN",
        "Công đoàn phường Từ Liêm – thứ Sáu 20/11/2026",
        "Tổng 1.015 lượt (+38), đạt 78,1% chỉ tiêu năm 1.300.",
        "Quét mã, rồi nhắn: SK 48",
    ):
        assert words in said


def test_every_font_is_within_the_file(tmp_path: Path, texts: Texts, ward: Board) -> None:
    for made in (bulletin(tmp_path, texts, ward), posters(tmp_path, texts, Poster("48", "Từ Liêm"))):
        assert {font.name.split("+")[1] for font in made.fonts} == {"BeVietnamPro-Regular", "BeVietnamPro-Bold"}
        assert all(font.embedded for font in made.fonts)


def test_who_is_behind_does_not_hang_on_the_wall(tmp_path: Path, texts: Texts, ward: Board) -> None:
    said = bulletin(tmp_path, texts, ward, drawn=False).text()
    assert [name for name in ("Bảo vệ Thăng Long", "Vận tải Bình An") if name in said] == []


def test_without_a_link_it_says_whom_to_write_to(tmp_path: Path, texts: Texts, ward: Board) -> None:
    said = bulletin(tmp_path, texts, ward, link="").text()
    assert "Nộp sáng kiến: nhắn SK 48 cho Bot Sáng kiến" in said
    assert "Quét mã" not in said


def test_thirty_units_and_a_long_name_stay_on_one_page(tmp_path: Path, texts: Texts) -> None:
    rows = [row(at, f"Đơn vị thứ {at} Ỡ", 400 - at, 300) for at in range(1, 31)]
    unit = "Công đoàn các khu công nghiệp và chế xuất, khu kinh tế và khu công nghệ cao " * 2
    board = compose(numbers(unit=unit.strip(), rows=rows, filed=11_535, adjusted=0, notes=[]))
    made = bulletin(tmp_path, texts, board)
    assert made.pages == 1
    assert "khu công nghệ cao" in made.text()


def test_in_english(tmp_path: Path, texts: Texts, ward: Board) -> None:
    assert "Scan the code, then send: SK 48" in bulletin(tmp_path, texts, ward, language="en").text()


def test_the_same_board_gives_the_same_file(tmp_path: Path, texts: Texts, ward: Board) -> None:
    bulletin(tmp_path, texts, ward)
    before = (tmp_path / "ban-tin.pdf").read_bytes()
    bulletin(tmp_path, texts, replace(ward))
    assert (tmp_path / "ban-tin.pdf").read_bytes() == before


# ---------------------------------------------------------------- posters


def test_a_page_for_each_unit_says_what_to_type(tmp_path: Path, texts: Texts) -> None:
    made = posters(tmp_path, texts, Poster("4827", "Công ty May Sao Mai"), Poster("4831", "Bệnh viện Từ Liêm"))
    assert (made.pages, made.sizes) == (2, A4)
    assert "Quét mã, rồi nhắn:\nSK 4827\nCông ty May Sao Mai" in made.text(0)
    assert "Quét mã, rồi nhắn:\nSK 4831\nBệnh viện Từ Liêm" in made.text(1)
    assert "chị Hoa, Tổ hỗ trợ sáng kiến" in made.text(0)


@pytest.mark.parametrize("name", ["Ơ" * 200, "Công đoàn cơ sở " * 12, "😀 Ủy ban nhân dân 中"])
def test_any_name_fits_between_the_margins(tmp_path: Path, texts: Texts, name: str) -> None:
    made = posters(tmp_path, texts, Poster("4827", name))
    assert made.pages == 1
    broken, size = page.lay(name.replace("😀", "").replace("中", ""), page.BOLD, 500, 26, 3)
    assert len(broken) <= 3
    assert all(page.width(line, page.BOLD, size) <= 500 for line in broken)


def test_the_code_opens_the_units_own_door() -> None:
    assert page.door(LINK, "4827") == "https://t.me/SangKienBot?start=4827"
    assert page.door("https://zalo.me/123", "4827") == "https://zalo.me/123"
    assert page.door("https://sangkien.example.vn/nop", "4827") == "https://sangkien.example.vn/nop/4827"


def test_where_the_code_opens_the_filing_page_it_is_enough(tmp_path: Path, texts: Texts, ward: Board) -> None:
    filing = "https://sangkien.example.vn/nop"
    said = posters(tmp_path, texts, Poster("4827", "Công ty May Sao Mai"), link=filing).text()
    assert "Quét mã để nộp ngay, hoặc nhắn cho bot:\nSK 4827" in said
    assert "Quét mã để nộp, hoặc nhắn: SK 48" in bulletin(tmp_path, texts, ward, link=filing).text()


def test_the_qr_code_is_drawn_square_by_square(tmp_path: Path, texts: Texts) -> None:
    """The squares on the page, put together again, are the modules of the code."""
    matrix: Any = segno.make(f"{LINK}?start=4827", error="m", micro=False).matrix
    (left, bottom, size, _), *drawn = posters(tmp_path, texts, Poster("4827", "May Sao Mai")).rectangles()
    module = size / (len(matrix) + 8)
    again = [[0] * len(matrix) for _ in matrix]
    for x, y, wide, high in drawn:
        assert high == pytest.approx(module, abs=0.01)
        line, first = round((bottom + size - y) / module) - 5, round((x - left) / module) - 4
        for at in range(first, first + round(wide / module)):
            again[line][at] = 1
    assert again == [list(line) for line in matrix]
