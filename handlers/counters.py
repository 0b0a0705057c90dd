"""The counters of domain.md §5 side by side, each named; all of them are of what was filed with the bot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from handlers.figures import groups, tenths_text
from handlers.talk import Say, say

_UNITS = (("billion", 1_000_000_000), ("million", 1_000_000))


@dataclass(frozen=True, slots=True)
class Counters:
    """See `models.queries.counters`, which counts them."""

    registered: int = 0  # người đăng ký
    authors: int = 0  # tác giả
    waiting: int = 0  # đang xem xét
    valid: int = 0  # hợp lệ
    refused: int = 0  # không đạt, trùng
    withdrawn: int = 0  # rút
    benefit_vnd: int = 0  # giá trị làm lợi: an estimate

    @property
    def filed(self) -> int:
        """Lượt nộp."""
        return self.waiting + self.valid + self.refused + self.withdrawn

    @property
    def judged(self) -> bool:
        """Has anything been judged or withdrawn, so that there are parts to tell?"""
        return self.waiting < self.filed


def parts(counters: Counters, language: str = "vi", *, all_of_them: bool = False) -> tuple[Say, ...]:
    """ "hợp lệ 611", "chờ thẩm định 371", "không đạt, trùng 33": those that are not 0; valid ones always."""
    found = [("valid", counters.valid), ("waiting", counters.waiting), ("refused", counters.refused)]
    found.append(("withdrawn", counters.withdrawn))
    told = [(name, n) for name, n in found if n or name == "valid" or all_of_them]
    return tuple(say(f"counters.{name}", number=groups(n, language)) for name, n in told)


def named(counters: Counters) -> Sequence[tuple[Say, int]]:
    """Every counter with its name, as a column of a table holds them."""
    names = ("registered", "authors", "filed", "waiting", "valid", "refused", "withdrawn", "benefit_vnd")
    return [(say(f"counters_name.{name}"), getattr(counters, name)) for name in names]


def people(counters: Counters, language: str = "vi") -> tuple[Say, ...]:
    """ "Tác giả: 402", "làm lợi 33,2 tỷ đồng (ước tính)": the money where some was declared."""
    found = [say("counters.authors", number=groups(counters.authors, language))]
    if counters.benefit_vnd:
        found.append(say("counters.benefit", money=money(counters.benefit_vnd, language)))
    return tuple(found)


def money(vnd: int, language: str = "vi") -> Say:
    """ "33,2 tỷ đồng", "80 triệu đồng", "500.000 đồng": one decimal, half-up."""
    for name, size in _UNITS:
        if vnd >= size:
            number = tenths_text(Decimal(vnd) / size, language)
            return say(f"money.{name}", number=number.removesuffix(",0").removesuffix(".0"))
    return say("money.dong", number=groups(vnd, language))
