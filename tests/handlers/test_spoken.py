"""Numbers, dates and names said aloud, as a Vietnamese speaker says them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import spoken

HANOI = timezone(timedelta(hours=7))

INTEGERS = """
0 | không
1 | một
4 | bốn
5 | năm
10 | mười
11 | mười một
14 | mười bốn
15 | mười lăm
19 | mười chín
20 | hai mươi
21 | hai mươi mốt
24 | hai mươi tư
25 | hai mươi lăm
31 | ba mươi mốt
44 | bốn mươi tư
50 | năm mươi
55 | năm mươi lăm
91 | chín mươi mốt
100 | một trăm
101 | một trăm linh một
104 | một trăm linh bốn
105 | một trăm linh năm
110 | một trăm mười
111 | một trăm mười một
115 | một trăm mười lăm
121 | một trăm hai mươi mốt
200 | hai trăm
555 | năm trăm năm mươi lăm
999 | chín trăm chín mươi chín
1000 | một nghìn
1001 | một nghìn không trăm linh một
1005 | một nghìn không trăm linh năm
1010 | một nghìn không trăm mười
1015 | một nghìn không trăm mười lăm
1024 | một nghìn không trăm hai mươi tư
1300 | một nghìn ba trăm
2026 | hai nghìn không trăm hai mươi sáu
10000 | mười nghìn
15015 | mười lăm nghìn không trăm mười lăm
22264 | hai mươi hai nghìn hai trăm sáu mươi tư
56106 | năm mươi sáu nghìn một trăm linh sáu
100000 | một trăm nghìn
105021 | một trăm linh năm nghìn không trăm hai mươi mốt
1000000 | một triệu
1000005 | một triệu không trăm linh năm
1005000 | một triệu không trăm linh năm nghìn
2400000 | hai triệu bốn trăm nghìn
21000001 | hai mươi mốt triệu không trăm linh một
1000000000 | một tỷ
1005000000 | một tỷ không trăm linh năm triệu
1500000000000 | một nghìn năm trăm tỷ
-2 | âm hai
"""

PERCENTS = """
78.1 | bảy mươi tám phẩy một phần trăm
99.9 | chín mươi chín phẩy chín phần trăm
100.0 | một trăm phần trăm
107.9 | một trăm linh bảy phẩy chín phần trăm
0.5 | không phẩy năm phần trăm
415.0 | bốn trăm mười lăm phần trăm
78.08 | bảy mươi tám phẩy không tám phần trăm
3.25 | ba phẩy hai mươi lăm phần trăm
"""

NAMES = """
May Sao Mai | May Sao Mai
THPT Xuân Phương | trung học phổ thông Xuân Phương
BV Từ Liêm | bệnh viện Từ Liêm
Xây dựng Số 9 | Xây dựng Số chín
CĐ P. Từ Liêm | công đoàn phường Từ Liêm
Cty CP May 10 | công ty cổ phần May mười
Công ty TNHH MTV X20 | Công ty trách nhiệm hữu hạn một thành viên X hai mươi
Bánh kẹo A & B (Hà Nội) | Bánh kẹo A và B Hà Nội
LĐLĐ TP. Hà Nội | liên đoàn lao động thành phố Hà Nội
Nhà máy 1.015 | Nhà máy một nghìn không trăm mười lăm
"""


def table(text: str) -> list[tuple[str, str]]:
    lines = (line.split(" | ") for line in text.strip().splitlines())
    return [(written, said) for written, said in lines]


@pytest.mark.parametrize(("written", "said"), table(INTEGERS))
def test_whole_numbers(written: str, said: str) -> None:
    assert spoken.integer(int(written)) == said


@pytest.mark.parametrize(("written", "said"), table(PERCENTS))
def test_percents(written: str, said: str) -> None:
    assert spoken.percent(Decimal(written)) == said


@pytest.mark.parametrize(("written", "said"), table(NAMES))
def test_names_of_units(written: str, said: str) -> None:
    assert spoken.name(written) == said


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (date(2026, 11, 20), "ngày hai mươi tháng mười một"),
        (date(2026, 1, 1), "ngày mùng một tháng một"),
        (date(2026, 4, 30), "ngày ba mươi tháng tư"),
        (date(2026, 5, 10), "ngày mùng mười tháng năm"),
        (date(2026, 12, 15), "ngày mười lăm tháng mười hai"),
        (date(2026, 8, 21), "ngày hai mươi mốt tháng tám"),
    ],
)
def test_days(of: date, said: str) -> None:
    assert spoken.day(of) == said


def test_a_day_with_its_year() -> None:
    assert spoken.day(date(2026, 9, 2), year=True) == "ngày mùng hai tháng chín năm hai nghìn không trăm hai mươi sáu"


def test_hours_and_the_end_of_a_day() -> None:
    today = date(2026, 11, 20)
    assert spoken.clock(datetime(2026, 11, 20, 17, 0, tzinfo=HANOI), today) == "mười bảy giờ"
    assert spoken.clock(datetime(2026, 11, 20, 16, 30, tzinfo=HANOI), today) == "mười sáu giờ ba mươi phút"
    assert spoken.clock(datetime(2026, 11, 21, 0, 0, tzinfo=HANOI), today) == "hai mươi tư giờ"
    assert spoken.clock(datetime(2026, 11, 20, 0, 0, tzinfo=HANOI), today) == "không giờ"


def unsaid(text: str) -> int:
    """The number some words say, read back by rules of its own: a sum of digits times the unit words after them."""
    digit = {word: at for at, word in enumerate(re.split(" ", "không một hai ba bốn năm sáu bảy tám chín"))}
    digit |= {"mốt": 1, "tư": 4, "lăm": 5}
    total = part = last = 0
    for word in text.split():
        if word in digit:
            last = digit[word]
            part += last
        elif word in ("mươi", "trăm"):
            part += last * (9 if word == "mươi" else 99)
        elif word == "mười":
            part += 10
        elif word in ("nghìn", "triệu"):
            total += part * (1000 if word == "nghìn" else 10**6)
            part = 0
        elif word == "tỷ":
            total = (total + part) * 10**9
            part = 0
    return total + part


@given(st.integers(0, 10**12 - 1))
def test_what_is_said_can_be_understood_again(number: int) -> None:
    assert unsaid(spoken.integer(number)) == number


@given(st.text(max_size=80))
def test_no_name_leaves_a_digit_or_a_symbol(name: str) -> None:
    assert not [sign for sign in spoken.name(name) if not (sign.isalpha() or sign in " ,.;:?!")]
