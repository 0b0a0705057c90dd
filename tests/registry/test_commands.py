"""An at the command line: a template, a look, an import."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.registry import import_command, template_command
from models.queries import registry
from models.store import Store
from tests.registry import files


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SANGKIEN_DATABASE_URL", f"sqlite:///{tmp_path / 'data.db'}")
    return tmp_path


def run_import(*arguments: str) -> Result:
    return CliRunner().invoke(import_command, arguments, catch_exceptions=False)


def units(folder: Path) -> int:
    store = Store.open(f"sqlite:///{folder / 'data.db'}")
    try:
        return len(store.read_now(registry.all_units))
    finally:
        store.close()


def test_mistakes_are_told_and_nothing_is_written(folder: Path) -> None:
    assert run_import("khong-co.xlsx").exit_code == 1
    rows = (files.UNITS[0], ("48", "", "Nam Từ Liêm", "LĐLĐ cấp huyện", "7", "", ""))
    files.xlsx(folder / "sai.xlsx", {"Đơn vị": rows})
    result = run_import("sai.xlsx")
    assert result.exit_code == 1
    assert "Trang «Đơn vị», dòng 2, cột «Tên đơn vị»: còn trống." in result.stderr
    assert "cột «Mã cấp trên»: không có đơn vị cấp trên mã 7." in result.stderr
    assert "2 lỗi. Chưa ghi gì." in result.stderr
    assert "2 mistakes. Nothing was written." in run_import("sai.xlsx", "--language", "en").stderr
    assert units(folder) == 0


def test_template_then_a_look_then_import_then_again(folder: Path) -> None:
    template = CliRunner().invoke(template_command, ["mau.xlsx"], catch_exceptions=False)
    assert template.exit_code == 0
    assert CliRunner().invoke(template_command, ["mau.xlsx"]).exit_code == 1  # it is not written over
    look = run_import("mau.xlsx", "--dry-run")
    assert look.exit_code == 0
    assert "+ Đơn vị 12 · May Sao Mai" in look.stdout
    assert "Đơn vị: 4 mới, 0 thay đổi, 0 giữ nguyên." in look.stdout
    assert "chưa ghi gì" in look.stdout
    assert units(folder) == 0
    done = run_import("mau.xlsx")
    assert done.exit_code == 0
    assert units(folder) == 4
    again = run_import("mau.xlsx", "--language", "en")
    assert "Units: 0 new, 0 changed, 4 unchanged." in again.stdout


def test_ods_is_explained(folder: Path) -> None:
    result = CliRunner().invoke(template_command, ["mau.ods"])
    assert result.exit_code == 1
    assert "LibreOffice" in result.stderr
