"""The law of test_why_laws for the other kinds of notice: whatever they print can be asked about, as it was frozen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers import closing, drive_words, milestones, weekly
from handlers.board import Board, compose
from handlers.closing import Ending, History
from handlers.drive_board import since_start
from handlers.facts import House
from handlers.kinds import CLOSING, DRIVE, WEEKLY
from handlers.looking_back import GroupCount
from handlers.milestones import Milestone
from handlers.notice import FULL, SHORT
from handlers.pace import DayCount
from handlers.texts import Texts
from handlers.weekly import Week
from handlers.why_facts import Figures
from tests.handlers.boards import numbers, row
from tests.handlers.random_boards import EXTRA, PHASE, UNITS, Extra, bare
from tests.handlers.test_why_laws import every_number_is_explained

TEXTS, HOUSE = Texts.load(), House()
Units = list[dict[str, Any]]


def frozen(kind: str, board: Board, **more: Mapping[str, Any] | int) -> Figures:
    """As it is read from the database long after."""
    kept: dict[str, Any] = json.loads(json.dumps(board.to_json() | more))
    return Figures(1, Board.from_json(kept), kind, kept)


# ---------------------------------------------------------------- a week

_DAYS = st.tuples(*[st.one_of(st.none(), st.integers(0, 3000))] * 7)
_WEEK = st.builds(Week, st.just(date(2026, 11, 16)), _DAYS, st.one_of(st.just(()), _DAYS))


@settings(deadline=None, max_examples=40)
@given(UNITS, st.one_of(st.none(), UNITS), EXTRA, _WEEK)
def test_every_number_of_a_weekly_digest_is_explained(
    units: Units, before: Units | None, extra: Extra, week: Week
) -> None:
    sunday = {"day": "2026-11-22", "cut_at": "2026-11-23T00:00:00+07:00"}
    earlier = {"day": "2026-11-15", "cut_at": "2026-11-16T00:00:00+07:00"}
    board = compose(bare(units, extra, **sunday), None if before is None else bare(before, extra, **earlier))
    figures = frozen(WEEKLY, board, week=week.to_json())
    for kind in (FULL, SHORT):
        text = weekly.render(TEXTS, extra.language, board, week, HOUSE, kind)
        every_number_is_explained(figures, text, extra.language)


# ---------------------------------------------------------------- a peak drive

_FIRST, _LAST = date(2026, 11, 9), date(2026, 12, 13)


def _above(total: int, others: list[int]) -> dict[str, Any]:
    """The board above: our unit is number 100."""
    rows = [row(100, "CĐ P. Từ Liêm", total, 1300), *(row(at, f"Phường {at}", one) for at, one in enumerate(others))]
    return numbers(unit_id=1, unit="LĐLĐ Thành phố Hà Nội", short="LĐLĐ TP Hà Nội", rows=rows, goals=[], notes=[])


@settings(deadline=None, max_examples=40)
@given(
    UNITS,
    UNITS,
    EXTRA,
    st.integers(1, 36),
    st.one_of(st.none(), st.integers(1, 9000)),
    st.one_of(st.none(), st.integers(0, 500)),
    st.lists(st.integers(0, 9000), max_size=4),
)
def test_every_number_of_a_drives_notice_is_explained(
    units: Units, before: Units, extra: Extra, nth: int, number: int | None, last: int | None, others: list[int]
) -> None:
    day = _FIRST + timedelta(days=nth - 1)
    eve = day - timedelta(days=1)
    now = bare(units, extra, day=eve.isoformat(), cut_at=f"{day.isoformat()}T00:00:00+07:00")
    own = bare(before, extra, day="2026-11-08", cut_at="2026-11-09T00:00:00+07:00")
    told = {
        **{"id": 3, "name": "Chào mừng Đại hội", "starts": _FIRST.isoformat(), "ends": _LAST.isoformat()},
        "number": number,
        "base": {"own": own, "above": _above(own["filed"], others[::-1])},
        "above": _above(now["filed"], others),
        "totals": [1000, 1000 + last] if last is not None and nth > 1 else None,
    }
    board = since_start(now, told, day)
    figures = frozen(DRIVE, board)
    for short in (False, True):
        text = drive_words.render(TEXTS, extra.language, board, HOUSE, short=short)
        every_number_is_explained(figures, text, extra.language)


# ---------------------------------------------------------------- what has ended

_COUNTS = st.builds(
    DayCount,
    st.dates(date(2026, 1, 1), date(2026, 11, 30)),
    st.integers(0, 900),
    st.integers(-40, 40),
    st.integers(0, 3),
)
_GROUPS = st.tuples(*[st.integers(0, 900)] * 3).map(
    lambda counts: [
        GroupCount(name, one) for name, one in zip(("Công nhân", "Đơn vị sự nghiệp", ""), counts, strict=True)
    ]
)
_COVERAGE = {"units": 90, "aimed": 70, "filed": 68, "neither": 4}


@settings(deadline=None, max_examples=40)
@given(UNITS, EXTRA, st.lists(_COUNTS, max_size=12, unique_by=lambda one: one.day), _GROUPS, st.booleans())
def test_every_number_of_a_final_report_is_explained(
    units: Units, extra: Extra, days: list[DayCount], groups: list[GroupCount], phase: bool
) -> None:
    month = Ending(date(2026, 11, 1), date(2026, 11, 30), "Đợt cuối năm")
    ending = month if phase else Ending(date(2026, 1, 1), date(2026, 11, 30))
    met = PHASE | {"number": 15, "count": 17, "starts": "2026-11-01"}
    ended = {"day": "2026-11-30", "cut_at": "2026-12-01T00:00:00+07:00"}
    now = bare(units, extra, **ended) | {"coverage": _COVERAGE, "authors": 402}
    board = compose(now | {"goals": [*now["goals"], met]})
    history = History(days, groups)
    figures = frozen(CLOSING, board, ending=ending.to_json(), history=history.to_json())
    for kind in (FULL, SHORT):
        text = closing.render(TEXTS, extra.language, board, ending, history, HOUSE, kind)
        every_number_is_explained(figures, text, extra.language)


def test_a_report_that_was_frozen_without_its_days_is_explained_as_far_as_it_goes() -> None:
    """As older versions froze it."""
    board = compose(numbers())
    figures = frozen(CLOSING, board, ending=Ending(date(2026, 1, 1), date(2026, 12, 31)).to_json())
    every_number_is_explained(figures, "Tổng: 1.015. Đạt 78,1%", "vi")


# ---------------------------------------------------------------- milestones


@settings(deadline=None, max_examples=40)
@given(UNITS, EXTRA, st.sampled_from([1, 100, 1000, 5000, 10_000]), st.booleans())
def test_every_number_of_a_milestone_is_explained(units: Units, extra: Extra, number: int, of_goal: bool) -> None:
    board = compose(bare(units, extra))
    goal = board.goals[0]
    mark = Milestone(goal.number, goal) if of_goal else Milestone(number)
    kind = f"goal:{7 if goal.phase else 0}:{goal.number}" if of_goal else f"m:{number}"
    figures = frozen(kind, board, milestone=mark.number)
    text = milestones.render(TEXTS, extra.language, board, mark, HOUSE)
    every_number_is_explained(figures, text, extra.language)
