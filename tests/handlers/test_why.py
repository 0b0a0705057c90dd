"""VISAO: the ward of conversation.md §5a, asked number by number; and what kept a notice from being posted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from handlers import why, why_not, why_told
from handlers.board import compose
from handlers.texts import Texts
from handlers.why_facts import Compared, Decided, Figures, GroupDay, PostedNotice, SetTarget
from tests.handlers.boards import numbers, yesterday

TEXTS = Texts.load()
WARD = Figures(
    notice_id=7,
    board=compose(numbers(), yesterday()),
    code="48",
    targets=(
        SetTarget(100, 1200, "", "LĐLĐ Thành phố", date(2026, 1, 1)),
        SetTarget(100, 1300, "", "LĐLĐ Thành phố", date(2026, 7, 5)),
        SetTarget(8, 150, "", "CĐ phường Từ Liêm", date(2026, 7, 6)),
    ),
    compared=(Compared("4827", "May Sao Mai", 120, 118), Compared("4830", "Cơ khí An Phát", 76, 76)),
)


def told(asked: str, figures: Figures = WARD, language: str = "vi") -> str:
    (found,) = why.explain(figures, asked, language)
    return "\n".join(TEXTS.render(language, line) for line in why_told.tell(figures, found, language))


def labels(found: tuple[Any, ...], language: str = "vi") -> list[str]:
    return [TEXTS.render(language, why_told.label(WARD, one, language)) for one in found]


@pytest.mark.parametrize("asked", ["78,2", "1.016", "−3", "999", "Không Có", "", "78,1,2", "1.01.5", "²"])
def test_what_stands_nowhere_is_not_explained(asked: str) -> None:
    assert why.explain(WARD, asked) == ()


@pytest.mark.parametrize("asked", ["78,1", "78.1", "78,1%", "78.1 %"])
def test_the_percentage_of_the_target_is_told_with_the_unrounded_value(asked: str) -> None:
    answer = told(asked)
    assert answer.splitlines()[:4] == [
        "78,1% = 1.015 : 1.300 (= 78,08%).",
        "1.300: LĐLĐ Thành phố giao cả năm, áp dụng từ 5/7/2026.",
        "Trước đó 1.200 (từ 1/1/2026).",
        "Tổng chỉ tiêu giao xuống 14 đơn vị: 1.235.",
    ]
    assert "1.015 = hôm qua 977 + 40 mới − 2 điều chỉnh." in answer


@pytest.mark.parametrize("asked", ["1.015", "1015", "1 015"])
def test_the_total_is_yesterdays_and_what_came_since(asked: str) -> None:
    assert told(asked).startswith("1.015 = hôm qua 977 + 40 mới − 2 điều chỉnh.\nNguồn: lượt nộp qua bot")


def test_who_set_the_target_and_when_it_was_entered() -> None:
    """conversation.md §5c; of a target from before this was kept the day from which it holds is all that is known."""
    july = date(2026, 7, 5)
    for valid_from, entered, words in (
        (july, july, "nhập 5/7/2026."),
        (date(2026, 7, 1), july, "áp dụng từ 1/7/2026, nhập 5/7/2026."),
        (july, None, "áp dụng từ 5/7/2026."),
    ):
        figures = replace(WARD, targets=(SetTarget(100, 1300, "", "LĐLĐ Thành phố", valid_from, entered),))
        assert told("78,1", figures).splitlines()[1] == f"1.300: LĐLĐ Thành phố giao cả năm, {words}"


def test_a_sign_says_which_number_is_meant() -> None:
    assert told("69").splitlines()[:2] == [
        "69 = hôm qua 71 + 0 mới − 2 điều chỉnh.",
        "* Chuyển về đúng đơn vị: THCS Cầu Diễn −2.",
    ]
    assert [one.name for one in why.explain(WARD, "-2")] == ["CĐ P. Từ Liêm", "THCS Cầu Diễn"]
    assert [one.name for one in why.explain(WARD, "+9")] == ["Điện Sao Việt"]
    assert "203 = hôm qua 194 + 9 mới." in told("+9")
    assert why.explain(WARD, "▲9") == ()


def test_a_number_in_several_places_is_offered_place_by_place() -> None:
    assert labels(why.explain(WARD, "95,0%")) == ["Tiểu học Mỹ Đình: đạt 95,0%", "Mầm non Hoa Mai: đạt 95,0%"]
    found = labels(why.explain(WARD, "76"))
    assert found == ["Tiểu học Mỹ Đình: lượt nộp 76", "Cơ khí An Phát: lượt nộp 76"]


def test_what_has_no_portal_figure_beside_it_is_no_difference() -> None:
    source = {"as_of": "2026-11-20T16:30:00+07:00", "day": "2026-11-20", "report": 3}
    compared = (Compared("4827", "May Sao Mai", 118, 8), Compared("4830", "In Tân Phú", None, 7))
    figures = replace(WARD, board=compose(numbers(source=source)), compared=compared)
    assert "Ở 1 đơn vị có số Cổng, bot tự nhận được 8; lệch 110 ở 1 đơn vị." in told("78,1", figures)


def test_what_one_sum_explains_is_one_place() -> None:
    """Two targets that end on one day have the same days left; the bot's own number is the total it makes up."""
    goals = [{"number": n, "count": 1015, "ends": "2026-12-31", "set_by": "An"} for n in (1300, 2000)]
    counted = {"waiting": 404, "valid": 611, "authors": 402}
    figures = replace(WARD, board=compose(numbers(goals=goals, counters=counted)))
    assert [one.kind for one in why.explain(figures, "41")] == ["days"]
    assert [one.kind for one in why.explain(figures, "1.015")] == ["count"]


def test_a_unit_is_told_by_its_name_with_or_without_accents() -> None:
    assert told("may sao mai").splitlines() == [
        "118 = hôm qua 110 + 8 mới.",
        "78,7% = 118 : 150 (= 78,67%).",
        "150: CĐ phường Từ Liêm giao cả năm, áp dụng từ 6/7/2026.",
        "Nguồn: lượt nộp qua bot, đến 17h00 ngày 20/11/2026.",
        "Cổng: 120; lệch 2 ở 1 đơn vị.",
    ]


def test_below_the_target_no_percentage_is_a_hundred_not_even_the_exact_one() -> None:
    goal = {"number": 100_001, "count": 100_000, "ends": "2026-12-31", "set_by": "LĐLĐ Thành phố"}
    figures = Figures(1, compose(numbers(goals=[goal])))
    assert told("99,9", figures).startswith("99,9% = 100.000 : 100.001 (= 99,99%; chưa đủ thì không ghi 100%).")


def test_a_typing_error_gets_the_numbers_like_it() -> None:
    assert why.explain(WARD, "1.105") == ()
    assert labels(why.near(WARD, "1.105"))[0] == "CĐ P. Từ Liêm: lượt nộp 1.015"
    assert "Chỉ tiêu 1.300: đạt 78,1%" in labels(why.near(WARD, "87,1%"))
    assert len(why.near(WARD, "7")) <= why.MOST
    assert why.near(WARD, "không phải số") == ()


def test_a_number_of_an_officers_line_is_told_with_its_line() -> None:
    figures = replace(WARD, board=replace(WARD.board, line="Xếp hạng toàn quốc: thứ 512, theo Cổng, 31/5"))
    assert told("512", figures).startswith("Dòng do cán bộ thêm: Xếp hạng toàn quốc: thứ 512, theo Cổng, 31/5")
    assert why.explain(figures, "51") == ()


def test_another_counter_is_named() -> None:
    figures = replace(WARD, board=replace(WARD.board, counter="valid"))
    assert "Nguồn: sáng kiến hợp lệ qua bot" in told("1.015", figures)


def test_it_is_told_in_english_too() -> None:
    assert told("78.1%", language="en").startswith("78.1% = 1,015 : 1,300 (= 78.08%).")


# ---------------------------------------------------------------- why was nothing sent

HANOI = timezone(timedelta(hours=7))


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 20, hour, minute, tzinfo=HANOI)  # a Friday


GROUP = GroupDay(
    chat_id=1,
    unit="Từ Liêm",
    kind="officers",
    channel="telegram",
    standing="member",
    now=at(17, 30),
    hour="17:00",
    linked_at=at(9) - timedelta(days=3),
    campaign="Thi đua 2026",
    quiet_from="21:00",
    quiet_to="06:00",
)
SENT = PostedNotice(at(17), None, "sent", sent_at=at(17, 1))
HOA = Decided("skipped", "Nguyễn Thị Hoa", at(16, 50))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "lịch đăng của bot không chạy"),
        ({"now": at(17, 4)}, "sẽ đăng trong ít phút"),
        ({"now": at(12)}, "chưa đến giờ đăng (17h00)"),
        ({"now": at(16, 55), "decided": replace(HOA, status="approved")}, "đã duyệt, đăng lúc 17h00"),
        ({"linked_at": None}, "chưa gắn với đơn vị"),
        ({"linked_at": at(17, 10)}, "gắn nhóm lúc 17h10, sau giờ đăng 17h00, nên bắt đầu từ ngày mai"),
        ({"standing": "left"}, "bot không còn trong nhóm"),
        ({"campaign": ""}, "không có chương trình nào đang mở"),
        ({"campaign": "", "closed_on": date(2026, 10, 31)}, "đã kết thúc ngày 31/10/2026"),
        ({"campaign": "", "opens_on": date(2026, 12, 1)}, "bắt đầu ngày 1/12/2026"),
        ({"kinds": {"daily": False}}, "bản tin hằng ngày đang tắt"),
        ({"days": "1234"}, "thứ Sáu nhóm không nhận bản tin"),
        ({"approval": True}, "chờ cán bộ duyệt"),
        ({"decided": HOA}, "Nguyễn Thị Hoa chọn không đăng hôm nay lúc 16h50"),
        ({"channel": "hand", "standing": ""}, "chưa ai bấm Tôi đã đăng"),
        ({"channel": "hand", "decided": replace(HOA, status="posted")}, "Nguyễn Thị Hoa đã tự đăng, báo lúc 16h50"),
        ({"now": at(22, 50)}, "lỡ giờ đăng 17h00, nay đang giờ nghỉ 21:00–06:00"),
        ({"hour": "22:30", "now": at(22, 50)}, "lịch đăng của bot không chạy"),
        ({"channel": "hand", "posted": replace(SENT, by="Nguyễn Thị Hoa")}, "Nguyễn Thị Hoa đã tự đăng, báo lúc 17h00"),
        ({"posted": SENT}, "đã đăng 17h01, theo giờ hẹn"),
        ({"posted": replace(SENT, by="Nguyễn Thị Hoa")}, "đã đăng 17h01, Nguyễn Thị Hoa bấm đăng"),
        ({"posted": replace(SENT, by="")}, "đã đăng 17h01, cán bộ bấm đăng"),
        ({"posted": replace(SENT, status="queued")}, "đang chờ gửi"),
        ({"posted": replace(SENT, status="queued"), "blocked_until": at(17, 45)}, "nền tảng chặn đến 17h45"),
        ({"posted": replace(SENT, status="refused", outcome="Gone: bot was kicked")}, "đưa ra khỏi nhóm"),
        ({"posted": replace(SENT, status="refused", outcome="gave up after 20 tries: x")}, "đã thử nhiều lần"),
        ({"posted": replace(SENT, status="refused", outcome="unknown after 7 tries: x")}, "có thể tin đã vào nhóm"),
        ({"posted": replace(SENT, status="refused", outcome="Rejected: too long")}, "nền tảng từ chối"),
        ({"posted": replace(SENT, status="expired")}, "quá hạn"),
    ],
)
def test_what_became_of_a_notice_has_an_answer(changes: dict[str, Any], expected: str) -> None:
    line = TEXTS.render("vi", why_not.line(replace(GROUP, **changes)))
    assert line.startswith("Từ Liêm – nhóm cán bộ: ")
    assert expected in line


def test_a_group_is_named_by_its_title_where_it_has_one() -> None:
    line = TEXTS.render("vi", why_not.line(replace(GROUP, title="15 chủ tịch CĐCS", posted=SENT)))
    assert line.startswith("15 chủ tịch CĐCS: đã đăng")


def test_of_several_campaigns_each_is_named() -> None:
    line = TEXTS.render("vi", why_not.line(replace(GROUP, several=True, posted=SENT)))
    assert line.startswith("Từ Liêm – nhóm cán bộ (Thi đua 2026): đã đăng")


def test_the_choices_of_a_number_that_stands_everywhere_fit_into_one_message() -> None:
    """The longest names there can be: units have 18 characters, an officer's number 30."""
    rows = [row | {"name": "Đơn vị tên rất dài"} for row in numbers()["rows"]]
    figures = Figures(1, compose(numbers(rows=rows, recent=77, recent_days=7)))
    for asked in ("7", "66", "1.105", "123456789"):
        found = why.explain(figures, asked)[: why.MOST] or why.near(figures, asked)
        shown = [f"{at}. {label}   " for at, label in enumerate(labels(found), 1)]
        assert sum(map(len, shown)) <= 320 - 110
