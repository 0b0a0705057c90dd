"""Columns in which only certain words stand: what a campaign ranks by, what a target measures."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from bot.registry import report
from bot.registry.schema import CAMPAIGNS, TARGETS
from handlers.texts import Texts
from models.store import Store
from models.unit import campaign, target
from tests.registry import files
from tests.registry.files import BOOK
from tests.registry.test_import import count, read_and_write, refused, with_rows

MEASURED = (*files.TARGETS[0], "Loại chỉ tiêu")


def ranked(word: str, heading: str = "Xếp hạng theo") -> dict[str, object]:
    head, *rows = BOOK["Chương trình"]
    return {"campaigns": ((*head, heading), *((*row, word) for row in rows))}


def test_a_word_that_is_not_known_is_refused_with_those_that_are(store: Store, tmp_path: Path, texts: Texts) -> None:
    book = with_rows(
        **ranked("điểm"),
        targets=(
            MEASURED,
            ("48", "SK", "", "LĐLĐ Thành phố", "05/01/2026", 101, "Ty le doan vien"),
            ("4827", "SK", "", "LĐLĐ Thành phố", "05/01/2026", 5, "số lượng"),
        ),
    )
    told = [problem.render(texts, "vi") for problem in refused(store, files.xlsx(tmp_path / "so.xlsx", book))]
    assert len(told) == 2
    assert told[0].endswith("không rõ «điểm». Ghi một trong: lượt nộp (filings); hợp lệ (valid); tác giả (authors).")
    assert told[1].endswith("«101»: tỷ lệ đoàn viên tính bằng phần trăm, từ 1 đến 100.")
    assert (count(store, campaign), count(store, target)) == (0, 0)


def test_without_the_columns_filings_rank_and_targets_are_numbers(store: Store, tmp_path: Path) -> None:
    read_and_write(store, files.xlsx(tmp_path / "so.xlsx", BOOK))
    assert store.read_now(lambda conn: set(conn.scalars(select(campaign.c.ranked_by)))) == {"filed"}
    assert store.read_now(lambda conn: set(conn.scalars(select(target.c.measure)))) == {"count"}


def test_what_ranks_may_change_and_the_change_is_told_in_words(store: Store, tmp_path: Path, texts: Texts) -> None:
    read_and_write(store, files.xlsx(tmp_path / "so.xlsx", BOOK))
    planned = read_and_write(store, files.xlsx(tmp_path / "so.xlsx", with_rows(**ranked("HOP LE"))))
    assert store.read_now(lambda conn: set(conn.scalars(select(campaign.c.ranked_by)))) == {"valid"}
    assert "Xếp hạng theo: lượt nộp → hợp lệ" in "\n".join(report.changes(planned, texts, "vi"))
    again = read_and_write(
        store, files.xlsx(tmp_path / "so.xlsx", BOOK)
    )  # a column the sheet does not have keeps its value
    assert again.is_empty


def test_a_unit_has_a_target_of_each_kind_from_the_same_day(store: Store, tmp_path: Path, texts: Texts) -> None:
    rows = (
        MEASURED,
        ("48", "SK", "", "LĐLĐ Thành phố", "05/01/2026", 1300, ""),
        ("48", "SK", "", "LĐLĐ Thành phố", "05/01/2026", 5, "participation"),
    )
    planned = read_and_write(store, files.xlsx(tmp_path / "so.xlsx", with_rows(targets=rows)))
    kept = store.read_now(lambda conn: {tuple(row) for row in conn.execute(select(target.c.measure, target.c.number))})
    assert kept == {("count", 1300), ("participation", 5)}
    assert any(line.endswith("· tỷ lệ đoàn viên · 5") for line in report.changes(planned, texts, "vi"))
    assert read_and_write(store, files.xlsx(tmp_path / "so.xlsx", with_rows(targets=rows))).is_empty


def test_every_option_is_known_by_its_value_and_both_its_words() -> None:
    for table in (CAMPAIGNS, TARGETS):
        for column in table.columns:
            for option in column.options:
                assert [column.word(option.value, language) for language in ("vi", "en")] == [option.vi, option.en]


def test_notices_may_count_the_portal_from_some_day_on(store: Store, tmp_path: Path, texts: Texts) -> None:
    head, *rows = BOOK["Chương trình"]
    read_and_write(store, files.xlsx(tmp_path / "so.xlsx", BOOK))
    assert store.read_now(lambda conn: set(conn.scalars(select(campaign.c.counts_from)))) == {"bot"}
    book = with_rows(campaigns=((*head, "Nguồn số liệu"), *((*row, "Cổng") for row in rows)))
    planned = read_and_write(store, files.xlsx(tmp_path / "so.xlsx", book))
    assert store.read_now(lambda conn: set(conn.scalars(select(campaign.c.counts_from)))) == {"portal"}
    assert "Đếm số của: bot → cổng" in "\n".join(report.changes(planned, texts, "vi"))
