"""The picture as it is seen: letters, bars and edges are measured on its pixels."""

from __future__ import annotations

import io
import re
import struct
import unicodedata
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from bot.pictures import FONTS, draw_now
from handlers import glyphs, picture
from handlers.board import Board, compose
from handlers.fold import unaccent
from handlers.picture_rows import BESIDE, MOST_MEMBERS, MOST_ROWS, NAMES_AT, RIGHT, WIDTH, chosen
from handlers.texts import Texts
from tests.handlers.boards import numbers, row, yesterday

TEXTS = Texts.load()
VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LETTERS = sorted(
    {unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES} - set("aeiouy") | {"đ"}
)
VIETNAMESE = [*LETTERS, *(letter.upper() for letter in LETTERS)]
BLUE, NAVY, ORANGE, WHITE = (0x2F, 0x7B, 0xC4), (0x0E, 0x3F, 0x7E), (0xE0, 0x6C, 0x00), (255, 255, 255)


def pixels(svg: str) -> Image.Image:
    return Image.open(io.BytesIO(draw_now(svg))).convert("RGB")


def of_ward() -> Board:
    return compose(numbers(), yesterday())


def of_units(count: int, **more: Any) -> Board:
    """A board of so many units, all with a target of 1.000; the first has filed most."""
    rows = [row(at, f"Đơn vị {at}", 5 + 3 * (count - at), 1000) for at in range(1, count + 1)]
    return compose(numbers(rows=rows, filed=sum(r["filed"] for r in rows), adjusted=0, notes=[], **more))


def words(svg: str) -> list[str]:
    return [(element.text or "").strip() for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


# ---------------------------------------------------------------- letters


@cache
def drawn(letter: str, weight: int) -> bytes:
    text = f'<text x="20" y="60" font-size="40" font-weight="{weight}">{letter}</text>'
    image = pixels(
        '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="90" font-family="Be Vietnam Pro">'
        f'<rect width="80" height="90" fill="#fff"/>{text}</svg>'
    )
    return image.convert("L").tobytes()


@pytest.mark.parametrize("weight", [400, 700])
def test_every_vietnamese_letter_is_drawn_and_looks_like_no_other(weight: int) -> None:
    assert len(VIETNAMESE) == 134
    blank = drawn(" ", weight)
    assert [letter for letter in VIETNAMESE if drawn(letter, weight) == blank] == []
    assert len({drawn(letter, weight) for letter in VIETNAMESE}) == len(VIETNAMESE)
    assert [letter for letter in LETTERS if drawn(letter, weight) == drawn(unaccent(letter), weight)] == []


def test_decomposed_letters_are_drawn_as_composed_ones() -> None:
    decomposed = unicodedata.normalize("NFD", "Mỹ Đình, Cầu Diễn, Ữờỗặ")
    assert glyphs.drawable(decomposed) == "Mỹ Đình, Cầu Diễn, Ữờỗặ"
    board = compose(numbers(unit=unicodedata.normalize("NFD", "Công đoàn phường Từ Liêm")), yesterday())
    assert picture.svg(TEXTS, "vi", board) == picture.svg(TEXTS, "vi", of_ward())


def test_what_the_font_lacks_is_left_out_and_not_drawn_as_nothing() -> None:
    assert glyphs.drawable("🏅 May Sao Mai 🎉 (số 1) 中国 ▲") == "May Sao Mai (số 1)"
    assert glyphs.drawable("A\u2011B\u00a0C\tD\nE") == "A-B C D E"
    assert [letter for letter in VIETNAMESE if glyphs.drawable(letter) != letter] == []


def advances(path: Any) -> dict[str, int]:
    """Letter -> width, as the font file's own tables have it."""
    data = path.read_bytes()

    def u16(at: int, n: int = 1) -> tuple[int, ...]:
        return struct.unpack(f">{n}H", data[at : at + 2 * n])

    tables = {
        data[at : at + 4]: struct.unpack(">I", data[at + 8 : at + 12])[0] for at in range(12, 12 + 16 * u16(4)[0], 16)
    }
    (metrics,) = u16(tables[b"hhea"] + 34)
    start = tables[b"cmap"] + struct.unpack(">I", data[tables[b"cmap"] + 8 : tables[b"cmap"] + 12])[0]
    n = u16(start + 6)[0] // 2
    ends, starts, deltas = (u16(start + 14 + skip, n) for skip in (0, 2 + 2 * n, 2 + 4 * n))
    found = {}
    for at, offset in enumerate(u16(start + 16 + 6 * n, n)):
        for code in range(starts[at], min(ends[at], 0xFFFE) + 1):
            glyph = code if not offset else u16(start + 16 + 6 * n + 2 * at + offset + 2 * (code - starts[at]))[0]
            glyph = (glyph + deltas[at]) & 0xFFFF if glyph or not offset else 0
            if glyph:
                found[chr(code)] = u16(tables[b"hmtx"] + 4 * min(glyph, metrics - 1))[0]
    return found


@pytest.mark.parametrize(("file", "bold"), [("BeVietnamPro-Regular.ttf", False), ("BeVietnamPro-Bold.ttf", True)])
def test_widths_are_those_of_the_font(file: str, bold: bool) -> None:
    known = advances(FONTS / file)
    letters = [letter for letter in known if glyphs.drawable(letter) == letter]
    assert len(letters) > 400
    assert {letter: round(glyphs.width(letter, 1000, bold=bold)) for letter in letters} == {
        letter: known[letter] for letter in letters
    }


def test_long_names_are_cut_to_fit() -> None:
    name = "Công đoàn cơ sở Trường Trung học phổ thông Xuân Phương"
    short = glyphs.cut(name, 300, 34)
    assert short.endswith("…")
    assert name.startswith(short[:-1])
    assert 250 < glyphs.width(short, 34) <= 300
    assert glyphs.cut("May", 300, 34) == "May"
    assert glyphs.lines("một hai ba bốn", glyphs.width("một hai", 30), 30, 2) == ["một hai", "ba bốn"]
    assert glyphs.lines("một hai ba bốn năm", glyphs.width("một hai", 30), 30, 2)[1].endswith("…")


# ---------------------------------------------------------------- what stands in it


def test_the_picture_says_what_the_notice_says() -> None:
    said = words(picture.svg(TEXTS, "vi", of_ward()))
    for expected in (
        "Công đoàn phường Từ Liêm",
        "Kết quả sáng kiến thứ Sáu 20/11/2026, lúc 17h00",
        "1.015",
        "+38 từ bản tin 19/11",
        "78,1%",
        "Còn 285, còn 41 ngày.",
        "BV Từ Liêm",
        "120,0%",
        "−2*",
        "chưa giao chỉ tiêu",
        "chưa có lượt nộp",
        "* Có điều chỉnh: lý do ở bản tin chữ.",
    ):
        assert expected in said
    assert "0,0%" not in said


def test_who_set_each_target_is_never_cut_off() -> None:
    by = "Ban Chấp hành Liên đoàn Lao động thành phố Hà Nội"
    goals = [
        {"number": 52_000, "count": 56_106, "ends": "2026-12-31", "set_by": by, "phase": "Giai đoạn 1"},
        {"number": 60_000, "count": 56_106, "ends": "2026-12-31", "set_by": by},
    ]
    said = words(picture.svg(TEXTS, "vi", compose(numbers(goals=goals), yesterday())))
    assert "Giai đoạn 1: chỉ tiêu 52.000" in said
    assert " ".join(said).count(f"do {by} giao") == 2


def test_a_long_title_is_set_smaller_then_broken_then_short() -> None:
    def title(unit: str) -> list[str]:
        return words(picture.svg(TEXTS, "vi", compose(numbers(unit=unit))))[:2]

    assert title("Liên đoàn Lao động quận Nam Từ Liêm")[0] == "Liên đoàn Lao động quận Nam Từ Liêm"
    assert title("Công đoàn Tổng công ty Dệt may Hà Nội – Chi nhánh Nam") == [
        "Công đoàn Tổng công ty Dệt may",
        "Hà Nội – Chi nhánh Nam",
    ]
    assert title("Công đoàn cơ sở Công ty trách nhiệm hữu hạn " * 3)[0] == "CĐ P. Từ Liêm"


def test_in_english() -> None:
    said = words(picture.svg(TEXTS, "en", of_ward()))
    assert {
        "Initiatives, Friday 20 November 2026, as of 17:00",
        "1,015",
        "+38 since 19 Nov",
        "78.1%",
        "no filing yet",
        "Filings",
    } <= set(said)


def test_members_see_no_laggards() -> None:
    said = words(picture.svg(TEXTS, "vi", of_ward(), "members"))
    assert "BV Từ Liêm" in said
    assert not {"Vận tải Bình An", "In Tân Phú", "HTX Phú Đô", "Bảo vệ Thăng Long", "chưa có lượt nộp"} & set(said)
    assert [r.name for r in chosen(of_units(300).rows, "members").rows] == [
        f"Đơn vị {at}" for at in range(1, MOST_MEMBERS + 1)
    ]


def test_members_see_no_movement_day_by_day() -> None:
    def arrows(kind: str) -> int:
        return picture.svg(TEXTS, "vi", of_ward(), kind).count("<path d=")

    assert arrows("officers") == 3
    assert arrows("members") == 0


def test_of_the_lower_half_members_see_their_own_unit_alone() -> None:
    shown = chosen(of_units(300).rows, "members", 200)
    assert [row.unit_id for row in shown.rows] == [*range(1, MOST_MEMBERS + 1), 200]
    assert (shown.between, shown.after) == (189, 0)
    assert len(chosen(of_units(300).rows, "members", 3).rows) == MOST_MEMBERS


def test_members_see_no_laggards_in_the_official_order_either() -> None:
    official = compose(numbers(), yesterday(), sorted_by="official")
    assert chosen(official.rows, "members") == chosen(of_ward().rows, "members")


def test_members_see_all_who_reached_the_target() -> None:
    rows = [row(at, f"Tổ {at}", 20, 10) for at in range(1, 5)]
    board = compose(numbers(rows=rows, filed=80, adjusted=0, notes=[]))
    assert len(chosen(board.rows, "members").rows) == 4


def test_without_targets_the_bars_are_counts() -> None:
    rows = [row(1, "Tổ May 1", 20), row(2, "Tổ May 2", 5)]
    svg = picture.svg(TEXTS, "vi", compose(numbers(rows=rows, goals=[], filed=25, adjusted=0, notes=[])))
    assert not any("%" in text for text in words(svg))
    first, second = (length for length, _ in bars(pixels(svg)))
    assert first == pytest.approx(RIGHT - NAMES_AT, abs=1)
    assert second == pytest.approx(first / 4, abs=1)


def test_words_of_a_unit_are_never_markup() -> None:
    rows = [row(1, '<b>May & Mặc</b> "7"', 5, 10)]
    svg = picture.svg(TEXTS, "vi", compose(numbers(rows=rows, unit="</text><script/>", filed=5, adjusted=0, notes=[])))
    assert '<b>May & Mặc</b> "7"' in words(svg)
    assert "<script" not in svg


def test_the_name_of_a_picture_is_read_back() -> None:
    assert picture.read_ref(picture.ref(12, "officers", "vi")) == (12, "officers", "vi")
    for other in ("AgACAgIAAxk", "file:/x/picture:1.png", "picture:12", "picture:x:officers:vi", ""):
        assert picture.read_ref(other) is None


def test_nothing_filed_is_no_picture() -> None:
    assert picture.is_worth_drawing(of_ward())
    assert not picture.is_worth_drawing(compose(numbers(rows=[row(1, "May Sao Mai", 0, 10)])))
    assert not picture.is_worth_drawing(compose(numbers(rows=[])))


# ---------------------------------------------------------------- many rows


def test_of_many_units_the_top_is_shown_and_the_rest_counted() -> None:
    shown = chosen(of_units(300).rows, "officers")
    assert (len(shown.rows), shown.between, shown.after) == (MOST_ROWS, 0, 300 - MOST_ROWS)
    said = words(picture.svg(TEXTS, "vi", of_units(300)))
    assert sum(text.startswith("Đơn vị ") for text in said) + left_out(said) == 300


@pytest.mark.parametrize("own", [1, 20, 26, 28, 31, 150, 299, 300])
def test_the_own_unit_is_always_shown_with_its_neighbours(own: int) -> None:
    shown = chosen(of_units(300).rows, "officers", own)
    ids = [row.unit_id for row in shown.rows]
    assert set(range(max(own - BESIDE, 1), min(own + BESIDE, 300) + 1)) <= set(ids)
    assert len(ids) <= MOST_ROWS
    assert len(ids) == len(set(ids))
    assert len(ids) + shown.between + shown.after == 300
    assert left_out(words(picture.svg(TEXTS, "vi", of_units(300), own=own))) > 0


def test_thirty_units_are_all_shown() -> None:
    said = words(picture.svg(TEXTS, "vi", of_units(MOST_ROWS)))
    assert sum(text.startswith("Đơn vị ") for text in said) == MOST_ROWS
    assert left_out(said) == 0


def left_out(said: list[str]) -> int:
    return sum(int(found[1]) for text in said if (found := re.match(r"… (?:và )?(\d+) đơn vị", text)))


@pytest.mark.parametrize(("count", "language"), [(1, "vi"), (5, "en"), (30, "vi"), (30, "en"), (300, "vi")])
def test_no_picture_is_so_tall_that_a_chat_shrinks_it(count: int, language: str) -> None:
    long = "Công đoàn cơ sở Công ty trách nhiệm hữu hạn một thành viên Dệt may Xuất khẩu Hà Nội – Chi nhánh Từ Liêm"
    goals = [
        {"number": n, "count": 7, "ends": "2026-12-31", "set_by": long, "phase": p}
        for n, p in ((9, "Giai đoạn 1"), (20, ""))
    ]
    for board in (of_units(count), of_units(count, unit=long, goals=goals)):
        image = pixels(picture.svg(TEXTS, language, board))
        assert image.width == WIDTH
        assert image.height <= 2560
        assert_nothing_cut(image)


def test_long_names_and_large_numbers_stay_in_their_columns() -> None:
    rows = [row(at, "WWWWWWWW Công ty Điện tử Ữờỗặ " * 3, 1_234_567 - at, 1_300_000) for at in range(30)]
    before = [r | {"filed": r["filed"] - 123_456} for r in rows]
    total = sum(r["filed"] for r in rows)
    board = compose(
        numbers(
            rows=rows,
            filed=total,
            adjusted=0,
            notes=[],
            goals=[{"number": total - 5, "count": total, "ends": "2026-12-31"}],
        ),
        yesterday(rows=before, filed=total - 999_999),
    )
    svg = picture.svg(TEXTS, "vi", board)
    assert_nothing_cut(pixels(svg))
    root = ET.fromstring(svg)
    spans: dict[str, list[tuple[float, float]]] = {}
    for element in root.iter("{http://www.w3.org/2000/svg}text"):
        wide = glyphs.width(
            element.text or "", float(element.attrib["font-size"]), bold="font-weight" in element.attrib
        )
        x = float(element.attrib["x"])
        begin = {"end": x - wide, "middle": x - wide / 2}.get(element.attrib.get("text-anchor", ""), x)
        spans.setdefault(element.attrib["y"], []).append((begin, begin + wide))
    for on_line in spans.values():
        ordered = sorted(on_line)
        assert all(end < begin for (_, end), (begin, _) in pairwise(ordered))


def assert_nothing_cut(image: Image.Image) -> None:
    """Margins are empty: no letter touches an edge."""
    for box in ((RIGHT + 4, 13, WIDTH, image.height), (0, 13, 16, image.height)):
        colours = image.crop(box).getcolors(4096) or []
        assert all(min(colour) >= 0xEF for _, colour in colours), colours
    assert image.crop((0, image.height - 12, WIDTH, image.height)).getcolors() == [(WIDTH * 12, WHITE)]


# ---------------------------------------------------------------- bars


def bars(image: Image.Image) -> list[tuple[float, int | None]]:
    """Length of each row's bar and its target line, from the left end of the bars, in pixels."""
    found = []
    y = head_of(image)
    while y < image.height:
        line = [image.getpixel((x, y)) for x in range(NAMES_AT, RIGHT + 1)]
        if line[2] in (BLUE, NAVY):
            at = [x for x, colour in enumerate(line) if colour == ORANGE]
            length = max(x for x, colour in enumerate(line) if colour in (BLUE, NAVY)) + 1
            found.append((length, max(at) + 1 if at else None))
            while y < image.height and image.getpixel((NAMES_AT + 2, y)) in (BLUE, NAVY):
                y += 1
        y += 3
    return found


def head_of(image: Image.Image) -> int:
    """Where the tinted head ends."""
    return next(y for y in range(100, image.height) if image.getpixel((8, y)) == WHITE)


def test_bars_are_as_long_as_the_percentages_say() -> None:
    board = of_ward()
    found = bars(pixels(picture.svg(TEXTS, "vi", board)))
    shares = [r.toward / r.target for r in board.rows if r.target and r.count > 0]
    assert len(found) == len(shares) == 13
    room = RIGHT - NAMES_AT
    for (length, target), share in zip(found, shares, strict=True):
        assert length == pytest.approx(room * share / 1.2, abs=1.5)
        assert target == pytest.approx(room / 1.2, abs=1.5)


def test_the_target_line_is_in_sight_while_all_are_far_from_it() -> None:
    rows = [row(1, "May Sao Mai", 30, 100), row(2, "In Tân Phú", 10, 100)]
    found = bars(pixels(picture.svg(TEXTS, "vi", compose(numbers(rows=rows, filed=40, adjusted=0, notes=[])))))
    room = RIGHT - NAMES_AT
    assert [round(length / room, 2) for length, _ in found] == [0.3, 0.1]
    assert all(target == pytest.approx(room, abs=1) for _, target in found)


def test_a_bar_far_beyond_the_target_is_broken_off_and_does_not_dwarf_the_others() -> None:
    rows = [row(1, "Giáo dục", 5000, 10), row(2, "In Tân Phú", 15, 10)]
    image = pixels(picture.svg(TEXTS, "vi", compose(numbers(rows=rows, filed=5015, adjusted=0, notes=[]))))
    (first, target), (second, _) = bars(image)
    assert first == pytest.approx(RIGHT - NAMES_AT, abs=1)
    assert second == pytest.approx(first / 2, abs=1.5)
    assert target == pytest.approx(first / 3, abs=1.5)
    svg = picture.svg(TEXTS, "vi", compose(numbers(rows=rows, filed=5015, adjusted=0, notes=[])))
    assert svg.count('fill="#fff"/>\n') == 2  # the sheet and one break


def test_colours_are_told_apart_and_read() -> None:
    svg = picture.svg(TEXTS, "vi", of_ward())
    root = ET.fromstring(svg)
    letters = {e.attrib["fill"] for e in root.iter("{http://www.w3.org/2000/svg}text")}
    medals = {e.attrib["fill"] for e in root.iter("{http://www.w3.org/2000/svg}circle")}
    assert all(contrast(letter, ground) >= 4.5 for letter in letters for ground in ("#ffffff", "#F1F5FA", "#FFF1DF"))
    assert all(contrast("#16202C", medal) >= 4.5 for medal in medals)
    assert contrast("#2F7BC4", "#DFE5EC") >= 3  # a bar on its track
    assert contrast("#E06C00", "#0E3F7E") >= 3  # the target line on a bar that reached it


def contrast(one: str, other: str) -> float:
    """WCAG 2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_another_day_is_another_picture() -> None:
    one, same = (picture.svg(TEXTS, "vi", of_ward()) for _ in range(2))
    assert one == same
    assert one != picture.svg(TEXTS, "vi", compose(numbers(day=date(2026, 11, 21).isoformat()), yesterday()))
