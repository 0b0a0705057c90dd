"""VISAO's answers keep to one message's length, however long the names are and however many notices have the number."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from handlers import why_card
from handlers.board import compose
from handlers.closing import Ending
from handlers.facts import Chat, Facts, Person, Role, Unit
from handlers.fit import LONGEST, fitted
from handlers.kinds import CLOSING, DAILY, WEEKLY
from handlers.talk import State, Turn
from handlers.texts import Texts
from handlers.weekly import Week
from handlers.why_facts import Compared, Figures, FiguresOf, RecentFigures
from tests.handlers.boards import numbers, yesterday

TEXTS = Texts.load()
NOW = datetime(2026, 11, 21, 9, tzinfo=timezone(timedelta(hours=7)))
WARD = Unit(100, "48", "Công đoàn phường Từ Liêm", "CĐ P. Từ Liêm")
LONG = "Đơn vị tên rất dài"  # a short name has 18 characters at most
ENDING = Ending(date(2026, 1, 1), date(2026, 11, 20), "Giai đoạn " + "rất dài " * 13)


def notices(*kinds: str) -> tuple[Figures, ...]:
    """Of as many campaigns, about the same figures, newest first."""
    rows = [numbers()["rows"][7] | {"name": LONG}]
    now, before = numbers(rows=rows, recent=77, recent_days=7), yesterday(rows=[{**rows[0], "filed": 110}])
    week = Week(date(2026, 11, 16), (8, 0, 0, 0, 0, 0, 0))
    return tuple(
        Figures(
            nth,
            compose(now, None if kind == CLOSING else before),
            kind,
            {"ending": ENDING.to_json(), "week": week.to_json()},
            NOW - timedelta(hours=nth),
            compared=(Compared("4827", LONG, 118_000, 1),),
        )
        for nth, kind in enumerate(kinds, 1)
    )


@pytest.mark.parametrize("kinds", [(WEEKLY, CLOSING, DAILY), (CLOSING, CLOSING, CLOSING, DAILY), (DAILY, WEEKLY)])
@pytest.mark.parametrize("asked", [LONG, "118", "150", "1", "8", "78,7%"])
def test_other_notices_are_offered_as_far_as_they_fit(asked: str, kinds: tuple[str, ...]) -> None:
    recent = notices(*kinds)
    answers = {RecentFigures(WARD.id): recent, **{FiguresOf(one.notice_id): one for one in recent}}
    hoa = Person(1, "Nguyễn Thị Hoa", WARD, True, (Role("officer", WARD),))
    turn = why_card.ask(asked, State(), Facts(NOW, NOW.date(), hoa, Chat(1), answers=answers))
    assert isinstance(turn, Turn)
    sizes = []
    for one in fitted(turn, TEXTS).replies:
        said = TEXTS.reply("vi", one)
        choices = "".join(f"{number}. {label}   " for _, label, number in said.choices)
        sizes.append(len(f"{said.text}\n{choices}".strip()))
        assert sum(number != 0 for _, _, number in said.choices) <= 5
    assert max(sizes) <= LONGEST
