"""Numbers, dates and unit names as Vietnamese say them aloud: for loudspeakers, where there are no digits or symbols.

`1015` -> "một nghìn không trăm mười lăm". Northern words (linh, nghìn, tư after mươi), as schoolbooks have them.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from handlers.fold import clean

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}  # hai mươi mốt, hai mươi tư, hai mươi lăm
_BILLION = 10**9
_SCALES = ((10**6, "triệu"), (10**3, "nghìn"))

_SHORT = {  # how names are written, and said
    "BHXH": "bảo hiểm xã hội",
    "BV": "bệnh viện",
    "CĐ": "công đoàn",
    "CĐCS": "công đoàn cơ sở",
    "CP": "cổ phần",
    "CTCP": "công ty cổ phần",
    "CTY": "công ty",
    "ĐVSN": "đơn vị sự nghiệp",
    "HTX": "hợp tác xã",
    "KCN": "khu công nghiệp",
    "KCNC": "khu công nghệ cao",
    "KCX": "khu chế xuất",
    "LĐLĐ": "liên đoàn lao động",
    "MN": "mầm non",
    "MTV": "một thành viên",
    "NM": "nhà máy",
    "P": "phường",
    "Q": "quận",
    "SX": "sản xuất",
    "TH": "tiểu học",
    "THCS": "trung học cơ sở",
    "THPT": "trung học phổ thông",
    "TM": "thương mại",
    "TMDV": "thương mại dịch vụ",
    "TNHH": "trách nhiệm hữu hạn",
    "TP": "thành phố",
    "TTYT": "trung tâm y tế",
    "TX": "thị xã",
    "UBND": "ủy ban nhân dân",
    "VN": "Việt Nam",
    "X": "xã",
    "XN": "xí nghiệp",
}
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{3})+(?!\d)|\d+")  # 1.015 is one number
_WORD = re.compile(r"([^\W\d_]+)(\.?)")
_PAUSES = frozenset(",.;:?!")


# ---------------------------------------------------------------- numbers


def integer(number: int) -> str:
    """`56106` -> "năm mươi sáu nghìn một trăm linh sáu"; a negative one begins with "âm"."""
    if number < 0:
        return f"âm {integer(-number)}"
    if number < _BILLION:
        return " ".join(_below_billion(number, full=False)) or _DIGITS[0]
    billions, rest = divmod(number, _BILLION)
    return " ".join([integer(billions), "tỷ", *_below_billion(rest, full=True)])


def _below_billion(number: int, *, full: bool) -> list[str]:
    """Words of a number below 10⁹; `full`: something stands before it, so that empty hundreds are said.

    Groups of three that are empty are left out: 1.000.005 is "một triệu không trăm linh năm".
    """
    words: list[str] = []
    for scale, name in _SCALES:
        group, number = divmod(number, scale)
        if group:
            words += [*_group(group, full=full), name]
            full = True
    return [*words, *(_group(number, full=full) if number else [])]


def _group(number: int, *, full: bool) -> list[str]:
    """1–999; `full`: with "không trăm" and "linh" where a bigger group stands before."""
    hundreds, rest = divmod(number, 100)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or full else []
    if rest and rest < 10:
        return [*words, *(["linh"] if words else []), _DIGITS[rest]]
    return [*words, *_tens(rest)] if rest else words


def _tens(number: int) -> list[str]:
    tens, ones = divmod(number, 10)
    if tens == 1:
        last = "lăm" if ones == 5 else _DIGITS[ones]
        return ["mười", last] if ones else ["mười"]
    last = _AFTER_TENS.get(ones, _DIGITS[ones])
    return [_DIGITS[tens], "mươi", last] if ones else [_DIGITS[tens], "mươi"]


def decimal(number: Decimal) -> str:
    """`78.1` -> "bảy mươi tám phẩy một"; zeros at the end are not said, those after the comma are, one by one."""
    if number < 0:
        return f"âm {decimal(-number)}"
    whole, _, tail = f"{number:f}".partition(".")
    tail = tail.rstrip("0")
    if not tail:
        return integer(int(whole))
    zeros = len(tail) - len(tail.lstrip("0"))
    return " ".join([integer(int(whole)), "phẩy", *[_DIGITS[0]] * zeros, integer(int(tail))])


def percent(number: Decimal) -> str:
    """`78.1` -> "bảy mươi tám phẩy một phần trăm"."""
    return f"{decimal(number)} phần trăm"


# ---------------------------------------------------------------- moments


def day(of: date, *, year: bool = False) -> str:
    """ "ngày hai mươi tháng mười một"; the first ten days are "mùng", the fourth month is "tháng tư"."""
    number = f"mùng {integer(of.day)}" if of.day <= 10 else integer(of.day)
    month = "tư" if of.month == 4 else integer(of.month)
    return f"ngày {number} tháng {month}" + (f" năm {integer(of.year)}" if year else "")


def clock(at: datetime, of: date) -> str:
    """ "mười bảy giờ", "mười sáu giờ ba mươi phút"; the end of the day `of` is "hai mươi tư giờ" (domain.md §6)."""
    is_end = at.date() == of + timedelta(days=1) and at.hour == at.minute == 0
    hour = integer(24 if is_end else at.hour)
    return f"{hour} giờ {integer(at.minute)} phút" if at.minute else f"{hour} giờ"


# ---------------------------------------------------------------- names


def name(text: str) -> str:
    """A unit's name for the ear: short forms said in full, numbers in words, no symbols.

    `THPT Xuân Phương` -> "trung học phổ thông Xuân Phương", `Xây dựng Số 9` -> "Xây dựng Số chín".
    """
    whole = _WORD.sub(_in_full, clean(text).replace("&", " và ").replace("%", " phần trăm "))
    said = _NUMBER.sub(lambda found: f" {integer(int(found[0].replace('.', '')))} ", whole)
    heard = "".join(sign if sign.isalpha() or sign in _PAUSES else " " for sign in said)
    return re.sub(r"\s+([,.;:?!])", r"\1", " ".join(heard.split()))


def _in_full(found: re.Match[str]) -> str:
    word, dot = found[1], found[2]
    key = word.upper()
    is_short = key in _SHORT and (word.isupper() or key == "CTY") and (len(key) > 1 or bool(dot))  # "P." but not "P"
    return f"{_SHORT[key]} " if is_short else found[0]
