"""Lan types her unit as she would say it; what is found is proposed, never guessed."""

from __future__ import annotations

import random
import re
import time

import pytest

from handlers.search import Found, Named, Names, rank

UNITS = (
    Named(1, "Liên đoàn Lao động quận Nam Từ Liêm", "Nam Từ Liêm", "48"),
    Named(2, "Liên đoàn Lao động quận Bắc Từ Liêm", "Bắc Từ Liêm", "47"),
    Named(3, "Công ty TNHH May Sao Mai", "May Sao Mai", "4827"),
    Named(4, "Công ty May Sao Vàng", "May Sao Vàng", "4712"),
    Named(5, "CĐCS Công ty TNHH Điện Stanley Việt Nam", "Stanley VN", "5401", ("dien stanley",)),
    Named(6, "Bệnh viện Từ Liêm", "BV Từ Liêm", "4811"),
    Named(7, "Công đoàn ngành Dệt may Hà Nội", "CĐ Dệt may", "75"),
    Named(8, "Công ty CP Xây dựng Số 9", "Xây dựng Số 9", "4826"),
    Named(9, "Liên đoàn Lao động quận Thanh Xuân", "Thanh Xuân", "45"),
    Named(10, "Công đoàn phường Thanh Xuân Bắc", "P. Thanh Xuân Bắc", "4501"),
)
NAMES = Names(UNITS)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  ",
        "🎉🎉",
        "asdf qwer",
        "xin chao",
        "khong biet",
        "4872",
        "999999",
        "\u200f\u202e",
        "zzz" * 1000,
        "?",
        "abc",
    ],
)
def test_nonsense_finds_nothing(typed: str) -> None:
    assert rank(typed, NAMES) == Found()


@pytest.mark.parametrize(
    ("typed", "best"),
    [
        ("NTL", 1),
        ("ntl", 1),
        ("Nam Từ Liêm", 1),
        ("q nam tu liem", 1),
        ("LĐLĐ Q. Nam Từ Liêm", 1),
        ("lien doan lao dong quan nam tu liem", 1),
        ("namtuliem", 1),
        ("ldld bac tu liem", 2),
        ("may sao mai", 3),
        ("CTY MAY SAO MAI", 3),
        ("cong ty may sao mai", 3),
        ("4827", 3),
        ("48 27", 3),
        ("msm", 3),
        ("dien stanley", 5),
        ("benh vien tu liem", 6),
        ("det may", 7),
        ("xd so 9", 8),
        ("quan thanh xuan", 9),
    ],
)
def test_what_is_typed_whole_is_exact(typed: str, best: int) -> None:
    found = rank(typed, NAMES)
    assert found.units[0] == best
    assert found.exact


@pytest.mark.parametrize(
    ("typed", "best"),
    [
        ("stanley", 5),
        ("stanely", 5),
        ("nam tu lien", 1),
        ("bac tu lim", 2),
        ("may sao may", 3),
        ("maysaomia", 3),
        ("toi lam o cong ty may sao mai a", 3),
        ("thanh suan", 9),
        ("sao vag", 4),
        ("so 9", 8),
    ],
)
def test_parts_and_typing_errors_are_proposed(typed: str, best: int) -> None:
    found = rank(typed, NAMES)
    assert best in found.units[:2]


def test_what_may_mean_several_is_not_exact() -> None:
    assert rank("may sao", NAMES) == Found((3, 4), exact=False)
    assert set(rank("tu liem", NAMES).units) == {1, 2, 6}
    assert rank("btl", NAMES) == Found((2, 6), exact=False)  # Bắc Từ Liêm, BV Từ Liêm
    assert not rank("phuong thanh xuan", NAMES).exact  # the district is another unit
    twins = (Named(1, "THCS Cầu Diễn", "THCS Cầu Diễn", "1"), Named(2, "THCS Cầu Diễn", "THCS Cầu Diễn", "2"))
    assert rank("thcs cau dien", twins) == Found((1, 2), exact=False)


def test_at_most_five() -> None:
    many = [Named(i, f"Công ty May Sao số {i}", f"May Sao {i}", str(1000 + i)) for i in range(50)]
    assert len(rank("may sao", many).units) == 5


def test_thirty_thousand_names_are_searched_quickly() -> None:
    dice = random.Random(1)
    syllables = re.findall(
        r"\w+",
        "an binh chau dai duc hai ha hoa hung huong khanh kim lan linh long mai minh nam nga ngoc nhat phat phu phuc "
        "quang quoc sao son tam tan thai thanh thang thien thinh thu thuan tien toan trung tuan van viet vinh xuan yen",
    )
    kinds = ("Công ty TNHH", "Công ty Cổ phần", "Trường THPT", "Trường Tiểu học", "Bệnh viện", "Công ty May")
    names = Names(
        Named(i, f"{dice.choice(kinds)} {' '.join(dice.sample(syllables, 3))} {i % 97} Quảng Ngãi", f"u {i}", str(i))
        for i in range(30_000)
    )
    typed = (
        "cong ty may sao mai",
        "cty tnhh hong ha 12 quang ngai",
        "may",
        "truong thpt bin minh quang ngai",
        "hongha",
    )
    took = []
    for text in typed * 3:
        start = time.thread_time()
        rank(text, names)
        took.append(time.thread_time() - start)
    assert sorted(took)[len(took) // 2] < 0.06
