"""What a reminder says: its placeholders, and the moments it may go out."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.broadcast import NAMES, Figures, Misspelt, allowed_from, grew, misspelt, of_unit, to_group, to_person
from handlers.broadcast_words import confirms
from handlers.parse import ahead
from handlers.texts import Texts

TEXTS = Texts.load()
SAO_MAI = Figures("May Sao Mai", 118, 150, date(2026, 12, 31), date(2026, 11, 20))
ALL = "{don_vi}: {dat}, {con_thieu}/{chi_tieu}, {con_ngay}, {ten}"


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


# ---------------------------------------------------------------- placeholders


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Còn {con_thiu} nữa", Misspelt("{con_thiu}", "con_thieu")),
        ("{donvi}", Misspelt("{donvi}", "don_vi")),
        ("{Chỉ tiêu nam}", Misspelt("{Chỉ tiêu nam}", "chi_tieu")),
        ("{xyzw}", Misspelt("{xyzw}", "")),
        ("{}", Misspelt("{}", "")),
        ("{Đơn vị} {CÒN THIẾU} {ten}", None),
        ("không có gì {cả", None),
    ],
)
def test_a_misspelt_placeholder_is_told_with_the_nearest(text: str, wrong: Misspelt | None) -> None:
    assert misspelt(text) == wrong


def test_a_unit_without_a_target_is_not_told_that_nothing_is_missing() -> None:
    bare = Figures("HTX Phú Đô", 12, None, date(2026, 12, 31), date(2026, 11, 20))
    said = of_unit(TEXTS, "vi", "{con_thieu} {chi_tieu} {dat}", bare)
    assert said == "(chưa giao chỉ tiêu) (chưa giao chỉ tiêu) (chưa giao chỉ tiêu)"


def test_names_that_look_like_placeholders_stay_names() -> None:
    odd = Figures("Tổ {ten} và {dat}", 1, 2, date(2026, 12, 31), date(2026, 11, 20))
    assert of_unit(TEXTS, "vi", "{don_vi}", odd) == "Tổ (ten) và (dat)"
    assert to_person(TEXTS, "vi", "Chào {ten}", "{don_vi}") == "Chào {don_vi}\nTắt nhắc: TATNHAC"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", "May Sao Mai: 78,7%, 32/150, 41, Lan\nTắt nhắc: TATNHAC"),
        ("en", "May Sao Mai: 78.7%, 32/150, 41, Lan\nNo reminders: TATNHAC"),
    ],
)
def test_everything_is_filled_in(language: str, said: str) -> None:
    assert all(f"{{{name}}}" in ALL for name in NAMES)
    assert to_person(TEXTS, language, of_unit(TEXTS, language, ALL, SAO_MAI), "Lan") == said


def test_a_group_is_called_by_no_name_and_cannot_turn_them_off() -> None:
    assert to_group(TEXTS, "vi", "Mời {Tên} nộp") == "Mời anh/chị nộp"
    assert to_person(TEXTS, "vi", "Mời {ten} nộp", "").startswith("Mời anh/chị nộp")


def test_what_is_reached_is_not_short() -> None:
    over = Figures("An Phát", 12, 10, date(2026, 11, 1), date(2026, 11, 20))
    assert of_unit(TEXTS, "vi", "{con_thieu} {dat} {con_ngay}", over) == "0 120,0% 0"


# ---------------------------------------------------------------- when


@pytest.mark.parametrize("text", ["", "tối nay", "25h", "hôm qua 8h", "12h hôm nay", "32/11 8h", "8", "8h 9h"])
def test_what_is_no_moment_to_come(text: str) -> None:
    assert ahead.moment(text, local(20, 12, 20)) is None


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("18h", local(20, 18)),
        ("12h", local(21, 12)),
        ("lúc 18:30", local(20, 18, 30)),
        ("18 giờ 5 phút", local(20, 18, 5)),
        ("mai 7h30", local(21, 7, 30)),
        ("7h30 mai", local(21, 7, 30)),
        ("ngày mai, 7h", local(21, 7)),
        ("hôm nay 18h", local(20, 18)),
        ("25/11 8h", local(25, 8)),
        ("8h ngày 25/11", local(25, 8)),
        ("tomorrow 7:30", local(21, 7, 30)),
    ],
)
def test_moments_as_officers_type_them(text: str, at: datetime) -> None:
    assert ahead.moment(text, local(20, 12, 20)) == at


@pytest.mark.parametrize(
    ("at", "goes"),
    [
        (local(20, 20, 59), local(20, 20, 59)),
        (local(20, 21), local(21, 6)),
        (local(20, 23, 59), local(21, 6)),
        (local(20, 0), local(20, 6)),
        (local(20, 5, 59), local(20, 6)),
        (local(20, 6), local(20, 6)),
    ],
)
def test_nobody_is_written_to_at_night(at: datetime, goes: datetime) -> None:
    assert allowed_from(at) == goes


@pytest.mark.parametrize(
    ("text", "number", "goes"),
    [
        ("2", 2, False),
        ("9", 9, False),
        ("gui 2", 2, True),
        ("GỬI 2", 2, True),
        ("send 2", 2, True),
        ("gui 3", 2, False),
        ("gui", 2, False),
        ("10", 10, True),
        ("1.204", 1204, True),
        ("1 204", 1204, True),
        ("gui 1204", 1204, True),
        ("1205", 1204, False),
        ("ok", 1204, False),
    ],
)
def test_a_number_that_could_be_a_choice_confirms_nothing_by_itself(text: str, number: int, goes: bool) -> None:
    assert confirms(text, number) is goes


@pytest.mark.parametrize(
    ("confirmed", "number", "more"), [(2, 7, False), (2, 8, True), (100, 110, False), (100, 111, True), (100, 3, False)]
)
def test_a_handful_or_a_tenth_more_is_not_many_more(confirmed: int, number: int, more: bool) -> None:
    assert grew(confirmed, number) is more
