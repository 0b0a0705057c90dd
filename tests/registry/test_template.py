"""An needs an example to fill in: what `template` writes imports as it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.registry import schema
from bot.registry.problems import Unreadable
from bot.registry.template import write_template
from handlers.texts import Texts
from models.store import Store
from tests.registry.test_import import read_and_write

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(("name", "table"), [("a.ods", None), ("a.csv", None), ("a.txt", None)])
def test_what_cannot_be_written_says_why(tmp_path: Path, texts: Texts, name: str, table: str | None) -> None:
    with pytest.raises(Unreadable) as error:
        write_template(tmp_path / name, texts, "vi", TODAY, table)
    assert error.value.what.key.startswith("registry.template.")
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_workbook_imports_as_it_is(store: Store, tmp_path: Path, texts: Texts, language: str) -> None:
    path = tmp_path / "mau.xlsx"
    write_template(path, texts, language, TODAY)
    first = read_and_write(store, path)
    assert not first.warnings
    assert {key: c.new for key, c in first.counts.items()} == {
        "units": 4, "campaigns": 1, "phases": 2, "fields": 2, "groups": 2, "targets": 5,
    }  # fmt: skip
    assert read_and_write(store, path).is_empty


def test_a_workbook_explains_every_column(tmp_path: Path, texts: Texts) -> None:
    path = tmp_path / "mau.xlsx"
    write_template(path, texts, "vi", TODAY)
    with ZipFile(path) as archive:
        words = archive.read("xl/sharedStrings.xml").decode()
        comments = b"".join(archive.read(name) for name in archive.namelist() if "comments" in name).decode()
    for table in schema.TABLES:
        for column in table.columns:
            assert column.heading("vi") in words
    assert "tối đa 18 ký tự" in words
    assert "tối đa 18 ký tự" in comments


@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_csv_imports_in_turn(sqlite_store: Store, tmp_path: Path, texts: Texts, language: str) -> None:
    for table in schema.TABLES:
        path = tmp_path / f"mau-{table.key}.csv"  # a name that says nothing: the headings tell
        write_template(path, texts, language, TODAY, table.key)
        assert read_and_write(sqlite_store, path).counts[table.key].new > 0
        assert read_and_write(sqlite_store, path).is_empty
