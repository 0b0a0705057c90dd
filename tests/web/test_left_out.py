"""A machine without a browser: the run's last lines say which tests were left out, and how to get them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.web.browser import HOW

ROOT = Path(__file__).parents[2]


def test_the_last_lines_name_what_was_left_out_and_how_to_get_it(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "conftest.py").write_text("from tests.web.conftest import pytest_terminal_summary\n")
    (tmp_path / "test_page.py").write_text(
        "import pytest\n"
        "from tests.web.browser import HOW\n"
        "def test_the_chat(): pytest.skip(HOW)\n"
        "def test_on_windows(): pytest.skip('another reason')\n"
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-rs",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert run.stdout.splitlines()[-3:-1] == ["test_page.py::test_the_chat", HOW], run.stdout + run.stderr
